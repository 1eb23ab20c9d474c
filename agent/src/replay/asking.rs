//! A model's recorded answers in today's dialogue: today's prompt is built and its digest taken, today's parser reads the
//! answer.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sightstep_actions::plan::Plan;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_tasks::recording::{Exchange, TaskSeen};
use sightstep_tasks::task::{ResolvedTask, Task};
use sightstep_vision::frame::Frame;

use super::recorded_inputs::RecordedAnswer;
use crate::model::{CHAT_WIRE, ENGINE_WIRE, spoken_in_process};
use crate::planner::PlannerError;
use crate::planner::asking::{Answer, AskingPlanner, Heard, Shown, Wire};
use crate::planner::dialogue::{Dialogue, Goal};
use crate::planner::endpoint::openai;

/// Takes out of a plan what a person has to agree to first.
type Consent = fn(Plan, &str) -> (Plan, Option<String>);

/// How a recorded model is asked again: as the wire changes its profile, and with what it was told.
pub(super) struct Spoken {
    profile: Profile,
    goal: Goal,
    consent: Consent,
    /// Whether the size in which it saw the screen is the model's own choice, and no rule of the profile.
    has_own_size: bool,
}

impl Spoken {
    /// What the recording says of it; nothing where this version cannot build its prompts: the profile or the wire is
    /// unknown, the task is not there, or the model took fewer pictures than the profile sends.
    pub(super) fn of(
        (profile, wire): (Option<&str>, Option<&str>),
        name: &str,
        task: Option<&TaskSeen>,
        answers: &[RecordedAnswer],
    ) -> Option<Self> {
        let exchanges: Option<Vec<&Exchange>> = answers.iter().map(|answer| answer.exchange.as_ref()).collect();
        if exchanges?.iter().any(|exchange| !exchange.left_out.is_empty()) {
            return None;
        }
        let task = recorded(name, task?)?;
        let goal = Goal { told: task.told_goal(), secrets: task.secrets.clone() };
        let profile = Profile::named(profile?).ok()?;
        let as_it_is: Consent = |plan, _| (plan, None);
        let (profile, consent, has_own_size) = match wire.unwrap_or(CHAT_WIRE) {
            CHAT_WIRE | "anthropic" => (profile.clone(), as_it_is, false),
            "openai" => (profile.clone(), openai::consent as Consent, false),
            ENGINE_WIRE => (spoken_in_process(profile), as_it_is, true),
            _ => return None,
        };
        Some(Self { profile, goal, consent, has_own_size })
    }

    /// The planner that hears the recorded answers.
    pub(super) fn planner(&self, answers: Vec<RecordedAnswer>) -> AskingPlanner<NamedPicture> {
        let Self { consent, has_own_size, .. } = *self;
        let wire = RecordedAnswers { answers: answers.into(), now: VecDeque::new(), taken: 0, consent, has_own_size };
        AskingPlanner::new(Box::new(wire), Dialogue::new(self.profile.clone(), self.goal.clone()))
    }
}

/// The task with its inputs as they were; secrets stand for their names.
pub(super) fn recorded(name: &str, seen: &TaskSeen) -> Option<ResolvedTask> {
    let work = seen.inputs.get("work_dir").cloned().unwrap_or_default();
    Task::as_recorded(name, seen).ok()?.resolve(work.as_ref(), &|_| None).ok()
}

/// A picture that is only named.
pub(super) struct NamedPicture {
    digest: Arc<str>,
    size: Size,
}

impl Shown for NamedPicture {
    fn digest(&self) -> &str {
        &self.digest
    }

    fn size(&self) -> Size {
        self.size
    }
}

/// Gives the recorded answers, those of one step for each time a plan is read.
struct RecordedAnswers {
    answers: VecDeque<RecordedAnswer>,
    /// The answers of the step under way that were not given yet; the last of them was a plan then.
    now: VecDeque<Answer>,
    /// How many answers the dialogue had taken when the step began.
    taken: usize,
    consent: Consent,
    has_own_size: bool,
}

impl RecordedAnswers {
    /// The size in which the model saw the next step's screen, where the recording says so.
    fn size(&self) -> Option<Size> {
        let [width, height] = self.answers.front()?.exchange.as_ref()?.picture?;
        Some(Size { width, height })
    }
}

#[async_trait]
impl Wire<NamedPicture> for RecordedAnswers {
    async fn show(&self, frame: &Frame, size: Size) -> NamedPicture {
        let own = if self.has_own_size { self.size() } else { None };
        NamedPicture { digest: frame.digest().into(), size: own.unwrap_or(size) }
    }

    async fn ask(&mut self, dialogue: &Dialogue<NamedPicture>, _temperature: f64) -> Result<Answer, PlannerError> {
        if dialogue.taken() + 1 > self.taken {
            self.taken += 1;
            self.now = of_step(self.answers.pop_front().ok_or(PlannerError::RecordingEnded)?);
        }
        let unread = || PlannerError::Goal("today's parser reads no plan in the recorded answer".to_owned());
        self.now.pop_front().ok_or_else(unread)
    }

    fn consent(&self, plan: Plan, answer: &str) -> (Plan, Option<String>) {
        (self.consent)(plan, answer)
    }
}

/// The answers of one step: those that were no plan, then the one that was.
fn of_step(recorded: RecordedAnswer) -> VecDeque<Answer> {
    let exchange = recorded.exchange.unwrap_or_default();
    let first_token = Duration::try_from_secs_f64(exchange.first_token_ms / 1e3).unwrap_or_default();
    let unread = exchange.unreadable.into_iter().map(|text| Answer { text, ..Answer::default() });
    let last = Answer {
        text: recorded.raw,
        reasoning: exchange.reasoning,
        finish: None,
        prompt_tokens: exchange.prompt_tokens,
        reused_tokens: exchange.reused_tokens,
        tokens: exchange.tokens,
        heard: Heard { first_token, tries: exchange.requests.max(1) },
    };
    unread.chain([last]).collect()
}
