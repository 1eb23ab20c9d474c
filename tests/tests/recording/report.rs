//! The report in a real Chromium window: light and dark, its slider dragged by the mouse, its steps walked by the keyboard.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Place;
use image::RgbImage;
use image::imageops::{FilterType, crop_imm, resize};
use sightstep::session::sandbox::Sandbox;
use sightstep_actions::executor::{DesktopExecutor, Executor as _};
use sightstep_actions::launch::Launcher;
use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::{DesktopPoint, FramePoint, Size, View};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _};

const SIZE: Size = Size { width: 1280, height: 900 };

/// The colour of a light page's margin.
const LIGHT: [u8; 3] = [250, 250, 249];

/// Tells the page's state in the window's title: where picture and slider of step 2 are, the slider's value, the step that
/// has the focus, whether it is dark, how many errors there were.
const TOLD: &str = "<script>
  const shot = document.querySelector('#step-2 .shot'), slider = document.querySelector('#step-2 .slider');
  slider.scrollIntoView({ block: 'end' });
  setInterval(() => {
    const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height].map(Math.round).join(','); };
    const dark = matchMedia('(prefers-color-scheme: dark)').matches ? 1 : 0;
    const focus = document.activeElement.id || document.activeElement.tagName;
    document.title = ['told', box(shot), box(slider), slider.value, focus, dark, errors.length].join(' ');
  }, 50);
</script>";

const ERRORS: &str =
    "<script>var errors = []; addEventListener('error', (e) => errors.push(e.message), true);</script>";

/// What the title tells.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    shot: [i32; 4],
    slider: [i32; 4],
    value: i32,
    focus: String,
    is_dark: bool,
    errors: usize,
}

impl Told {
    fn parse(title: &str) -> Option<Self> {
        let words: Vec<&str> = title.split(' ').collect();
        let ["told", shot, slider, value, focus, dark, errors, ..] = words.as_slice() else { return None };
        let area = |text: &str| -> Option<[i32; 4]> {
            text.split(',').map(|n| n.parse().ok()).collect::<Option<Vec<i32>>>()?.try_into().ok()
        };
        Some(Self {
            shot: area(shot)?,
            slider: area(slider)?,
            value: value.parse().ok()?,
            focus: (*focus).to_owned(),
            is_dark: *dark == "1",
            errors: errors.parse().ok()?,
        })
    }
}

/// A browser that shows the page.
struct Browser {
    screen: DesktopScreen,
    executor: DesktopExecutor,
    launcher: Launcher,
    _sandbox: Sandbox,
}

impl Browser {
    async fn open(page: &Path, more: &[&str]) -> Self {
        let sandbox = Sandbox::start(SIZE.width, SIZE.height).await.unwrap();
        let launcher = sandbox.environment().into_iter().fold(Launcher::new(), |l, (name, value)| l.env(name, value));
        let mut argv = vec!["chromium".to_owned(), "--window-size=640,860".into(), "--window-position=0,20".into()];
        argv.extend(more.iter().map(|word| (*word).to_owned()));
        argv.push(format!("--app=file://{}", page.display()));
        launcher.launch(&argv).unwrap();
        let screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, Eyes::All).await.unwrap();
        let executor = DesktopExecutor::with_launcher(Some(sandbox.display()), launcher.clone()).unwrap();
        Self { screen, executor, launcher, _sandbox: sandbox }
    }

    /// What the page tells once it fits, and where its top-left pixel is on the screen.
    async fn until(&mut self, fits: impl Fn(&Told) -> bool) -> (Told, (i32, i32)) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut last = None;
        while Instant::now() < deadline {
            for window in self.screen.windows().await.unwrap() {
                if let Some(told) = Told::parse(&window.title) {
                    if fits(&told) {
                        return (told, (window.area.x, window.area.y));
                    }
                    last = Some(told);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the page never told what was waited for; last: {last:?}");
    }

    /// Waits until the page's margin has this colour: its title may change before it is drawn, and takes input then.
    async fn until_drawn(&mut self, origin: (i32, i32), back: [u8; 3]) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let frame = self.screen.settled(Some(Instant::now())).await.unwrap().frame;
            let margin = frame.pixels().get_pixel((origin.0 + 4) as u32, (origin.1 + 400) as u32).0;
            if margin.iter().zip(back).all(|(seen, wanted)| seen.abs_diff(wanted) <= 2) {
                return;
            }
            assert!(Instant::now() < deadline, "the margin stays {margin:?}");
        }
    }

    async fn perform(&mut self, action: Action) {
        let view = View { origin: DesktopPoint { x: 0, y: 0 }, size: SIZE, scale: 1.0 };
        self.executor.perform(&action, &view).await.unwrap();
    }

    /// The part of the screen that shows the page's area, in the size of a recorded picture.
    async fn part(&mut self, origin: (i32, i32), area: [i32; 4], size: (u32, u32)) -> RgbImage {
        let frame = self.screen.settled(Some(Instant::now())).await.unwrap().frame;
        let [x, y, w, h] = area;
        let part = crop_imm(frame.pixels(), (origin.0 + x) as u32, (origin.1 + y) as u32, w as u32, h as u32);
        resize(&part.to_image(), size.0, size.1, FilterType::Triangle)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.launcher.end_all();
    }
}

/// Where the number appears that step 2 typed; a dashed line is drawn around it.
const TYPED: (u32, u32, u32, u32) = (300, 85, 40, 16);

/// The mean difference of two pictures' pixels where the number appears, 0 to 255.
fn difference(a: &RgbImage, b: &RgbImage) -> f64 {
    let part = |picture: &RgbImage| crop_imm(picture, TYPED.0, TYPED.1, TYPED.2, TYPED.3).to_image().into_raw();
    let (a, b) = (part(a), part(b));
    let sum: u64 = a.iter().zip(&b).map(|(x, y)| u64::from(x.abs_diff(*y))).sum();
    sum as f64 / a.len() as f64
}

fn page(place: &Place) -> PathBuf {
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/version-1");
    let path = place.path().join("page.html");
    let (code, said) = place.run(&["report", recording.to_str().unwrap(), "-o", path.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    let html = std::fs::read_to_string(&path).unwrap();
    let html =
        html.replacen("<title>", &format!("{ERRORS}<title>"), 1).replacen("</body>", &format!("{TOLD}</body>"), 1);
    std::fs::write(&path, html).unwrap();
    path
}

/// The recorded pictures before and after step 2.
fn recorded() -> (RgbImage, RgbImage) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/version-1/frames");
    let picture = |name: &str| image::open(folder.join(name)).unwrap().into_rgb8();
    (picture("eed76ebe782337ecdc491cdc4220b196.png"), picture("6c4719627cb74976bd8185126e27d7ed.png"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slider_is_dragged_and_steps_are_walked() {
    let place = Place::new();
    let mut browser = Browser::open(&page(&place), &[]).await;
    let (told, origin) = browser.until(|told| told.shot[2] > 0).await;
    assert_eq!((told.value, told.is_dark, told.errors), (50, false, 0));
    browser.until_drawn(origin, LIGHT).await;
    let (before, after) = recorded();
    let [x, y, w, h] = told.slider;
    let thumb = |value: i32| FramePoint {
        x: (origin.0 + x + 8 + (w - 16) * value / 100) as u32,
        y: (origin.1 + y + h / 2) as u32,
    };
    for (from, to, shown, hidden) in [(50, 0, &after, &before), (0, 100, &before, &after)] {
        browser.perform(Action::Drag { path: vec![thumb(from), thumb(to)], button: Button::Left }).await;
        browser.until(|told| told.value == to).await;
        let seen = browser.part(origin, told.shot, shown.dimensions()).await;
        let (right, wrong) = (difference(&seen, shown), difference(&seen, hidden));
        assert!(right * 2.0 < wrong, "at {to} the picture differs by {right:.2}, from the other by {wrong:.2}");
    }
    // The keyboard walks once the slider has lost the focus.
    browser
        .perform(Action::Click {
            at: FramePoint { x: (origin.0 + 4) as u32, y: (origin.1 + 400) as u32 },
            button: Button::Left,
            count: 1,
        })
        .await;
    browser.until(|told| told.focus == "BODY").await;
    for (key, focus) in [("right", "step-1"), ("right", "step-2"), ("j", "step-3"), ("left", "step-2"), ("k", "step-1")]
    {
        browser.perform(Action::Key { keys: vec![key.into()] }).await;
        browser.until(|told| told.focus == focus).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_browser_has_a_dark_page() {
    let place = Place::new();
    let page = page(&place);
    for (more, is_dark, back) in [(&[] as &[&str], false, LIGHT), (&["--force-dark-mode"], true, [23, 22, 20])] {
        let mut browser = Browser::open(&page, more).await;
        let (_, origin) = browser.until(|told| told.is_dark == is_dark && told.errors == 0).await;
        browser.until_drawn(origin, back).await;
    }
}

#[test]
fn a_folder_of_recordings_becomes_an_index() {
    let place = Place::new();
    place.file("a.toml", "goal = 'Wait 0 seconds'\nscreen.sandbox = '320x200'\n");
    assert_eq!(place.run(&["run", "a.toml", "a.toml"]).0, 0);
    let (code, said) = place.output(&["report", "runs"]);
    assert_eq!((code, said.trim()), (0, "runs/index.html"));
    let html = std::fs::read_to_string(place.path().join("runs/index.html")).unwrap();
    assert!(html.contains("2 of 2 done") && html.matches("data:image/jpeg").count() == 2, "{html}");
    for run in std::fs::read_dir(place.path().join("runs")).unwrap().flatten().filter(|run| run.path().is_dir()) {
        let link = format!("{}/report.html", run.file_name().to_string_lossy());
        assert!(html.contains(&link) && run.path().join("report.html").exists(), "{link}");
    }
    let (code, said) = place.run(&["report", "a.toml"]);
    assert!(code == 2 && said.contains("a recording is a folder"), "{said}");
}
