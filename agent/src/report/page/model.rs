//! What a page says of the model: tokens, requests, times.

use std::fmt::Write as _;

use sightstep_tasks::recording::{Entry, Event, Exchange};

use super::escaped;

/// All that passed between planner and model, in a line; nothing where no model was asked.
pub(super) fn total(entries: &[Entry]) -> Option<String> {
    let asked: Vec<(&Exchange, f64)> = entries.iter().filter_map(exchange).collect();
    if asked.is_empty() {
        return None;
    }
    let sum = |count: fn(&Exchange) -> Option<u32>| {
        asked.iter().filter_map(|(exchange, _)| count(exchange)).map(u64::from).sum::<u64>()
    };
    let (read, written) = (sum(|e| e.prompt_tokens), sum(|e| e.tokens));
    let requests: u32 = asked.iter().map(|(exchange, _)| exchange.requests).fold(0, u32::saturating_add);
    let first = median(asked.iter().map(|(exchange, _)| exchange.first_token_ms).collect());
    let whole = median(asked.iter().map(|(_, millis)| *millis).collect());
    let unreadable: usize = asked.iter().map(|(exchange, _)| exchange.unreadable.len()).sum();
    let again = if unreadable > 0 { format!(" · {unreadable} answers were no plan") } else { String::new() };
    Some(format!(
        "{} answers · {requests} requests · {read} tokens read · {written} tokens written · first token after {:.2} s · \
         answer after {:.2} s (medians){again}",
        asked.len(),
        first / 1e3,
        whole / 1e3
    ))
}

fn exchange(entry: &Entry) -> Option<(&Exchange, f64)> {
    match &entry.event {
        Event::Planned { exchange: Some(exchange), millis, .. } => Some((exchange, *millis)),
        _ => None,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// One exchange: its figures, what the model thought, and answers that were no plan.
pub(super) fn of_step(exchange: &Exchange, millis: f64) -> String {
    let mut figures = Vec::new();
    figures.extend(exchange.prompt_tokens.map(|tokens| format!("{tokens} tokens read")));
    figures.extend(exchange.tokens.map(|tokens| format!("{tokens} tokens written")));
    figures.push(format!("first token after {:.2} s", exchange.first_token_ms / 1e3));
    figures.push(format!("answer after {:.2} s", millis / 1e3));
    if exchange.requests > 1 {
        figures.push(format!("{} requests", exchange.requests));
    }
    figures.extend(exchange.temperature.map(|temperature| format!("temperature {temperature}")));
    let mut html = format!("<p class=\"dim\">{}</p>", figures.join(" · "));
    for text in &exchange.left_out {
        let _ = write!(html, "<p class=\"doubt\">not shown to the model: {}</p>", escaped(text));
    }
    if let Some(reasoning) = &exchange.reasoning {
        let _ = write!(
            html,
            "<details><summary class=\"dim\">reasoning</summary><pre>{}</pre></details>",
            escaped(reasoning)
        );
    }
    for answer in &exchange.unreadable {
        let _ = write!(
            html,
            "<details><summary><span class=\"badge doubt\">asked again</span> this answer was no plan</summary>\
             <pre>{}</pre></details>",
            escaped(answer)
        );
    }
    html
}
