//! One subscription: pulls what its durable consumer has, for as long as it is kept, whatever becomes of the servers.

use super::{ANSWER_WITHIN, LONGEST_WAIT, NatsConnection, NatsInner, POSITION, stream};
use crate::{AckHandle, Delivery, Message, MessageHandler};
use async_nats::{Subject, header::NATS_MESSAGE_ID, jetstream, jetstream::Context};
use futures_util::StreamExt;
use kernel::failpoint;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

/// Messages asked for at a time.
const PULLED: usize = 64;
/// For so long: a connection that the servers think open, though we have given it up, swallows messages until then.
const ASKED_FOR: Duration = Duration::from_secs(5);
/// A sign that the servers still know of us; two missing ones, and we ask again.
const HEARTBEAT: Duration = Duration::from_secs(2);
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// After this nothing is delivered any more to a connection that was lost.
const SETTLED: Duration = Duration::from_secs(6);

/// What must be acknowledged.
type AckQueue = mpsc::UnboundedReceiver<Subject>;

struct PullSubscription {
    shared: Arc<NatsInner>,
    topic: &'static str,
    group: &'static str,
    inbox: MessageHandler,
    acknowledge: mpsc::UnboundedSender<Subject>,
}

/// Works until nobody keeps the other end of `ended`.
pub(super) async fn run(
    shared: Arc<NatsInner>,
    topic: &'static str,
    group: &'static str,
    inbox: MessageHandler,
    mut ended: watch::Receiver<()>,
) {
    let (acknowledge, mut receipts) = mpsc::unbounded_channel();
    let hearing = PullSubscription { shared, topic, group, inbox, acknowledge };
    let mut link = hearing.shared.link.subscribe();
    let mut wait = FIRST_WAIT;
    loop {
        let heard = tokio::select! {
            biased;
            _ = ended.changed() => return,
            heard = hearing.pull(&mut link, &mut receipts) => heard,
        };
        // whatever it was, something may have been sent that is not brought
        (hearing.inbox)(Delivery::PossibleGap);
        match heard {
            Ok(()) => wait = FIRST_WAIT,
            Err(error) => tracing::info!(topic, group, error, "NATS pull returned nothing; will retry"),
        }
        if !NatsInner::pause(wait, &mut ended).await {
            return;
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

impl PullSubscription {
    /// Waits for a connection, and brings what comes over it until it is lost or something is wrong.
    async fn pull(
        &self,
        link: &mut watch::Receiver<NatsConnection>,
        receipts: &mut AckQueue,
    ) -> Result<(), String> {
        let Ok(now) =
            link.wait_for(|link| link.is_up && link.jetstream.is_some()).await.map(|now| now.clone())
        else {
            return std::future::pending().await; // there is no bus any more
        };
        let Some(jetstream) = now.jetstream else { return Ok(()) };
        let (shared, topic, group) = (&self.shared, self.topic, self.group);
        stream::make(&jetstream, &shared.settings, topic).await?;
        let consumer = stream::consumer(&jetstream, &shared.settings, (topic, group)).await?;
        let asking = consumer.stream().max_messages_per_batch(PULLED).expires(ASKED_FOR).heartbeat(HEARTBEAT);
        // no fail point: asking for messages changes nothing that would not be brought again
        let mut messages = asking.messages().await.map_err(|e| e.to_string())?;
        // what was sent before this moment may be in the feed only
        (self.inbox)(Delivery::PossibleGap);
        let settled = sleep(SETTLED);
        tokio::pin!(settled);
        let mut is_settled = false;
        loop {
            tokio::select! {
                biased;
                () = NatsConnection::lost(link, now.number) => return Ok(()),
                Some(reply) = receipts.recv() => acknowledge(&jetstream, reply).await?,
                // the servers may have brought something to a connection that we had abandoned
                () = &mut settled, if !is_settled => {
                    is_settled = true;
                    (self.inbox)(Delivery::PossibleGap);
                }
                message = messages.next() => match message {
                    Some(Ok(message)) => self.deliver(&message),
                    Some(Err(error)) => return Err(error.to_string()),
                    None => return Ok(()),
                },
            }
        }
    }

    fn deliver(&self, message: &jetstream::Message) {
        let (topic, reply) = (self.topic, message.reply.clone());
        let acknowledge = self.acknowledge.clone();
        let receipt = AckHandle::new(move || {
            if let Some(reply) = reply {
                // without a subscription it is brought again, and known by then
                let _ = acknowledge.send(reply);
            }
        });
        match read(topic, message) {
            Some(message) => (self.inbox)(Delivery::Message(message, receipt)),
            None => {
                tracing::warn!(topic, subject = %message.subject, "foreign message skipped");
                receipt.acknowledge();
            }
        }
    }
}

async fn acknowledge(jetstream: &Context, reply: Subject) -> Result<(), String> {
    let client = jetstream.client();
    failpoint::pass("bus.acknowledge", "calling");
    let sent = timeout(ANSWER_WITHIN, client.publish(reply, "+ACK".into())).await;
    failpoint::pass("bus.acknowledge", "called");
    match sent {
        Ok(sent) => sent.map_err(|e| e.to_string()),
        Err(_) => Err("nothing can be sent".to_owned()),
    }
}

fn read(topic: &'static str, message: &jetstream::Message) -> Option<Message> {
    let headers = message.headers.as_ref()?;
    Some(Message {
        topic,
        position: headers.get(POSITION)?.as_str().parse().ok()?,
        id: headers.get(NATS_MESSAGE_ID)?.as_str().to_owned(),
        body: std::str::from_utf8(&message.payload).ok()?.into(),
    })
}
