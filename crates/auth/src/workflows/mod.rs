//! What several handlers do in their transactions, and what sessions are given in them.

pub(crate) mod account_list;
pub(crate) mod account_update;
pub(crate) mod addresses;
pub(crate) mod device;
pub(crate) mod email_verification;
pub(crate) mod ensure_admin;
pub(crate) mod failure_log;
pub(crate) mod failure_throttle;
pub(crate) mod import;
pub(crate) mod key_lookup;
pub(crate) mod last_used;
pub(crate) mod new_epoch;
pub(crate) mod password_change;
pub(crate) mod session_end;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod token;
