//! Trying again: exponential waits with jitter, or as long as the server asks, and not for ever.

use std::time::Duration;

use super::error::EndpointError;

/// How often, and after which waits, a request is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// How often a request is made at most, the first time included.
    pub tries: u32,
    /// The wait after the first try; it doubles with each further one.
    pub first: Duration,
    /// The longest wait that is chosen here.
    pub longest: Duration,
    /// The longest wait that a server may ask for with `Retry-After`; where it asks for more, its error is told at once.
    pub longest_asked: Duration,
}

impl Default for Backoff {
    /// 0.5, 1, 2 and 4 s: a restarting server is back within that; a full one says how long to wait.
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            longest_asked: Duration::from_secs(120),
        }
    }
}

impl Backoff {
    /// How long to wait after try number `tried` (from 1) ended with `error`; nothing where it should not be tried again.
    pub fn after(&self, tried: u32, error: &EndpointError) -> Option<Duration> {
        if tried >= self.tries || !error.may_pass() {
            return None;
        }
        match error.retry_after() {
            Some(asked) => (asked <= self.longest_asked).then_some(asked),
            None => Some(self.chosen(tried)),
        }
    }

    /// Half to the whole of the doubled wait: many clients of one server must not come back at the same moment.
    fn chosen(&self, tried: u32) -> Duration {
        let whole = self.first.saturating_mul(2u32.saturating_pow(tried - 1)).min(self.longest);
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// The tries of one request.
#[derive(Debug)]
pub struct RetryCount {
    backoff: Backoff,
    count: u32,
}

impl RetryCount {
    /// The first try begins.
    pub fn begin(backoff: Backoff) -> Self {
        Self { backoff, count: 1 }
    }

    /// The number of the try under way, from 1.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Waits for the moment of the next try, which begins then.
    ///
    /// # Errors
    /// The error that the last try ended with, where there should be no other.
    pub async fn pause(&mut self, error: EndpointError) -> Result<(), EndpointError> {
        let Some(wait) = self.backoff.after(self.count, &error) else { return Err(error.tried(self.count)) };
        tracing::info!("{}; trying again in {:.1} s", error.first_line(), wait.as_secs_f64());
        tokio::time::sleep(wait).await;
        self.count += 1;
        Ok(())
    }
}

/// The wait that a `Retry-After` header asks for: seconds, or a moment; a moment that has passed is no wait.
pub fn asked(header: &str, now: jiff::Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(Duration::try_from(moment.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_ask_for_waits() {
        let now: jiff::Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let cases = [
            ("3", Some(3_000)),
            (" 0.25 ", Some(250)),
            ("0", Some(0)),
            ("Fri, 02 Jan 2026 03:04:15 GMT", Some(10_000)),
            ("Fri, 02 Jan 2026 03:04:00 GMT", Some(0)),
            ("-1", None),
            ("1e400", None),
            ("soon", None),
            ("", None),
        ];
        let got = cases.map(|(header, _)| (header, asked(header, now).map(|wait| wait.as_millis())));
        assert_eq!(got, cases);
    }

    #[test]
    fn waits_grow_and_end() {
        let backoff = Backoff { tries: 4, ..Backoff::default() };
        let error = EndpointError::RateLimited { said: String::new(), retry_after: None, tries: 1 };
        for (tried, longest) in [(1, 500), (2, 1000), (3, 2000)] {
            let wait = backoff.after(tried, &error).unwrap().as_millis();
            assert!((longest / 2..=longest).contains(&wait), "{tried}: {wait}");
        }
        assert_eq!(backoff.after(4, &error), None);
    }

    #[test]
    fn a_server_may_ask_for_a_wait_but_not_for_hours() {
        let after = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            Backoff::default().after(1, &EndpointError::RateLimited { said: String::new(), retry_after, tries: 1 })
        };
        assert_eq!(after(7), Some(Duration::from_secs(7)));
        assert_eq!(after(3600), None);
        let lasting = EndpointError::WrongKey { said: String::new(), status: 401, variable: None };
        assert_eq!(Backoff::default().after(1, &lasting), None);
    }
}
