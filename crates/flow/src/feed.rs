//! The feed: a service's journal in the order of its positions, for consumers that missed something.

pub use crate::store::events::Mark;
use crate::{journal::Journal, store::events};
use contracts::feed::{FeedEntry, FeedPage, FeedParams};
use db::{Db, Result};

/// The most events that one page holds.
const PAGE: i64 = 500;
/// And the most bytes, far below what a caller takes for an answer; one event is sent however long it is.
const PAGE_BYTES: usize = 1024 * 1024;
/// Events read at a time: no page reads much more than it sends.
const PIECE: i64 = 50;

/// The newest event that was written, whether or not it has a position yet; none where there is none.
///
/// # Errors
/// What the database says.
pub async fn last(db: &Db) -> Result<Option<Mark>> {
    events::last(db).await
}

/// The event there; none where there is none.
///
/// # Errors
/// What the database says.
pub async fn at(db: &Db, seq: i64) -> Result<Option<Mark>> {
    events::at(db, seq).await
}

/// The newest position that was given out.
///
/// # Errors
/// What the database says.
pub async fn head(db: &Db) -> Result<i64> {
    events::head(db).await
}

/// A page of the feed after a position.
///
/// # Errors
/// What the database says.
pub async fn read(journal: &Journal, asked: &FeedParams) -> Result<FeedPage> {
    // the head first: a page read after it holds everything up to it
    let (head, at) = events::head_and_at(&journal.db, asked.after).await?;
    let (mut left, mut after) = (i64::from(asked.limit).clamp(1, PAGE), asked.after.max(0));
    let (mut page, mut bytes) = (Vec::new(), 0);
    while left > 0 {
        let piece = left.min(PIECE);
        let read = events::after(&journal.db, journal.service, after, piece).await?;
        let is_last = i64::try_from(read.len()).unwrap_or(piece) < piece;
        for event in read {
            bytes += length(&event)?;
            if bytes > PAGE_BYTES && !page.is_empty() {
                return Ok(FeedPage { events: page, head, at });
            }
            after = event.position;
            page.push(event);
        }
        if is_last {
            break;
        }
        left -= piece;
    }
    Ok(FeedPage { events: page, head, at })
}

/// As it is sent.
fn length(event: &FeedEntry) -> Result<usize> {
    serde_json::to_vec(event).map(|text| text.len()).map_err(|e| db::Error::other(e.to_string()))
}
