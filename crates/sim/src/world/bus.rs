//! The bus: it loses, repeats, delays and so reorders what it carries, and sometimes says that it did not.

use super::{Simulation, network::DeliveryOutcome};
use crate::plan::Sabotage;
use bus::{Bus, Message, MessageHandler, PublishError, Subscription as Kept};
use kernel::BoxFuture;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The bus's name, where it can be cut off.
pub(crate) const BUS: &str = "bus";

/// One node's end of the bus.
pub(crate) struct SimBus {
    pub(crate) world: Arc<Simulation>,
    pub(crate) node: &'static str,
}

/// Who hears what.
pub(crate) struct Subscription {
    pub(crate) node: &'static str,
    topic: &'static str,
    inbox: MessageHandler,
}

impl Bus for SimBus {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        let (world, node) = (self.world.clone(), self.node);
        Box::pin(async move {
            let DeliveryOutcome { delay, is_lost } = world.way(node, BUS);
            sleep(delay / 4).await;
            world.trace(format_args!("publish {node} {} {} {is_lost}", message.position, message.id));
            if is_lost {
                return Err(PublishError("the simulated bus is not there".to_owned()));
            }
            world.deliver_to_all(&message);
            let DeliveryOutcome { delay, is_lost } = world.way(BUS, node);
            sleep(delay / 4).await;
            if is_lost { Err(PublishError("the simulated bus's answer was lost".to_owned())) } else { Ok(()) }
        })
    }

    fn subscribe(&self, topic: &'static str, _group: &'static str, inbox: MessageHandler) -> Kept {
        self.world.state().subscriptions.push(Subscription { node: self.node, topic, inbox });
        // it ends with its node
        Kept::default()
    }
}

impl Simulation {
    fn deliver_to_all(self: &Arc<Self>, message: &Message) {
        if self.plan.sabotage == Some(Sabotage::LosesEvents) {
            return;
        }
        let state = self.state();
        let hearers = state.subscriptions.iter().filter(|s| s.topic == message.topic);
        let nodes: Vec<&'static str> = hearers.map(|s| s.node).collect();
        drop(state);
        for node in nodes {
            let again = {
                let mut state = self.state();
                state.stormy && state.network.percent(self.faults.repeat)
            };
            for _ in 0..1 + u8::from(again) {
                let DeliveryOutcome { delay, is_lost } = self.way(BUS, node);
                if !is_lost {
                    self.deliver(node, delay, message.clone());
                }
            }
        }
    }

    fn deliver(self: &Arc<Self>, node: &'static str, delay: Duration, message: Message) {
        let world = self.clone();
        self.spawn("event", async move {
            world.travel(BUS, node, delay).await;
            let state = world.state();
            let hearers = state.subscriptions.iter().filter(|s| s.node == node && s.topic == message.topic);
            let inboxes: Vec<MessageHandler> = hearers.map(|s| s.inbox.clone()).collect();
            drop(state);
            world.trace(format_args!("event {node} {} {}", message.topic, message.position));
            for inbox in inboxes {
                inbox(message.clone().into());
            }
        });
    }
}
