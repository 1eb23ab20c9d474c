//! A person fills in a form in a real window; what was recorded is replayed offline, performed again, and made a task.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::{Place, ended};
use sightstep::session::sandbox::Sandbox;
use sightstep_actions::executor::{DesktopExecutor, Executor as _};
use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::{DesktopPoint, FramePoint, Size, View};
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _};

/// A hand takes its time from one thing to the next.
const HAND: Duration = Duration::from_millis(900);

const SIZE: Size = Size { width: 1024, height: 768 };

const TASK: &str = r#"
goal = "Sign up"
[[setup]]
launch = ["sh", "-c", "zenity --forms --title 'Sign up' --text 'Your details' --add-entry 'Name' --add-password 'Password' > answers.txt"]
wait_for = { window = "Sign up" }
[[check]]
file = "answers.txt"
matches = "^Ada Lovelace\\|h.....2\n$"
within = 5
"#;

/// Whoever sits before the display.
struct Hands {
    screen: DesktopScreen,
    executor: DesktopExecutor,
    reader: Reader,
}

impl Hands {
    async fn at(display: &str) -> Self {
        let models = TextModels::load(&sightstep_vision::weights::locate().unwrap()).unwrap();
        Self {
            screen: DesktopScreen::connect(Some(display), Area::Desktop, Eyes::All).await.unwrap(),
            executor: DesktopExecutor::connect(Some(display)).unwrap(),
            reader: Reader::new(Arc::new(models)),
        }
    }

    /// Where a text is, once it is there.
    async fn find(&mut self, text: &str) -> (i32, i32) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let frame = self.screen.settled(None).await.unwrap().frame;
            let reading = self.reader.read(&frame);
            if let Some(line) = reading.lines.iter().find(|line| line.text == text) {
                return line.area.centre();
            }
            assert!(Instant::now() < deadline, "{text} never came");
        }
    }

    async fn perform(&mut self, action: Action) {
        let view = View { origin: DesktopPoint { x: 0, y: 0 }, size: SIZE, scale: 1.0 };
        self.executor.perform(&action, &view).await.unwrap();
        tokio::time::sleep(HAND).await;
    }

    async fn click(&mut self, (x, y): (i32, i32)) {
        let at = FramePoint { x: x as u32, y: y as u32 };
        self.perform(Action::Click { at, button: Button::Left, count: 1 }).await;
    }

    async fn write(&mut self, text: &str) {
        self.perform(Action::Type { text: text.into() }).await;
    }

    async fn press(&mut self, key: &str) {
        self.perform(Action::Key { keys: vec![key.into()] }).await;
    }
}

fn wait_for(place: &Place, event: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let path = place.path().join("rec/recording.jsonl");
    while !std::fs::read_to_string(&path).unwrap_or_default().contains(event) {
        assert!(Instant::now() < deadline, "{event} never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_a_person_filled_in_is_filled_in_again() {
    let place = Place::new();
    place.file("form.toml", TASK);
    let sandbox = Sandbox::start(SIZE.width, SIZE.height).await.unwrap();
    let mut command = place.sightstep(&["record", "form.toml", "-o", "rec", "--display", sandbox.display()]);
    let record = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut hands = Hands::at(sandbox.display()).await;
    let name = hands.find("Name").await;
    let ok = hands.find("OK").await;
    // The loop of the recording has looked at the form, too.
    tokio::time::sleep(Duration::from_secs(1)).await;
    hands.click((name.0 + 150, name.1)).await;
    hands.write("Adda").await;
    for key in ["backspace", "backspace"] {
        hands.press(key).await;
    }
    hands.write("a Lovelace").await;
    hands.press("tab").await;
    hands.write("hunter2").await;
    hands.click(ok).await;
    tokio::task::block_in_place(|| wait_for(&place, "\"event\":\"verified\",\"step\":5"));
    // SAFETY: sends a signal to a child of ours that has not been waited for.
    unsafe { libc::kill(record.id() as i32, libc::SIGINT) };
    let (code, said) = ended(record.wait_with_output().unwrap());
    assert_eq!(code, 0, "{said}");

    let text = std::fs::read_to_string(place.path().join("rec/recording.jsonl")).unwrap();
    assert!(!text.contains("hunter2"), "{text}");
    let events = text.lines().skip(1).map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let acted: Vec<_> = events.filter(|event| event["event"] == "acted").map(|event| event["action"].clone()).collect();
    let kinds: Vec<_> = acted.iter().map(|action| action["type"].as_str().unwrap()).filter(|t| *t != "wait").collect();
    assert_eq!(kinds, ["click", "type", "key", "type", "click"], "{said}");
    let typed: Vec<_> = acted.iter().filter_map(|action| action["text"].as_str()).collect();
    assert_eq!(typed, ["Ada Lovelace", "{secret}"], "{said}");

    let (code, said) = place.run(&["replay", "rec"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = place.run(&["replay", "rec", "--live", "--sandbox", "1024x768"]);
    assert!(code == 2 && said.contains("--input secret=…"), "{said}");
    let (code, said) = place.run(&["replay", "rec", "--live", "--sandbox", "1200x900", "--input", "secret=hunter2"]);
    assert_eq!(code, 0, "{said}");

    let (code, said) = place.run(&["recording", "to-task", "rec", "-o", "again.toml"]);
    let task = std::fs::read_to_string(place.path().join("again.toml")).unwrap();
    assert_eq!(code, 0, "{said}\n{task}");
    let mut command = place.sightstep(&["run", "again.toml", "--sandbox", "1024x768"]);
    let (code, said) = ended(command.env("SECRET", "hunter2").output().unwrap());
    assert_eq!(code, 0, "{said}\n{task}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_between_two_pause_keys_is_in_no_picture_and_no_text() {
    let place = Place::new();
    let launch = "goal = 'x'\n[[setup]]\nlaunch = ['mousepad']\nwait_for = { window = 'Untitled' }\n";
    place.file("editor.toml", launch);
    let sandbox = Sandbox::start(SIZE.width, SIZE.height).await.unwrap();
    let mut command = place.sightstep(&["record", "editor.toml", "-o", "rec", "--display", sandbox.display()]);
    let record = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut hands = Hands::at(sandbox.display()).await;
    hands.find("Document").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    hands.press("pause").await;
    hands.write("correct horse").await;
    hands.press("pause").await;
    hands.press("enter").await;
    hands.write("plain words").await;
    tokio::task::block_in_place(|| wait_for(&place, "\"event\":\"verified\",\"step\":3"));
    // SAFETY: sends a signal to a child of ours that has not been waited for.
    unsafe { libc::kill(record.id() as i32, libc::SIGINT) };
    let (code, said) = ended(record.wait_with_output().unwrap());
    assert_eq!(code, 0, "{said}");
    let text = std::fs::read_to_string(place.path().join("rec/recording.jsonl")).unwrap();
    assert!(!text.contains("correct") && !text.contains("horse") && text.contains("{secret}"), "{text}");
    assert!(!said.contains("horse"), "{said}");
    for frame in std::fs::read_dir(place.path().join("rec/frames")).unwrap() {
        let frame = image::open(frame.unwrap().path()).unwrap().into_rgb8();
        let reading = hands.reader.read(&sightstep_vision::frame::Frame::from_image(frame));
        assert!(reading.lines.iter().all(|line| !line.text.contains("horse")), "{:?}", reading.lines);
    }
}

const LIST: &str = r#"
goal = "Choose two"
[[setup]]
launch = ["sh", "-c", "yad --list --multiple --title Towns --height 300 --width 300 --column Town Athens Berlin Cairo Dublin > chosen.txt"]
wait_for = { window = "Towns" }
[[check]]
file = "chosen.txt"
equals = "Athens|\nCairo|\n"
within = 5
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_click_with_ctrl_held_is_one_when_it_is_done_again() {
    let place = Place::new();
    place.file("towns.toml", LIST);
    let sandbox = Sandbox::start(SIZE.width, SIZE.height).await.unwrap();
    let mut command = place.sightstep(&["record", "towns.toml", "-o", "rec", "--display", sandbox.display()]);
    let record = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut hands = Hands::at(sandbox.display()).await;
    let (first, third, ok) = (hands.find("Athens").await, hands.find("Cairo").await, hands.find("OK").await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    hands.click(first).await;
    hands.perform(Action::KeyDown { key: "ctrl".into() }).await;
    hands.click(third).await;
    hands.perform(Action::KeyUp { key: "ctrl".into() }).await;
    hands.click(ok).await;
    tokio::task::block_in_place(|| wait_for(&place, "\"event\":\"verified\",\"step\":5"));
    // SAFETY: sends a signal to a child of ours that has not been waited for.
    unsafe { libc::kill(record.id() as i32, libc::SIGINT) };
    let (code, said) = ended(record.wait_with_output().unwrap());
    assert_eq!(code, 0, "{said}");
    let text = std::fs::read_to_string(place.path().join("rec/recording.jsonl")).unwrap();
    let events = text.lines().skip(1).map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let acted: Vec<_> = events.filter(|event| event["event"] == "acted").map(|event| event["action"].clone()).collect();
    let kinds: Vec<_> = acted.iter().map(|action| action["type"].as_str().unwrap()).filter(|t| *t != "wait").collect();
    assert_eq!(kinds, ["click", "key_down", "click", "key_up", "click"], "{said}");
    let (code, said) = place.run(&["replay", "rec"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = place.run(&["replay", "rec", "--live", "--sandbox", "1024x768"]);
    assert_eq!(code, 0, "{said}");
}
