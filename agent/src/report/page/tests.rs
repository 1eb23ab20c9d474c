//! What is hostile stays text, and the page asks for nothing.

use super::*;

const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\"&";

/// A recording whose every text is hostile.
fn hostile(folder: &std::path::Path) -> Recording {
    let text = serde_json::Value::from(HOSTILE);
    let lines = [
        r#"{"format":"sightstep-recording","version":1}"#.to_owned(),
        format!(
            r#"{{"t":0,"event":"run_started","at":{text},"sightstep":{text},"task":{text},"goal":{text},"model":{text},"screen":{{"display":{text},"width":64,"height":48,"origin":[0,0],"scale":1.0}}}}"#
        ),
        format!(r#"{{"t":1,"event":"observed","step":1,"frame":{text},"still":true,"waited_ms":1.0,"windows":[]}}"#),
        format!(
            r#"{{"t":2,"event":"planned","step":1,"raw":{text},"exchange":{{"first_token_ms":250.0,"prompt_tokens":900,"tokens":30,"requests":2,"reasoning":{text},"unreadable":[{text}],"left_out":[{text}]}},"plan":{{"thought":{text},"reflection":null,"actions":[{{"type":"type","text":{text}}}]}},"millis":1.0}}"#
        ),
        format!(
            r#"{{"t":3,"event":"acted","step":1,"number":1,"action":{{"type":"open","app":{text}}},"receipt":{{"method":{text},"millis":1.0}}}}"#
        ),
        format!(
            r#"{{"t":4,"event":"verified","step":1,"number":1,"before":{text},"after":"../../etc/passwd","verdict":"unknown","evidence":[{{"rule":{text},"holds":null,"seen":{text},"box":[1,2,3,4]}}],"millis":1.0}}"#
        ),
        format!(
            r#"{{"t":5,"event":"acted","step":1,"number":2,"action":{{"type":"open","app":{text}}},"refused":{text}}}"#
        ),
        format!(r#"{{"t":6,"event":"asked","step":1,"question":{text},"answer":{text}}}"#),
        format!(
            r#"{{"t":7,"event":"run_finished","outcome":"done","reason":{text},"answer":{text},"checks":[{{"check":{text},"holds":true,"seen":{text}}}],"steps":1}}"#
        ),
    ];
    std::fs::write(folder.join("recording.jsonl"), lines.join("\n")).unwrap();
    Recording::open(folder).unwrap()
}

#[test]
fn hostile_text_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let html = page(&hostile(folder.path()));
    assert!(html.matches("&lt;script&gt;alert(1)").count() >= 15, "{html}");
    assert_eq!((html.matches("<script").count(), html.matches("</script>").count()), (2, 2));
    assert!(!html.contains("<img src=x"), "{html}");
    assert!(html.contains("id=\"frames\">{}</script>"), "no file outside frames/ is embedded");
}

#[test]
fn the_model_and_what_went_wrong_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let html = page(&hostile(folder.path()));
    for part in [
        "model: 1 answers · 2 requests · 900 tokens read · 30 tokens written · first token after 0.25 s",
        "1 answers were no plan",
        "<p class=\"doubt\">1 refused · 1 tried again</p>",
        "<span class=\"badge doubt\">again</span>",
        "asked again",
        "not shown to the model: ",
        "<summary class=\"dim\">reasoning</summary>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn an_index_names_every_run_and_what_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let recording = hostile(folder.path());
    let broken = Recording::open(std::path::Path::new("/no/such"));
    let runs = [
        ListedRun { name: HOSTILE.into(), recording: Ok(recording) },
        ListedRun { name: "broken".into(), recording: broken },
    ];
    let html = index(&runs);
    assert!(html.contains("1 of 2 done") && html.contains("/no/such/recording.jsonl cannot be read"), "{html}");
    assert!(html.contains("1 of 1</td>") && html.contains("1 unknown"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img src=x"), "{html}");
}

#[test]
fn the_page_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let html = page(&hostile(folder.path()));
    for source in ["http:", "https:", "//cdn", "@import", "fetch(", "url("] {
        assert!(!html.contains(source), "{source}");
    }
}

/// Notes every error of the page, then uses the slider and the keyboard and writes down what they did.
const FIRST: &str = "<script>var errors=[];addEventListener('error',e=>errors.push(e.message),true);\
addEventListener('securitypolicyviolation',e=>errors.push(e.violatedDirective));</script>";
const LAST: &str = "<script>const s=document.querySelector('.slider');s.value=20;s.dispatchEvent(new Event('input'));\
document.body.dispatchEvent(new KeyboardEvent('keydown',{key:'j',bubbles:true}));\
document.body.dataset.seen=[errors.length,document.querySelector('.shot').style.getPropertyValue('--at'),\
document.activeElement.id].join(' ');</script>";

#[test]
fn a_browser_opens_it_and_slider_and_keyboard_work() {
    let folder = tempfile::tempdir().unwrap();
    let html = page(&hostile(folder.path()));
    let html =
        html.replacen("<title>", &format!("{FIRST}<title>"), 1).replacen("</body>", &format!("{LAST}</body>"), 1);
    let path = folder.path().join("page.html");
    std::fs::write(&path, html).unwrap();
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    let mut browser = std::process::Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--dump-dom", &profile]).args(quiet);
    let output = browser.arg(&path).output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    assert!(dom.contains("data-seen=\"0 20% step-1\""), "{dom}");
}
