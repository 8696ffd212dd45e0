//! Words without I/O that every part of Ordo uses: identifiers, money, time, languages, secrets and the world outside.
//!
//! Nothing here opens a file, a socket or a database, reads a clock or draws a random number by itself;
//! what comes from outside comes through [`Env`].

pub mod attempt;
mod closed;
pub mod currency;
pub mod env;
pub mod failpoint;
pub mod fault;
pub mod id;
pub mod language;
pub mod lately;
pub mod meter;
pub mod money;
pub mod money_in;
pub mod outbound;
pub mod queueing;
pub mod secret;
pub mod spelling;
pub mod time;
mod typed_letters;
pub mod words;

pub use currency::Currency;
pub use env::{BoxFuture, Env, Host};
pub use fault::{Trouble, Troubled};
pub use id::{Id, Kind};
pub use language::Language;
pub use money::{Money, MoneyError};
pub use money_in::{AmountIn, MoneyIn, SignedMoneyIn};
pub use secret::Secret;
pub use time::Timestamp;
