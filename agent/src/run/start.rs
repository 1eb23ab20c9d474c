//! The first look: programs that were just started are waited for until they have drawn themselves and are idle.

use std::time::{Duration, Instant};

use super::{Run, RunError};
use crate::observation::Observation;
use crate::verify;

/// How long it is looked at whether a program is still busy. LibreOffice pauses for up to 0.3 s while it starts.
const STRETCH: Duration = Duration::from_millis(400);

/// A program that takes more than this part of a processor's time is not idle yet.
const BUSY: f64 = 0.2;

impl Run {
    /// Records what the screen shows, where it can still be seen.
    pub async fn keep_picture(&mut self) {
        if let Ok(seen) = self.glance(None).await {
            self.journal.observed(0, &seen);
        }
    }

    /// Looks until what is shown has been the same for a while, and its programs are idle; patience for that ends too.
    pub(super) async fn first_look(&mut self) -> Result<Observation, RunError> {
        let deadline = Instant::now() + self.patience.opening / 2;
        let mut seen = self.glance(None).await?;
        while Instant::now() < deadline && self.patience.opening > Duration::ZERO {
            let process = seen.windows.iter().find(|window| window.active).and_then(|window| window.process);
            let (begun, spent) = (Instant::now(), process.and_then(time_spent));
            tokio::time::sleep(STRETCH).await;
            let later = self.glance(None).await?;
            let share = spent.zip(process.and_then(time_spent)).map_or(0.0, |(before, after)| {
                after.saturating_sub(before).as_secs_f64() / begun.elapsed().as_secs_f64()
            });
            let is_same = later.windows == seen.windows && verify::is_same_screen(&seen, &later);
            seen = later;
            if share < BUSY && is_same && !verify::shows_nothing(&seen) {
                break;
            }
        }
        self.journal.observed(1, &seen);
        Ok(seen)
    }
}

/// How much of a processor's time a process on this machine has taken so far.
#[cfg(target_os = "linux")]
fn time_spent(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Fields 14 and 15, counted behind the name, which may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // SAFETY: asks for a number.
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    Some(Duration::from_millis(ticks * 1000 / u64::try_from(per_second).ok().filter(|n| *n > 0)?))
}

#[cfg(not(target_os = "linux"))]
fn time_spent(_process: u32) -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_time_of_this_process_grows() {
        let before = time_spent(std::process::id()).unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(60) {
            std::hint::spin_loop();
        }
        assert!(time_spent(std::process::id()).unwrap() > before);
        assert_eq!(time_spent(u32::MAX), None);
    }
}
