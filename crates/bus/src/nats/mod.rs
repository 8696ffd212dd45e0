//! The bus between processes: NATS JetStream, of servers 2.9 and later.
//!
//! Each producer has a stream, and each service that consumes it a durable consumer there. Both are made, and brought
//! to this version, by the first process that needs them: at the start, and again after the servers lost what they kept. A
//! stream holds an hour and 64 MiB, no more: what it does not hold any more, the producer's feed does, and so does it
//! hold what the servers acknowledged and lost.
//!
//! Nothing here stops a service from starting or from working: the connection is made in the background, for as long
//! as it takes, and while there is none nothing is sent.

mod settings;
mod stream;
mod subscription;

pub use settings::{Credentials, InvalidSettings, NatsSettings, check_prefix};

use crate::{Bus, Message, MessageHandler, PublishError, Subscription};
use async_nats::{
    Client, ConnectOptions, Event, ServerAddr,
    connection::State,
    jetstream::{Context, ContextBuilder, message::PublishMessage},
};
use bytes::Bytes;
use kernel::{BoxFuture, Env};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// Until a server has let us in.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// A connection over which nothing comes is asked for a sign; after two without success it is made again.
const PING_EVERY: Duration = Duration::from_secs(2);
/// Until the servers answer, and have taken a message.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Until it is looked again whether a server has let us in.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Between two tries to connect.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// Messages of one publisher that may be on their way at once.
const IN_FLIGHT: usize = 32;
/// The headers of a message take less.
const HEADERS_MAX: usize = 1024;
/// The place in the producer's feed.
const POSITION: &str = "Ordo-Position";

/// A bus over NATS JetStream; cheap to clone.
#[derive(Clone)]
pub struct Nats(Arc<NatsInner>);

struct NatsInner {
    env: Env,
    settings: NatsSettings,
    link: watch::Sender<NatsConnection>,
    /// The streams that were there when we last looked.
    known: Mutex<BTreeSet<&'static str>>,
}

/// The connection.
#[derive(Clone, Default)]
struct NatsConnection {
    jetstream: Option<Context>,
    is_up: bool,
    /// Which connection it is, from 1: after each one something may have been lost.
    number: u64,
}

impl NatsConnection {
    /// Waits for the end of the connection of this number.
    async fn lost(link: &mut watch::Receiver<NatsConnection>, number: u64) {
        let _ = link.wait_for(|link| !link.is_up || link.number != number).await;
    }
}

impl Nats {
    /// Connects in the background, for as long as it takes and as often as it is needed.
    ///
    /// # Errors
    /// When the settings cannot be right; not when nobody answers.
    pub fn connect(settings: &NatsSettings, env: &Env) -> Result<Arc<dyn Bus>, InvalidSettings> {
        let (addresses, credentials) = settings::addresses(settings)?;
        let options = settings::options(settings, &credentials)?;
        let shared = Arc::new(NatsInner {
            env: env.clone(),
            settings: settings.clone(),
            link: watch::Sender::default(),
            known: Mutex::default(),
        });
        env.spawn("nats", shared.clone().connect(addresses, options));
        Ok(Arc::new(Nats(shared)))
    }
}

/// Removes what the servers keep of these topics: messages from before their producers' databases were put back. What is sent next
/// makes the streams again, and the feeds have everything.
///
/// # Errors
/// When the settings cannot be right, nobody answers in time, or a stream cannot be removed.
pub async fn forget(settings: &NatsSettings, topics: &[&'static str]) -> Result<(), String> {
    let (addresses, credentials) = settings::addresses(settings).map_err(|error| error.to_string())?;
    let options = settings::options(settings, &credentials).map_err(|error| error.to_string())?;
    // it would try forever
    let connecting = timeout(ANSWER_WITHIN, first_connection(options, addresses));
    let silent = |_| format!("{} does not let us in", settings.servers());
    let jetstream = jetstream(connecting.await.map_err(silent)??);
    for topic in topics {
        stream::remove(&jetstream, settings, topic).await?;
    }
    Ok(())
}

/// A client that a server has let in.
async fn first_connection(options: ConnectOptions, addresses: Vec<ServerAddr>) -> Result<Client, String> {
    let client = options.connect(addresses).await.map_err(|error| error.to_string())?;
    while client.connection_state() != State::Connected {
        sleep(LOOK_AGAIN).await;
    }
    Ok(client)
}

impl Bus for Nats {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        let shared = self.0.clone();
        Box::pin(async move { shared.publish(message).await })
    }

    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: MessageHandler) -> Subscription {
        let (end, ended) = watch::channel(());
        self.0.env.spawn("nats.hear", subscription::run(self.0.clone(), topic, group, inbox, ended));
        Subscription::new(move || drop(end))
    }

    fn is_connected(&self) -> bool {
        self.0.link.borrow().is_up
    }

    fn in_flight(&self) -> usize {
        IN_FLIGHT
    }
}

impl NatsInner {
    /// Returns when there is a client, which keeps up the connection by itself from then on.
    async fn connect(self: Arc<Self>, addresses: Vec<ServerAddr>, options: ConnectOptions) {
        let shared = Arc::downgrade(&self);
        let options = options.event_callback(move |event| {
            let shared = shared.upgrade();
            async move {
                if let Some(shared) = shared {
                    shared.note(&event);
                }
            }
        });
        // it tries the servers by itself, so that this fails only where it cannot even begin
        let client = match options.connect(addresses).await {
            Ok(client) => client,
            Err(error) => {
                return tracing::error!(servers = self.settings.servers(), %error, "NATS is unusable");
            }
        };
        let jetstream = jetstream(client.clone());
        self.link.send_modify(|link| link.jetstream = Some(jetstream));
        // events that came before there was somewhere to note them
        self.look(&client);
    }

    fn look(&self, client: &Client) {
        let is_up = client.connection_state() == State::Connected;
        self.link.send_if_modified(|link| {
            let is_new = is_up && !link.is_up;
            link.is_up = is_up;
            link.number += u64::from(is_new);
            is_new
        });
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                tracing::info!("connected to NATS");
                self.link.send_modify(|link| {
                    link.is_up = true;
                    link.number += 1;
                });
            }
            Event::Disconnected | Event::Closed => {
                let servers = self.settings.servers();
                tracing::warn!(servers, "connection to NATS lost; events stay in the feeds");
                self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.link.send_modify(|link| link.is_up = false);
            }
            other => tracing::warn!(servers = self.settings.servers(), event = %other, "NATS"),
        }
    }

    /// Sends a message over the connection that there is, while it lasts.
    async fn publish(&self, message: Message) -> Result<(), PublishError> {
        let mut watched = self.link.subscribe();
        let link = watched.borrow_and_update().clone();
        let Some(jetstream) = link.jetstream.filter(|_| link.is_up) else {
            return Err(PublishError(format!("{} is not connected", self.settings.servers())));
        };
        tokio::select! {
            biased;
            sent = self.publish_over(&jetstream, message) => sent,
            () = NatsConnection::lost(&mut watched, link.number) => Err(PublishError("the connection was lost".to_owned())),
        }
    }

    async fn publish_over(&self, jetstream: &Context, message: Message) -> Result<(), PublishError> {
        let topic = message.topic;
        self.know_stream(jetstream, topic).await?;
        let sent = async {
            let subject = stream::subject(&self.settings, topic);
            jetstream.send_publish(subject, written(&message, jetstream)).await?.await
        };
        // the time-out is the context's
        sent.await.map(drop).map_err(|error| {
            // it may be gone: made again before the next message
            self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(topic);
            PublishError(error.to_string())
        })
    }

    async fn know_stream(&self, jetstream: &Context, topic: &'static str) -> Result<(), PublishError> {
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(topic) {
            return Ok(());
        }
        stream::make(jetstream, &self.settings, topic).await.map_err(PublishError)?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(topic);
        Ok(())
    }

    /// Waits, without success where nobody keeps the subscription any more.
    async fn pause(wait: Duration, ended: &mut watch::Receiver<()>) -> bool {
        tokio::select! {
            biased;
            _ = ended.changed() => false,
            () = sleep(wait) => true,
        }
    }
}

fn jetstream(client: Client) -> Context {
    ContextBuilder::new().timeout(ANSWER_WITHIN).ack_timeout(ANSWER_WITHIN).build(client)
}

/// As it travels. What is too long for the servers travels without its body, which the feed has.
fn written(message: &Message, jetstream: &Context) -> PublishMessage {
    let is_short = message.body.len() + HEADERS_MAX <= jetstream.client().max_payload();
    let body = if is_short { Bytes::copy_from_slice(message.body.as_bytes()) } else { Bytes::new() };
    let position = message.position.to_string();
    PublishMessage::build().payload(body).message_id(&message.id).header(POSITION, position.as_str())
}
