//! Whether the provider has charges that the database does not have: then the database is an older copy, whatever else was put back
//! with it. What a provider is asked for is committed before (R7), so that a crash loses no charge.

use super::unknown_charges::{begin_without_epoch, search};
use crate::{
    Settings,
    providers::{Guarded, Provider, Said},
    store::{Source, unknown_charges as store},
    word::{ListCharges, ListedCharge, ProviderError},
};
use db::{Db, Result};
use flow::feed;
use kernel::{Timestamp, time::AHEAD};
use std::{fmt, sync::Arc};
use tokio::time::timeout;

/// Charges that only the provider has, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewerCharges {
    /// How many.
    pub count: usize,
    /// When the provider made the newest of them.
    pub newest: Timestamp,
}

impl fmt::Display for NewerCharges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (charges, are) = if self.count == 1 { ("charge", "is") } else { ("charges", "are") };
        let NewerCharges { count, newest } = self;
        write!(
            f,
            "payments: the payment provider has {count} {charges} that {are} missing here, the newest of {newest}: the \
             databases are an older copy."
        )
    }
}

/// Compares what the provider has charged since the newest event with the database; not while an epoch that has begun looks for
/// such charges, nor those that it has found.
///
/// # Errors
/// When the provider does not list them all in the time that is set for an answer, or the database cannot be read.
pub async fn newer_charges(
    db: &Db,
    provider: Arc<dyn Provider>,
    settings: &Settings,
) -> Said<Option<NewerCharges>> {
    let within = settings.provider_timeout;
    let provider = Guarded::new(provider, within, db.clone());
    let compared = timeout(within, compare(db, &provider)).await;
    compared
        .unwrap_or_else(|_| Err(ProviderError::Unknown("it has not listed its charges in time".to_owned())))
}

async fn compare(db: &Db, provider: &Guarded) -> Said<Option<NewerCharges>> {
    let unread = |error| ProviderError::Unknown(format!("the database cannot be read: {error}"));
    if search(Source::Db(db)).await.map_err(unread)?.is_some() {
        return Ok(None);
    }
    let newest = feed::last(db).await.map_err(unread)?;
    let since = newest.map_or(Timestamp::from_micros(0), |newest| newest.time.minus(AHEAD));
    let mut list = ListCharges { since, after: None };
    let mut found: Option<NewerCharges> = None;
    loop {
        let page = provider.list_charges(list.clone()).await?;
        for charge in missing(db, page.charges).await.map_err(unread)? {
            let one = found.get_or_insert(NewerCharges { count: 0, newest: charge.created_at });
            one.count += 1;
            one.newest = one.newest.max(charge.created_at);
        }
        match page.next {
            Some(next) => list.after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Those of these charges that are neither known nor noted.
async fn missing(db: &Db, mut charges: Vec<ListedCharge>) -> Result<Vec<ListedCharge>> {
    let keys: Vec<String> = charges.iter().map(|charge| charge.key.clone()).collect();
    let noted = store::noted(db, &keys).await?;
    let known = store::known(Source::Db(db), &keys).await?;
    charges.retain(|charge| !known.contains(&charge.key) && !noted.contains(&charge.key));
    Ok(charges)
}

/// Has such charges listed for staff once the service runs, and lets everything else go on.
///
/// # Errors
/// What the database says; nothing has changed then.
pub async fn list_newer_charges(db: &Db) -> Result<()> {
    let newest = feed::last(db).await?.map(|newest| newest.time);
    let mut tx = db.begin().await?;
    begin_without_epoch(&mut tx, newest).await?;
    tx.commit("payments.list_newer_charges").await
}
