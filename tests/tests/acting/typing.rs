//! Text arrives as it was meant, whatever the keyboard's layout: in a terminal and in a browser. (The example `unicode`
//! does the same in a GTK editor.)

use crate::support::Place;

const TEXT: &str = "é ß 中文 😀 ~{}|\\ @€ Ω";

#[test]
fn unicode_arrives_in_a_terminal() {
    let place = Place::new();
    place.file(
        "terminal.toml",
        &format!(
            r#"
            goal = "Type 'cat > out.txt'. Press Enter. Type {{text}}. Press Enter. Press Ctrl+D. Type 'touch done'. Press Enter."
            inputs.text = '{TEXT}'
            screen.sandbox = "1024x768"
            setup = [{{ launch = ["xterm", "-fa", "DejaVu Sans Mono", "-fs", "12", "-T", "Terminal"], wait_for = {{ window = "Terminal" }} }}]
            check = [
                {{ file = "done", exists = true, within = 5 }},
                {{ file = "out.txt", equals = "{{text}}\n" }},
            ]
            "#
        ),
    );
    let (code, said) = place.run(&["run", "terminal.toml"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn unicode_arrives_in_a_browser() {
    let place = Place::new();
    // The page shows in its title what arrived, as code points: nothing there can be misread.
    place.file(
        "page.html",
        r#"<!doctype html><meta charset="utf-8"><title>start</title><label>Text <input autofocus></label>
        <script>
          const input = document.querySelector("input");
          input.addEventListener("input", () => {
            document.title = "got " + [...input.value].map(c => c.codePointAt(0).toString(16)).join("-") + ".";
          });
        </script>"#,
    );
    let points: Vec<String> = TEXT.chars().map(|c| format!("{:x}", u32::from(c))).collect();
    place.file(
        "browser.toml",
        &format!(
            r#"
            goal = "Type {{text}} into Text."
            inputs.text = '{TEXT}'
            screen.sandbox = "1024x768"
            setup = [{{ launch = ["chromium", "--app=file://{{task_dir}}/page.html"], wait_for = {{ text = "Text", seconds = 60 }} }}]
            check = [{{ window = "got {}.", within = 5 }}]
            "#,
            points.join("-")
        ),
    );
    let (code, said) = place.run(&["run", "browser.toml"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn what_a_program_says_of_its_field_proves_the_text() {
    let place = Place::new();
    place.file(
        "editor.toml",
        r#"
        goal = "Type 'Il1O0 und so weiter'."
        screen.sandbox = "900x600"
        setup = [{ launch = ["mousepad"], wait_for = { window = "Untitled" } }]
        "#,
    );
    let (code, said) = place.run(&["run", "editor.toml"]);
    assert_eq!(code, 0, "{said}");
    let events = place.events();
    let verified = events.iter().find(|event| event["event"] == "verified").expect("an action was judged");
    assert_eq!(verified["verdict"], "confirmed", "{verified}");
    assert_eq!(verified["evidence"][0]["rule"], "field_told", "{verified}");
    let told: Vec<&str> = events.iter().filter_map(|event| event["before_caret"].as_str()).collect();
    assert_eq!((told.first(), told.last()), (Some(&""), Some(&"Il1O0 und so weiter")));
}
