//! `GET /v1/events`: the public log, oldest first.

use super::log_cursor::LogReader;
use crate::{Notifications, store::log};
use contracts::notifications::{EventPage, ListEvents, ListEventsError};
use endpoint::{CommonError, FieldError, HandlerError, Json, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_events(s: Notifications, _: Call, asked: ListEvents) -> HandlerResult<ListEvents> {
    let ListEvents { filter: Query(which), slice } = asked;
    let reading = LogReader { whose: None, which };
    // asked before: whatever has a place up to here is among what is read
    let head = log::head(&s.db).await?;
    let after = match &slice.cursor {
        Some(cursor) => reading.open(&s, cursor, head).ok_or_else(unknown)?,
        None => 0,
    };
    // one more than asked for tells whether there is a next page
    let at_most = slice.count() as i64 + 1;
    let mut events = log::list(&s.db, &reading.which, after, at_most).await?;
    // asked afterwards: what was deleted while these were read is known already
    if slice.cursor.is_some() && after < log::gone(&s.db).await? {
        return Err(HandlerError::Declared(ListEventsError::EventsGone));
    }
    let has_more = events.len() > slice.count();
    events.truncate(slice.count());
    let newest = events.last().map_or(after, |(place, _)| *place);
    // where nothing more is there, behind all that was there: else what the filter holds back would age the cursor
    let end = if has_more { newest } else { newest.max(head) };
    let last_cursor = reading.seal(&s, end);
    let next_cursor = has_more.then(|| last_cursor.clone());
    let items = events.into_iter().map(|(_, event)| event).collect();
    Ok(Json(EventPage { items, next_cursor, last_cursor }))
}

fn unknown() -> CommonError {
    let what = "send a cursor of this list, with the same filters";
    CommonError::InvalidRequest { errors: vec![FieldError::invalid("?cursor", what)] }
}
