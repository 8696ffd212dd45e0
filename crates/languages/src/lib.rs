//! Localization: Fluent messages, numbers, amounts and time zones in the languages of Ordo. Pages and emails bring their own
//! texts.

mod catalogue;
mod number_format;
mod zone;

pub use catalogue::{MessageCatalogue, messages};
pub use fluent_bundle::{FluentArgs, FluentValue, types::FluentNumber};
pub use number_format::{grouped, money, point, sign};
pub use zone::Zone;
