//! The feed: a service's journal in the order of its positions, for consumers that missed something.

use crate::{journal::Journal, store::events};
use contracts::feed::{Feed, FeedAfter};
use db::Result;

/// The most that one page holds.
const PAGE: i64 = 500;

/// A page of the feed after a position.
///
/// # Errors
/// What the database says.
pub async fn read(journal: &Journal, asked: &FeedAfter) -> Result<Feed> {
    // the head first: a page read after it holds everything up to it
    let head = events::head(&journal.db).await?;
    let limit = i64::from(asked.limit).clamp(1, PAGE);
    let events = events::after(&journal.db, journal.service, asked.after.max(0), limit).await?;
    Ok(Feed { events, head })
}
