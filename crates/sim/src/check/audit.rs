//! The audit, as `ordo audit` makes it: each service by itself, then their facts side by side.

use crate::world::Simulation;
use contracts::{
    audit::{ChargeFact, Finding, OrderFact, ServiceFacts},
    orders::OrderStatus,
};
use db::Db;
use kernel::Timestamp;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Stock and money first, orders late: an order that was placed in between is not yet missed by the others.
const IN_TURN: [&str; 5] = [products::NAME, payments::NAME, orders::NAME, auth::NAME, notifications::NAME];

/// Everything that is broken at this moment, or not at rest yet.
pub(crate) async fn look(world: &Arc<Simulation>) -> Vec<String> {
    let mut all = ServiceFacts::default();
    let mut broken = Vec::new();
    for node in IN_TURN {
        match audit(world, node).await {
            Ok(part) => {
                all.findings.extend(part.findings);
                all.orders.extend(part.orders);
                all.reservations.extend(part.reservations);
                all.payments.extend(part.payments);
                all.charges.extend(part.charges);
            }
            Err(why) => broken.push(format!("{node} cannot be audited: {why}")),
        }
    }
    match charges(world).await {
        Ok(charges) => all.charges = charges,
        Err(why) => broken.push(format!("the provider's ledger cannot be read: {why}")),
    }
    broken.extend(not_at_rest(&all));
    all.findings.extend(ordo::audit::check(&all, world.now()));
    let words = |Finding { invariant, subject, detail }| format!("{invariant:?} {subject}: {detail}");
    broken.extend(all.findings.into_iter().map(words));
    broken
}

/// What the provider has charged, by its own ledger.
async fn charges(world: &Arc<Simulation>) -> Result<Vec<ChargeFact>, String> {
    let provider = world.state().provider.clone().ok_or("there is no provider")?;
    let charges = simulator::audit(&Db::from(provider.database)).await;
    charges.map_err(|error| error.to_string())
}

/// What is still under way: it may break later, so the run is not over.
fn not_at_rest(all: &ServiceFacts) -> impl Iterator<Item = String> {
    let moving = |o: &&OrderFact| matches!(o.status, OrderStatus::Pending | OrderStatus::Cancelling);
    let waits = |order: &OrderFact| format!("{} is still {:?}", order.order_id, order.status);
    all.orders.iter().filter(moving).map(waits).collect::<Vec<_>>().into_iter()
}

/// One service's own part, read within its node: a crash ends the reading too.
async fn audit(world: &Arc<Simulation>, node: &'static str) -> Result<ServiceFacts, String> {
    let running = world.state().nodes.get(node).map(|n| (n.scope.clone(), n.env.clone(), n.database.clone()));
    let (scope, env, database) = running.ok_or("it is down")?;
    let provider = world.state().provider.clone().map(|provider| Db::from(provider.database));
    let (answer, answered) = oneshot::channel();
    scope.spawn(
        "audit",
        Box::pin(async move {
            // whoever asked has gone only if the run has ended
            let _ = answer.send(audit_of(node, Db::from(database), provider, env.now()).await);
        }),
    );
    answered.await.map_err(|_| "it crashed".to_owned())?.map_err(|error| error.to_string())
}

async fn audit_of(node: &str, db: Db, provider: Option<Db>, now: Timestamp) -> db::Result<ServiceFacts> {
    match node {
        auth::NAME => auth::audit(&db, now).await,
        products::NAME => products::audit(&db, now).await,
        orders::NAME => orders::audit(&db, now).await,
        payments::NAME => {
            let mut audited = payments::audit(&db, now).await?;
            if let Some(provider) = provider {
                let (_, asked, unreadable) = simulator::keys_after(&provider, "", i64::MAX).await?;
                audited.findings.extend(unreadable.findings);
                audited.findings.extend(payments::audit::keys(&db, asked).await?);
            }
            Ok(audited)
        }
        _ => notifications::audit(&db, now).await,
    }
}
