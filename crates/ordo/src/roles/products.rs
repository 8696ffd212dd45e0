//! The role products: the catalogue and stock.

use super::{RoleDeps, settings};
use flow::Service;
use products::{NAME, ProductsDependencies};

pub(super) fn service(parts: &RoleDeps<'_>) -> Service {
    products::service(ProductsDependencies {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        settings: settings::products(&parts.wiring.config),
        orders: parts.client(NAME, orders::NAME),
    })
}
