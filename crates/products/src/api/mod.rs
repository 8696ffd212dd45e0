//! The endpoints, one file for each.

mod add_product_for;
mod adjust_stock;
mod change_product_for;
mod create_product;
mod delete_product;
mod delete_product_for;
mod find_products;
mod get_product;
mod list_movements;
mod list_products;
mod look_up_products;
mod read_editor;
mod read_feed;
mod read_state;
mod release;
mod replace_product;
mod reserve;
mod treat_letter;
mod update_product;

use crate::Products;
use ordo_http::{Api, Shell};

/// All endpoints of this service.
pub(crate) fn api(s: Products, shell: Shell) -> Api<Products> {
    let currency = s.settings.currency;
    Api::in_currency(s, shell, currency)
        .ready(async |s: Products| s.db.probe().await.map_err(|e| e.to_string()))
        .on(create_product::create_product)
        .on(get_product::get_product)
        .on(list_products::list_products)
        .on(replace_product::replace_product)
        .on(update_product::update_product)
        .on(delete_product::delete_product)
        .on(list_movements::list_movements)
        .on(adjust_stock::adjust_stock)
        .on(add_product_for::add_product_for)
        .on(find_products::find_products)
        .on(change_product_for::change_product_for)
        .on(delete_product_for::delete_product_for)
        .on(look_up_products::look_up_products)
        .on(read_editor::read_editor)
        .on(reserve::reserve)
        .on(release::release)
        .on(read_feed::read_feed)
        .on(read_state::read_state)
        .on(treat_letter::treat_letter)
}
