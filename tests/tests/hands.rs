//! Nothing stays held: not after an end, not after a panic, not what an earlier, killed process left down.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sightstep::sandbox::Sandbox;
use sightstep_actions::executor::{DesktopExecutor, Executor as _};
use sightstep_actions::failsafe::CornerWatch;
use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::{DesktopPoint, FramePoint, Size, View};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KEY_PRESS_EVENT};
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
    let watch = CornerWatch::start(Some(sandbox.display()), executor.aim()).unwrap();
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
