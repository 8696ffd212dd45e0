//! What `cargo xtask` can do, as a library, so that tests elsewhere can use it: the list of
//! fail points ([`failpoints`]) and the rules of the tree ([`tidy`]).

pub mod failpoints;
pub mod measure;
pub mod prerequisites;
pub mod source;
pub mod steps;
pub mod test;
pub mod tidy;
pub mod tools;
pub mod tree;
