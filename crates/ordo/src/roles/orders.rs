//! The role orders.

use super::{Parts, settings};
use flow::Service;
use orders::{NAME, Needs};

pub(super) fn service(parts: &Parts<'_>) -> Service {
    orders::service(Needs {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        settings: settings::orders(&parts.wiring.config),
        auth: parts.client(NAME, auth::NAME),
        products: parts.client(NAME, products::NAME),
        payments: parts.client(NAME, payments::NAME),
    })
}
