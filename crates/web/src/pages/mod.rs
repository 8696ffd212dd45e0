//! One file per page: what it asks, what it shows, and what its forms do.

pub(crate) mod account;
mod address;
pub(crate) mod addresses;
pub(crate) mod appearance;
pub(crate) mod basket;
pub(crate) mod cancelling;
pub(crate) mod cards;
pub(crate) mod checkout;
pub(crate) mod developer;
pub(crate) mod error;
pub(crate) mod home;
pub(crate) mod live;
pub(crate) mod order;
pub(crate) mod password;
pub(crate) mod paying;
pub(crate) mod postcode;
pub(crate) mod product;
pub(crate) mod register;
pub(crate) mod search;
mod sent;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_in;
mod states;
mod taking;
pub(crate) mod typed;
pub(crate) mod verifying;
