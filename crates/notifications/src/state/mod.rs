//! What the process keeps in mind while it lives.

pub(crate) mod streams;
