//! What people read, in the languages that Ordo speaks: messages as Fluent writes them, numbers, money and time zones. Pages and mails
//! have their own texts, and write them by this.

mod book;
mod figures;
mod zone;

pub use book::{Book, messages};
pub use figures::{grouped, money, point, sign};
pub use fluent_bundle::{FluentArgs, FluentValue, types::FluentNumber};
pub use zone::Zone;
