//! What several handlers do in their transactions, and what sessions are given in them.

pub(crate) mod changing;
pub(crate) mod ending;
pub(crate) mod ensure_admin;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod token;
