//! What people write about what they do to an order. It may name somebody, so it stands in the table of persons,
//! which can be erased, and in no event (R3).

use serde::{Deserialize, Serialize};

/// What somebody wrote about a step of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remark {
    /// The order's version after that step.
    pub(crate) version: i64,
    pub(crate) about: CommentSubject,
    pub(crate) text: String,
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CommentSubject {
    /// Cancelling the order.
    Cancel,
    /// Cancelling some of its units.
    ItemsCancelled,
    /// Keeping it from being shipped.
    Hold,
}
impl CommentSubject {
    /// What staff write for one another.
    pub(crate) fn is_for_staff(self) -> bool {
        self == CommentSubject::Hold
    }
}

/// So many remarks about one thing are kept, the newest: an order is read with all of them, and who holds it can do that
/// again with ever new words.
const KEPT: usize = 100;

/// The remarks with those that are new, without the oldest of what there is too much of.
pub(crate) fn joined(mut remarks: Vec<Remark>, new: &[Remark]) -> Vec<Remark> {
    remarks.extend_from_slice(new);
    for added in new {
        let mut beyond =
            remarks.iter().filter(|remark| remark.about == added.about).count().saturating_sub(KEPT);
        remarks.retain(|remark| {
            let goes = beyond > 0 && remark.about == added.about;
            beyond -= usize::from(goes);
            !goes
        });
    }
    remarks
}

/// The newest remark about something.
pub(crate) fn text_about(remarks: &[Remark], about: CommentSubject) -> Option<String> {
    remarks.iter().rev().find(|remark| remark.about == about).map(|remark| remark.text.clone())
}
