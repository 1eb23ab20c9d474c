//! The conversation with a model: the goal, what was seen and answered so far, and what came of it.
//!
//! Whatever carries it, a server or an engine of our own: pictures are whatever that wants to send (`P`).

use serde_json::{Value, json};
use sightstep_actions::dialect::ParseError;
use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::profile::{Conversation, Message, Part, Role, Turn};
use sightstep_actions::profile::{Images, Profile};
use sightstep_actions::space::Size;
use sightstep_actions::verdict::Judgement;
use sightstep_tasks::task::Secrets;

use super::asking::Shown;
use crate::observation::Done;
use crate::planner::answer_stream::AnswerStream;

/// What a model is asked to reach.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Goal {
    /// In words, secrets as their `{name}`.
    pub told: String,
    /// The secrets that it may speak of.
    pub secrets: Secrets,
}

/// What a conversation is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The next step.
    Step,
    /// The place that the goal names.
    Place,
    /// Yes or no, to the question that the goal is.
    Answer,
}

/// A conversation as it goes on.
pub struct Dialogue<P> {
    profile: Profile,
    goal: Goal,
    past: Vec<Turn>,
    /// One for each answer and the current one; those that are not shown any more are let go.
    pictures: Vec<Option<P>>,
    screen: Option<Size>,
    wanted: Wanted,
    answer_stream: AnswerStream,
}

impl<P> Dialogue<P> {
    /// Nothing has been said yet.
    pub fn new(profile: Profile, goal: Goal) -> Self {
        Self {
            profile,
            goal,
            past: Vec::new(),
            pictures: Vec::new(),
            screen: None,
            wanted: Wanted::Step,
            answer_stream: AnswerStream::default(),
        }
    }

    /// The same, with somebody who hears answers as they grow.
    pub fn heard_by(self, answer_stream: AnswerStream) -> Self {
        Self { answer_stream, ..self }
    }

    /// Who hears answers as they grow.
    pub fn answer_stream(&self) -> &AnswerStream {
        &self.answer_stream
    }

    /// The same, about the place in a picture that the goal names.
    pub fn grounding(profile: Profile, goal: Goal) -> Self {
        Self { wanted: Wanted::Place, ..Self::new(profile, goal) }
    }

    /// A conversation of one question about a picture, which yes or no answers.
    pub fn questioning(profile: Profile, question: &str) -> Self {
        let goal = Goal { told: question.to_owned(), ..Goal::default() };
        Self { wanted: Wanted::Answer, ..Self::new(profile, goal) }
    }

    /// How the model is spoken to.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The size of the screen that was looked at last.
    pub fn screen(&self) -> Size {
        self.screen.unwrap_or(Size { width: 0, height: 0 })
    }

    /// The last answer that was taken, and what came of it.
    pub fn last(&self) -> Option<&Turn> {
        self.past.last()
    }

    /// The picture of the screen that was looked at last.
    pub fn picture(&self) -> Option<&P> {
        self.pictures.last()?.as_ref()
    }

    /// The picture that messages speak of by this index.
    pub fn picture_at(&self, index: usize) -> Option<&P> {
        self.pictures.get(index)?.as_ref()
    }

    /// The screen is looked at: a picture of it, its size where there is one, and all that was done so far.
    pub fn see(&mut self, picture: P, screen: Option<Size>, history: &[Done]) {
        self.screen = screen;
        let feedback = feedback(&self.profile, &self.goal.secrets, self.screen(), history);
        if let Some(last) = self.past.last_mut() {
            last.feedback = feedback;
        }
        self.pictures.push(Some(picture));
        self.let_go();
    }

    /// What to send: the profile's messages, with the index of a picture where one belongs.
    pub fn messages(&self) -> Vec<Message> {
        let conversation = Conversation {
            goal: self.goal.told.clone(),
            language: language(&self.goal.told).to_owned(),
            past: self.past.clone(),
            frame: self.pictures.len().checked_sub(1),
            screen: self.screen,
        };
        match self.wanted {
            Wanted::Step => self.profile.prompt(&conversation),
            Wanted::Place => self.profile.grounding_prompt(&conversation),
            Wanted::Answer => vec![question(&self.goal.told, conversation.frame)],
        }
    }

    /// How many pictures the messages hold.
    pub fn shown(&self) -> usize {
        self.indices().len()
    }

    fn indices(&self) -> Vec<usize> {
        let parts = self.messages().into_iter().flat_map(|message| message.content);
        let index = |part| match part {
            Part::Image(index) => Some(index),
            Part::Text(_) => None,
        };
        parts.filter_map(index).collect()
    }

    /// Lets go of pictures that are not shown any more: a long run would keep gigabytes of them.
    fn let_go(&mut self) {
        let shown = self.indices();
        for (index, picture) in self.pictures.iter_mut().enumerate() {
            if !shown.contains(&index) {
                *picture = None;
            }
        }
    }

    /// From now on at most this many pictures are sent, the current one counted.
    pub fn show_at_most(&mut self, pictures: usize) {
        self.profile.images = Images::Last(pictures.max(1));
    }

    /// How many answers were taken.
    pub fn taken(&self) -> usize {
        self.past.len()
    }

    /// The answer that was taken for the current picture.
    pub fn add_answer(&mut self, answer: &str) {
        let frame = self.pictures.len().checked_sub(1);
        self.past.push(Turn { answer: answer.to_owned(), frame, feedback: None });
    }

    /// Another answer stands for the one to the current picture, or for none.
    pub fn answered_instead(&mut self, answer: &str) {
        let frame = self.pictures.len().checked_sub(1);
        match self.past.last_mut().filter(|turn| turn.frame == frame) {
            Some(turn) => answer.clone_into(&mut turn.answer),
            None => self.add_answer(answer),
        }
    }

    /// The digest of the messages, as RECORDING.md defines it; `name` gives a picture's own digest.
    pub fn digest(&self, name: impl Fn(&P) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => json!({ "type": "text", "text": text }),
            Part::Image(index) => json!({ "type": "image", "image": self.picture_at(*index).map(&name) }),
        };
        let message = |message: &Message| {
            let content: Vec<Value> = message.content.iter().map(part).collect();
            json!({ "role": message.role, "content": content })
        };
        digest(&self.messages().iter().map(message).collect())
    }
}

impl<P: Shown> Dialogue<P> {
    /// A plan as the model would have said it; nothing where it has no words for it.
    pub fn written(&self, plan: &Plan) -> Option<String> {
        self.profile.serialise(plan, self.screen(), self.picture().map(Shown::size)).ok()
    }

    /// The plan that an answer means, secrets put in where the model types their names.
    ///
    /// # Errors
    /// [`ParseError`] when it is none.
    pub fn read(&self, answer: &str) -> Result<Plan, ParseError> {
        let image = self.picture().map(Shown::size);
        let mut plan = self.profile.parse(answer, self.screen(), image)?;
        for action in &mut plan.actions {
            if let Action::Type { text } = action {
                *text = self.goal.secrets.fill(text);
            }
        }
        Ok(plan)
    }
}

/// The digest of what a model was sent: BLAKE3, 128 bits, of the JSON without spaces.
pub fn digest(sent: &Value) -> String {
    blake3::hash(sent.to_string().as_bytes()).to_hex()[..32].to_owned()
}

/// A question as a model is asked it.
fn question(question: &str, frame: Option<usize>) -> Message {
    let asked = format!("{question}\nAnswer with one word: yes or no.");
    let content = frame.map(Part::Image).into_iter().chain([Part::Text(asked)]).collect();
    Message { role: Role::User, content }
}

/// The language that the model should think in: the goal's, as far as its script tells.
fn language(goal: &str) -> &'static str {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if goal.chars().any(is_han) { "Chinese" } else { "English" }
}

/// What the model should hear of its last step: nothing where all went as expected, for that is what it was trained on.
pub fn feedback(profile: &Profile, secrets: &Secrets, screen: Size, history: &[Done]) -> Option<String> {
    let last = history.last()?.step;
    let told = history.iter().filter(|done| done.step == last).filter_map(|done| {
        let what = |happened: &str| format!("{} {happened}", in_its_words(profile, screen, &done.action));
        if let (Action::Ask { .. }, Ok(receipt)) = (&done.action, &done.receipt) {
            return receipt.note.as_ref().map(|answer| format!("The person answered: {answer}"));
        }
        match (&done.receipt, &done.verdict) {
            (Err(reason), _) => Some(what(&format!("was not done: {}", first_line(reason)))),
            (Ok(_), Some(verdict)) => match verdict.judgement {
                Judgement::Confirmed | Judgement::Unknown => None,
                Judgement::NoEffect => Some(what("had no visible effect.")),
                Judgement::Contradicted => {
                    let seen: Vec<&str> =
                        verdict.evidence.iter().filter(|e| e.holds == Some(false)).map(|e| e.seen.as_str()).collect();
                    Some(what(&format!("did not do what was expected: {}", seen.join("; "))))
                }
            },
            (Ok(_), None) => None,
        }
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| secrets.redact(&told.join("\n")))
}

/// An action as the model would write it; its name where the model could not, or only as the JSON of an API.
fn in_its_words(profile: &Profile, screen: Size, action: &Action) -> String {
    const LONGEST: usize = 160;
    let plan = Plan { thought: None, reflection: None, actions: vec![action.clone()], expect: vec![] };
    let written = profile.serialise(&plan, screen, None).unwrap_or_default();
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let written = written.strip_prefix("Action:").unwrap_or(&written).trim();
    if written.is_empty() || written.starts_with(['[', '{']) || written.len() > LONGEST {
        format!("The action {}", action.name())
    } else {
        written.to_owned()
    }
}

fn first_line(reason: &str) -> &str {
    reason.lines().next().unwrap_or_default()
}
