//! `GET /v1/events`: the public log, oldest first.

use crate::{Notifications, store::log};
use contracts::notifications::{ListEvents, ListEventsError};
use endpoint::{Fail, Json, Page, Query};
use ordo_http::{Answered, Call, page};

pub(super) async fn list_events(s: Notifications, _: Call, asked: ListEvents) -> Answered<ListEvents> {
    let ListEvents { filter: Query(filter), slice } = asked;
    let purpose = ("list_events", &filter);
    let after = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => 0,
    };
    // one more than asked for tells whether there is a next page
    let at_most = slice.count() as i64 + 1;
    let events = log::list(&s.db, &filter, after, at_most).await?;
    // asked afterwards: what was deleted while these were read is known by now
    if slice.cursor.is_some() && after < log::gone(&s.db).await? {
        return Err(Fail::Refused(ListEventsError::EventsGone));
    }
    let page = page(&slice, events, |(position, _)| s.cursors.seal(&purpose, position));
    let items = page.items.into_iter().map(|(_, event)| event).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}
