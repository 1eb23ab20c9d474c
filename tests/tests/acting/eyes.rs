//! A real window, seen from its picture alone and with what its program says of itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use sightstep::session::sandbox::Sandbox;
use sightstep_actions::launch::Launcher;
use sightstep_vision::element::{Element, Role, Source};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _};
use sightstep_vision::weights;

/// How long the window may take.
const STARTUP: Duration = Duration::from_secs(30);

/// A form in a window of this title.
fn form(title: &str) -> Vec<String> {
    let title = format!("--title={title}");
    let words = [
        "zenity",
        "--forms",
        &title,
        "--text=Details",
        "--add-entry=Name",
        "--add-entry=Street",
        "--add-password=Secret",
    ];
    words.map(str::to_owned).into()
}

/// The form's picture as these eyes see it.
async fn look(sandbox: &Sandbox, eyes: Eyes) -> Frame {
    let mut screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, eyes).await.unwrap();
    let begun = Instant::now();
    while !screen.windows().await.unwrap().iter().any(|window| window.active) {
        assert!(begun.elapsed() < STARTUP, "no window came up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    screen.settled(Some(Instant::now())).await.unwrap().frame
}

fn elements(frame: &Frame) -> Vec<Element> {
    let models = Arc::new(TextModels::load(&weights::locate().unwrap()).unwrap());
    Reader::new(models).read(frame).elements.clone()
}

fn named<'e>(elements: &'e [Element], name: &str, role: Role) -> &'e Element {
    let found = elements.iter().find(|e| e.role == role && e.called() == name);
    found.unwrap_or_else(|| panic!("no {role:?} called {name} in {elements:#?}"))
}

#[tokio::test]
async fn a_form_is_seen_with_and_without_its_program_s_help() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let launcher = sandbox.environment().into_iter().fold(Launcher::new(), |l, (name, value)| l.env(name, value));
    launcher.launch(&form("Person")).unwrap();
    let with = look(&sandbox, Eyes::All).await;
    let without = look(&sandbox, Eyes::Pixels).await;
    assert!(!with.told().is_empty() && without.told().is_empty());
    let (with, without) = (elements(&with), elements(&without));
    for seen in [&with, &without] {
        for name in ["Name", "Street", "Secret"] {
            named(seen, name, Role::Field);
        }
        assert_eq!(named(seen, "OK", Role::Button).state.disabled, Some(false));
    }
    let told = named(&with, "OK", Role::Button);
    assert_eq!((told.source, told.window.as_deref()), (Source::Both, Some("Person")));
    // The same thing stands at the same place, whoever says so.
    let drawn = named(&without, "OK", Role::Button).area;
    assert!(told.area.intersection(&drawn).area() * 10 > told.area.union(&drawn).area() * 8, "{told:?} {drawn:?}");
}

#[tokio::test]
async fn a_program_that_does_not_answer_is_seen_from_its_picture() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let launcher = sandbox.environment().into_iter().fold(Launcher::new(), |l, (name, value)| l.env(name, value));
    launcher.launch(&form("Mute")).unwrap();
    look(&sandbox, Eyes::All).await;
    let stopped = stop("--title=Mute");
    assert!(!stopped.is_empty());
    let begun = Instant::now();
    let mut screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, Eyes::All).await.unwrap();
    let frame = screen.settled(None).await.unwrap().frame;
    let took = begun.elapsed();
    stopped.iter().for_each(|process| signal(*process, libc::SIGCONT));
    assert!(frame.told().is_empty(), "{:?}", frame.told());
    assert!(took < Duration::from_secs(3), "{took:?}");
    named(&elements(&frame), "Name", Role::Field);
}

/// Stops the programs with this word in their command line.
fn stop(word: &str) -> Vec<i32> {
    let has_word = |process: &i32| {
        let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|own| own == word.as_bytes())
    };
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let found: Vec<i32> = all.filter(has_word).collect();
    found.iter().for_each(|process| signal(*process, libc::SIGSTOP));
    found
}

fn signal(process: i32, signal: i32) {
    // SAFETY: sends a signal to a process.
    unsafe {
        libc::kill(process, signal);
    }
}
