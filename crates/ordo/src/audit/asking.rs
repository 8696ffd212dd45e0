//! Asking the services for their parts of an audit, in questions whose answers are not too large for one.

use crate::{clients::Network, exit::Failure, roles::SERVICES, shape::GATEWAY};
use contracts::auditing::{Evidence, Examine, Question};
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

    /// What a service has to say; where that is too much for one answer, in several, each of its own moment.
    pub(super) async fn ask(&self, service: &str, question: Question) -> Result<Evidence, Failure> {
        let client = &self.clients[service];
        let (mut all, mut open) = (None, vec![question]);
        while let Some(question) = open.pop() {
            let within = Context::background(&self.env, ANSWERS_WITHIN);
            match client.call(&within, Examine { asked: Body(question.clone().into()) }).await {
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
pub(super) fn about(service: &str, question: &Question) -> String {
    let named = match question {
        Question::Told { subjects, .. } | Question::Logged { subjects } => subjects.first().cloned(),
        Question::Copies { orders }
        | Question::OrdersOf { orders }
        | Question::Versions { orders }
        | Question::After { orders, .. }
        | Question::PaymentsOf { orders, .. }
        | Question::ChargesOf { orders } => orders.first().map(ToString::to_string),
        Question::Placed { placements }
        | Question::ReservationsOf { placements }
        | Question::HeardOf { placements } => placements.first().map(ToString::to_string),
        Question::StockToldOf { products } | Question::StockHeard { products } => {
            products.first().map(ToString::to_string)
        }
        Question::Orders { after, .. } => Some(format!("{service}: orders after {after}")),
        Question::Payments { after, .. } => Some(format!("{service}: payments after {after}")),
        Question::Charges { after, .. } => Some(format!("{service}: charges after {after:?}")),
        Question::Keys { after, .. } => Some(format!("{service}: keys after {after:?}")),
        Question::Reservations { after, .. } => Some(format!("{service}: reservations after {after}")),
        Question::StockTold { after, .. } => Some(format!("{service}: products after {after}")),
        Question::Feeds => Some(format!("{service}: feed")),
        Question::Clock | Question::Rest { .. } | Question::Sums => None,
    };
    named.unwrap_or_else(|| service.to_owned())
}

/// The same question about one half and about the other; none where it is about one thing, or about a page, which ends by
/// itself before it is too large.
pub(super) fn halves(question: &Question) -> Option<[Question; 2]> {
    match question {
        Question::Told { subjects, position } => {
            cut(subjects, |subjects| Question::Told { subjects, position: *position })
        }
        Question::Copies { orders } => cut(orders, |orders| Question::Copies { orders }),
        Question::OrdersOf { orders } => cut(orders, |orders| Question::OrdersOf { orders }),
        Question::Versions { orders } => cut(orders, |orders| Question::Versions { orders }),
        Question::After { orders, position } => {
            cut(orders, |orders| Question::After { orders, position: *position })
        }
        Question::Placed { placements } => cut(placements, |placements| Question::Placed { placements }),
        Question::PaymentsOf { orders, all } => {
            cut(orders, |orders| Question::PaymentsOf { orders, all: *all })
        }
        Question::ChargesOf { orders } => cut(orders, |orders| Question::ChargesOf { orders }),
        Question::ReservationsOf { placements } => {
            cut(placements, |placements| Question::ReservationsOf { placements })
        }
        Question::HeardOf { placements } => cut(placements, |placements| Question::HeardOf { placements }),
        Question::StockToldOf { products } => cut(products, |products| Question::StockToldOf { products }),
        Question::StockHeard { products } => cut(products, |products| Question::StockHeard { products }),
        Question::Logged { subjects } => cut(subjects, |subjects| Question::Logged { subjects }),
        Question::Clock | Question::Feeds | Question::Rest { .. } | Question::Sums => None,
        Question::Orders { .. }
        | Question::Payments { .. }
        | Question::Charges { .. }
        | Question::Keys { .. }
        | Question::Reservations { .. }
        | Question::StockTold { .. } => None,
    }
}

fn cut<T: Clone>(all: &[T], ask: impl Fn(Vec<T>) -> Question) -> Option<[Question; 2]> {
    let (first, second) = all.split_at(all.len() / 2);
    (!first.is_empty()).then(|| [ask(first.to_vec()), ask(second.to_vec())])
}

/// Adds what was told of the other half.
pub(super) fn add(all: &mut Evidence, other: Evidence) {
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
        let about = |placements| Question::ReservationsOf { placements };
        assert_eq!(halves(&about(of(0..5))), Some([about(of(0..2)), about(of(2..5))]));
        assert_eq!(halves(&about(of(0..1))), None);
        assert_eq!(halves(&about(Vec::new())), None);
        assert_eq!(halves(&Question::Clock), None);
    }

    #[test]
    fn what_was_told_of_both_halves_is_put_together() {
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let mut all = Evidence {
            position: 7,
            of_placements: vec![(id(1), 1)],
            placed: vec![id(1)],
            ..Evidence::default()
        };
        add(&mut all, Evidence { position: 5, of_placements: vec![(id(2), 2)], ..Evidence::default() });
        let expected = Evidence {
            position: 5,
            of_placements: vec![(id(1), 1), (id(2), 2)],
            placed: vec![id(1)],
            ..Evidence::default()
        };
        assert_eq!(all, expected);
    }
}
