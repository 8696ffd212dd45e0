//! A line that is repeated is logged once, then counted: every half minute a summary says how often it came, and the last
//! line says that it has stopped.
//!
//! A line is the same where its level and its texts are the same; numbers, such as how often or how long something was
//! tried, do not count. Counted are the warnings and errors of what the process does by itself, such as handling events and
//! timers, and its other lines outside any span. Never counted are the lines of a request, whose answer names the ID under which
//! its cause is logged, and lines about one client.

use kernel::Env;
use std::{
    collections::BTreeMap,
    fmt::{Debug, Write},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// From a line to its summary, and from the last one to the line that it has stopped.
const WINDOW: Duration = Duration::from_secs(30);
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// Lines that are remembered; further ones are logged each time.
const LINES_MAX: usize = 1000;
/// The most characters of a line in its summary.
const TEXT_MAX: usize = 400;
/// Where summaries come from; they are not counted.
const TARGET: &str = "ordo::repeats";
/// Fields of lines that are about one client, each of which is wanted.
const ONE_CLIENT: [&str; 3] = ["client", "account", "user"];
/// The field of spans by which a request is found.
const REQUEST_ID: &str = "request_id";
/// The span of handling an event. It names the request that caused the event, and is repeated until it succeeds.
const EVENT: &str = "event";

/// What was logged lately, by level and text.
static LINES: Mutex<RepeatedLines> = Mutex::new(RepeatedLines(BTreeMap::new()));

struct RepeatedLines(BTreeMap<(Level, String), RepeatedLine>);

struct RepeatedLine {
    begun: Instant,
    /// When the line, or a summary of it, was logged last.
    logged: Instant,
    last: Instant,
    /// Since then.
    counted: u64,
    total: u64,
}

impl RepeatedLines {
    /// Whether it must be logged now.
    fn admits(&mut self, level: Level, text: String, now: Instant) -> bool {
        let has_room = self.0.len() < LINES_MAX;
        let Some(line) = self.0.get_mut(&(level, text.clone())) else {
            if has_room {
                let line = RepeatedLine { begun: now, logged: now, last: now, counted: 0, total: 0 };
                self.0.insert((level, text), line);
            }
            return true;
        };
        line.last = now;
        // without a task that writes summaries
        if now - line.logged > WINDOW * 3 {
            (line.logged, line.counted) = (now, 0);
            return true;
        }
        line.counted += 1;
        line.total += 1;
        false
    }

    /// What must be said already: the level, how often a line came within how long, the line, and whether it has stopped.
    fn due(&mut self, now: Instant) -> Vec<(Level, Summary)> {
        let mut due = Vec::new();
        self.0.retain(|(level, text), line| {
            let is_over = now - line.last >= WINDOW;
            if line.counted > 0 && (is_over || now - line.logged >= WINDOW) {
                let (times, within) = (line.counted, now - line.logged);
                due.push((*level, Summary { times, within, text: text.clone(), is_over: false }));
                (line.counted, line.logged) = (0, now);
            }
            if is_over && line.total > 0 {
                let (times, within) = (line.total + 1, line.last - line.begun);
                due.push((Level::INFO, Summary { times, within, text: text.clone(), is_over: true }));
            }
            !is_over
        });
        due
    }
}

struct Summary {
    times: u64,
    within: Duration,
    text: String,
    is_over: bool,
}

/// Logs the summaries for as long as the process runs.
pub(crate) fn run(env: &Env) {
    env.spawn("log summaries", async {
        loop {
            sleep(SWEEP_EVERY).await;
            let due = LINES.lock().unwrap_or_else(PoisonError::into_inner).due(Instant::now());
            due.into_iter().for_each(|(level, summary)| log(level, &summary));
        }
    });
}

fn log(level: Level, Summary { times, within, text, is_over }: &Summary) {
    let seconds = within.as_secs();
    match (is_over, level) {
        (true, _) => tracing::info!(target: TARGET, line = text, times, seconds, "repeated line has stopped"),
        (_, Level::ERROR) => tracing::error!(target: TARGET, line = text, times, seconds, "line repeated"),
        (_, Level::WARN) => tracing::warn!(target: TARGET, line = text, times, seconds, "line repeated"),
        _ => tracing::info!(target: TARGET, line = text, times, seconds, "line repeated"),
    }
}

/// Keeps back lines that are repeated.
pub(super) struct Repeats;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Repeats {
    fn event_enabled(&self, event: &Event<'_>, context: Context<'_, S>) -> bool {
        let (level, metadata) = (*event.metadata().level(), event.metadata());
        // the more a level shows, the greater it is
        let span = context.lookup_current();
        let is_counted = level <= Level::WARN || (level == Level::INFO && span.is_none());
        if !is_counted || metadata.target() == TARGET {
            return true;
        }
        let is_request = |span: &'static Metadata<'static>| {
            span.fields().field(REQUEST_ID).is_some() && span.name() != EVENT
        };
        if span.is_some_and(|span| span.scope().any(|span| is_request(span.metadata()))) {
            return true;
        }
        let mut read = LineText { text: String::new(), is_about_one_client: false };
        event.record(&mut read);
        if read.is_about_one_client {
            return true;
        }
        let mut text = read.text.split_off(0);
        if let Some((end, _)) = text.char_indices().nth(TEXT_MAX) {
            text.truncate(end);
        }
        LINES.lock().unwrap_or_else(PoisonError::into_inner).admits(level, text, Instant::now())
    }
}

/// The texts of a line: the message, then the fields.
struct LineText {
    text: String,
    is_about_one_client: bool,
}

impl Visit for LineText {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.is_about_one_client |= ONE_CLIENT.contains(&field.name());
        let _ = match field.name() {
            "message" => {
                let message = format!("{value:?}");
                self.text.insert_str(0, &message);
                Ok(())
            }
            name => write!(self.text, " {name}={value:?}"),
        };
    }
    fn record_i64(&mut self, _: &Field, _: i64) {}
    fn record_u64(&mut self, _: &Field, _: u64) {}
    fn record_f64(&mut self, _: &Field, _: f64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_logged_once_then_summed_up_and_then_over() {
        let mut lines = RepeatedLines(BTreeMap::new());
        let begun = Instant::now();
        let at = |seconds: u64| begun + Duration::from_secs(seconds);
        let mut admitted = 0;
        let mut told = Vec::new();
        for second in 0..120 {
            // four times a second for a minute
            if second < 60 {
                for _ in 0..4 {
                    admitted +=
                        usize::from(lines.admits(Level::WARN, "the bus is away".to_owned(), at(second)));
                }
            }
            if second % 5 == 0 {
                told.extend(lines.due(at(second)).into_iter().map(|(level, one)| (second, level, one)));
            }
        }
        assert_eq!(admitted, 1);
        let told: Vec<_> =
            told.iter().map(|(at, level, one)| (*at, *level, one.is_over, one.times)).collect();
        assert_eq!(
            told,
            [
                (30, Level::WARN, false, 4 * 31 - 1),
                (60, Level::WARN, false, 4 * 29),
                (90, Level::INFO, true, 240)
            ]
        );
        assert!(lines.0.is_empty());
        assert!(lines.admits(Level::WARN, "the bus is away".to_owned(), at(121)), "it begins again");
    }

    #[test]
    fn different_lines_and_few_lines_are_all_logged() {
        let mut lines = RepeatedLines(BTreeMap::new());
        let now = Instant::now();
        for n in 0..LINES_MAX + 10 {
            assert!(lines.admits(Level::WARN, n.to_string(), now));
        }
        assert!(lines.0.len() == LINES_MAX && lines.due(now + WINDOW).is_empty() && lines.0.is_empty());
    }
}
