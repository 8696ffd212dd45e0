//! The payment provider: another company's, whose database outlives every crash of payments. What payments
//! asks of it travels, and is lost, like everything else.

use super::{Simulation, clients, disk::SimCommitExecutor, host::SimHost, network::DeliveryOutcome};
use contracts::payments::PaymentMethods;
use db::{
    Db,
    sqlite::{self, InlineExecutor, Sqlite},
};
use endpoint::Raw;
use kernel::{BoxFuture, Env, Timestamp};
use payment_provider::{
    AbandonCharge, CallPermit, Capture, Charge, ChargePage, ListCharges, Provider, ProviderError,
    ProviderEvent, ProviderRefund, ProviderRefundStatus, ProviderResult, SubmitCharge, UnverifiedWebhook,
    Void,
};
use simulator::{Simulator, WebhookKey};
use std::{fmt::Debug, sync::Arc};
use tokio::sync::oneshot;

/// The provider's name, where it can be cut off.
pub(crate) const PROVIDER: &str = simulator::NAME;

/// The provider, where it is.
#[derive(Clone)]
pub(crate) struct ProviderBackend {
    simulator: Simulator,
    pub(crate) database: Sqlite,
}

impl Simulation {
    /// Founds the provider, with an empty ledger.
    pub(crate) async fn found_provider(self: &Arc<Self>) -> db::Result<()> {
        let scope = self.outside();
        let env = SimHost::env(self, &scope);
        let database = sqlite::in_memory(None, env.clone(), Box::new(InlineExecutor))?;
        db::migrate(&Db::from(database.clone()), PROVIDER, &simulator::migrations()).await?;
        let place = SimCommitExecutor { world: self.clone(), scope };
        let database = sqlite::in_memory(Some(&database.image()?), env.clone(), Box::new(place))?;
        let simulator = self.simulator(&env, &database);
        if let Some(work) = simulator.work() {
            self.spawn("provider", work);
        }
        self.state().provider = Some(ProviderBackend { simulator, database });
        Ok(())
    }

    /// What the provider signs its webhooks with.
    pub(crate) fn webhook_key(&self) -> WebhookKey {
        WebhookKey::new(&self.secret)
    }

    fn simulator(self: &Arc<Self>, env: &Env, database: &Sqlite) -> Simulator {
        let webhooks = (clients::client(self, env, PROVIDER, payments::NAME), self.webhook_key());
        Simulator::new(
            env.clone(),
            Db::from(database.clone()),
            webhooks,
            simulator::SimulatorSettings::default(),
        )
    }
}

/// The provider, as payments reaches it.
pub(crate) struct RemoteProvider {
    world: Arc<Simulation>,
    simulator: Simulator,
}

impl RemoteProvider {
    /// `None` before there is one.
    pub(crate) fn new(world: &Arc<Simulation>) -> Option<RemoteProvider> {
        let simulator = world.state().provider.as_ref()?.simulator.clone();
        Some(RemoteProvider { world: world.clone(), simulator })
    }

    /// Sends a call there, and its answer back. What it does is known by a key, unless it only asks.
    fn call<T: Debug + Send + 'static>(
        &self,
        what: &'static str,
        key: Option<String>,
        call: BoxFuture<ProviderResult<T>>,
    ) -> BoxFuture<ProviderResult<T>> {
        let world = self.world.clone();
        Box::pin(async move {
            if let Some(key) = key {
                world.is_asked(what, &key);
            }
            let (answer, answered) = oneshot::channel();
            let DeliveryOutcome { delay, is_lost } = world.way(payments::NAME, PROVIDER);
            world.trace(format_args!("ask provider {what} {is_lost}"));
            if is_lost {
                drop(answer);
            } else {
                let there = world.clone();
                world.spawn("provider", async move {
                    there.travel(payments::NAME, PROVIDER, delay).await;
                    let said = call.await;
                    let DeliveryOutcome { delay, is_lost } = there.way(PROVIDER, payments::NAME);
                    there.trace(format_args!("provider says {what} {said:?} {is_lost}"));
                    if !is_lost {
                        there.travel(PROVIDER, payments::NAME, delay).await;
                        let _ = answer.send(said); // nobody may be waiting any more
                    }
                });
            }
            match answered.await {
                Ok(said) => said,
                Err(_) if world.state().network.percent(50) => {
                    Err(ProviderError::Unknown("the connection broke".to_owned()))
                }
                Err(_) => std::future::pending().await,
            }
        })
    }
}

impl Provider for RemoteProvider {
    fn name(&self) -> &'static str {
        self.simulator.name()
    }
    fn methods(&self) -> PaymentMethods {
        self.simulator.methods()
    }
    fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook> {
        self.simulator.verify(webhook, now)
    }
    fn submit(&self, pass: CallPermit, submit: SubmitCharge) -> BoxFuture<ProviderResult<Charge>> {
        let key = submit.key.clone();
        self.call("submit", Some(key), self.simulator.submit(pass, submit))
    }
    fn query(&self, pass: CallPermit, key: String) -> BoxFuture<ProviderResult<Option<Charge>>> {
        self.call("query", None, self.simulator.query(pass, key))
    }
    fn query_refund(
        &self,
        pass: CallPermit,
        key: String,
        charge: String,
    ) -> BoxFuture<ProviderResult<Option<ProviderRefundStatus>>> {
        self.call("query_refund", None, self.simulator.query_refund(pass, key, charge))
    }
    fn list_charges(&self, pass: CallPermit, list: ListCharges) -> BoxFuture<ProviderResult<ChargePage>> {
        self.call("list_charges", None, self.simulator.list_charges(pass, list))
    }
    fn abandon(&self, pass: CallPermit, abandon: AbandonCharge) -> BoxFuture<ProviderResult<Charge>> {
        self.call("abandon", None, self.simulator.abandon(pass, abandon))
    }
    fn capture(&self, pass: CallPermit, capture: Capture) -> BoxFuture<ProviderResult<Charge>> {
        let key = capture.key.clone();
        self.call("capture", Some(key), self.simulator.capture(pass, capture))
    }
    fn void(&self, pass: CallPermit, void: Void) -> BoxFuture<ProviderResult<Charge>> {
        let key = void.key.clone();
        self.call("void", Some(key), self.simulator.void(pass, void))
    }
    fn refund(
        &self,
        pass: CallPermit,
        refund: ProviderRefund,
    ) -> BoxFuture<ProviderResult<ProviderRefundStatus>> {
        let key = refund.key.clone();
        self.call("refund", Some(key), self.simulator.refund(pass, refund))
    }
}
