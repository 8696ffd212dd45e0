//! Whether the provider has charges that the database does not have: then the database is an older copy, whatever else was put back
//! with it. What a provider is asked for is committed before (R7), so that a crash loses no charge.

use super::unknown_charges::{begin_without_epoch, search};
use crate::{PaymentsSettings, store::ReadSource, store::unknown_charges as store};
use db::{Db, Result};
use flow::feed;
use kernel::{Env, Timestamp, time::AHEAD};
use payment_provider::{GuardedProvider, ListCharges, ListedCharge, Provider, ProviderError, ProviderResult};
use std::{fmt, sync::Arc};
use tokio::time::timeout;

/// Charges that only the provider has, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewerCharges {
    /// How many were listed.
    pub count: usize,
    /// Whether the provider had listed all of its charges.
    pub is_all: bool,
    /// When the provider made the newest of them.
    pub newest: Timestamp,
}

impl fmt::Display for NewerCharges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (charges, are) = if self.count == 1 { ("charge", "is") } else { ("charges", "are") };
        let at_least = if self.is_all { "" } else { "at least " };
        let NewerCharges { count, newest, .. } = self;
        write!(
            f,
            "payments: the payment provider has {at_least}{count} {charges} that {are} missing here, the newest of {newest}: \
             the databases are an older copy (or another shop uses the same account of the provider)."
        )
    }
}

/// Compares what the provider has charged since the newest event with the database; not while an epoch that has begun lists such
/// charges for the first time, nor those that it has listed. Within: an error where the provider does not list them in the time that
/// is set for an answer, and none of those that it has listed is missing.
///
/// # Errors
/// What the database says.
pub async fn newer_charges(
    db: &Db,
    provider: Arc<dyn Provider>,
    settings: &PaymentsSettings,
    env: &Env,
) -> Result<ProviderResult<Option<NewerCharges>>> {
    if search(ReadSource::Db(db)).await?.is_some_and(|search| !search.is_last) {
        return Ok(Ok(None));
    }
    let within = settings.provider_timeout;
    let provider = GuardedProvider::new(provider, within, db.clone());
    let newest = feed::last(db).await?.map(|newest| newest.time.min(env.now()).minus(AHEAD));
    let mut found = None;
    let listed = timeout(within, compare(db, &provider, newest, &mut found)).await;
    let listed = match listed {
        Ok(listed) => listed?,
        Err(_) => Err(ProviderError::Unknown("it has not listed its charges in time".to_owned())),
    };
    Ok(match (found, listed) {
        (Some(found), listed) => Ok(Some(NewerCharges { is_all: listed.is_ok(), ..found })),
        (None, listed) => listed.map(|()| None),
    })
}

async fn compare(
    db: &Db,
    provider: &GuardedProvider,
    newest: Option<Timestamp>,
    found: &mut Option<NewerCharges>,
) -> Result<ProviderResult<()>> {
    let mut list = ListCharges { since: newest.unwrap_or(Timestamp::from_micros(0)), after: None };
    loop {
        let page = match provider.list_charges(list.clone()).await {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        for charge in missing(db, page.charges).await? {
            let one =
                found.get_or_insert(NewerCharges { count: 0, is_all: false, newest: charge.created_at });
            one.count += 1;
            one.newest = one.newest.max(charge.created_at);
        }
        match page.next {
            Some(next) => list.after = Some(next),
            None => return Ok(Ok(())),
        }
    }
}

/// Those of these charges that are neither known nor noted.
async fn missing(db: &Db, mut charges: Vec<ListedCharge>) -> Result<Vec<ListedCharge>> {
    let keys: Vec<String> = charges.iter().map(|charge| charge.key.clone()).collect();
    let noted = store::noted(db, &keys).await?;
    let known = store::known(ReadSource::Db(db), &keys).await?;
    charges.retain(|charge| !known.contains(&charge.key) && !noted.contains(&charge.key));
    Ok(charges)
}

/// Has such charges looked for once the service runs: an epoch begins when one is found.
///
/// # Errors
/// What the database says; nothing has changed then.
pub async fn list_newer_charges(db: &Db) -> Result<()> {
    let newest = feed::last(db).await?.map(|newest| newest.time);
    let mut tx = db.begin().await?;
    begin_without_epoch(&mut tx, newest).await?;
    tx.commit("payments.list_newer_charges").await
}
