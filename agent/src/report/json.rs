//! `--json`: one event a line on standard output, in the recording's own form.

use std::io::Write as _;

use sightstep_tasks::recording::Entry;

use super::Report;

/// Writes each event as it happens. With several tasks at once, each line names its task.
pub struct JsonLines {
    task: Option<String>,
}

impl JsonLines {
    /// Lines that name `task`, where there are several.
    pub fn new(task: Option<String>) -> Self {
        Self { task }
    }
}

impl Report for JsonLines {
    fn entry(&mut self, entry: &Entry) {
        let Ok(mut line) = serde_json::to_value(entry) else { return };
        if let (Some(task), Some(fields)) = (&self.task, line.as_object_mut()) {
            fields.insert("run".into(), task.clone().into());
        }
        // Who closed the pipe doesn't want to know.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}
