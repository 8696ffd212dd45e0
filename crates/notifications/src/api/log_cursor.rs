//! Places in the log as its readers keep them, sealed: cursors of the list, ids of the stream.
//!
//! One is as good as the other, to the same reader and for the same events.

use crate::Notifications;
use contracts::notifications::EventFilter;
use kernel::id::UserId;

/// What is read of the log.
#[derive(Debug, Clone)]
pub(super) struct LogReader {
    /// Only what concerns them; everything where it is nobody.
    pub(super) whose: Option<UserId>,
    pub(super) which: EventFilter,
}

impl LogReader {
    /// A place for whoever reads this, and for nobody else.
    pub(super) fn seal(&self, s: &Notifications, place: i64) -> String {
        s.cursors.seal(&self.purpose(), &place)
    }

    /// The place that was sealed, in a log that reaches to `head`.
    ///
    /// None too where it is further: the log went on otherwise, and these are not the data that it was given out for.
    pub(super) fn open(&self, s: &Notifications, sealed: &str, head: i64) -> Option<i64> {
        let place = s.cursors.open::<i64>(&self.purpose(), sealed).ok()?;
        (place <= head).then_some(place)
    }

    fn purpose(&self) -> impl serde::Serialize + use<'_> {
        ("events", self.whose, &self.which)
    }
}
