//! What every page is put together of: layout, components, forms, icons, numbers and dates. Nothing here knows a request or a
//! service: what a page needs of them is handed in.

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
