//! Asking the services for their parts of an audit, in questions whose answers are not too large for one.

use crate::{clients::Network, exit_code::Failure, service_names::SERVICES, topology::GATEWAY};
use contracts::audit_queries::{AuditData, AuditQuery, RunAuditQuery};
use endpoint::{
    Body, Context, Json,
    client::{CallError, Client, Policy},
};
use kernel::Env;
use std::{collections::BTreeMap, time::Duration};

/// A service looks through all that it has for some of the questions.
const ANSWERS_WITHIN: Duration = Duration::from_secs(28);

/// The services, wherever they are.
#[derive(Clone)]
pub struct Services {
    env: Env,
    clients: BTreeMap<&'static str, Client>,
}

impl Services {
    /// The services of this network.
    pub(crate) fn of(network: &Network, env: &Env) -> Services {
        let policy = Policy { per_try: ANSWERS_WITHIN, ..Policy::default() };
        let client = |service| (service, network.client(GATEWAY, service).with_policy(policy.clone()));
        Services { env: env.clone(), clients: SERVICES.into_iter().map(client).collect() }
    }

    /// The facts of a service; in several parts if they are too large for one response, each part as of another moment.
    pub(super) async fn ask(&self, service: &str, question: AuditQuery) -> Result<AuditData, Failure> {
        let client = &self.clients[service];
        let (mut all, mut open) = (None, vec![question]);
        while let Some(question) = open.pop() {
            let within = Context::background(&self.env, ANSWERS_WITHIN);
            match client.call(&within, RunAuditQuery { asked: Body(question.clone().into()) }).await {
                Ok(Json(evidence)) => match &mut all {
                    None => all = Some(evidence),
                    Some(all) => add(all, evidence),
                },
                Err(error) => match halves(&question).filter(|_| is_too_large(&error)) {
                    Some([first, second]) => open.extend([second, first]),
                    None => {
                        let setting = format!("ORDO_{}_URL", service.to_uppercase());
                        let what = format!(
                            "{service} cannot be asked for its part of the audit: {error}. See that it runs at {setting}."
                        );
                        return Err(Failure::Data(what));
                    }
                },
            }
        }
        Ok(all.unwrap_or_default())
    }
}

fn is_too_large<X>(error: &CallError<X>) -> bool {
    matches!(error, CallError::Problem(problem) if problem.status == 413)
}

/// What a question is about that cannot be halved.
pub(super) fn about(service: &str, question: &AuditQuery) -> String {
    let named = match question {
        AuditQuery::Told { subjects, .. } | AuditQuery::Logged { subjects } => subjects.first().cloned(),
        AuditQuery::Copies { orders }
        | AuditQuery::OrdersOf { orders }
        | AuditQuery::Versions { orders }
        | AuditQuery::After { orders, .. }
        | AuditQuery::PaymentsOf { orders, .. }
        | AuditQuery::ChargesOf { orders } => orders.first().map(ToString::to_string),
        AuditQuery::Placed { placements }
        | AuditQuery::ReservationsOf { placements }
        | AuditQuery::HeardOf { placements } => placements.first().map(ToString::to_string),
        AuditQuery::StockToldOf { products } | AuditQuery::StockHeard { products } => {
            products.first().map(ToString::to_string)
        }
        AuditQuery::Orders { after, .. } => Some(format!("{service}: orders after {after}")),
        AuditQuery::Payments { after, .. } => Some(format!("{service}: payments after {after}")),
        AuditQuery::Charges { after, .. } => Some(format!("{service}: charges after {after:?}")),
        AuditQuery::Keys { after, .. } => Some(format!("{service}: keys after {after:?}")),
        AuditQuery::Reservations { after, .. } => Some(format!("{service}: reservations after {after}")),
        AuditQuery::StockTold { after, .. } => Some(format!("{service}: products after {after}")),
        AuditQuery::Feeds => Some(format!("{service}: feed")),
        AuditQuery::Clock | AuditQuery::Rest { .. } | AuditQuery::Sums => None,
    };
    named.unwrap_or_else(|| service.to_owned())
}

/// The same question about one half and about the other; none where it is about one thing, or about a page, which ends by
/// itself before it is too large.
pub(super) fn halves(question: &AuditQuery) -> Option<[AuditQuery; 2]> {
    match question {
        AuditQuery::Told { subjects, position } => {
            cut(subjects, |subjects| AuditQuery::Told { subjects, position: *position })
        }
        AuditQuery::Copies { orders } => cut(orders, |orders| AuditQuery::Copies { orders }),
        AuditQuery::OrdersOf { orders } => cut(orders, |orders| AuditQuery::OrdersOf { orders }),
        AuditQuery::Versions { orders } => cut(orders, |orders| AuditQuery::Versions { orders }),
        AuditQuery::After { orders, position } => {
            cut(orders, |orders| AuditQuery::After { orders, position: *position })
        }
        AuditQuery::Placed { placements } => cut(placements, |placements| AuditQuery::Placed { placements }),
        AuditQuery::PaymentsOf { orders, all } => {
            cut(orders, |orders| AuditQuery::PaymentsOf { orders, all: *all })
        }
        AuditQuery::ChargesOf { orders } => cut(orders, |orders| AuditQuery::ChargesOf { orders }),
        AuditQuery::ReservationsOf { placements } => {
            cut(placements, |placements| AuditQuery::ReservationsOf { placements })
        }
        AuditQuery::HeardOf { placements } => {
            cut(placements, |placements| AuditQuery::HeardOf { placements })
        }
        AuditQuery::StockToldOf { products } => {
            cut(products, |products| AuditQuery::StockToldOf { products })
        }
        AuditQuery::StockHeard { products } => cut(products, |products| AuditQuery::StockHeard { products }),
        AuditQuery::Logged { subjects } => cut(subjects, |subjects| AuditQuery::Logged { subjects }),
        AuditQuery::Clock | AuditQuery::Feeds | AuditQuery::Rest { .. } | AuditQuery::Sums => None,
        AuditQuery::Orders { .. }
        | AuditQuery::Payments { .. }
        | AuditQuery::Charges { .. }
        | AuditQuery::Keys { .. }
        | AuditQuery::Reservations { .. }
        | AuditQuery::StockTold { .. } => None,
    }
}

fn cut<T: Clone>(all: &[T], ask: impl Fn(Vec<T>) -> AuditQuery) -> Option<[AuditQuery; 2]> {
    let (first, second) = all.split_at(all.len() / 2);
    (!first.is_empty()).then(|| [ask(first.to_vec()), ask(second.to_vec())])
}

/// Adds the facts of the other half.
pub(super) fn add(all: &mut AuditData, other: AuditData) {
    let (mine, theirs) = (&mut all.audited, other.audited);
    mine.findings.extend(theirs.findings);
    mine.unreadable.extend(theirs.unreadable);
    mine.notes.extend(theirs.notes);
    mine.orders.extend(theirs.orders);
    mine.reservations.extend(theirs.reservations);
    mine.payments.extend(theirs.payments);
    mine.charges.extend(theirs.charges);
    mine.versions.extend(theirs.versions);
    // what was heard in between is known by its version
    all.position = all.position.min(other.position);
    all.versions.extend(other.versions);
    all.of_orders.extend(other.of_orders);
    all.of_placements.extend(other.of_placements);
    all.placed.extend(other.placed);
    all.copies.extend(other.copies);
    all.unheard.extend(other.unheard);
    all.stock.extend(other.stock);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, id::PlacementId};
    use uuid::Uuid;

    #[test]
    fn a_question_about_several_is_asked_in_halves_and_one_about_a_single_thing_is_not() {
        let of = |range: std::ops::Range<u128>| -> Vec<PlacementId> {
            range.map(|n| Id::from_uuid(Uuid::from_u128(n))).collect()
        };
        let about = |placements| AuditQuery::ReservationsOf { placements };
        assert_eq!(halves(&about(of(0..5))), Some([about(of(0..2)), about(of(2..5))]));
        assert_eq!(halves(&about(of(0..1))), None);
        assert_eq!(halves(&about(Vec::new())), None);
        assert_eq!(halves(&AuditQuery::Clock), None);
    }

    #[test]
    fn what_was_told_of_both_halves_is_put_together() {
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let mut all = AuditData {
            position: 7,
            of_placements: vec![(id(1), 1)],
            placed: vec![id(1)],
            ..AuditData::default()
        };
        add(&mut all, AuditData { position: 5, of_placements: vec![(id(2), 2)], ..AuditData::default() });
        let expected = AuditData {
            position: 5,
            of_placements: vec![(id(1), 1), (id(2), 2)],
            placed: vec![id(1)],
            ..AuditData::default()
        };
        assert_eq!(all, expected);
    }
}
