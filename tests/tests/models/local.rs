//! Models in this process behind the whole program: runs, places in pictures, and fetching from a hub.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use crate::support::{Place, ended};
use serde_json::{Value, json};
use sightstep::model::Model;
use sightstep::observation::Observation;
use sightstep::planner::Planner as _;
use sightstep::planner::answer_stream::AnswerStream;
use sightstep::planner::dialogue::Goal;
use sightstep_engine::{LoadOptions, Quantize};
use sightstep_tests::hub::{Hub, REVISION, Served};
use sightstep_tests::parrot;
use sightstep_vision::digest::{Expected, Running};
use sightstep_vision::frame::Frame;
use sightstep_vision::screen::Settled;

/// A task that needs no program: a private display with nothing on it.
const EMPTY: &str = "goal = 'Wait for better times'\nscreen.sandbox = '320x240'\nlimits.steps = 3\n";

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens/qwen2_5_vl")
}

/// A model in the place that always says this.
fn saying(place: &Place, answer: &str) -> String {
    let folder = place.path().join("UI-TARS-1.5-parrot");
    std::fs::create_dir(&folder).unwrap();
    parrot::write(&folder, &goldens(), answer).unwrap();
    folder.display().to_string()
}

fn planned(place: &Place) -> Vec<Value> {
    place.events().into_iter().filter(|event| event["event"] == "planned").collect()
}

#[test]
fn a_model_in_this_process_plans_a_run() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let model = saying(&place, "Thought: There is nothing to do.\nAction: finished(content='nothing')");
    let (code, said) = place.run(&["run", "empty.toml", "--model", &model]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("There is nothing to do."), "{said}");
    let planned = planned(&place);
    let exchange = &planned[0]["exchange"];
    assert_eq!(planned.len(), 1);
    assert!(exchange["prompt_tokens"].as_u64().unwrap() > 100 && exchange["first_token_ms"].as_f64().unwrap() > 0.0);
    assert_eq!((&exchange["tokens"], &exchange["reused_tokens"]), (&json!(1), &json!(0)), "{exchange}");
}

/// A screen that looks different each time.
fn seen(number: u8) -> Observation {
    let frame = Frame::from_image(image::RgbImage::from_pixel(320, 240, image::Rgb([number, 200, 100])));
    let settled = Settled::still(frame);
    Observation { settled, windows: Vec::new(), pointer: None }
}

#[tokio::test]
async fn what_was_read_in_earlier_steps_is_not_read_again() {
    let place = Place::new();
    let model = saying(&place, "Thought: I wait.\nAction: wait()");
    let options = LoadOptions { quantize: Some(Quantize::Q8_0), ..LoadOptions::default() };
    let Ok(Model::Local(local)) = Model::named(&model, None, &options, &|_| None) else { panic!("a local model") };
    let mut planner = local.planner(Goal { told: "Wait".into(), ..Goal::default() }, AnswerStream::default()).unwrap();
    let mut exchanges = Vec::new();
    for number in 0..7 {
        exchanges.extend(planner.next(&seen(number), &[]).await.unwrap().exchange);
    }
    let read: Vec<u32> = exchanges.iter().filter_map(|e| e.prompt_tokens).collect();
    let reused: Vec<u32> = exchanges.iter().filter_map(|e| e.reused_tokens).collect();
    assert_eq!((read.len(), reused.len()), (7, 7));
    // All that the prompt before had is still there: the next step reads the answer and the new picture. Only where two of
    // five pictures were dropped at once, the prompt is read from the first of these on.
    let goes_on: Vec<bool> = (1..7).map(|n| reused[n] >= read[n - 1]).collect();
    assert_eq!(goes_on, [true, true, true, true, false, true], "{read:?} {reused:?}");
    assert!(reused[5] > 100, "{reused:?}");
}

#[test]
fn an_answer_that_is_no_plan_ends_the_run_with_what_was_said() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let model = saying(&place, "I like turtles.");
    let (code, said) = place.run(&["run", "empty.toml", "--model", &model]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("asked 4 times and gave no plan") && said.contains("I like turtles."), "{said}");
}

#[test]
fn a_place_is_found_in_the_picture_s_own_pixels() {
    let place = Place::new();
    let screen = place.path().join("screen.png").display().to_string();
    image::RgbImage::from_pixel(1920, 1080, image::Rgb([200, 210, 220])).save(&screen).unwrap();
    // The model sees 1932x1092.
    let model = saying(&place, "Action: click(start_box='(966,546)')");
    let (code, found) = place.output(&["ground", &screen, "the middle", "--model", &model]);
    assert_eq!(code, 0, "{found}");
    assert_eq!(serde_json::from_str::<Value>(&found).unwrap()["point"], json!({ "x": 960, "y": 540 }));
}

#[test]
fn models_that_are_not_there_are_named() {
    let place = Place::new();
    let empty = place.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.display().to_string();
    let mut told = String::new();
    for (model, profile) in [
        ("owner/name", None),
        ("./nowhere", None),
        ("~/models/nothing", None),
        (empty.as_str(), None),
        ("redaer", None),
        (goldens().to_str().unwrap(), Some("ui-tar")),
    ] {
        let mut arguments = vec!["do", "click OK", "--model", model];
        arguments.extend(profile.iter().flat_map(|name| ["--profile", name]));
        let mut command = place.sightstep(&arguments);
        let (code, said) = ended(command.env("HF_HOME", place.path()).output().unwrap());
        let shown = said.replace(&place.path().display().to_string(), "PLACE").replace("//empty", "/empty");
        told.push_str(&format!("{shown}=> {code}\n\n"));
    }
    insta::assert_snapshot!(told);
}

/// A file as a hub lists it.
fn served(name: &'static str, content: Vec<u8>) -> Served {
    let digest = |expected: Expected| {
        let mut running = Running::new(&expected, content.len() as u64);
        running.update(&content);
        running.finish()
    };
    let git = digest(Expected::GitBlob(String::new()));
    let sha = digest(Expected::Sha256(String::new()));
    let entry = if name.ends_with(".safetensors") {
        json!({ "blobId": git, "lfs": { "sha256": sha, "size": content.len() } })
    } else {
        json!({ "blobId": git })
    };
    Served { name, content, entry }
}

fn hub() -> Hub {
    let names = [
        "config.json",
        "tokenizer.json",
        "chat_template.json",
        "preprocessor_config.json",
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    ];
    let file = |name: &'static str| served(name, std::fs::read(goldens().join(name)).unwrap());
    let pickle = served("pytorch_model.bin", b"a pickle".to_vec());
    Hub::start(names.map(file).into_iter().chain([pickle]).collect())
}

fn pulled(place: &Place, hub: &Hub, arguments: &[&str]) -> (i32, String) {
    let mut command = place.sightstep(arguments);
    let output = command.env("HF_ENDPOINT", hub.url()).env("HF_HOME", place.path().join("hf")).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_model_is_fetched_goes_on_where_it_was_broken_off_and_answers() {
    let place = Place::new();
    let hub = hub();
    hub.break_off_after(60_000);
    let (code, said) = pulled(&place, &hub, &["models", "pull", "owner/name"]);
    assert_eq!(code, 0, "{said}");
    let requests = hub.requests();
    assert!(!requests.iter().any(|(path, _)| path.ends_with(".bin")), "{requests:?}");
    let large: Vec<usize> =
        requests.iter().filter(|(path, _)| path.ends_with("00002-of-00002.safetensors")).map(|r| r.1).collect();
    assert_eq!(large, [0, 60_000, 120_000], "each request begins where the one before ended");
    let (code, said) = pulled(&place, &hub, &["models"]);
    assert!(code == 0 && said.contains("owner/name\t") && said.contains(REVISION), "{said}");
    let (code, said) = pulled(&place, &hub, &["ask", "Where?", "--model", "owner/name", "--max-tokens", "3"]);
    assert_eq!(code, 0, "{said}");
    // All is there: nothing but the list is asked for again.
    let (code, _) = pulled(&place, &hub, &["models", "pull", "owner/name"]);
    assert_eq!((code, hub.requests().len()), (0, requests.len() + 1));
    let snapshot = place.path().join("hf/hub/models--owner--name/snapshots").join(REVISION);
    let blob = snapshot.join("tokenizer.json").canonicalize().unwrap();
    std::fs::write(blob, std::fs::read_to_string(goldens().join("tokenizer.json")).unwrap().replace("click", "clock"))
        .unwrap();
    let (code, said) = pulled(&place, &hub, &["ask", "Where?", "--model", "owner/name"]);
    assert!(code == 3 && said.contains("has other content than it had when it was fetched"), "{said}");
    let (code, said) = pulled(&place, &hub, &["do", "Click OK", "--model", "owner/name", "--sandbox", "640x480"]);
    assert!(code == 3 && said.contains("has other content than it had when it was fetched"), "{said}");
}

#[test]
fn content_that_the_hub_does_not_list_is_refused() {
    let place = Place::new();
    let mut wrong = served("model.safetensors", b"weights".to_vec());
    wrong.content = b"w3ights".to_vec();
    let hub = Hub::start(vec![wrong]);
    let (code, said) = pulled(&place, &hub, &["models", "pull", "owner/name"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("model.safetensors came with other content than the hub lists"), "{said}");
    let (code, said) = pulled(&place, &hub, &["models"]);
    assert_eq!((code, said.as_str()), (0, ""));
    let (code, said) = pulled(&place, &hub, &["models", "pull", "owner/nobody"]);
    assert!(code == 3 && said.contains("(404)") && said.contains("is the name right?"), "{said}");
    let (code, said) = pulled(&place, &hub, &["models", "pull", "nobody"]);
    assert!(code == 2 && said.contains("they are called OWNER/NAME"), "{said}");
}
