//! Orders' copy of the stock of products equals what products published (I7): a copy that is ahead would pass over the next
//! events, and orders with a shortfall would be shipped.

use super::sources::AuditSources;
use crate::exit_code::Failure;
use contracts::{
    audit::{Finding, Invariant},
    audit_queries::StockFact,
};
use kernel::{Id, id::ProductId};
use std::collections::BTreeMap;

/// The rows of orders' copy that differ from what was published; all events of products up to `position` of its feed were
/// consumed before this check.
pub(super) async fn check(
    books: &AuditSources,
    position: i64,
    at_a_time: u16,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let mut after = Id::from_uuid(Default::default());
    while let Some((last, told)) = books.stock_told(after, at_a_time, position).await? {
        after = last;
        let products: Vec<ProductId> = told.iter().map(|told| told.product_id).collect();
        let heard = by_product(books.stock_heard(&products).await?);
        let others: Vec<(&StockFact, &StockFact)> = told
            .iter()
            .filter_map(|told| Some((told, heard.get(&told.product_id)?)))
            .filter(|(told, heard)| told != heard)
            .collect();
        // read after the copy: no consumer can have consumed more than this
        let newest: Vec<ProductId> = others.iter().map(|(told, _)| told.product_id).collect();
        let newest = match newest.is_empty() {
            true => BTreeMap::new(),
            false => by_product(books.stock_told_of(&newest).await?),
        };
        let finding = |(told, heard): (&StockFact, &StockFact)| {
            let detail = differs(told, heard, newest.get(&told.product_id)?)?;
            Some(Finding { invariant: Invariant::I7, subject: told.product_id.to_string(), detail })
        };
        findings.extend(others.into_iter().filter_map(finding));
    }
    Ok(findings)
}

fn by_product(facts: Vec<StockFact>) -> BTreeMap<ProductId, StockFact> {
    facts.into_iter().map(|fact| (fact.product_id, fact)).collect()
}

/// The copy is at least as new as the consumed events and at most as new as the newest event; between the two, events are
/// under way.
fn differs(told: &StockFact, heard: &StockFact, newest: &StockFact) -> Option<String> {
    if heard.version < told.version {
        let (heard, told) = (heard.version, told.version);
        return Some(format!(
            "orders has heard of its stock up to event {heard}, and {told} was heard by then"
        ));
    }
    if heard.version > newest.version {
        let (heard, newest) = (heard.version, newest.version);
        return Some(format!(
            "orders has heard of its stock up to event {heard}, and the newest is {newest}"
        ));
    }
    let same = [told, newest].into_iter().find(|fact| fact.version == heard.version)?;
    let count = |fact: &StockFact| fact.concerned.len();
    (same.concerned != heard.concerned).then(|| {
        let (noted, told) = (count(heard), count(same));
        format!(
            "event {} told of {told} placings that its shortfall concerns, and orders has noted {noted}",
            heard.version
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::PlacementId;
    use uuid::Uuid;

    fn fact(version: i64, concerned: &[u128]) -> StockFact {
        let placement = |n: &u128| -> PlacementId { Id::from_uuid(Uuid::from_u128(*n)) };
        let product_id = Id::from_uuid(Uuid::from_u128(1));
        StockFact { product_id, version, concerned: concerned.iter().map(placement).collect() }
    }

    #[test]
    fn what_was_heard_is_what_was_told_or_is_under_way() {
        let (told, newest) = (fact(3, &[7]), fact(6, &[8, 9]));
        for (heard, is_broken) in [
            (fact(3, &[7]), false),
            (fact(3, &[]), true),
            (fact(3, &[7, 8]), true),
            (fact(2, &[7]), true),
            (fact(0, &[]), true),
            // heard of while the audit looks
            (fact(4, &[]), false),
            (fact(6, &[8, 9]), false),
            (fact(6, &[7]), true),
            (fact(7, &[8, 9]), true),
        ] {
            assert_eq!(differs(&told, &heard, &newest).is_some(), is_broken, "{heard:?}");
        }
    }
}
