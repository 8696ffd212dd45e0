//! What several handlers do in their transactions, and what sessions are given in them.

pub(crate) mod addressing;
pub(crate) mod changing;
pub(crate) mod device;
pub(crate) mod ending;
pub(crate) mod ensure_admin;
pub(crate) mod failure_log;
pub(crate) mod import;
pub(crate) mod key_lookup;
pub(crate) mod listing;
pub(crate) mod new_epoch;
pub(crate) mod seen;
pub(crate) mod setting_password;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod throttling;
pub(crate) mod token;
pub(crate) mod verifying;
