//! What a person reads when a task file is wrong: every kind of error, word for word.

use std::path::Path;

use sightstep_tasks::task::Task;

/// Files that are wrong in one way each: what is wrong, and the text.
const WRONG: &[(&str, &str)] = &[
    ("not TOML", "goal = \"Click OK"),
    ("not TOML on a later line", "goal = \"a\"\n\n[limits\nsteps = 3\n"),
    ("a key twice", "goal = \"a\"\ngoal = \"b\"\n"),
    ("no goal", "[limits]\nsteps = 3\n"),
    ("an empty goal", "goal = \"  \"\n"),
    ("a goal of the wrong type", "goal = 3\n"),
    ("an unknown key", "gaol = \"a\"\n"),
    ("an unknown key with nothing near", "goal = \"a\"\nzzzzzzzz = 1\n"),
    ("an unknown table", "goal = \"a\"\n\n[inputz]\na = 1\n"),
    ("an unknown key in a table", "goal = \"a\"\n[limits]\n\tstep = 3 # after a tab\n"),
    ("an unknown key in a check", "goal = \"a\"\n[[check]]\nfile = \"a\"\n[[check]]\nfile = \"b\"\ncontain = \"x\"\n"),
    ("an unknown key in a nested check", "goal = \"a\"\n[[check]]\nany = [{ text = \"x\" }, { txt = \"y\" }]\n"),
    ("an unknown key in an input", "goal = \"a\"\n[inputs]\npassword = { evn = \"APP_PASSWORD\" }\n"),
    (
        "an unknown key in wait_for",
        "goal = \"a\"\n[[setup]]\nlaunch = [\"mousepad\"]\nwait_for = { txt = \"Untitled\" }\n",
    ),
    ("an unknown key in stdout", "goal = \"a\"\n[[check]]\ncommand = [\"ls\"]\nstdout = { contain = \"x\" }\n"),
    ("a key after wide letters", "goal = \"a\"\n[inputs]\n\"名前\" = { \"値\" = 1 }\n"),
    ("an input of the wrong type", "goal = \"a\"\n[inputs]\nfile = [\"a\"]\n"),
    ("an input with both", "goal = \"a\"\n[inputs]\nfile = { env = \"A\", value = \"b\" }\n"),
    ("an input with neither", "goal = \"a\"\n[inputs]\nfile = { secret = true }\n"),
    ("an input named as a built-in", "goal = \"a\"\n[inputs]\nwork_dir = \"b\"\n"),
    ("an input with a bad name", "goal = \"a\"\n[inputs]\n\"a b\" = \"b\"\n"),
    ("an undefined placeholder", "goal = \"Save as {flie}\"\n[inputs]\nfile = \"a\"\n"),
    ("an undefined placeholder with nothing near", "goal = \"Save as {zzzzzzzz}\"\n"),
    ("an undefined placeholder in a check", "goal = \"a\"\n[inputs]\nfile = \"a\"\n[[check]]\nfile = \"{fil}\"\n"),
    ("an undefined placeholder in an argument", "goal = \"a\"\n[[setup]]\nrun = [\"cp\", \"{task_dri}/a\", \"b\"]\n"),
    ("a lonely brace", "goal = \"Type { here\"\n"),
    ("a lonely closing brace", "goal = \"Type } here\"\n"),
    ("a sandbox and a display", "goal = \"a\"\n[screen]\nsandbox = \"800x600\"\ndisplay = \":0\"\n"),
    ("a size that is none", "goal = \"a\"\n[screen]\nsandbox = \"wide\"\n"),
    ("a monitor and a region", "goal = \"a\"\n[screen]\ndisplay = \":0\"\nmonitor = 1\nregion = [0, 0, 5, 5]\n"),
    ("monitor 0", "goal = \"a\"\n[screen]\nmonitor = 0\n"),
    ("an empty region", "goal = \"a\"\n[screen]\nregion = [0, 0, 0, 5]\n"),
    ("a region of three", "goal = \"a\"\n[screen]\nregion = [0, 0, 5]\n"),
    ("a step that launches and runs", "goal = \"a\"\n[[setup]]\nlaunch = [\"a\"]\nrun = [\"b\"]\n"),
    ("a step that does nothing", "goal = \"a\"\n[[setup]]\n"),
    ("an empty command line", "goal = \"a\"\n[[setup]]\nlaunch = []\n"),
    ("a wait for nothing", "goal = \"a\"\n[[setup]]\nwait_for = { seconds = 3 }\n"),
    ("a wait of negative time", "goal = \"a\"\n[[setup]]\nwait_for = { text = \"a\", seconds = -3 }\n"),
    ("a timeout without run", "goal = \"a\"\n[[setup]]\nlaunch = [\"a\"]\ntimeout = 3\n"),
    ("no steps", "goal = \"a\"\n[limits]\nsteps = 0\n"),
    ("no seconds", "goal = \"a\"\n[limits]\nseconds = 0\n"),
    ("too many seconds", "goal = \"a\"\n[limits]\nseconds = 100000\n"),
    ("negative steps", "goal = \"a\"\n[limits]\nsteps = -1\n"),
    ("a rule that is none", "goal = \"a\"\n[policy]\ndeny = [\"open\", \"clik\"]\n"),
    ("a check of nothing", "goal = \"a\"\n[[check]]\nwithin = 3\n"),
    ("a check of two things", "goal = \"a\"\n[[check]]\ntext = \"a\"\nfile = \"b\"\n"),
    ("a check of a picture", "goal = \"a\"\n[[check]]\nimage = \"a.png\"\n"),
    ("a check of an empty text", "goal = \"a\"\n[[check]]\ntext = \" \"\n"),
    ("a check of an empty list", "goal = \"a\"\n[[check]]\nall = []\n"),
    ("infeasible = false", "goal = \"a\"\n[[check]]\ninfeasible = false\n"),
    ("a field of another check", "goal = \"a\"\n[[check]]\nwindow = \"a\"\ncontains = \"b\"\n"),
    ("an exit code for a file", "goal = \"a\"\n[[check]]\nfile = \"a\"\nexit = 1\n"),
    ("content of an absent file", "goal = \"a\"\n[[check]]\nfile = \"a\"\nexists = false\ncontains = \"b\"\n"),
    ("two comparisons", "goal = \"a\"\n[[check]]\nfile = \"a\"\nequals = \"b\"\ncontains = \"b\"\n"),
    ("an answer without comparison", "goal = \"a\"\n[[check]]\nanswer = {}\n"),
    ("a pattern that is none", "goal = \"a\"\n[[check]]\nanswer = { matches = \"a(\" }\n"),
    ("a place in JSON that is none", "goal = \"a\"\n[[check]]\nfile = \"a.json\"\njson = \"a[\"\nequals = 1\n"),
    ("a number for a text file", "goal = \"a\"\n[[check]]\nfile = \"a.txt\"\nequals = 1\n"),
    ("a time that is none", "goal = \"a\"\n[[check]]\ntext = \"a\"\nwithin = nan\n"),
    ("a terminal escape in the file", "goal = \"a\u{1b}[31m\"\n"),
];

/// What is printed for each, one below the other.
fn printed(cases: &[(&str, &str)]) -> String {
    let mut all = String::new();
    for (what, text) in cases {
        let said = match Task::parse(text, Path::new("tasks/note.toml")) {
            Ok(_) => "ACCEPTED".to_owned(),
            Err(error) => error.to_string(),
        };
        all.push_str(&format!("## {what}\n{said}\n\n"));
    }
    all
}

#[test]
fn every_error_is_clear() {
    let printed = printed(WRONG);
    insta::assert_snapshot!(printed);
    assert!(!printed.contains("ACCEPTED"), "{printed}");
}
