//! Orders: placing, reading, paying, cancelling.

mod changing;
mod correcting;
mod drafting;
mod order;
mod placing;
mod reading;
mod refusals;

pub(crate) use changing::up_to_100_lines;
pub use changing::*;
pub use correcting::*;
pub use drafting::*;
pub use order::*;
use placing::check_lines;
pub use placing::*;
pub use reading::*;
pub use refusals::*;
