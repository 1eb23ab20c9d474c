//! Rules and what they permit.

use super::*;

fn rules(written: &[&str]) -> Vec<Rule> {
    written.iter().map(|rule| rule.parse().unwrap()).collect()
}

fn permitted(policy: &Policy, action: &Action) -> Permit {
    policy.permit(action, &Context::default())
}

fn key(keys: &[&str]) -> Action {
    Action::Key { keys: keys.iter().map(|k| (*k).to_owned()).collect() }
}

fn text(text: &str) -> Action {
    Action::Type { text: text.into() }
}

fn app(app: &str) -> Action {
    Action::Open { app: app.into() }
}

#[test]
fn rules_mean_actions() {
    let cases = [
        ("open", app("xterm"), true),
        ("open", text("open"), false),
        ("key:alt+f4", key(&["alt", "f4"]), true),
        ("key:Alt+F4", key(&["f4", "alt"]), true),
        ("key:alt+f4", key(&["alt"]), false),
        ("key:alt+f4", key(&["ctrl", "alt", "f4"]), false),
        ("text:*rm -rf*", text("sudo rm -rf /\n"), true),
        ("text:*rm -rf*", text("rm file"), false),
        ("app:*term*", app("XTerm"), true),
        ("app:xterm", app("mousepad"), false),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(rule, action, want)| rules(&[*rule])[0].means(action, &Context::default()) != *want)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn deny_outweighs_confirm_outweighs_allow() {
    let policy = Policy {
        allow: rules(&["type", "open", "key"]),
        deny: rules(&["app:xterm"]),
        confirm: rules(&["open", "key:alt+f4"]),
        ..Policy::default()
    };
    let wait = Action::Wait { seconds: 1.0 };
    assert_eq!(permitted(&policy, &app("xterm")), Permit::Refused { rule: "app:xterm".into() });
    assert_eq!(permitted(&policy, &app("mousepad")), Permit::Confirm { rule: "open".into() });
    assert_eq!(permitted(&policy, &text("a")), Permit::Allowed);
    assert_eq!(permitted(&policy, &key(&["enter"])), Permit::Allowed);
    assert_eq!(permitted(&policy, &wait), Permit::Allowed);
    let scroll = Action::Scroll { at: None, direction: crate::plan::Direction::Up, ticks: 1 };
    assert!(matches!(permitted(&policy, &scroll), Permit::Refused { .. }));
    assert_eq!(permitted(&Policy::default(), &scroll), Permit::Allowed);
}

#[test]
fn rules_that_mean_nothing_say_what_is_near() {
    let said = |rule: &str| rule.parse::<Rule>().unwrap_err().to_string();
    assert!(said("clik").contains("did you mean \"click\"?") && said("clik").contains("hint:"));
    assert!(said("key:alt+f99").contains("f99"));
    assert!(said("file:x").contains("names no action"));
}

#[test]
fn windows_and_regions_are_told_apart() {
    use crate::plan::Button;
    use crate::space::FramePoint;
    let click = |x, y| Action::Click { at: FramePoint { x, y }, button: Button::Left, count: 1 };
    let mail = Context { window: Some("Inbox - Mail"), ..Context::default() };
    let policy = Policy { deny: rules(&["window:*mail*", "region:0,0,100,20"]), ..Policy::default() };
    let is_refused =
        |action: &Action, context: &Context<'_>| matches!(policy.permit(action, context), Permit::Refused { .. });
    assert!(is_refused(&text("hi"), &mail) && is_refused(&click(500, 500), &mail));
    assert!(!is_refused(&text("hi"), &Context::default()) && !is_refused(&Action::Screenshot, &mail));
    assert!(is_refused(&click(99, 19), &Context::default()));
    assert!(!is_refused(&click(100, 19), &Context::default()) && !is_refused(&click(5, 20), &Context::default()));
    assert!("region:1,2,3".parse::<Rule>().is_err() && "region:1,2,0,4".parse::<Rule>().is_err());
}

#[test]
fn what_ends_a_session_or_destroys_a_disk_is_refused_unless_named() {
    let plain = Context::default();
    let is_refused = |policy: &Policy, action: &Action, context: &Context<'_>| {
        matches!(policy.permit(action, context), Permit::Refused { .. })
    };
    let none = Policy::default();
    assert!(is_refused(&none, &key(&["ctrl", "alt", "delete"]), &plain));
    assert!(is_refused(&none, &key(&["ctrl", "alt", "f3"]), &plain));
    assert!(
        !is_refused(&none, &key(&["alt", "f4"]), &plain) && !is_refused(&none, &key(&["ctrl", "alt", "t"]), &plain)
    );
    // Pressed one by one.
    let held = Context { held: vec!["ctrl", "alt"], ..Context::default() };
    assert!(is_refused(&none, &Action::KeyDown { key: "delete".into() }, &held));
    assert!(is_refused(&none, &key(&["backspace"]), &held));
    // Typed in parts.
    let line = Context { line: "sudo rm -rf".into(), ..Context::default() };
    assert!(is_refused(&none, &text(" /"), &line) && !is_refused(&none, &text(" build"), &line));
    // A word alone is only dangerous once it is entered.
    let word = Context { line: "reboot".into(), ..Context::default() };
    assert!(!is_refused(&none, &text("reboot"), &plain) && is_refused(&none, &text("reboot\n"), &plain));
    assert!(is_refused(&none, &key(&["enter"]), &word) && !is_refused(&none, &key(&["enter"]), &plain));
    assert!(is_refused(&none, &app("poweroff"), &plain) && !is_refused(&none, &app("mousepad"), &plain));
    // The task's own word.
    let named = Policy { allow: rules(&["text:reboot*", "key"]), ..Policy::default() };
    assert!(!is_refused(&named, &text("reboot\n"), &plain));
    assert!(is_refused(&named, &key(&["ctrl", "alt", "delete"]), &plain), "an action's name is not exact");
    let asked = Policy { confirm: rules(&["key:ctrl+alt+delete"]), ..Policy::default() };
    assert!(matches!(asked.permit(&key(&["ctrl", "alt", "delete"]), &plain), Permit::Confirm { .. }));
    let said = match none.permit(&text("mkfs.ext4 /dev/sda1\n"), &plain) {
        Permit::Refused { rule } => rule,
        other => panic!("{other:?}"),
    };
    assert_eq!(said, "\"mkfs.ext4 /dev/sda1\" formats a disk\nhint: allow = [\"text:…\"] in [policy] permits it");
}
