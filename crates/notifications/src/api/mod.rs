//! The endpoints, one file for each.

mod get_mail;
mod list_events;
mod list_mails;
mod log_cursor;
mod read_state;
mod stream_events;
mod treat_letter;

use crate::Notifications;
use ordo_http::{Api, Shell};

/// All endpoints of this service.
pub(crate) fn api(s: Notifications, shell: Shell) -> Api<Notifications> {
    Api::new(s, shell)
        .ready(async |s: Notifications| s.db.probe().await.map_err(|e| e.to_string()))
        .on(list_events::list_events)
        .on(stream_events::stream_events)
        .on(list_mails::list_mails)
        .on(get_mail::get_mail)
        .on(read_state::read_state)
        .on(treat_letter::treat_letter)
}
