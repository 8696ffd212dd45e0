//! What NATS keeps: a stream for each producer, and in it a durable consumer for each service that consumes it.

use super::NatsSettings;
use async_nats::jetstream::{
    Context,
    consumer::{AckPolicy, Consumer, DeliverPolicy, pull},
    context::{DeleteStreamErrorKind, GetStreamErrorKind},
    stream::{Config, DiscardPolicy, StorageType},
};
use kernel::failpoint;
use std::time::Duration;

/// The same event twice within this is one message: a publisher that died before it could note that it had sent it.
/// After that consumers know it anyway.
const SAME_WITHIN: Duration = Duration::from_secs(120);
/// What nobody acknowledges is brought so often, at most; the feed has it still.
const BROUGHT_AT_MOST: i64 = 5;
/// Messages that may be with a service at once.
const UNACKNOWLEDGED: i64 = 1000;

/// The oldest version of the server that is tested with.
const OLDEST: (u32, u32) = (2, 9);

/// By a server's version, such as `2.10.18` or `2.12.0-preview.1`; what cannot be read is taken for new.
fn new_enough(version: &str) -> Result<(), String> {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) if (major, minor) < OLDEST => {
            let (first, second) = OLDEST;
            Err(format!("NATS {first}.{second} or newer is needed, and this server is {version}"))
        }
        _ => Ok(()),
    }
}

pub(super) fn subject(settings: &NatsSettings, topic: &str) -> String {
    format!("{}.events.{topic}", settings.prefix)
}

fn name(settings: &NatsSettings, topic: &str) -> String {
    format!("{}-{topic}", settings.prefix)
}

fn wanted(settings: &NatsSettings, topic: &str) -> Config {
    Config {
        name: name(settings, topic),
        description: Some(format!("the newest events of {topic}; its feed has all of them")),
        subjects: vec![subject(settings, topic)],
        max_age: settings.max_age,
        max_bytes: settings.max_bytes.into(),
        max_messages: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        discard: DiscardPolicy::Old,
        duplicate_window: SAME_WITHIN.min(settings.max_age),
        storage: StorageType::File,
        num_replicas: settings.replicas.max(1),
        ..Config::default()
    }
}

/// Makes the stream of a topic, or brings it to these settings.
pub(super) async fn make(jetstream: &Context, settings: &NatsSettings, topic: &str) -> Result<(), String> {
    new_enough(&jetstream.client().server_info().version)?;
    let wanted = wanted(settings, topic);
    match kept(jetstream, &wanted.name).await? {
        Some(kept) if is_as(&kept, &wanted) => Ok(()),
        Some(_) => change(jetstream, wanted).await,
        None => create(jetstream, wanted).await,
    }
}

/// A stream as the servers have it. It reads, and changes nothing: so it has no fail points.
async fn kept(jetstream: &Context, name: &str) -> Result<Option<Config>, String> {
    match jetstream.get_stream(name).await {
        Ok(stream) => Ok(Some(stream.cached_info().config.clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(said) if is_not_found(&said) => Ok(None),
            _ => Err(error.to_string()),
        },
    }
}

async fn change(jetstream: &Context, wanted: Config) -> Result<(), String> {
    failpoint::pass("bus.change_stream", "calling");
    let changed = jetstream.update_stream(wanted).await;
    failpoint::pass("bus.change_stream", "called");
    changed.map(drop).map_err(|e| e.to_string())
}

async fn create(jetstream: &Context, wanted: Config) -> Result<(), String> {
    failpoint::pass("bus.make_stream", "calling");
    let made = jetstream.create_stream(wanted).await;
    failpoint::pass("bus.make_stream", "called");
    made.map(drop).map_err(|e| e.to_string())
}

/// Removes the stream of a topic, with what its consumers have acknowledged; whoever needs it next makes it again.
pub(super) async fn remove(jetstream: &Context, settings: &NatsSettings, topic: &str) -> Result<(), String> {
    failpoint::pass("bus.remove_stream", "calling");
    let removed = jetstream.delete_stream(name(settings, topic)).await;
    failpoint::pass("bus.remove_stream", "called");
    match removed {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            DeleteStreamErrorKind::JetStream(said) if is_not_found(&said) => Ok(()),
            _ => Err(error.to_string()),
        },
    }
}

fn is_not_found(said: &async_nats::jetstream::Error) -> bool {
    said.error_code() == async_nats::jetstream::ErrorCode::STREAM_NOT_FOUND
}

fn is_as(kept: &Config, wanted: &Config) -> bool {
    let part = |c: &Config| (c.subjects.clone(), c.max_age, c.max_bytes, c.num_replicas, c.duplicate_window);
    part(kept) == part(wanted)
}

/// The durable consumer of a group. One that is new begins with what is sent from now on: what was before is in the
/// feed.
pub(super) async fn consumer(
    jetstream: &Context,
    settings: &NatsSettings,
    (topic, group): (&str, &str),
) -> Result<Consumer<pull::Config>, String> {
    let wanted = pull::Config {
        durable_name: Some(group.to_owned()),
        description: Some(format!("what {group} hears of {topic}")),
        deliver_policy: DeliverPolicy::New,
        ack_policy: AckPolicy::Explicit,
        ack_wait: settings.act_within,
        max_deliver: BROUGHT_AT_MOST,
        max_ack_pending: UNACKNOWLEDGED,
        ..pull::Config::default()
    };
    failpoint::pass("bus.make_consumer", "calling");
    let made = jetstream.create_consumer_on_stream(wanted, name(settings, topic)).await;
    failpoint::pass("bus.make_consumer", "called");
    made.map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_before_2_9_are_refused_by_name() {
        for new in ["2.9.0", "2.10.18", "2.12.0-preview.1", "3.0.0-dev", "10.1", "", "unknown"] {
            assert_eq!(new_enough(new), Ok(()), "{new}");
        }
        for old in ["2.8.4", "1.4.1", "0.9.6", "2.8"] {
            let why = format!("NATS 2.9 or newer is needed, and this server is {old}");
            assert_eq!(new_enough(old), Err(why));
        }
    }
}
