//! The role products: the catalogue and stock.

use super::{Parts, settings};
use flow::Service;
use products::{NAME, Needs};

pub(super) fn service(parts: &Parts<'_>) -> Service {
    products::service(Needs {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        settings: settings::products(&parts.wiring.config),
        orders: parts.client(NAME, orders::NAME),
    })
}
