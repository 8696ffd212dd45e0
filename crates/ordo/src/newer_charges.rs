//! At each start the databases are compared with the payment provider, which nobody puts back: an older copy of everything, with all
//! that tells how far it had come, is recognized by the charges that it lacks.

use crate::{
    anchor::{self, Loss},
    clients::Network,
    config::Config,
    exit::Failure,
    folder::Folder,
    roles::{provider, settings},
    shop::{Databases, of_service},
};
use db::Db;
use kernel::{Env, secret::RootSecret};
use payments::{NAME, NewerCharges, list_newer_charges, word::ProviderError};

/// What is compared, and by what.
pub(crate) struct Compared<'a> {
    pub env: &'a Env,
    pub config: &'a Config,
    pub network: &'a Network,
    pub payments: &'a Db,
    pub simulator: &'a Db,
}

/// Refuses an embedded shop that lacks charges, unless the loss is accepted: then a new epoch begins.
///
/// # Errors
/// [`Failure::Data`] with what is missing, and what to do.
pub(crate) async fn check(
    compared: Compared<'_>,
    folder: &Folder,
    databases: &Databases,
    (loss, secret): (Loss, &RootSecret),
) -> Result<(), Failure> {
    match (compare(&compared).await?, loss) {
        (None, _) => Ok(()),
        (Some(newer), Loss::Refuse) => Err(anchor::refused(&newer.to_string())),
        (Some(newer), Loss::Accept) => {
            tracing::warn!(lost = %newer, "the loss is accepted");
            anchor::begin_epoch(folder, databases, 0, (compared.env, secret)).await.map(drop)
        }
    }
}

/// Reports a distributed shop that lacks charges, and has them listed: one process decides for no other.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn report(compared: Compared<'_>) -> Result<(), Failure> {
    if let Some(newer) = compare(&compared).await? {
        tracing::error!(
            "{newer} Stop all processes and run `ordo accept-loss`; docs/backup-and-restore.md says what that means"
        );
        list(compared.payments).await?;
    }
    Ok(())
}

/// Nothing, too, where the provider does not say it: the service asks it again until it does, and lists what is missing.
async fn compare(compared: &Compared<'_>) -> Result<Option<NewerCharges>, Failure> {
    match ask(compared).await {
        Ok(newer) => Ok(newer),
        Err(error) => {
            tracing::warn!(%error, "whether the payment provider has charges that are missing here is found out later");
            list(compared.payments).await.map(|()| None)
        }
    }
}

/// What the provider has and the databases have not.
///
/// # Errors
/// When it does not say.
pub(crate) async fn ask(compared: &Compared<'_>) -> Result<Option<NewerCharges>, ProviderError> {
    let Compared { env, config, network, payments, simulator } = compared;
    let provider = provider(env, config, network, (*simulator).clone());
    payments::newer_charges(payments, provider, &settings::payments(config)).await
}

async fn list(payments: &Db) -> Result<(), Failure> {
    Ok(list_newer_charges(payments).await.map_err(|error| of_service(NAME, error))?)
}
