//! Tests against the reference implementation: every stage of every family, on tiny checkpoints with random weights.
//!
//! `engine/goldens/README.md` says how checkpoints and goldens were made.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use image::{Rgb, RgbImage};
use sightstep_vision::frame::Frame;

use crate::gpu::Gpu;
use crate::load::weights::Weights;
use crate::model::config::{Config, PictureRule};
use crate::model::observe::Stage;
use crate::model::placement::TowerAt;
use crate::model::preprocess;
use crate::model::tower::Tower;
use crate::session::prompt::Prompt;
use crate::{Content, Engine, LoadOptions, Message, Params, Quantize, Role};

/// The greatest error of a stage, as a part of the stage's greatest number.
const TOLERANCE: f64 = 1e-4;

const FAMILIES: [&str; 5] = ["qwen2_vl", "qwen2_5_vl", "opencua", "qwen3_vl", "qwen3_vl_moe"];

pub(crate) fn folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens").join(family)
}

/// The picture that `cases.py` makes by the same formula.
pub(crate) fn picture(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([0, 1, 2].map(|c| {
            let (x, y, seed) = (u64::from(x), u64::from(y), u64::from(seed));
            let smooth = (x * (c + 1) + y * (3 - c) + seed * 31) / 2;
            let noise = (x * x * 7 + y * y * 13 + x * y * (c + 5) + seed * 101) % 251;
            let boxes = ((x / 16 + y / 16 + seed) % 3) * 90;
            let plain = if (x / 64) % 2 == 0 { boxes } else { smooth };
            (if (x / 24 + y / 40) % 4 == 0 { noise } else { plain } % 256) as u8
        }))
    })
}

fn said(text: &str) -> Content {
    Content::Text(text.into())
}

/// The conversations of `cases.py`, by name.
pub(crate) fn conversation(case: &str) -> Vec<Message> {
    let sizes: &[(u32, u32)] = match case {
        "one" => &[(116, 90)],
        "three" => &[(200, 60), (90, 150), (113, 113)],
        "odd" => &[(330, 250)],
        _ => &[(1280, 720)],
    };
    let shown = |n: usize| Content::Picture(Frame::from_image(picture(sizes[n].0, sizes[n].1, n as u32 + 1)));
    let user = |content| Message { role: Role::User, content };
    match case {
        "one" => vec![user(vec![shown(0), said("Where is the button?")])],
        "three" => vec![
            Message::text(Role::System, "You click on things."),
            user(vec![said("Click the thing in the middle."), shown(0)]),
            Message::text(Role::Assistant, "click(1,2)\n\n"),
            user(vec![shown(1)]),
            Message::text(Role::Assistant, "Thought: it's there…\nclick(34, 5)"),
            user(vec![shown(2), said("What now? 12 345")]),
        ],
        "odd" => vec![user(vec![said("An odd number of windows: "), shown(0)])],
        _ => vec![user(vec![shown(0), said("Read the screen.")])],
    }
}

const CASES: [&str; 4] = ["one", "three", "odd", "hd"];

/// The tensors of one case.
struct Golden(HashMap<String, Tensor>);

impl Golden {
    fn read(family: &str, case: &str) -> Self {
        let path = folder(family).join(format!("golden-{case}.safetensors"));
        Self(candle_core::safetensors::load(path, &Device::Cpu).unwrap())
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.0[name].to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    fn integers(&self, name: &str) -> Vec<u32> {
        self.numbers(name).into_iter().map(|number| number as u32).collect()
    }

    /// The greatest difference from the rows that the golden has, as a part of the greatest number; the sum of squares
    /// of the whole must agree as well.
    fn error(&self, name: &str, found: &Tensor) -> f64 {
        let found = found.to_dtype(DType::F64).unwrap();
        let rows = Tensor::new(self.integers(&format!("{name}.rows")), &Device::Cpu).unwrap();
        let some: Vec<f64> = found.index_select(&rows, 0).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        let right = self.numbers(name);
        assert_eq!(some.len(), right.len(), "{name}");
        let most = right.iter().fold(0f64, |most, number| most.max(number.abs()));
        let error = some.iter().zip(&right).fold(0f64, |worst, (a, b)| worst.max((a - b).abs())) / most;
        let squares = found.sqr().unwrap().sum_all().unwrap().to_scalar::<f64>().unwrap();
        let whole = self.numbers(&format!("{name}.sums"))[1];
        error.max((squares / whole - 1.0).abs())
    }
}

fn name(stage: Stage) -> String {
    match stage {
        Stage::Embedded => "vision.patch_embed".into(),
        Stage::Block(n) => format!("vision.block.{n}"),
        Stage::Merged => "vision.merger".into(),
        Stage::Deepstack(n) => format!("vision.deepstack.{n}"),
        Stage::Layer(n) => format!("text.layer.{n}"),
    }
}

/// What the stages gave; where a stage came several times, one below the other.
#[derive(Default)]
struct SeenStages(Vec<(String, Vec<Tensor>)>);

impl SeenStages {
    fn add(&mut self, stage: Stage, x: &Tensor) -> candle_core::Result<()> {
        let (name, x) = (name(stage), x.copy()?);
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => all.push(x),
            None => self.0.push((name, vec![x])),
        }
        Ok(())
    }

    fn errors(&self, golden: &Golden) -> Vec<(String, f64)> {
        let whole = |all: &[Tensor]| Tensor::cat(all, 0).unwrap();
        self.0.iter().map(|(name, all)| (name.clone(), golden.error(name, &whole(all)))).collect()
    }
}

/// One family's checkpoint, stage by stage.
struct Model {
    engine: Engine,
    config: Config,
    rule: PictureRule,
    tower: TowerAt,
}

impl Model {
    fn load(family: &str) -> Self {
        Self::load_on(None, family)
    }

    fn load_on(gpu: Option<&Gpu>, family: &str) -> Self {
        let folder = folder(family);
        let config = Config::read(&folder).unwrap();
        let weights = Arc::new(Weights::open(&folder).unwrap());
        let tower = Tower::load(&config.vision, config.text.hidden, &weights, None).unwrap();
        Self {
            engine: Engine::load_on(gpu, &folder, &LoadOptions::default(), &mut |_, _| ()).unwrap(),
            rule: PictureRule::read(&folder, &config.vision).unwrap(),
            tower: TowerAt::new(tower, gpu).unwrap(),
            config,
        }
    }

    fn prompt(&self, case: &str) -> Prompt {
        let messages = conversation(case);
        let ids = self.engine.tokenizer().encode(&self.engine.render(&messages).unwrap()).unwrap();
        self.engine.prompt(&ids, &messages).unwrap()
    }
}

/// What is wrong with a case, if anything is.
fn wrong(model: &Model, family: &str, case: &str) -> Vec<String> {
    let golden = Golden::read(family, case);
    let mut wrong = Vec::new();
    let prompt = model.prompt(case);
    let ids: Vec<u32> = prompt.tokens.iter().map(|token| token.id).collect();
    let grids: Vec<u32> = prompt.pictures.iter().flat_map(|p| [1, p.grid.rows as u32, p.grid.columns as u32]).collect();
    let (positions, _) = prompt.positions(model.config.text.planar);
    let axes: Vec<u32> = (0..3).flat_map(|axis| positions.iter().map(move |position| position[axis])).collect();
    for (name, found) in [("ids", ids), ("grids", grids), ("positions", axes)] {
        if golden.integers(name) != found {
            wrong.push(format!("{family} {case}: {name} differ"));
        }
    }
    let mut seen = SeenStages::default();
    for picture in &prompt.pictures {
        let patches = preprocess::patches(picture.frame.pixels(), &model.rule, &model.config.vision).unwrap();
        model.tower.forward(&patches, &mut |stage, x| seen.add(stage, x)).unwrap();
    }
    let mut session = model.engine.session();
    // The pictures have been looked at already.
    let mut layers = |stage, x: &Tensor| if matches!(stage, Stage::Layer(_)) { seen.add(stage, x) } else { Ok(()) };
    let (logits, _, _) = session.read(&prompt, &mut layers).unwrap();
    let mut errors = seen.errors(&golden);
    errors.push((
        "logits".into(),
        golden.error("logits", &Tensor::new(logits, &Device::Cpu).unwrap().unsqueeze(0).unwrap()),
    ));
    for (name, error) in errors {
        println!("{family:13} {case:6} {name:20} {error:.1e}");
        if error > TOLERANCE || error.is_nan() {
            wrong.push(format!("{family} {case}: {name} is wrong by {error:.1e}"));
        }
    }
    wrong
}

#[test]
fn every_stage_is_as_the_reference_gives_it() {
    let mut all = Vec::new();
    for family in FAMILIES {
        let model = Model::load(family);
        all.extend(CASES.iter().flat_map(|case| wrong(&model, family, case)));
    }
    assert!(all.is_empty(), "{all:#?}");
}

/// The processor in a card's place: all but the kernels, which are tested by themselves.
fn stand_in() -> Gpu {
    Gpu { device: Device::Cpu, dtype: DType::F32 }
}

#[test]
fn every_stage_of_a_card_is_as_the_reference_gives_it() {
    let mut all = Vec::new();
    for family in FAMILIES {
        let model = Model::load_on(Some(&stand_in()), family);
        all.extend(CASES.iter().flat_map(|case| wrong(&model, family, case)));
    }
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn greedy_answers_are_the_reference_s() {
    let mut wrong = Vec::new();
    let all = FAMILIES.iter().flat_map(|family| CASES.iter().map(move |case| (family, case)));
    for ((family, case), gpu) in all.flat_map(|one| [(one, None), (one, Some(stand_in()))]) {
        let right = Golden::read(family, case).integers("greedy");
        assert!(right.len() >= 64);
        let engine = Engine::load_on(gpu.as_ref(), &folder(family), &LoadOptions::default(), &mut |_, _| ()).unwrap();
        let params = Params { max_tokens: right.len(), ..Params::default() };
        let mut session = engine.session();
        let mut answer = session.generate(&conversation(case), &params).unwrap();
        answer.until(|_| false).unwrap();
        if answer.tokens() != right {
            wrong.push(format!("{family} {case}: {:?} is not {right:?}", answer.tokens()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pixels_are_the_reference_s_within_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/resizes.safetensors");
    let golden = Golden(candle_core::safetensors::load(path, &Device::Cpu).unwrap());
    let mut wrong = Vec::new();
    for n in 0..4 {
        let sizes = golden.integers(&format!("{n}.sizes"));
        let source = picture(sizes[0], sizes[1], n);
        let resized = sightstep_vision::resize::bicubic(&source, sizes[2], sizes[3]);
        let width = sizes[2] as usize * 3;
        let rows = golden.integers(&format!("{n}.rows")).into_iter().map(|row| row as usize * width);
        let found = rows.flat_map(|start| resized.as_raw()[start..start + width].to_vec());
        let far: Vec<_> = found.zip(golden.numbers(&n.to_string())).map(|(a, b)| (f64::from(a) - b).abs()).collect();
        let (worst, differ) = (far.iter().fold(0f64, |a, b| a.max(*b)), far.iter().filter(|d| **d > 0.0).count());
        println!("{sizes:?}: at most {worst}, {differ} of {} differ", far.len());
        if worst > 1.0 {
            wrong.push(sizes);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_tower_in_eight_bits_is_near_the_whole_one() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let whole = Model::load(family);
        let weights = Arc::new(Weights::open(&folder(family)).unwrap());
        for quantize in [Quantize::Q8_0, Quantize::Q4K] {
            let tower = Tower::load(&whole.config.vision, whole.config.text.hidden, &weights, Some(quantize)).unwrap();
            let tower = TowerAt::new(tower, None).unwrap();
            let patches = preprocess::patches(&picture(330, 250, 1), &whole.rule, &whole.config.vision).unwrap();
            let tokens = |tower: &TowerAt| tower.forward(&patches, &mut crate::model::observe::nobody).unwrap().tokens;
            let (found, right) = (tokens(&tower), tokens(&whole.tower));
            let length = |x: &Tensor| x.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap().sqrt();
            let error = length(&(found - &right).unwrap()) / length(&right);
            println!("{family:13} {quantize:?} {error:.1e}");
            // Weights and inputs are rounded to one part in 254 of their block's largest, in every layer; with random
            // weights nothing takes that back.
            if !(1e-4..0.06).contains(&error) {
                wrong.push((family, quantize, error));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn windows_that_did_not_change_are_not_computed_again() {
    let (model, fresh) = (Model::load("qwen2_5_vl"), Model::load("qwen2_5_vl"));
    let before = picture(330, 250, 1);
    let mut after = before.clone();
    after.put_pixel(200, 30, Rgb([255, 0, 0]));
    let patches = |picture| preprocess::patches(picture, &model.rule, &model.config.vision).unwrap();
    model.tower.forward(&patches(&before), &mut crate::model::observe::nobody).unwrap();
    let right = fresh.tower.forward(&patches(&after), &mut crate::model::observe::nobody).unwrap().tokens;
    let mut rows = Vec::new();
    for picture in [&after, &after] {
        let mut count = 0;
        let found = model.tower.forward(&patches(picture), &mut |stage, x| {
            count += if stage == Stage::Block(0) { x.dim(0)? } else { 0 };
            Ok(())
        });
        let far = (found.unwrap().tokens - &right).unwrap().abs().unwrap().max_all().unwrap();
        assert!(far.to_scalar::<f32>().unwrap() <= 1e-5 * 4.0, "{far}");
        rows.push(count);
    }
    // A pixel spreads over at most four windows of 8 x 8 patches; then nothing is new.
    assert!((64..=256).contains(&rows[0]) && rows[1] == 0, "{rows:?}");
}
