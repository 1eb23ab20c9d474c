//! The network against what torch computes of the same screens (`vision/train/icons/export.py`), and at the edges.

use std::path::Path;
use std::time::Instant;

use super::*;

/// What rounding may come to in a logit.
const TOLERANCE: f32 = 1e-2;

/// A screen, a box on it, and the logits that torch computed.
struct Golden {
    name: &'static str,
    picture: RgbImage,
    area: Rect,
    logits: Vec<f32>,
}

fn goldens() -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/icons");
    let lines = include_str!("../../goldens/icons/golden.txt").lines();
    let golden = |line: &'static str| {
        let mut words = line.split(' ');
        let name = words.next().unwrap();
        let [x, y, w, h] = std::array::from_fn(|_| words.next().unwrap().parse().unwrap());
        let picture = image::open(folder.join(name).with_extension("png")).unwrap().into_rgb8();
        let logits = words.map(|word| word.parse().unwrap()).collect();
        Golden { name, picture, area: Rect::new(x, y, w, h), logits }
    };
    lines.map(golden).collect()
}

fn first(logits: &[f32]) -> usize {
    (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap()
}

#[test]
fn the_network_is_the_reference_s() {
    assert!(NETWORK.is_ok());
    let network = NETWORK.as_ref().unwrap();
    for golden in goldens() {
        let found = network.run(&crop::seen(&golden.picture, golden.area).unwrap());
        assert_eq!(found.len(), golden.logits.len());
        let apart = found.iter().zip(&golden.logits).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
        assert!(apart < TOLERANCE, "{}: {apart}", golden.name);
        assert_eq!(first(&found), first(&golden.logits), "{}", golden.name);
    }
}

#[test]
fn most_goldens_are_named() {
    let named = |golden: &Golden| {
        let guess = classify(&golden.picture, golden.area).unwrap();
        assert!(guess.best.windows(2).all(|two| two[0].probability >= two[1].probability));
        guess.best[0].meaning.name() == golden.name
    };
    let all = goldens();
    let right = all.iter().filter(|golden| named(golden)).count();
    assert!(right * 4 >= all.len() * 3, "{right} of {}", all.len());
}

#[test]
fn any_box_is_taken() {
    let golden = &goldens()[0];
    let edges = [i32::MIN, -40, -3, 0, 1, 7, 20, 60, 5000, i32::MAX];
    for (x, y) in edges.into_iter().flat_map(|x| edges.map(|y| (x, y))) {
        for (w, h) in [(0, 0), (1, 1), (6, 2), (2, 40), (17, 16), (300, 20), (i32::MAX, i32::MAX)] {
            let _ = classify(&golden.picture, Rect::new(x, y, w, h));
        }
    }
    assert_eq!(classify(&RgbImage::new(0, 0), Rect::new(0, 0, 16, 16)), None);
    assert_eq!(classify(&RgbImage::new(30, 30), Rect::new(4, 4, 16, 16)), None);
}

#[test]
fn words_add_up() {
    let guess = best(&[1.0, 1.0, 1.0, 0.0]);
    assert_eq!(guess.sure(), None);
    let word = guess.best[0].meaning.words()[0];
    assert!(guess.called(word) > 0.2 && guess.called("no such word") == 0.0);
}

/// `cargo test --release -p sightstep-vision icons::tests::speed -- --ignored --nocapture`
#[test]
#[ignore = "it only measures"]
fn speed() {
    let golden = &goldens()[0];
    let rounds = 2000;
    let mut best = f64::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(classify(&golden.picture, golden.area));
        }
        best = best.min(begin.elapsed().as_secs_f64() * 1000.0 / f64::from(rounds));
    }
    println!("{best:.3} ms an icon");
}
