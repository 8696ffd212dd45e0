//! A charge that the provider has made and Ordo has forgotten, since its database goes on from an older copy.

use crate::operation::OperationKind;
use contracts::payments::{self as wire, UnknownChargeStatus};
use kernel::{
    Currency, Money, Timestamp,
    id::{AttemptId, OrderId, UnknownChargeId},
};
use payment_provider::{Charge, ChargeStatus, ListedCharge};
use uuid::Uuid;

/// How it stands, as the provider has last said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeState {
    /// The provider has not decided on it.
    Pending,
    /// Money is authorized.
    Authorized,
    /// Money is captured.
    Captured,
    /// It can never be charged any more.
    Ended,
}

impl ChargeState {
    /// As the database writes it.
    pub const fn name(self) -> &'static str {
        match self {
            ChargeState::Pending => "pending",
            ChargeState::Authorized => "authorized",
            ChargeState::Captured => "captured",
            ChargeState::Ended => "ended",
        }
    }
    /// The state of that name.
    pub fn named(name: &str) -> Option<ChargeState> {
        use ChargeState::{Authorized, Captured, Ended, Pending};
        [Pending, Authorized, Captured, Ended].into_iter().find(|state| state.name() == name)
    }
    fn of(standing: &ChargeStatus) -> ChargeState {
        match standing {
            ChargeStatus::RequiresAction { .. } | ChargeStatus::Processing => ChargeState::Pending,
            ChargeStatus::Authorized => ChargeState::Authorized,
            ChargeStatus::Captured => ChargeState::Captured,
            ChargeStatus::Failed(_) | ChargeStatus::Voided | ChargeStatus::Expired => ChargeState::Ended,
        }
    }
}

/// A charge that was lost. Money in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCharge {
    /// Follows from the key, so that it is the same one however often the charge is found.
    pub id: UnknownChargeId,
    /// The key of the submission that made it.
    pub key: String,
    /// The provider's name for it.
    pub reference: String,
    /// Of which order.
    pub order_id: OrderId,
    /// In which currency.
    pub currency: Currency,
    /// How much was to be charged.
    pub amount: i64,
    /// What was taken.
    pub captured: i64,
    /// What of that was given back.
    pub refunded: i64,
    /// How it stands.
    pub state: ChargeState,
    /// When the provider made it.
    pub created_at: Timestamp,
    /// When it was found.
    pub found_at: Timestamp,
    /// Who has asked to give it back.
    pub refund_by: Option<String>,
    /// How often giving it back was finally refused, each time under a key of its own.
    pub refusals: i64,
    /// Since when it holds no money.
    pub settled_at: Option<Timestamp>,
}

impl UnknownCharge {
    /// One that the provider lists.
    pub fn new(id: UnknownChargeId, listed: ListedCharge, now: Timestamp) -> UnknownCharge {
        UnknownCharge {
            id,
            key: listed.key,
            reference: listed.reference,
            order_id: listed.order_id,
            currency: listed.amount.currency,
            amount: listed.amount.minor,
            captured: listed.charge.captured,
            refunded: listed.charge.refunded,
            state: ChargeState::of(&listed.charge.standing),
            created_at: listed.created_at,
            found_at: now,
            refund_by: None,
            refusals: 0,
            settled_at: (!listed.charge.holds_money()).then_some(now),
        }
    }

    /// Takes in how it stands.
    pub fn describe(&mut self, charge: &Charge) {
        (self.captured, self.refunded) = (charge.captured, charge.refunded);
        self.state = ChargeState::of(&charge.standing);
    }

    /// The attempt that has made it, where its key is one of ours.
    pub fn attempt(&self) -> Option<AttemptId> {
        subject(&self.key).map(AttemptId::from_uuid)
    }

    /// Whether it goes back, or has gone back: no payment takes it over any more.
    pub fn is_given_back(&self) -> bool {
        self.refund_by.is_some() || self.settled_at.is_some()
    }

    /// The key of giving it back: the same one until the provider has finally refused it (R7).
    pub fn key_to_give_back(&self, kind: OperationKind) -> String {
        format!("{}-{}-{}", self.key, kind.name(), self.refusals + 1)
    }

    /// As clients see it.
    pub fn view(&self) -> wire::UnknownCharge {
        let money = |minor| Money::new(minor, self.currency);
        let status = match self.state {
            _ if self.settled_at.is_some() => UnknownChargeStatus::Refunded,
            _ if self.refund_by.is_some() => UnknownChargeStatus::Refunding,
            ChargeState::Pending | ChargeState::Ended => UnknownChargeStatus::Pending,
            ChargeState::Authorized => UnknownChargeStatus::Authorized,
            ChargeState::Captured => UnknownChargeStatus::Captured,
        };
        wire::UnknownCharge {
            id: self.id,
            order_id: self.order_id,
            status,
            amount: money(self.amount),
            captured: money(self.captured),
            refunded: money(self.refunded),
            reference: self.reference.clone(),
            created_at: self.created_at,
            found_at: self.found_at,
        }
    }
}

/// What a key of ours is of: an attempt (`att_…-submit-1`).
fn subject(key: &str) -> Option<Uuid> {
    let name = key.rsplitn(3, '-').nth(2)?;
    name.parse::<AttemptId>().map(|id| id.uuid()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attempt_of_a_charge_is_in_its_key() {
        let id = AttemptId::from_uuid(Uuid::from_u128(7));
        assert_eq!(subject(&format!("{id}-submit-1")), Some(id.uuid()));
        assert_eq!(subject("ref_01h455vb4pex5vsknk084sn02q-refund-1"), None);
        assert_eq!(subject("pi_3"), None);
    }
}
