//! At each start the databases are compared with the payment provider, which a restore does not change: an older copy of
//! everything, anchor included, is recognized by the charges that it lacks.

use crate::{
    anchor::{self, LossPolicy},
    clients::Network,
    config::Config,
    data_dir::DataDir,
    databases::Databases,
    exit_code::Failure,
    roles::{provider, settings},
    stores::of_service,
};
use db::Db;
use flow::position::REMEDY;
use kernel::{Env, Timestamp, secret::RootSecret};
use payment_provider::ProviderError;
use payments::{NAME, list_newer_charges};

/// What is compared, and by what.
pub(crate) struct ChargeComparison<'a> {
    pub env: &'a Env,
    pub config: &'a Config,
    pub network: &'a Network,
    pub payments: &'a Db,
    pub simulator: &'a Db,
}

impl<'a> ChargeComparison<'a> {
    /// Of an embedded shop.
    pub(crate) fn of_databases(
        databases: &'a Databases,
        config: &'a Config,
        (env, network): (&'a Env, &'a Network),
    ) -> Self {
        ChargeComparison {
            env,
            config,
            network,
            payments: &databases.payments,
            simulator: &databases.simulator,
        }
    }
}

/// Refuses an embedded shop that lacks charges, unless the loss is accepted: then a new epoch begins. Returns whether one was accepted.
///
/// # Errors
/// [`Failure::Data`] with what is missing, and what to do; and where the loss is accepted, and the provider does not say it.
pub(crate) async fn check(
    compared: ChargeComparison<'_>,
    folder: &DataDir,
    databases: &Databases,
    (loss, secret): (LossPolicy, &RootSecret),
) -> Result<bool, Failure> {
    match (ask(&compared).await?, loss) {
        (Ok(None), _) => Ok(false),
        (Ok(Some(lost)), LossPolicy::Refuse) => Err(anchor::refused(&lost)),
        (Ok(Some(lost)), LossPolicy::Accept) => {
            tracing::warn!(lost, "loss accepted");
            let worked_until = anchor::worked_until(folder, databases).await?;
            let begun =
                anchor::begin_epoch(folder, databases, (0, worked_until), (compared.env, secret)).await;
            begun.map(|_| true)
        }
        (Err(error), LossPolicy::Refuse) => look_later(&compared, &error).await.map(|()| false),
        (Err(error), LossPolicy::Accept) => Err(Failure::Data(format!(
            "The payment provider does not say what is lost: {error}. Repeat the command when it answers; without \
             --accept-loss the shop starts meanwhile."
        ))),
    }
}

/// Reports a distributed shop that lacks charges. Payments begins an epoch, so that nobody is charged twice; of the other services
/// one process does not decide.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn report(compared: ChargeComparison<'_>) -> Result<(), Failure> {
    match ask(&compared).await? {
        Ok(None) => Ok(()),
        Ok(Some(lost)) => {
            tracing::error!("{lost} {REMEDY}");
            let ChargeComparison { env, payments, .. } = compared;
            if loss_not_accepted(payments).await?.is_none() {
                payments::report_loss(payments, env).await.map_err(|error| of_service(NAME, error))?;
            }
            Ok(())
        }
        Err(error) => look_later(&compared, &error).await,
    }
}

/// The service asks the provider again until it answers.
async fn look_later(compared: &ChargeComparison<'_>, error: &ProviderError) -> Result<(), Failure> {
    tracing::warn!(%error, "comparison with the provider's charges postponed");
    Ok(list_newer_charges(compared.payments).await.map_err(|error| of_service(NAME, error))?)
}

/// A line about what the provider has and the databases have not, now or when that was last found and not accepted; within: why the
/// provider does not say it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn ask(
    compared: &ChargeComparison<'_>,
) -> Result<Result<Option<String>, ProviderError>, Failure> {
    let ChargeComparison { env, config, network, payments, simulator } = compared;
    if let Some(since) = loss_not_accepted(payments).await? {
        return Ok(Ok(Some(format!(
            "payments: it was found at {since} that the payment provider had charges that were missing here: the databases are \
             an older copy."
        ))));
    }
    let provider = provider(env, config, network, (*simulator).clone());
    let asked = payments::newer_charges(payments, provider, &settings::payments(config), env).await;
    let asked = asked.map_err(|error| of_service(NAME, error))?;
    Ok(asked.map(|newer| newer.map(|newer| newer.to_string())))
}

async fn loss_not_accepted(payments: &Db) -> Result<Option<Timestamp>, Failure> {
    Ok(payments::loss_not_accepted(payments).await.map_err(|error| of_service(NAME, error))?)
}

/// The same for an embedded shop that is not being started, as a line.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn fault(
    config: &Config,
    databases: &Databases,
    (env, secret): (&Env, &RootSecret),
) -> Result<Option<String>, Failure> {
    let network = Network::in_process(env, secret);
    let asked = ask(&ChargeComparison::of_databases(databases, config, (env, &network))).await?;
    Ok(asked.ok().flatten())
}
