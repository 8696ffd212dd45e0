//! What pages are made of: layout, components, forms, icons, numbers, dates, and the parts of an order's page. Nothing here has a
//! request or the client of a service: callers pass what a page shows.

pub(crate) mod address;
pub(crate) mod amount;
pub(crate) mod assets;
pub(crate) mod carriers;
pub(crate) mod components;
#[cfg(test)]
mod contrast;
pub(crate) mod form;
pub(crate) mod format;
pub(crate) mod icons;
pub(crate) mod layout;
pub(crate) mod metadata;
pub(crate) mod order;
pub(crate) mod page;
mod postcode;
pub(crate) mod print_page;
pub(crate) mod product;
pub(crate) mod test_cards;
