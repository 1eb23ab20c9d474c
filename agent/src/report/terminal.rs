//! Progress for a person: a line an action with its verdict and time, the planner's thought dimmed.

use std::time::Duration;

use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_tasks::recording::{Acted, CheckSeen, Entry, Event, Healed, Outcome};
use sightstep_vision::frame::Frame;

use super::{Preview, Report};
use crate::planner::answer_stream::AnswerStream;

/// How often the spinner turns.
const SPIN: Duration = Duration::from_millis(100);

/// Writes lines to standard error; a spinner shows what is going on where that is a terminal.
pub struct TerminalReport {
    spinner: ProgressBar,
    prefix: String,
    acted: Option<(Action, f64)>,
    preview: Option<Preview>,
}

impl TerminalReport {
    /// A reporter among others; with several tasks at once each line begins with its task's name.
    pub fn new(shared: &MultiProgress, task: Option<&str>) -> Self {
        let spinner = shared.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(SPIN);
        Self { spinner, prefix: task.map(|t| format!("{t}: ")).unwrap_or_default(), acted: None, preview: None }
    }

    /// Shows the screen below the lines, too.
    #[must_use]
    pub fn watched(self, preview: Option<Preview>) -> Self {
        Self { preview, ..self }
    }

    /// Shows the last line of an answer while it grows.
    pub fn answer_stream(&self) -> AnswerStream {
        let (spinner, prefix) = (self.spinner.clone(), self.prefix.clone());
        AnswerStream::to(move |so_far| {
            let line = so_far.trim_end().lines().next_back().unwrap_or_default();
            let plain: String = line.chars().filter(|c| !c.is_control()).collect();
            spinner.set_message(format!("{prefix}{}", style(shown(&plain)).dim()));
        })
    }

    fn line(&self, text: &str) {
        for line in text.lines() {
            // Bars hide where there is no terminal, and would swallow the line with them.
            if self.spinner.is_hidden() {
                eprintln!("{}{line}", self.prefix);
            } else {
                self.spinner.println(format!("{}{line}", self.prefix));
            }
        }
    }

    fn doing(&self, what: &str) {
        self.spinner.set_message(format!("{}{what}", self.prefix));
    }

    fn print_plan(&self, step: u32, plan: &Plan, healed: Option<&Healed>) {
        if let Some(thought) = &plan.thought {
            self.line(&format!("{} {}", style(format!("step {step}")).bold(), style(thought).dim()));
        }
        if let Some(Healed { step, number, was, now, model, thought }) = healed {
            self.line(&format!("  {} step {step}, action {number} of the recording", style("healed").yellow()));
            self.line(&format!("    {}", style(format!("- {was}")).red()));
            self.line(&format!("    {} {}", style(format!("+ {now}")).green(), style(format!("({model})")).dim()));
            thought.iter().for_each(|thought| self.line(&format!("    {}", style(thought).dim())));
        }
        self.doing("acting");
    }

    fn print_verdict(&mut self, t: f64, verdict: &Verdict) {
        let Some((action, began)) = self.acted.take() else { return };
        let said = verdict.evidence.first().map(|e| e.seen.as_str()).unwrap_or_default();
        let took = format!("{:.2} s", t - began);
        let line = format!("  {} {}  {}", word(verdict.judgement), action, style(took).dim());
        self.line(&line);
        if verdict.judgement != Judgement::Confirmed {
            self.line(&format!("    {}", style(said).dim()));
        }
        self.doing("looking");
    }

    fn print_action(&mut self, t: f64, action: &Action, acted: &Acted) {
        match acted {
            Acted::Receipt(_) => {
                self.acted = Some((action.clone(), t));
                self.preview.iter().for_each(|preview| preview.mark(action));
                self.doing(&format!("verifying {}", action));
            }
            Acted::Refused(why) => self.line(&format!("  {} {}: {why}", style("refused").yellow(), action)),
            Acted::Failed(why) => self.line(&format!("  {} {}: {why}", style("failed").red(), action)),
        }
    }

    fn print_end(&self, outcome: Outcome, reason: Option<&str>, checks: &[CheckSeen], seconds: f64) {
        for check in checks {
            let mark = if check.holds { style("holds").green() } else { style("fails").red() };
            self.line(&format!("  check {mark}: {} ({})", check.check, check.seen));
        }
        let word = match outcome {
            Outcome::Done => style("done").green().bold(),
            Outcome::NotAchieved => style("not achieved").red().bold(),
            Outcome::Failed => style("failed").red().bold(),
            Outcome::Stopped => style("stopped").yellow().bold(),
            Outcome::NeedsPerson => style("needs a person").yellow().bold(),
        };
        let why = reason.map(|r| format!(": {r}")).unwrap_or_default();
        self.line(&format!("{word} in {seconds:.1} s{why}"));
    }
}

impl Report for TerminalReport {
    fn entry(&mut self, entry: &Entry) {
        match &entry.event {
            Event::RunStarted { goal, model, .. } => {
                self.line(&format!("{} {}", style("goal").bold(), goal));
                self.doing(&format!("looking ({model})"));
            }
            Event::Planned { step, plan, healed, .. } => self.print_plan(*step, plan, healed.as_ref()),
            Event::Acted { action, acted, .. } => self.print_action(entry.t, action, acted),
            Event::Verified { verdict, .. } => self.print_verdict(entry.t, verdict),
            Event::Asked { question, answer, .. } => {
                let answer = answer.as_deref().unwrap_or("nobody answered");
                self.line(&format!("  {} {question} {}", style("asked").yellow(), style(answer).dim()));
            }
            Event::RunFinished { outcome, reason, checks, .. } => {
                self.print_end(*outcome, reason.as_deref(), checks, entry.t);
                self.spinner.finish_and_clear();
                self.preview.iter().for_each(Preview::end);
            }
            Event::Observed { .. } | Event::Read { .. } | Event::Answered { .. } | Event::Unknown => {}
        }
    }

    fn picture(&mut self, frame: &Frame) {
        if let Some(preview) = &mut self.preview {
            preview.show(frame);
        }
    }
}

/// The end of a line that is too long for a terminal's.
fn shown(line: &str) -> String {
    let room = usize::from(console::Term::stderr().size().1).saturating_sub(4).max(20);
    match line.chars().count().checked_sub(room) {
        Some(over) if over > 0 => format!("…{}", line.chars().skip(over + 1).collect::<String>()),
        _ => line.to_owned(),
    }
}

fn word(judgement: Judgement) -> console::StyledObject<&'static str> {
    match judgement {
        Judgement::Confirmed => style("confirmed   ").green(),
        Judgement::NoEffect => style("no effect   ").yellow(),
        Judgement::Contradicted => style("contradicted").red(),
        Judgement::Unknown => style("unknown     ").yellow(),
    }
}
