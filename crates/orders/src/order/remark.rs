//! What people write about what they do to an order. It may name somebody, so it stands in the table of persons,
//! which can be erased, and in no event (R3).

use serde::{Deserialize, Serialize};

/// What somebody wrote about a step of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remark {
    /// The order's version after that step.
    pub(crate) version: i64,
    pub(crate) about: About,
    pub(crate) text: String,
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// Cancelling the order.
    Cancel,
    /// Cancelling some of its units.
    ItemsCancelled,
    /// Keeping it from being shipped.
    Hold,
}
impl About {
    /// What staff write for one another.
    pub(crate) fn is_for_staff(self) -> bool {
        self == About::Hold
    }
}

/// The newest remark about something.
pub(crate) fn text_about(remarks: &[Remark], about: About) -> Option<String> {
    remarks.iter().rev().find(|remark| remark.about == about).map(|remark| remark.text.clone())
}
