//! The origin of an order: a request, a façade, a basket or a draft. Each constructor states all that depends on the origin, and
//! the steps of placing an order read it. Imported orders take none of these steps.

use super::TOMBSTONES_MAX;
use crate::{Orders, basket::Basket, order::Order, workflows::contact::Contact};
use contracts::reservations::UnpaidHolder;
use flow::idempotency::digest;
use kernel::{
    canonical_name::mailbox,
    id::{Id, LineId, PlacementId, UserId},
};
use std::time::Duration;
use uuid::Uuid;

const ROUTE: &str = "POST /v1/orders";

/// The origin of an order, and all that depends on it.
pub(crate) struct OrderOrigin {
    /// The seeds of P(n), besides n: each for [`TOMBSTONES_MAX`] placements.
    seeds: Vec<Vec<String>>,
    /// Whether the request names a stored basket or draft: its ID replaces the key, and it can have changed since the last attempt.
    pub(super) is_stored: bool,
    /// Whether the limits of customers apply. They apply neither to façades, whose clients do not know them, nor to drafts, which
    /// staff prepare.
    pub(super) is_limited: bool,
    /// Whether the customer's contact is looked up. A draft has it since its creation.
    pub(super) needs_contact: bool,
    /// Time until an unpaid order expires. Without it, the order does not expire, and the limit of unpaid orders does not apply.
    pub(super) payment_due: Option<Duration>,
    /// The guest, if the customer has no account.
    pub(super) guest: Option<Guest>,
    /// The basket, as it was read.
    pub(super) basket: Option<Box<Basket>>,
    /// The draft, as it was read.
    pub(super) draft: Option<Box<Order>>,
}

/// A customer without an account.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub(super) email: String,
    /// The key by which the address is compared.
    pub(super) email_key: String,
}

impl OrderOrigin {
    /// The values of a request of a customer, which the other origins change.
    fn of(s: &Orders, seeds: Vec<Vec<String>>) -> Self {
        OrderOrigin {
            seeds,
            is_stored: false,
            is_limited: true,
            needs_contact: true,
            payment_due: Some(s.settings.payment_due),
            guest: None,
            basket: None,
            draft: None,
        }
    }

    /// A request, under its key.
    pub(crate) fn request(s: &Orders, caller: UserId, key: &str) -> Self {
        Self::of(s, vec![vec![caller.to_string(), ROUTE.to_owned(), key.to_owned()]])
    }

    /// A request of a façade, on behalf of its user.
    pub(crate) fn facade(s: &Orders, caller: UserId, key: &str) -> Self {
        OrderOrigin { is_limited: false, payment_due: None, ..Self::request(s, caller, key) }
    }

    /// A basket of a user or a guest. A basket whose attempts are exhausted starts again when it changes, because its owner has no
    /// second basket.
    pub(super) fn basket(s: &Orders, basket: Basket, guest: Option<Guest>) -> Self {
        let seed = vec!["basket".to_owned(), basket.id.to_string()];
        let of_version = [seed.clone(), vec![basket.version_placed().to_string()]].concat();
        let (due, of_guest) = (s.settings.payment_due, s.settings.guest_payment_due);
        OrderOrigin {
            is_stored: true,
            payment_due: Some(if guest.is_some() { due.min(of_guest) } else { due }),
            guest,
            basket: Some(Box::new(basket)),
            ..Self::of(s, vec![seed, of_version])
        }
    }

    /// A draft. Its placement depends on the draft, not on the caller.
    pub(super) fn draft(s: &Orders, draft: Order) -> Self {
        let seed = vec!["draft".to_owned(), draft.id.to_string()];
        OrderOrigin {
            is_stored: true,
            is_limited: false,
            needs_contact: false,
            draft: Some(Box::new(draft)),
            ..Self::of(s, vec![seed])
        }
    }

    /// Step 1: P(n).
    pub(super) fn placement(&self, n: usize) -> PlacementId {
        let seed = self.seeds.get(n / TOMBSTONES_MAX).into_iter().flatten().map(String::as_str);
        Id::from_uuid(digest(&seed.chain([n.to_string().as_str()]).collect::<Vec<_>>()))
    }

    /// What the ID of the order with this content is derived from, besides the time. A draft has its ID already.
    pub(super) fn id_source(&self, content: [u8; 32]) -> Uuid {
        let content = format!("{content:02x?}");
        let seed = self.seeds.first().into_iter().flatten().map(String::as_str);
        digest(&["order", &content].into_iter().chain(seed).collect::<Vec<_>>())
    }

    /// Maximum tombstones.
    pub(super) fn placements(&self) -> usize {
        self.seeds.len() * TOMBSTONES_MAX
    }

    /// The IDs of the lines. Those of a draft do not change.
    pub(super) fn line_ids(&self, s: &Orders) -> impl FnMut() -> LineId {
        let known: Vec<LineId> =
            self.draft.iter().flat_map(|draft| draft.lines.iter()).map(|line| line.id).collect();
        let (mut known, env) = (known.into_iter(), s.env.clone());
        move || known.next().unwrap_or_else(|| env.id())
    }

    /// The contact that is known without a look-up.
    pub(super) fn contact(&self) -> Option<Contact> {
        self.guest.as_ref().map(|guest| Contact { email: Some(guest.email.clone()), ..Contact::default() })
    }

    /// The holder of the stock until the order is paid. Guests with one mailbox are one holder, however the address is spelled: its
    /// ID is derived from the mailbox.
    pub(super) fn unpaid_holder(&self, owner: UserId) -> UnpaidHolder {
        let mailbox = self.guest.as_ref().map(|guest| mailbox(&guest.email_key));
        let id = mailbox.map(|mailbox| Id::from_uuid(digest(&["unpaid orders of", &mailbox])));
        UnpaidHolder { is_guest: id.is_some(), id: id.unwrap_or(owner) }
    }
}
