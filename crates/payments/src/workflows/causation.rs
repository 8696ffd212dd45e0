//! Which event told how a payment stands: an answer says so too, so that whoever acts on the answer can say why.

use crate::{Payments, aggregate::PaymentAggregate};
use kernel::id::EventId;

impl Payments {
    /// The event of the version that is shown. An answer is not kept back because that cannot be read.
    pub(crate) async fn told_by(&self, book: &PaymentAggregate) -> Option<EventId> {
        let (id, version) = (book.payment.id, book.payment.version);
        let newest = self.journal.history(id, version - 1, 1).await;
        newest.ok()?.first().map(|event| event.id)
    }
}
