//! Nothing is done twice because its effect isn't on the screen: a server counts what reaches it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// How many actions are counted, a half of them on a page each.
const COUNT: &str = "SIGHTSTEP_TEST_ONCE";

/// What was asked for, and how often.
type Asked = Arc<Mutex<BTreeMap<String, usize>>>;

/// When a page shows what an action did: never, a second and a half later, or in its title alone.
const SHOWS: [&str; 3] = ["never", "late", "title"];

/// A page of buttons, links and fields that send a request and show nothing at once.
fn page(first: usize, count: usize) -> String {
    let mut body = String::new();
    for at in first..first + count {
        let shows = SHOWS[at % SHOWS.len()];
        let what = match at % 4 {
            0 => format!("<button onclick=\"hit({at},'{shows}')\">Order {at}</button>"),
            1 => format!("<a href=\"javascript:void 0\" onclick=\"hit({at},'{shows}')\">Rate {at}</a>"),
            2 => format!("<span class=s onclick=\"hit({at},'{shows}')\">Remove {at}</span>"),
            _ => format!("<button class=f onclick=\"hit({at},'{shows}')\">Share {at}</button>"),
        };
        write!(body, "<p>{what}</p>").unwrap();
    }
    format!(
        "<!doctype html><meta charset=utf-8><title>Orders</title>
<style>body{{font:16px sans-serif;columns:3;margin:10px 30px}}p{{margin:0 0 14px}}.s{{cursor:pointer}}
.f{{border:0;background:#345;color:#fff;padding:6px 16px}}:focus{{outline:0}}</style>
<b>Orders of the day</b>{body}<script>
function hit(n,shows){{fetch('/hit/'+n);if(shows=='late')setTimeout(()=>document.body.append('done '+n),1500)
if(shows=='title')document.title='Orders '+n}}
addEventListener('keydown',e=>{{if(e.key=='Enter'&&e.target==document.body)fetch('/hit/enter')
if(e.ctrlKey&&e.key=='b'){{e.preventDefault();fetch('/hit/shortcut')}}}})</script>"
    )
}

/// Serves the page and counts the rest.
fn serve(first: usize, count: usize) -> (u16, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Asked::default();
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            if BufReader::new(&stream).read_line(&mut line).is_err() {
                continue;
            }
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = if path == "/" { page(first, count) } else { String::new() };
            if let Some(what) = path.strip_prefix("/hit/") {
                *counted.lock().unwrap().entry(what.to_owned()).or_default() += 1;
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
            let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    (port, asked)
}

#[test]
fn what_shows_no_effect_is_done_once() {
    let all: usize = std::env::var(COUNT).ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    let a_page = all.min(50);
    let mut doubled = Vec::new();
    let mut arrived = 0;
    for first in (0..all).step_by(a_page) {
        let count = a_page.min(all - first);
        let (port, asked) = serve(first, count);
        let folder = tempfile::tempdir().unwrap();
        let words = ["Order", "Rate", "Remove", "Share"];
        let clicks: String = (first..first + count).map(|at| format!("Click '{} {at}'.\n", words[at % 4])).collect();
        let task = format!(
            "goal = \"\"\"\nPress Enter.\nPress Ctrl+B.\n{clicks}\"\"\"\n[screen]\nsandbox = \"1280x800\"\n[limits]\nsteps = 300\n\
             seconds = 900\n[[setup]]\nlaunch = [\"chromium\", \"--app=http://127.0.0.1:{port}/\"]\n\
             wait_for = {{ text = \"Orders of the day\", seconds = 60 }}\n"
        );
        std::fs::write(folder.path().join("orders.toml"), task).unwrap();
        let said = run(folder.path());
        let asked = asked.lock().unwrap().clone();
        println!("{count} clicks, a shortcut, an Enter: {asked:?}");
        doubled.extend(asked.iter().filter(|(_, count)| **count > 1).map(|(what, count)| format!("{what}: {count}")));
        let clicked = asked.keys().filter(|what| what.parse::<usize>().is_ok()).count();
        assert!(clicked * 10 >= count * 9, "only {clicked} of {count} arrived\n{said}");
        arrived += clicked;
    }
    assert!(doubled.is_empty(), "done twice: {doubled:?}");
    println!("{arrived} of {all} clicks arrived, none twice");
}

fn run(folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightstep-under-test"));
    command.args(["run", "orders.toml", "--runs", "runs"]).current_dir(folder).env("NO_COLOR", "1");
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}
