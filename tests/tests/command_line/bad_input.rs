//! Bad input gets a clear error, the right exit code, and loses nothing.

use crate::support::Place;

/// The message with what differs from machine to machine taken out: the folder, and why a display does not answer.
fn plain(place: &Place, said: &str) -> String {
    let said = said.replace(&place.path().display().to_string(), "FOLDER");
    let lines = said.trim_end().lines().map(|line| match line.split_once("cannot be opened (") {
        Some((what, _)) => format!("{what}cannot be opened (REASON)"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn task_files_and_goals() {
    let place = Place::new();
    place.file("key.toml", "gaol = 'click OK'\n");
    place.file("good.toml", "goal = 'click OK'\n");
    place.file("vague.toml", "goal = 'Open mousepad, then tpye hello'\nscreen.sandbox = '640x480'\n");
    place.file("unset.toml", "goal = 'type {pin}'\ninputs.pin = { env = 'NOBODY_SETS_THIS', secret = true }\n");
    let mut said = String::new();
    for arguments in [
        &["check", "key.toml"] as &[&str],
        &["check", "good.toml"],
        &["check", "nowhere.toml"],
        &["run", "vague.toml"],
        &["run", "unset.toml"],
        &["run", "good.toml", "--sandbox", "big"],
        &["run", "good.toml", "--partition", "3/2"],
        &["run", "good.toml", "--model", "oracle"],
        &["do", " "],
        &["do", "make it nice", "--sandbox", "640x480"],
    ] {
        let (code, error) = place.run(arguments);
        said.push_str(&format!("$ sightstep {}\n{}\n=> {code}\n\n", arguments.join(" "), plain(&place, &error)));
    }
    insta::assert_snapshot!(said);
    let left = std::fs::read_dir(place.path().join("runs")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing was recorded, so no folder may stay");
}

#[test]
fn machines() {
    let place = Place::new();
    place.file("good.toml", "goal = 'click OK'\n");
    std::fs::create_dir(place.path().join("empty")).unwrap();
    std::fs::create_dir(place.path().join("wrong")).unwrap();
    for name in ["PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"] {
        std::fs::write(place.path().join("wrong").join(name), "not weights").unwrap();
    }
    let mut said = String::new();
    for (name, models, arguments) in [
        ("no weights", Some("empty"), &["run", "good.toml", "--sandbox", "640x480"] as &[&str]),
        ("wrong weights", Some("wrong"), &["run", "good.toml", "--sandbox", "640x480"]),
        ("no display", None, &["run", "good.toml", "--display", ":4242"]),
        ("unknown program", None, &["do", "Open galculater", "--sandbox", "640x480"]),
    ] {
        let mut command = place.sightstep(arguments);
        command.envs(models.map(|folder| ("SIGHTSTEP_MODELS", place.path().join(folder))));
        let (code, error) = crate::support::ended(command.output().unwrap());
        let steady = error.lines().filter(|line| !line.starts_with("recording:") && !line.contains(" in "));
        let steady = steady.collect::<Vec<_>>().join("\n");
        said.push_str(&format!("# {name}\n{}\n=> {code}\n\n", plain(&place, &steady)));
    }
    insta::assert_snapshot!(said);
}
