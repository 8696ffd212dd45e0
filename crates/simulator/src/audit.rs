//! What the simulated provider has charged, to be laid beside what payments believes.

use super::operations::reference;
use crate::store::audit::{self as store, ChargeWithKeys};
use contracts::{
    audit::{ChargeFact, ServiceFacts},
    payments::CaptureMode,
};
use db::{Db, Result};
use flow::row_reader::RowReader;
use kernel::id::OrderId;
use payment_provider::UsedKey;

/// Every charge that the provider has made, declined ones too: those are worth nothing. All are held in memory.
///
/// # Errors
/// What the database says, or what cannot be read.
pub async fn audit(db: &Db) -> Result<Vec<ChargeFact>> {
    let mut reading = RowReader::default();
    let found = store::charges_after(db, "", i64::MAX, &mut reading).await?;
    let unread = reading.about();
    if !unread.is_empty() {
        return Err(db::Error::other(format!("charges of {unread:?} cannot be read")));
    }
    Ok(found.into_iter().flat_map(|(_, charges)| charges).map(fact).collect())
}

/// The charges after the one with the key `after`, by their keys: at most so many, and the key of the last one that can be
/// read. Without: there are no more. What may yet be taken counts as authorized.
///
/// # Errors
/// What the database says.
pub async fn charges_after(db: &Db, after: &str, at_most: i64) -> Result<(Option<String>, ServiceFacts)> {
    let mut reading = RowReader::default();
    let found = store::charges_after(db, after, at_most, &mut reading).await?;
    let (last, charges) = found.map_or_else(Default::default, |(last, charges)| (Some(last), charges));
    let charges = charges.into_iter().map(at_most_taken).collect();
    let mut audited = ServiceFacts { charges, ..ServiceFacts::default() };
    reading.add_to(&mut audited);
    Ok((last, audited))
}

/// The keys after `after` that it was asked with: at most so many, what of them cannot be read, and the last one of them that can.
/// Without: there are no more.
///
/// # Errors
/// What the database says.
pub async fn keys_after(
    db: &Db,
    after: &str,
    at_most: i64,
) -> Result<(Option<String>, Vec<UsedKey>, ServiceFacts)> {
    let (mut reading, mut audited) = (RowReader::default(), ServiceFacts::default());
    let found = store::keys_after(db, after, at_most, &mut reading).await?;
    let (last, asked) = found.map_or_else(Default::default, |(last, asked)| (Some(last), asked));
    reading.add_to(&mut audited);
    Ok((last, asked, audited))
}

/// The charges of these orders, in the same way.
///
/// # Errors
/// What the database says.
pub async fn charges_of(db: &Db, orders: &[OrderId], keys: &[String]) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_of(db, orders, keys).await?.into_iter().map(at_most_taken).collect())
}

/// A charge that is not decided yet may take all of it, and one that takes all at once has not let go of a rest. Money
/// that its state does not know of is none.
fn at_most_taken(kept: ChargeWithKeys) -> ChargeFact {
    let charge = &kept.charge;
    let is_taken = charge.state == "captured";
    let is_open = matches!(charge.state.as_str(), "requires_action" | "processing");
    let rest = charge.amount.saturating_sub(charge.captured);
    let is_whole = is_open || (is_taken && charge.capture == CaptureMode::Automatic);
    let mut fact = fact(kept);
    if !is_taken {
        fact.captured = 0;
    }
    if is_whole {
        (fact.authorized, fact.undecided) = (rest, rest);
    }
    fact
}

fn fact(kept: ChargeWithKeys) -> ChargeFact {
    let contradiction = contradiction(&kept);
    let charge = kept.charge;
    ChargeFact {
        authorized: if charge.state == "authorized" { charge.amount } else { 0 },
        undecided: 0,
        key: charge.key,
        reference: reference(charge.id),
        order_id: charge.order_id,
        currency: charge.currency,
        captured: charge.captured,
        refunded: charge.refunded,
        contradiction,
    }
}

/// Only what was captured has money, no more goes back than came, and each key had its one effect.
fn contradiction(ChargeWithKeys { charge, is_keyed, given_back }: &ChargeWithKeys) -> Option<String> {
    let (state, captured, refunded) = (&charge.state, charge.captured, charge.refunded);
    if (captured > 0) != (state == "captured") || captured > charge.amount {
        return Some(format!("it is {state}, and {captured} of {} are captured", charge.amount));
    }
    if refunded > captured || refunded != *given_back {
        return Some(format!(
            "{refunded} of {captured} are given back, and by the keys of its refunds {given_back}"
        ));
    }
    let why = "its key does not lead to it: asked with that once more, the provider would charge once more";
    (!is_keyed).then(|| why.to_owned())
}
