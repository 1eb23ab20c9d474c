//! How well windows are read from pixels alone, against what their programs say of themselves through AT-SPI.
//!
//! `eyes look LIST FOLDER` starts each program of the list on a display of its own and keeps its picture and what it told;
//! `eyes score FOLDER` reads the pictures and prints how often role, name and state are right, by program and by role.
//! Every program is a test that nobody has to label.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sightstep::session::sandbox::Sandbox;
use sightstep_actions::launch::Launcher;
use sightstep_tests::figures::share;
use sightstep_tests::told::{IconScore, Kept, Score, alike};
use sightstep_vision::element::{Element, Role};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _};
use sightstep_vision::weights;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How long a program may take until its window is there.
const STARTUP: Duration = Duration::from_secs(25);

/// How long it may go on drawing.
const DRAWING: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["look", list, folder] => look(Path::new(list), Path::new(folder)),
        ["score", folder] => score(Path::new(folder), false),
        ["score", folder, "-v"] => score(Path::new(folder), true),
        _ => Err("usage: eyes look LIST FOLDER | eyes score FOLDER [-v]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn look(list: &Path, folder: &Path) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    let pages = list.canonicalize()?.parent().unwrap_or(Path::new("/")).display().to_string();
    for line in std::fs::read_to_string(list)?.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace().map(|word| word.replace("{eyes}", &pages));
        let Some(name) = words.next() else { continue };
        let argv: Vec<String> = words.collect();
        match kept(&argv).await {
            Ok(kept) => {
                println!("{name}: {} things told in {:?}", kept.0.told.len(), kept.1);
                kept.0.save(&folder.join(&name))?;
            }
            Err(error) => println!("{name}: left out, {error}"),
        }
    }
    Ok(())
}

/// The window of a program and what it tells, and how long the last look took.
async fn kept(argv: &[String]) -> Outcome<(Kept, Duration)> {
    let sandbox = Sandbox::start(1280, 800).await?;
    let launcher = sandbox.environment().into_iter().fold(Launcher::new(), |l, (name, value)| l.env(name, value));
    let mut screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, Eyes::All).await?;
    let program = launcher.launch(argv)?;
    let begun = Instant::now();
    while !screen.windows().await?.iter().any(|window| window.active) {
        if begun.elapsed() > STARTUP {
            return Err("it opened no window".into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(DRAWING).await;
    let begun = Instant::now();
    let settled = screen.settled(None).await?;
    let took = begun.elapsed();
    drop(program);
    Ok((Kept { pixels: settled.frame.pixels().clone(), told: settled.frame.told().to_vec() }, took))
}

fn score(folder: &Path, is_verbose: bool) -> Outcome<()> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    let (mut programs, mut roles): (BTreeMap<String, Score>, BTreeMap<Role, Score>) =
        (BTreeMap::new(), BTreeMap::new());
    let (mut whole, mut icons) = (Score::default(), IconScore::default());
    let mut names: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    names.sort_by_key(std::fs::DirEntry::file_name);
    for entry in names.iter().filter(|entry| entry.path().extension().is_some_and(|e| e == "png")) {
        let kept = Kept::load(&entry.path().with_extension(""))?;
        let name = entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let frame = Frame::from_image(kept.pixels.clone());
        let reading = Reader::new(Arc::clone(&models)).read(&frame);
        for told in kept.comparable(&reading.lines) {
            let seen = kept.seen(told, &reading.elements);
            let judged = Score::of(told, seen);
            icons.note(told, seen);
            if is_verbose && (judged.role == 0 || judged.named > judged.names || judged.stated > judged.states) {
                println!("{name}: {}", said(told, seen));
            }
            programs.entry(name.clone()).or_default().add(&judged);
            roles.entry(told.role).or_default().add(&judged);
            whole.add(&judged);
        }
    }
    println!("{:<20} {:<20} {:<20} {:<20}", "", "role right", "name right", "state right");
    let print = |name: &str, score: &Score| {
        let (roles, names) = (share(score.role, score.count), share(score.names, score.named));
        println!("{name:<20} {roles:<20} {names:<20} {:<20}", share(score.states, score.stated));
    };
    programs.iter().for_each(|(name, score)| print(name, score));
    println!();
    roles.iter().for_each(|(role, score)| print(role.name(), score));
    print("all", &whole);
    println!(
        "\nicons of buttons: {} called as their programs do, {} surely taken for something else",
        share(icons.right, icons.count),
        share(icons.surely_wrong, icons.count)
    );
    Ok(())
}

fn said(told: &sightstep_vision::told::Told, seen: Option<&Element>) -> String {
    let what =
        seen.map_or_else(|| "nothing".to_owned(), |e| format!("{} '{}' {:?}", e.role.name(), e.called(), e.state));
    let is_alike = seen.is_some_and(|e| alike(&told.name, e));
    format!(
        "{} '{}' {:?} at {:?}: seen as {what}{}",
        told.role.name(),
        told.name,
        told.state,
        told.area,
        if is_alike { "" } else { " (name)" }
    )
}
