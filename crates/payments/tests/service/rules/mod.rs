//! The rules of payments against a provider in memory: requests arrive late, twice or never, answers are lost,
//! and orders, staff and the customer ask for anything at any time.

mod anything;
mod charges;
mod nothing_owed;
mod refunds;
mod world;
