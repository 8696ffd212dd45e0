//! The table of routes: each path with the function that shows its page and the one that handles its form.

use crate::{session::app::Web, ui::assets::favicon};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use endpoint::http::HeaderMap;

/// All routes.
pub(crate) fn all() -> Router<Web> {
    shop().merge(console()).merge(console_orders())
}

/// The pages of the shop, for customers and guests.
fn shop() -> Router<Web> {
    use crate::{
        session::{handler::page, pending_form},
        storefront::{
            account, addresses, appearance, basket, basket_actions, cancel_order, checkout, developer, home,
            invoice, live, order, password, pay_order, product, register, search, sessions, setup, sign_in,
            sitemap, verify_email,
        },
    };
    Router::new()
        .route("/", get(page(home::show)))
        .route("/search", get(page(search::show)))
        .route("/search/suggest", get(page(search::suggest)))
        .route("/products/{id}", get(page(product::show)))
        .route("/products/{id}/stock", get(page(product::stock)))
        .route("/basket", get(page(basket::show)).post(page(basket_actions::add)))
        .route("/basket/change", post(page(basket_actions::change)))
        .route("/checkout", get(page(checkout::show)).post(page(checkout::place)))
        .route("/orders/{id}", get(page(order::show)))
        .route("/orders/{id}/live", get(page(live::follow)))
        .route("/orders/{id}/pay", post(page(pay_order::pay)))
        .route("/orders/{id}/bank", get(page(pay_order::bank)).post(page(pay_order::confirm)))
        .route("/orders/{id}/invoice", get(page(invoice::show)))
        .route("/orders/{id}/cancel", get(page(cancel_order::show_form)).post(page(cancel_order::cancel)))
        .route("/appearance", post(page(appearance::set_theme_or_shortcuts)))
        .route("/language", post(page(appearance::set_language)))
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(page(sitemap::robots)))
        .route("/sitemap.xml", get(page(sitemap::show)))
        // accounts and sessions
        .route("/sign-in", get(page(sign_in::show)).post(page(sign_in::submit)))
        .route(pending_form::PATH, get(page(pending_form::show)))
        .route("/sign-out", post(page(sign_in::sign_out)))
        .route("/setup", get(page(setup::show)).post(page(setup::complete)))
        .route("/register", get(page(register::show)).post(page(register::register)))
        .route("/forgot", get(page(password::forgot)).post(page(password::send)))
        .route("/reset", get(page(password::reset)).post(page(password::choose)))
        .route("/verify", get(page(verify_email::show)).post(page(verify_email::verify)))
        .route("/account/verify", post(page(verify_email::request)))
        .route("/account", get(page(account::show)))
        .route("/account/orders", get(page(account::orders)))
        .route("/account/profile", get(page(account::profile)).post(page(account::rename)))
        .route("/account/password", post(page(account::change_password)))
        .route("/account/addresses", get(page(addresses::show)))
        .route("/account/addresses/new", get(page(addresses::show_new)).post(page(addresses::add)))
        .route("/account/addresses/{id}", get(page(addresses::show_one)).post(page(addresses::change)))
        .route(
            "/account/addresses/{id}/remove",
            get(page(addresses::show_removal)).post(page(addresses::remove)),
        )
        .route("/account/developer", get(page(developer::show)).post(page(developer::reveal)))
        .route("/account/developer/state", get(page(developer::state)))
        .route("/account/sessions", get(page(sessions::show)))
        .route("/account/sessions/end", post(page(sessions::end)))
}

/// The pages of the console, for staff.
fn console() -> Router<Web> {
    use crate::console::{
        api_keys, customers, global_search, home, mails, order, page, product, products, staff_list, system,
    };
    Router::new()
        .route("/console", get(page(home::show)))
        .route("/console/more", get(page(home::more)))
        .route("/console/system", get(page(system::show)))
        .route("/console/system/audit", post(page(system::audit::run)))
        .route("/console/system/letters", post(page(system::dead_letters::resolve)))
        .route("/console/search", get(page(global_search::show)))
        .route("/console/customers", get(page(customers::show)))
        .route("/console/customers/{id}", get(page(customers::one)))
        .route(
            "/console/customers/{id}/draft",
            get(page(order::draft::show_form)).post(page(order::draft::create)),
        )
        .route("/console/mails", get(page(mails::show)))
        .route("/console/mails/{id}", get(page(mails::one)))
        .route("/console/api-keys", get(page(api_keys::show)).post(page(api_keys::create)))
        .route("/console/api-keys/revoke", post(page(api_keys::revoke)))
        .route("/console/staff", get(page(staff_list::show)))
        .route("/console/staff/{id}", get(page(staff_list::one)).post(page(staff_list::change)))
        .route("/console/products", get(page(products::show)))
        .route(
            "/console/products/new",
            get(page(product::create::show_form)).post(page(product::create::add)),
        )
        .route("/console/products/{id}", get(page(product::show)).post(page(product::save::save)))
        .route(
            "/console/products/{id}/stock",
            get(page(product::stock::show)).post(page(product::stock::adjust)),
        )
        .route(
            "/console/products/{id}/pictures",
            get(page(product::images::show)).post(page(product::images::save)),
        )
        .route(
            "/console/products/{id}/delete",
            get(page(product::delete::show_form)).post(page(product::delete::delete)),
        )
}

/// Orders in the console.
fn console_orders() -> Router<Web> {
    use crate::console::{bulk_actions, order, orders, page, unknown_charges, unresolved_payments};
    Router::new()
        .route(
            "/console/orders/{id}/address",
            get(page(order::address::show_form)).post(page(order::address::save)),
        )
        .route("/console/orders/{id}/draft", get(page(order::draft::edit)).post(page(order::draft::save)))
        .route("/console/orders/{id}/place", post(page(order::draft::submit)))
        .route(
            "/console/orders/{id}/delete",
            get(page(order::draft::show_deletion)).post(page(order::draft::delete)),
        )
        .route("/console/orders/new", get(page(orders::news_since)))
        .route("/console/orders", get(page(orders::show)))
        .route("/console/orders/pack", post(page(bulk_actions::pack)))
        .route("/console/orders/slips", get(page(order::packing_slips::show)))
        .route(unresolved_payments::PATH, get(page(unresolved_payments::show)))
        .route(unknown_charges::PATH, get(page(unknown_charges::show)).post(page(unknown_charges::settle)))
        .route("/console/orders/{id}", get(page(order::show)))
        .route("/console/orders/{id}/notes", post(page(order::notes::add)))
        .route("/console/orders/{id}/parcels", post(page(order::parcels::create)))
        .route("/console/orders/{id}/parcels/{parcel}", post(page(order::parcels::advance)))
        .route("/console/orders/{id}/parcels/{parcel}/slip", get(page(order::documents::slip)))
        .route("/console/orders/{id}/invoice", get(page(order::documents::invoice)))
        .route(
            "/console/orders/{id}/cancel",
            get(page(order::cancel::show_form)).post(page(order::cancel::cancel)),
        )
        .route(
            "/console/orders/{id}/refund",
            get(page(order::refund::show_form)).post(page(order::refund::refund)),
        )
        .route("/console/orders/{id}/refunds/{refund}", post(page(order::refund::end)))
        .route(
            "/console/orders/{id}/offline",
            get(page(order::mark_paid::show_form)).post(page(order::mark_paid::record)),
        )
        .route("/console/orders/{id}/hold", get(page(order::hold::show_form)).post(page(order::hold::hold)))
        .route("/console/orders/{id}/release", post(page(order::hold::release)))
        .route("/console/orders/{id}/complete", post(page(order::complete::complete)))
}

/// `GET /assets/{name}`.
async fn asset(State(web): State<Web>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    web.assets.respond(&name, &headers)
}
