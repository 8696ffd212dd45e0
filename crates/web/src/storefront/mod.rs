//! The pages of the shop: one file per page, with what it reads, what it shows, and what its forms do.

pub(crate) mod account;
pub(crate) mod addresses;
mod adjust_quantity;
pub(crate) mod appearance;
pub(crate) mod basket;
pub(crate) mod basket_actions;
pub(crate) mod cancel_order;
pub(crate) mod checkout;
pub(crate) mod developer;
pub(crate) mod home;
pub(crate) mod invoice;
pub(crate) mod live;
pub(crate) mod order;
pub(crate) mod password;
pub(crate) mod pay_order;
mod payment_status;
pub(crate) mod product;
pub(crate) mod register;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod sitemap;
pub(crate) mod verify_email;
