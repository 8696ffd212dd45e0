//! Logs on standard error: text on a terminal and JSON elsewhere, unless the settings say otherwise. A line that is
//! repeated is counted instead ([`repeats`]).

mod filter;
mod repeats;

pub(crate) use filter::check;
pub(crate) use repeats::run as summarize;

use crate::{config::LogFormat, exit_code::Failure};
use std::io::IsTerminal;
use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging what `filter` lets through.
///
/// # Errors
/// [`Failure::Config`] when the filter cannot be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let filter = filter::read(filter).map_err(|why| Failure::Config(format!("`log`: {why}")))?;
    let is_terminal = std::io::stderr().is_terminal();
    let base = tracing_subscriber::registry().with(filter).with(repeats::Repeats);
    let started = match (format, is_terminal) {
        (LogFormat::Text, false) => {
            // colours would be codes in a file
            base.with(fmt::layer().with_writer(std::io::stderr).with_ansi(false)).try_init()
        }
        (LogFormat::Text | LogFormat::Auto, true) => {
            base.with(fmt::layer().with_writer(std::io::stderr)).try_init()
        }
        (LogFormat::Json, _) | (LogFormat::Auto, false) => {
            let lines = fmt::layer().with_writer(std::io::stderr);
            base.with(lines.json().flatten_event(true).with_span_list(false)).try_init()
        }
    };
    started.map_err(|error| Failure::other(format!("logging cannot start: {error}")))
}
