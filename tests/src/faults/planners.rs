//! Planners that fail: a model's server that says what no planner should.

use std::time::Duration;

use super::Fault;
use crate::server::{Reply, ScriptedServer, Step};

/// More answers than any run asks for.
const MANY: usize = 200;

/// The server of a planner's fault.
pub(super) fn server(fault: Fault) -> Option<ScriptedServer> {
    let said = |action: &str| Reply::chat(&format!("Thought: I go on.\nAction: {action}"));
    let reply = match fault {
        Fault::Rubbish => Reply::chat("The weather is fine today, is it not? }{[ click("),
        Fault::Repeats => said("click(start_box='(640,400)')"),
        Fault::OffScreen => said("click(start_box='(99999,400)')"),
        Fault::Destroys => said(r"type(content='rm -rf ~\n')"),
        Fault::Hangs => {
            let mut reply = Reply::stream();
            reply.steps.push(Step::Wait(Duration::from_secs(600)));
            reply
        }
        _ => return None,
    };
    Some(ScriptedServer::start(std::iter::repeat_n(reply, MANY)))
}
