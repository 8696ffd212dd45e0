//! Basic types without I/O for all crates: identifiers, money, time, languages, secrets and the environment.
//!
//! No code in this crate opens a file, a socket or a database, reads a clock or generates random numbers by itself;
//! external input comes through [`Env`].

pub mod canonical_name;
mod closed_enum;
pub mod currency;
pub mod env;
pub mod failpoint;
pub mod failure;
pub mod id;
pub mod language;
pub mod metrics;
pub mod money;
pub mod money_input;
pub mod outbound;
pub mod queueing;
pub mod recent_stats;
pub mod retry_scope;
pub mod secret;
pub mod time;
mod typed_letters;
pub mod words;

pub use currency::Currency;
pub use env::{BoxFuture, Env, Host};
pub use failure::{ClassifyFailure, FailureKind};
pub use id::{Id, IdKind};
pub use language::Language;
pub use money::{Money, MoneyError};
pub use money_input::{AmountInput, MoneyInput, SignedMoneyInput};
pub use secret::Secret;
pub use time::Timestamp;
