//! How the program ends: one exit code for each kind of failure, and a sentence that helps.

use std::{fmt, path::Path, process::ExitCode};

/// Why a command failed. The numbers are documented in `docs/configuration.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The configuration is wrong: 2, as for a wrong command line.
    Config(String),
    /// An address cannot be listened on: 3.
    Listen(String),
    /// The data cannot be used: 4.
    Data(String),
    /// Another process uses the data: 5.
    Locked(String),
    /// The data was written by a newer version: 6.
    TooNew(String),
    /// Requests were cut off at the end: 7.
    NotDrained(String),
    /// The secret is not the one that the data was written with: 8.
    WrongSecret(String),
    /// Anything else: 1.
    Other(String),
}

impl Failure {
    /// Anything without a specific code.
    pub fn other(why: impl fmt::Display) -> Self {
        Failure::Other(why.to_string())
    }
    /// The exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Other(_) => 1,
            Failure::Config(_) => 2,
            Failure::Listen(_) => 3,
            Failure::Data(_) => 4,
            Failure::Locked(_) => 5,
            Failure::TooNew(_) => 6,
            Failure::NotDrained(_) => 7,
            Failure::WrongSecret(_) => 8,
        })
    }
}

/// What is wrong with a file or folder of the data.
pub(crate) fn unusable(path: &Path, why: &dyn fmt::Display) -> Failure {
    Failure::Data(format!("{}: {why}", path.display()))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Config(why)
            | Failure::Listen(why)
            | Failure::Data(why)
            | Failure::Locked(why)
            | Failure::TooNew(why)
            | Failure::NotDrained(why)
            | Failure::WrongSecret(why)
            | Failure::Other(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for Failure {}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        match error.kind {
            db::ErrorKind::TooNew => Failure::TooNew(format!(
                "{error}. Run the version of ordo that wrote this data, or a newer one."
            )),
            db::ErrorKind::Damaged => Failure::Data(format!(
                "the database: {error}. Restore the newest backup: docs/backup-and-restore.md says how."
            )),
            db::ErrorKind::Full => Failure::Data(format!(
                "the database: {error}. Make room on its disk and start again: nothing that was acknowledged is lost."
            )),
            _ => Failure::Data(format!("the database: {error}")),
        }
    }
}
