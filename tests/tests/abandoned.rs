//! What a panic hook lets go of. A program of its own: it releases everything that any executor of the process holds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sightstep::session::sandbox::Sandbox;
use sightstep_actions::executor::{DesktopExecutor, Executor as _, release_abandoned};
use sightstep_actions::plan::Action;
use sightstep_actions::space::{DesktopPoint, Size, View};
use x11rb::protocol::xproto::ConnectionExt as _;

fn keys_down(display: &str) -> u32 {
    let (connection, _) = x11rb::connect(Some(display)).unwrap();
    let keys = connection.query_keymap().unwrap().reply().unwrap().keys;
    keys.iter().map(|byte| byte.count_ones()).sum()
}

#[tokio::test]
async fn what_executors_hold_is_released_without_dropping_them() {
    let displays = [Sandbox::start(640, 480).await.unwrap(), Sandbox::start(320, 240).await.unwrap()];
    let view = View { origin: DesktopPoint { x: 0, y: 0 }, size: Size { width: 320, height: 240 }, scale: 1.0 };
    let mut executors = Vec::new();
    for sandbox in &displays {
        let mut executor = DesktopExecutor::connect(Some(sandbox.display())).unwrap();
        executor.perform(&Action::KeyDown { key: "ctrl".into() }, &view).await.unwrap();
        assert_eq!(keys_down(sandbox.display()), 1);
        executors.push(executor);
    }
    release_abandoned();
    let down = displays.each_ref().map(|sandbox| keys_down(sandbox.display()));
    assert_eq!(down, [0, 0]);
}
