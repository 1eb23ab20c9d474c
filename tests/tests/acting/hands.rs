//! Nothing stays held: not after an end, not after a panic, not what an earlier, killed process left down.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sightstep::session::sandbox::Sandbox;
use sightstep_actions::executor::PointerWatch;
use sightstep_actions::executor::{ActError, CarefulExecutor, DesktopExecutor, Executor as _};
use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::{DesktopPoint, FramePoint, Size, View};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, KEY_PRESS_EVENT, MOTION_NOTIFY_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

const VIEW: View = View { origin: DesktopPoint { x: 0, y: 0 }, size: Size { width: 640, height: 480 }, scale: 1.0 };

/// A key code that every keyboard map of an X server has: the left Control key.
const CONTROL: u8 = 37;

fn connected(display: &str) -> (RustConnection, u32) {
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let root = connection.setup().roots[screen].root;
    (connection, root)
}

/// How many keys are down, and how many bits of the mask of buttons and modifiers are set.
fn held(display: &str) -> (u32, u32) {
    let (connection, root) = connected(display);
    let keys = connection.query_keymap().unwrap().reply().unwrap().keys;
    let pointer = connection.query_pointer(root).unwrap().reply().unwrap();
    (keys.iter().map(|byte| byte.count_ones()).sum(), u16::from(pointer.mask).count_ones())
}

async fn holding(display: &str) -> DesktopExecutor {
    let mut executor = DesktopExecutor::connect(Some(display)).unwrap();
    let press = Action::Press { button: Button::Left, at: Some(FramePoint { x: 300, y: 200 }) };
    executor.perform(&Action::KeyDown { key: "ctrl".into() }, &VIEW).await.unwrap();
    executor.perform(&press, &VIEW).await.unwrap();
    assert_eq!(held(display), (1, 2));
    executor
}

#[tokio::test]
async fn an_end_releases_all() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let mut executor = holding(sandbox.display()).await;
    executor.release_all().await.unwrap();
    assert_eq!(held(sandbox.display()), (0, 0));
    drop(holding(sandbox.display()).await);
    assert_eq!(held(sandbox.display()), (0, 0));
}

#[tokio::test]
async fn a_panic_releases_all() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let executor = holding(sandbox.display()).await;
    let task = tokio::spawn(async move {
        let _executor = executor;
        panic!("on purpose");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(held(sandbox.display()), (0, 0));
}

#[tokio::test]
async fn what_a_killed_process_left_down_is_released() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let (connection, _) = connected(sandbox.display());
    connection.xtest_fake_input(KEY_PRESS_EVENT, CONTROL, 0, x11rb::NONE, 0, 0, 0).unwrap();
    connection.sync().unwrap();
    assert_eq!(held(sandbox.display()).0, 1);
    let _executor = DesktopExecutor::connect(Some(sandbox.display())).unwrap();
    assert_eq!(held(sandbox.display()), (0, 0));
}

#[tokio::test]
async fn the_pointer_in_the_corner_stops_unless_we_sent_it_there() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let mut executor = DesktopExecutor::connect(Some(sandbox.display())).unwrap();
    let watch = PointerWatch::start(Some(sandbox.display()), executor.aim()).unwrap().unwrap();
    executor.perform(&Action::Move { at: FramePoint { x: 300, y: 200 } }, &VIEW).await.unwrap();
    executor.perform(&Action::Move { at: FramePoint { x: 0, y: 0 } }, &VIEW).await.unwrap();
    let own = tokio::time::timeout(Duration::from_millis(400), watch.fired()).await;
    assert!(own.is_err(), "our own move must not stop a run");
    executor.perform(&Action::Move { at: FramePoint { x: 300, y: 200 } }, &VIEW).await.unwrap();
    // A person's hand: the pointer moves without the executor.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (connection, root) = connected(sandbox.display());
    connection.warp_pointer(x11rb::NONE, root, 0, 0, 0, 0, 0, 0).unwrap();
    connection.sync().unwrap();
    tokio::time::timeout(Duration::from_secs(5), watch.fired()).await.unwrap();
}

#[tokio::test]
async fn a_hand_on_the_mouse_keeps_what_was_planned_from_being_done() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let executor = DesktopExecutor::connect(Some(sandbox.display())).unwrap();
    let watch = PointerWatch::start(Some(sandbox.display()), executor.aim()).unwrap().unwrap();
    let mut executor = CarefulExecutor::new(executor, watch.hand());
    let path = vec![FramePoint { x: 300, y: 200 }, FramePoint { x: 600, y: 20 }, FramePoint { x: 20, y: 400 }];
    for _ in 0..3 {
        // Our own movements are nobody's else.
        executor.perform(&Action::Drag { path: path.clone(), button: Button::Left }, &VIEW).await.unwrap();
    }
    assert_eq!(watch.hand().moved(), None);
    let (connection, root) = connected(sandbox.display());
    let begun = std::time::Instant::now();
    for step in 0..10 {
        connection.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, root, 100 + 5 * step, 100, 0).unwrap();
        connection.sync().unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let click = Action::Click { at: FramePoint { x: 300, y: 200 }, button: Button::Left, count: 1 };
    assert_eq!(executor.perform(&click, &VIEW).await, Err(ActError::Disturbed));
    assert!(begun.elapsed() >= Duration::from_secs(2), "it waits until the hand is still");
    let pointer = connection.query_pointer(root).unwrap().reply().unwrap();
    assert_eq!((pointer.root_x, pointer.root_y), (145, 100), "nothing was moved");
    executor.perform(&click, &VIEW).await.unwrap();
}

/// Binds every key that nothing is bound to, so that none is left for characters that the layout lacks.
fn use_up_spare_keys(display: &str) {
    let (connection, _) = connected(display);
    let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
    let table = connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
    let keys = (first..=last).zip(table.keysyms.chunks(table.keysyms_per_keycode.into()));
    for (code, _) in keys.filter(|(_, symbols)| symbols.iter().all(|symbol| *symbol == 0)) {
        connection.change_keyboard_mapping(1, code, 1, &[u32::from(b'x')]).unwrap();
    }
    connection.sync().unwrap();
}

/// Whether the window manager has given a window the keyboard.
fn has_active_window(display: &str) -> bool {
    let (connection, root) = connected(display);
    let name = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW").unwrap().reply().unwrap().atom;
    let active = connection.get_property(false, root, name, AtomEnum::WINDOW, 0, 1).unwrap().reply().unwrap();
    active.value32().and_then(|mut values| values.next()).is_some_and(|window| window != 0)
}

/// What `xclip` says the clipboard holds, or puts into it.
fn clipboard(display: &str, put: Option<&str>) -> String {
    use std::io::Write as _;
    let mut command = std::process::Command::new("xclip");
    command.args(["-selection", "clipboard", if put.is_some() { "-in" } else { "-out" }]).env("DISPLAY", display);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(put.unwrap_or_default().as_bytes()).unwrap();
    if put.is_some() {
        // xclip stays behind to own the selection and keeps its output open.
        child.wait().unwrap();
        return String::new();
    }
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn what_no_key_can_type_is_pasted_and_the_clipboard_put_back() {
    let sandbox = Sandbox::start(640, 480).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.txt");
    let shell = format!("cat > {}", out.display());
    let mut terminal = std::process::Command::new("xterm");
    let mut terminal = terminal.args(["-e", "sh", "-c", &shell]).envs(sandbox.environment()).spawn().unwrap();
    clipboard(sandbox.display(), Some("a person's own"));
    let mut executor = DesktopExecutor::connect(Some(sandbox.display())).unwrap();
    use_up_spare_keys(sandbox.display());
    let started = std::time::Instant::now();
    // The shell may write before the window manager shows the window: what is typed then reaches nobody.
    while !(out.exists() && has_active_window(sandbox.display())) && started.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    executor
        .perform(&Action::Click { at: FramePoint { x: 320, y: 240 }, button: Button::Left, count: 1 }, &VIEW)
        .await
        .unwrap();
    let receipt = executor.perform(&Action::Type { text: "a中文b😀\n".into() }, &VIEW).await.unwrap();
    assert_eq!(receipt.note.as_deref(), Some("3 characters are not on the layout; they were pasted"));
    executor.perform(&Action::Key { keys: vec!["ctrl".into(), "d".into()] }, &VIEW).await.unwrap();
    terminal.wait().unwrap();
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "a中文b😀\n");
    assert_eq!(clipboard(sandbox.display(), None), "a person's own");
}
