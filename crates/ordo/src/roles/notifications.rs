//! The role notifications: the public log of events, and the mailbox.

use super::{RoleDeps, settings};
use flow::Service;
use notifications::{NAME, NotificationsDependencies};

pub(super) fn service(parts: &RoleDeps<'_>) -> Service {
    notifications::service(NotificationsDependencies {
        env: parts.wiring.env.clone(),
        db: parts.db(NAME),
        shell: parts.shell(NAME),
        cursors: parts.cursors(),
        settings: ::notifications::NotificationsSettings {
            shop_name: super::web::name(parts.wiring),
            ..settings::notifications(&parts.wiring.config)
        },
        auth: parts.client(NAME, auth::NAME),
        products: parts.client(NAME, products::NAME),
        orders: parts.client(NAME, orders::NAME),
        payments: parts.client(NAME, payments::NAME),
    })
}
