//! The endpoints, one file for each.

mod adjust_stock;
mod create_product;
mod create_product_on_behalf;
mod delete_product;
mod delete_product_on_behalf;
mod find_products;
mod get_last_editor;
mod get_product;
mod get_service_status;
mod list_movements;
mod list_products;
mod look_up_products;
mod read_feed;
mod release;
mod replace_product;
mod reserve;
mod resolve_dead_letter;
mod update_product;
mod update_product_on_behalf;

use crate::Products;
use ordo_http::{Api, ApiContext};

/// All endpoints of this service.
pub(crate) fn api(s: Products, shell: ApiContext) -> Api<Products> {
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
        .on(create_product_on_behalf::create_product_on_behalf)
        .on(find_products::find_products)
        .on(update_product_on_behalf::update_product_on_behalf)
        .on(delete_product_on_behalf::delete_product_on_behalf)
        .on(look_up_products::look_up_products)
        .on(get_last_editor::get_last_editor)
        .on(reserve::reserve)
        .on(release::release)
        .on(read_feed::read_feed)
        .on(get_service_status::get_service_status)
        .on(resolve_dead_letter::resolve_dead_letter)
}
