//! The endpoints, one file for each.

mod get_mail;
mod get_service_status;
mod list_events;
mod list_mails;
mod log_cursor;
mod resolve_dead_letter;
mod save_audit_report;
mod stream_events;

use crate::Notifications;
use ordo_http::{Api, ApiContext};

/// All endpoints of this service.
pub(crate) fn api(s: Notifications, shell: ApiContext) -> Api<Notifications> {
    Api::new(s, shell)
        .ready(async |s: Notifications| s.db.probe().await.map_err(|e| e.to_string()))
        .on(list_events::list_events)
        .on(stream_events::stream_events)
        .on(list_mails::list_mails)
        .on(get_mail::get_mail)
        .on(get_service_status::get_service_status)
        .on(resolve_dead_letter::resolve_dead_letter)
        .on(save_audit_report::save_audit_report)
}
