//! A page of an order's timeline: it reaches as far back as its notes, of which there may be a thousand, each as long as a page of
//! text.

use crate::{console::paging::PageLinks, session::request::RequestContext};
use contracts::orders::Note;
use endpoint::Page;
use kernel::{Timestamp, id::OrderId};
use maud::Markup;

/// Separates the end of a page, in microseconds, and the cursor of its notes.
const AND: char = '-';

pub(super) struct TimelinePage {
    /// The notes of staff, oldest first.
    pub(super) notes: Vec<Note>,
    /// Entries before this time; none for the newest page.
    before: Option<Timestamp>,
    /// Entries at this time and later; none for the oldest page.
    from: Option<Timestamp>,
    /// The next older page, as in its address.
    next: Option<String>,
}

/// The end and the notes' cursor of the page in the address; none for the newest page.
fn begun(visit: &RequestContext) -> Option<(Timestamp, String)> {
    let begun = PageLinks::of(visit).cursor()?;
    let (before, cursor) = begun.split_once(AND)?;
    Some((Timestamp::from_micros(before.parse().ok()?), cursor.to_owned()))
}

/// The notes' cursor of the page in the address.
pub(super) fn notes_cursor(visit: &RequestContext) -> Option<String> {
    begun(visit).map(|(_, cursor)| cursor)
}

impl TimelinePage {
    /// The page in the address, with these notes.
    pub(super) fn of(visit: &RequestContext, notes: Page<Note>) -> Self {
        let before = begun(visit).map(|(before, _)| before);
        let Page { items: mut notes, next_cursor } = notes;
        let next = next_cursor.zip(notes.last().map(|note| note.created_at));
        notes.reverse();
        TimelinePage {
            notes,
            before,
            from: next.as_ref().map(|(_, from)| *from),
            next: next.map(|(cursor, from)| format!("{}{AND}{cursor}", from.as_micros())),
        }
    }

    /// Whether an entry of this time is on the page.
    pub(super) fn has(&self, at: Timestamp) -> bool {
        self.before.is_none_or(|before| at < before) && self.from.is_none_or(|from| at >= from)
    }

    /// The links to the other pages.
    pub(super) fn pager(&self, visit: &RequestContext, order: OrderId) -> Markup {
        let (turned, list) = (PageLinks::of(visit), format!("/console/orders/{order}#timeline"));
        let next = self.next.as_deref().map(|next| turned.next(&list, next));
        turned.pager(&list, next.as_deref())
    }
}
