//! A screen whose pictures are encoded as soon as they are still: while an action is judged, the model's next picture is
//! on its way already.

use std::time::Instant;

use async_trait::async_trait;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_engine::Engine;
use sightstep_vision::frame::Frame;
use sightstep_vision::screen::{Screen, ScreenError, Settled, Window};
use tokio::task::JoinHandle;

use super::{Seen, Unwanted};

/// Looks through another screen. What it makes of a picture changes nothing but when it is there.
pub struct AheadScreen {
    screen: Box<dyn Screen>,
    engine: Engine,
    profile: Profile,
    under_way: Option<UnderWay>,
}

/// A picture that was encoded last, or is being encoded; dropped, that ends, or does not begin.
struct UnderWay {
    frame: Frame,
    task: JoinHandle<()>,
    _unwanted: Unwanted,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl AheadScreen {
    /// The screen, and the engine that will be asked about it in the profile's way.
    pub fn new(screen: Box<dyn Screen>, engine: Engine, profile: Profile) -> Self {
        Self { screen, engine, profile, under_way: None }
    }

    fn encode(&mut self, frame: &Frame) {
        if self.under_way.as_ref().is_some_and(|last| last.frame.digest() == frame.digest()) {
            return;
        }
        let screen = Size { width: frame.width(), height: frame.height() };
        let Ok(size) = self.profile.resize(screen).map(|resized| resized.size) else { return };
        let unwanted = Unwanted::default();
        let (engine, shown, interrupt) = (self.engine.clone(), frame.clone(), unwanted.0.clone());
        let task = tokio::task::spawn_blocking(move || {
            let seen = Seen::of(&shown, size, engine.picture_rule());
            // What cannot be encoded is said when the model is asked.
            let _ = engine.encode(&seen.frame, &interrupt);
        });
        // The one before is not wanted any more.
        self.under_way = Some(UnderWay { frame: frame.clone(), task, _unwanted: unwanted });
    }
}

#[async_trait]
impl Screen for AheadScreen {
    async fn settled(&mut self, since: Option<Instant>) -> Result<Settled, ScreenError> {
        let settled = self.screen.settled(since).await?;
        if settled.still {
            self.encode(&settled.frame);
        }
        Ok(settled)
    }

    /// What is seen before an input is not what is asked about after it.
    async fn acting(&mut self) -> Result<(), ScreenError> {
        self.under_way = None;
        self.screen.acting().await
    }

    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        self.screen.windows().await
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use image::{Rgb, RgbImage};
    use sightstep_engine::{Content, LoadOptions, Message, Params, Role};
    use sightstep_vision::screen::{Look, RecordedScreen};

    use super::*;

    fn engine() -> Engine {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens/qwen2_5_vl");
        Engine::load(&folder, &LoadOptions::default()).expect("the tiny checkpoint loads")
    }

    fn frame(shade: u8) -> Frame {
        Frame::from_image(RgbImage::from_pixel(280, 196, Rgb([shade, 90, 30])))
    }

    fn look(shade: u8, still: bool) -> Look {
        let (waited, volatile) = (Duration::ZERO, Vec::new());
        let settled = Settled { frame: frame(shade), still, waited, volatile, caret: None, before_caret: None };
        Look { settled, windows: Vec::new() }
    }

    /// How many pictures the engine still has to encode, and its answer's tokens.
    fn asked(engine: &Engine, shade: u8) -> (usize, Vec<u32>) {
        let message = Message { role: Role::User, content: vec![Content::Picture(frame(shade))] };
        let mut session = engine.session();
        let mut answer =
            session.generate(&[message], &Params { max_tokens: 8, ..Params::default() }).expect("an answer");
        answer.until(|_| false).expect("an answer");
        (answer.usage().pictures_encoded, answer.tokens().to_vec())
    }

    #[tokio::test]
    async fn what_is_still_is_encoded_before_it_is_asked_about_and_the_answer_is_the_same() {
        let profile = Profile::named("qwen2.5-vl").expect("a profile").clone();
        let looks = [look(1, true), look(3, true), look(2, false)].map(Ok);
        let engine = engine();
        let mut screen = AheadScreen::new(Box::new(RecordedScreen::new(looks)), engine.clone(), profile);
        for (shade, encoded) in [(1, 0), (3, 0)] {
            screen.settled(None).await.expect("a look");
            (&mut screen.under_way.as_mut().expect("a picture").task).await.expect("it ends");
            let right = asked(&self::engine(), shade).1;
            assert_eq!(asked(&engine, shade), (encoded, right), "{shade}");
        }
        screen.settled(None).await.expect("a look");
        assert_eq!(asked(&engine, 2).0, 1, "what moves is not encoded");
        screen.acting().await.expect("nothing refuses");
        assert!(screen.under_way.is_none());
    }
}
