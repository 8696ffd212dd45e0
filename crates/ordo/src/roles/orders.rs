//! The role orders.

use super::{RoleDeps, settings};
use flow::Service;
use orders::{NAME, OrdersDependencies};
use ordo_http::token::OrderKeys;

pub(super) fn service(parts: &RoleDeps<'_>) -> Service {
    orders::service(OrdersDependencies {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        order_keys: OrderKeys::new(&parts.wiring.secret),
        settings: settings::orders(&parts.wiring.config),
        auth: parts.client(NAME, auth::NAME),
        products: parts.client(NAME, products::NAME),
        payments: parts.client(NAME, payments::NAME),
    })
}
