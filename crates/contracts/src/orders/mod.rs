//! Orders: baskets, placement, queries, payment and cancellation.

mod activity;
mod baskets;
mod commands;
mod drafts;
mod errors;
mod holds_and_edits;
mod notes;
mod order;
mod overview;
mod placement;
mod queries;

pub use activity::*;
pub use baskets::*;
pub use commands::*;
pub use drafts::*;
pub use errors::*;
pub use holds_and_edits::*;
pub use notes::*;
pub use order::*;
pub use overview::*;
pub use placement::*;
use placement::{check_lines, check_prices};
pub use queries::*;
