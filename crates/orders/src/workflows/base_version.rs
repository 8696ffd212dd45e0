//! The version of an order that a change is based on.

use crate::{
    order::{Order, PersonalData},
    workflows::errors::OrderError,
};
use endpoint::{HandlerError, IfMatch, etag};

/// What a change is based on.
#[derive(Debug, Clone, Default)]
pub(crate) struct BaseVersion {
    /// The ETag of the header.
    pub(crate) etag: IfMatch,
    /// The version in the body.
    pub(crate) version: Option<i64>,
}

impl BaseVersion {
    /// Whether the order still is what the change is based on.
    ///
    /// # Errors
    /// 412 for the header, 409 for the body.
    pub(crate) fn check(&self, order: &Order) -> Result<(), HandlerError<OrderError>> {
        self.etag.allows(&etag::of(&[order.version]))?;
        match self.version {
            Some(version) if version != order.version => {
                Err(OrderError::VersionConflict { current_version: order.version }.into())
            }
            _ => Ok(()),
        }
    }
    /// The same condition after capturing, which is a step of this change: what else has changed in the meantime breaks
    /// it.
    pub(crate) fn after_capture(
        &self,
        before: &(Order, PersonalData),
        now: &(Order, PersonalData),
    ) -> BaseVersion {
        if !is_only_captured(before, now) {
            return self.clone();
        }
        let version = now.0.version;
        let etag = self.etag.0.as_ref().map(|_| etag::of(&[version]));
        BaseVersion { etag: IfMatch(etag), version: self.version.map(|_| version) }
    }
}

/// Whether all that has happened to an order in between is that its money was taken.
fn is_only_captured(before: &(Order, PersonalData), now: &(Order, PersonalData)) -> bool {
    let ((before, person_before), (now, person)) = (before, now);
    let back = |order: &Order| {
        order.payment.as_ref().map(|copy| (copy.figures.refunded, copy.figures.claimed, copy.figures.surplus))
    };
    let as_before = Order {
        payment: before.payment.clone(),
        version: before.version,
        updated_at: before.updated_at,
        ..now.clone()
    };
    as_before == *before && person == person_before && back(before) == back(now)
}
