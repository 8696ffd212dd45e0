//! Whether databases are older than they were: by their anchor, or by what other services have consumed of them.

use super::{CheckResult, Component, given_secret};
use crate::{
    anchor,
    clients::Network,
    config::Config,
    data_dir::{self, DataDir},
    databases::Databases,
    exit_code::Failure,
    newer_charges::{self, ChargeComparison},
    service_names::SERVICES,
    stores::Stores,
};
use flow::position::{self, Ahead, REMEDY};

/// Whether the databases of an embedded shop are no older than they were.
pub(super) async fn anchored(config: &Config, stores: &Stores) -> CheckResult {
    let Some(databases) = Databases::of_stores(stores) else { return Ok("it is not looked at".to_owned()) };
    let folder = DataDir::look_at(&config.data).map_err(|failure| failure.to_string())?;
    let faults = anchor::faults(&folder, &databases, false).await.map_err(|failure| failure.to_string())?;
    match faults.is_empty() {
        true => Ok("the databases have all that they had".to_owned()),
        false => Err(format!("{} docs/backup-and-restore.md says what to do.", faults.join(" "))),
    }
}

/// By the databases of this part of the shop, and by what consumers have noted of producers elsewhere.
pub(super) async fn check(stores: &Stores) -> CheckResult {
    match ahead(stores).await {
        Ok(ahead) if ahead.is_empty() => Ok("they have all that was consumed of them".to_owned()),
        Ok(ahead) => {
            let each: Vec<String> = ahead.iter().map(Ahead::to_string).collect();
            Err(format!("{}. {REMEDY}.", each.join("; ")))
        }
        Err(failure) => Err(failure.to_string()),
    }
}

/// Charges of the payment provider that the shop has forgotten; nothing where there are none.
pub(super) async fn unknown_charges(
    config: &Config,
    part: &Component,
    stores: &Stores,
) -> Option<CheckResult> {
    let payments = stores.get(payments::NAME)?;
    match payments::unknown_charges(payments).await {
        Ok(count) => {
            let listed = format!(
                "{count} charges of the payment provider are unknown here. Refund each, or use it for its order: \
                 docs/backup-and-restore.md says how."
            );
            let newer = newer_charges(config, part, stores).await;
            let all: Vec<String> = newer.into_iter().chain((count > 0).then_some(listed)).collect();
            (!all.is_empty()).then(|| Err(all.join(" ")))
        }
        Err(error) => Some(Err(error.to_string())),
    }
}

/// Those that were not listed for staff yet: the start finds them. Without the secret it fails before.
async fn newer_charges(config: &Config, part: &Component, stores: &Stores) -> Option<String> {
    let (payments, simulator) = (stores.get(payments::NAME)?, stores.get(simulator::NAME)?);
    let secret = data_dir::parse_secret(&given_secret(config, part).ok()?.0)?;
    let env = host::env();
    let network = Network::in_process(&env, &secret);
    let compared = ChargeComparison { env: &env, config, network: &network, payments, simulator };
    match newer_charges::ask(&compared).await {
        Ok(Ok(lost)) if part.is_embedded => {
            lost.map(|lost| format!("{lost} docs/backup-and-restore.md says what to do."))
        }
        Ok(Ok(lost)) => lost.map(|lost| format!("{lost} {REMEDY}.")),
        Ok(Err(error)) => Some(format!("the payment provider does not list its charges: {error}")),
        Err(failure) => Some(failure.to_string()),
    }
}

/// Every consumer that is ahead of its producer.
///
/// # Errors
/// When a database cannot be read.
pub(crate) async fn ahead(stores: &Stores) -> Result<Vec<Ahead>, Failure> {
    let mut found = Vec::new();
    for consumer in SERVICES {
        let Some(db) = stores.get(consumer) else { continue };
        for consumed in position::all(db).await? {
            found.extend(match stores.get(consumed.producer.as_str()) {
                Some(producer) => Ahead::found(consumer, &consumed, producer).await?,
                None => Ahead::noted(consumer, &consumed),
            });
        }
    }
    Ok(found)
}
