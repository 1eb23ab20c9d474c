//! Every kernel against what onnxruntime computes with the same files (`vision/goldens/reading.py`).

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    /// Of every fourth row and column.
    text: Vec<f32>,
    classes: Vec<usize>,
    probabilities: Vec<f32>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../goldens/reading/golden.json")).unwrap()
}

fn picture(bytes: &[u8]) -> Map {
    let picture = image::load_from_memory(bytes).unwrap().into_rgb8();
    input(&picture, picture.width() as usize, picture.height() as usize)
}

/// What rounding may come to.
const TOLERANCE: f32 = 2e-4;

fn worst(found: impl Iterator<Item = f32>, golden: &[f32]) -> f32 {
    found.zip(golden).map(|(found, golden)| (found - golden).abs()).fold(0.0, f32::max)
}

#[test]
fn detection_is_the_reference_s() {
    let [path, _] = crate::weights::verify(&crate::weights::locate().unwrap()).unwrap();
    let (picture, golden) = (picture(include_bytes!("../../../goldens/reading/part.png")), golden().text);
    for kernel in Kernel::all() {
        let found = Detection::load(kernel, &mut Layers::open(&path).unwrap()).unwrap().run(&picture);
        assert_eq!(found.len(), picture.width * picture.height);
        let rows = found.chunks_exact(picture.width).step_by(4);
        let worst = worst(rows.flat_map(|row| row.iter().step_by(4)).copied(), &golden);
        assert!(worst < TOLERANCE, "{kernel:?}: {worst:e}");
    }
}

#[test]
fn recognition_is_the_reference_s() {
    let [_, path] = crate::weights::verify(&crate::weights::locate().unwrap()).unwrap();
    let (picture, golden) = (picture(include_bytes!("../../../goldens/reading/line.png")), golden());
    for kernel in Kernel::all() {
        let found = Recognition::load(kernel, &mut Layers::open(&path).unwrap()).unwrap().run(&picture);
        let classes: Vec<usize> = found.iter().map(|answer| answer.class).collect();
        assert_eq!(classes, golden.classes, "{kernel:?}");
        let worst = worst(found.iter().map(|answer| answer.probability), &golden.probabilities);
        assert!(worst < TOLERANCE, "{kernel:?}: {worst:e}");
    }
}

#[test]
fn a_file_of_another_network_is_refused() {
    let [detection, recognition] = crate::weights::verify(&crate::weights::locate().unwrap()).unwrap();
    assert!(Recognition::open(&detection).is_err() && Detection::open(&recognition).is_err());
    assert!(Detection::open(std::path::Path::new("/dev/null")).is_err());
}
