//! Of what happened to an order, the stretch that one page tells: as far back as the notes that it has, of which there may be a
//! thousand, each as long as a page of text.

use crate::{console::paging::Turned, session::request::Visit};
use contracts::orders::Note;
use endpoint::Page;
use kernel::{Timestamp, id::OrderId};
use maud::Markup;

/// Between the moment until which a page goes, in microseconds, and the cursor of its notes.
const AND: char = '-';

pub(super) struct Stretch {
    /// What staff noted, oldest first.
    pub(super) notes: Vec<Note>,
    /// It is of what was before this; of the last that happened, where it is nothing.
    before: Option<Timestamp>,
    /// It is of what happened then and later; of the first that happened, where it is nothing.
    from: Option<Timestamp>,
    /// Where the stretch before it begins, as an address says it.
    next: Option<String>,
}

/// Until when the one goes that the page's address names, and the cursor of its notes; the newest has neither.
fn begun(visit: &Visit) -> Option<(Timestamp, String)> {
    let begun = Turned::of(visit).cursor()?;
    let (before, cursor) = begun.split_once(AND)?;
    Some((Timestamp::from_micros(before.parse().ok()?), cursor.to_owned()))
}

/// The cursor of the notes of the stretch that the page's address names.
pub(super) fn notes_cursor(visit: &Visit) -> Option<String> {
    begun(visit).map(|(_, cursor)| cursor)
}

impl Stretch {
    /// The one that the page's address names, with these notes.
    pub(super) fn of(visit: &Visit, notes: Page<Note>) -> Self {
        let before = begun(visit).map(|(before, _)| before);
        let Page { items: mut notes, next_cursor } = notes;
        let next = next_cursor.zip(notes.last().map(|note| note.created_at));
        notes.reverse();
        Stretch {
            notes,
            before,
            from: next.as_ref().map(|(_, from)| *from),
            next: next.map(|(cursor, from)| format!("{}{AND}{cursor}", from.as_micros())),
        }
    }

    /// Whether what happened then is told.
    pub(super) fn has(&self, at: Timestamp) -> bool {
        self.before.is_none_or(|before| at < before) && self.from.is_none_or(|from| at >= from)
    }

    /// The ways to the other stretches.
    pub(super) fn pager(&self, visit: &Visit, order: OrderId) -> Markup {
        let (turned, list) = (Turned::of(visit), format!("/console/orders/{order}#timeline"));
        let next = self.next.as_deref().map(|next| turned.next(&list, next));
        turned.pager(&list, next.as_deref())
    }
}
