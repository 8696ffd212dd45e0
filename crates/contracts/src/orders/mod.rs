//! Orders: baskets, placing, reading, paying, cancelling.

mod baskets;
mod changing;
mod correcting;
mod drafting;
mod lately;
mod noting;
mod order;
mod overview;
mod placing;
mod reading;
mod refusals;

pub use baskets::*;
pub use changing::*;
pub use correcting::*;
pub use drafting::*;
pub use lately::*;
pub use noting::*;
pub use order::*;
pub use overview::*;
pub use placing::*;
use placing::{check_lines, check_prices};
pub use reading::*;
pub use refusals::*;
