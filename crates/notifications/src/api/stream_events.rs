//! `GET /v1/events/stream`: the public log as it grows, to staff all of it, to everybody else what is theirs.

use super::log_cursor::LogReader;
use crate::{
    Notifications,
    state::streams::{StreamLimitReached, StreamSlot},
    store::log,
};
use contracts::{
    events::AnyEvent,
    notifications::{EventFilter, StreamEvents, StreamEventsError, StreamFilter, StreamFrom},
};
use endpoint::{CommonError, Events, HandlerError, LastEventId, Permission, Query, StreamItem};
use futures_util::{StreamExt, stream};
use ordo_http::{Call, HandlerResult};
use std::{pin::pin, time::Duration};
use tokio::time::timeout;

/// Events that are read and sent together.
const BATCH: i64 = 32;
/// After so long without an event, something is sent all the same.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When to come back where there is no seat.
const COME_BACK_AFTER_S: u32 = 10;

pub(super) async fn stream_events(
    s: Notifications,
    call: Call,
    asked: StreamEvents,
) -> HandlerResult<StreamEvents> {
    let StreamEvents { filter: Query(filter), last } = asked;
    let account = call.user()?;
    let is_staff = call.holds(Permission::Orders);
    let seat = s.streams.seat(account, is_staff).map_err(|full| match full {
        StreamLimitReached::Account => {
            HandlerError::Declared(StreamEventsError::TooManyStreams { retry_after: COME_BACK_AFTER_S })
        }
        StreamLimitReached::Process => CommonError::Unavailable { retry_after: COME_BACK_AFTER_S }.into(),
    })?;
    let whose = (!is_staff).then_some(account);
    let StreamFilter { kind, subject, from } = filter;
    let reading = LogReader { whose, which: EventFilter { kind, subject } };
    let at = begin(&s, &reading, from.unwrap_or_default(), &last).await?;
    let listener = Listener { s, reading, at, has_caught_up: false, _seat: seat };
    let pieces = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
    Ok(Events { pieces: pieces.boxed() })
}

/// The place after which the stream begins.
async fn begin(
    s: &Notifications,
    reading: &LogReader,
    from: StreamFrom,
    last: &LastEventId,
) -> Result<i64, HandlerError<StreamEventsError>> {
    let head = log::head(&s.db).await?;
    s.streams.reaches(head);
    let Some(id) = &last.0 else {
        return Ok(match from {
            StreamFrom::Now => head,
            StreamFrom::Oldest => log::gone(&s.db).await?,
        });
    };
    let place = reading.open(s, id, head).ok_or_else(LastEventId::unknown)?;
    if place < log::gone(&s.db).await? {
        return Err(HandlerError::Declared(StreamEventsError::EventsGone));
    }
    Ok(place)
}

/// Somebody who listens, and where they are.
struct Listener {
    s: Notifications,
    reading: LogReader,
    /// All up to here has been sent, or was not for them.
    at: i64,
    has_caught_up: bool,
    _seat: StreamSlot,
}

impl Listener {
    /// What is sent next; nothing more where the log cannot be read, or no longer has what comes next.
    async fn next(&mut self) -> Option<Vec<StreamItem<AnyEvent>>> {
        let streams = self.s.streams.clone();
        loop {
            let mut grown = pin!(streams.grown());
            // from now on, so that nothing is missed while it is read
            grown.as_mut().enable();
            let events = match self.read(streams.head()).await {
                Ok(events) => events?,
                Err(error) => {
                    tracing::warn!(%error, "event log read failed; stream closed");
                    return None;
                }
            };
            if !events.is_empty() {
                return Some(events.into_iter().map(|(place, event)| self.sent(place, event)).collect());
            }
            if !self.has_caught_up {
                self.has_caught_up = true;
                return Some(vec![self.nothing("all that has happened has been sent")]);
            }
            if timeout(HEARTBEAT, grown).await.is_err() {
                return Some(vec![self.nothing("nothing has happened")]);
            }
        }
    }

    /// The next events, where the log reaches to `head` at least; none where it does not have them any more.
    async fn read(&mut self, head: i64) -> db::Result<Option<Vec<(i64, AnyEvent)>>> {
        let LogReader { whose, which } = &self.reading;
        let concerned = whose.is_none_or(|user| self.s.streams.may_concern(user, self.at));
        if head <= self.at || !concerned {
            self.at = head.max(self.at);
            return Ok(Some(Vec::new()));
        }
        let db = &self.s.db;
        let events = match whose {
            Some(user) => log::list_of_user(db, which, *user, self.at, BATCH).await?,
            None => log::list(db, which, self.at, BATCH).await?,
        };
        // asked afterwards: what was deleted while these were read is known already
        if self.at < log::gone(db).await? {
            return Ok(None);
        }
        let newest = events.last().map(|(place, _)| *place);
        let is_all = events.len() < BATCH as usize;
        // behind the last of them, and where they are all there are, behind all that was there before they were read
        self.at = newest.filter(|newest| !is_all || *newest > head).unwrap_or(head);
        Ok(Some(events))
    }

    fn sent(&self, place: i64, event: AnyEvent) -> StreamItem<AnyEvent> {
        StreamItem::Event { id: self.id(place), name: event.kind.clone(), data: event }
    }
    fn nothing(&self, comment: &'static str) -> StreamItem<AnyEvent> {
        StreamItem::Nothing { id: self.id(self.at), comment }
    }
    fn id(&self, place: i64) -> String {
        self.reading.seal(&self.s, place)
    }
}
