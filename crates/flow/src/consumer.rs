//! A consumer of another service's events: takes what the bus brings, and fetches from the feed what it misses.
//!
//! It remembers up to which position of the producer's feed everything has been acted on. Messages that
//! follow on at once come from the bus; on a gap, at the start and once a minute it reads the feed. Handlers
//! guard their effects (R3), so a position that is remembered late only means that something is heard again.

use crate::{
    hear::{Hear, HearError},
    store::{heard, letters},
};
use bus::{Bus, Message};
use contracts::{
    events::{AnyEvent, Event, EventType},
    feed::{FeedAfter, Positioned, ReadFeed},
};
use db::Db;
use endpoint::{Context, Json, Query, client::Client};
use futures_util::future::join_all;
use kernel::Env;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

/// What a service acts on, of one producer.
#[derive(Clone)]
pub struct Consumer {
    /// The service whose events these are: its topic on the bus.
    pub producer: &'static str,
    /// That service, for its feed.
    pub feed: Client,
    /// On which of them it acts; the others are passed over.
    pub acts_on: &'static [EventType],
    /// Acts on one event. Events may come again, together and in any order.
    pub hear: Hear<Event>,
    /// Keeps an event that this version cannot name: the producer runs a newer one. Without it, such an event
    /// is passed over. That is no loss where figures are heard (R3): the next event carries them again.
    pub keep: Option<Hear<AnyEvent>>,
}

impl Consumer {
    /// Does with an event what is to be done with it, which may be nothing.
    ///
    /// # Errors
    /// What [`Consumer::hear`] and [`Consumer::keep`] say.
    pub async fn take_in(&self, event: AnyEvent) -> Result<(), HearError> {
        match (event.known(), &self.keep) {
            (Ok(event), _) if self.acts_on.contains(&event.kind) => (self.hear)(event).await,
            (Err(strange), Some(keep)) => keep(*strange).await,
            _ => Ok(()),
        }
    }
}

/// Events acted on at a time.
const TOGETHER: usize = 32;
/// Messages of the bus kept while earlier ones are missing; beyond that the feed has them.
const KEPT: usize = 1000;
/// How often the feed is read though nothing seems to be missing: the bus may have lost the last message.
pub(crate) const CATCH_UP: Duration = Duration::from_secs(60);
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Positions are remembered when nothing has come for this long, or after so many events.
const QUIET: Duration = Duration::from_millis(200);
const REMEMBER_EVERY: i64 = 500;
/// Tries before an event that cannot be acted on is put aside.
const TRIES: u32 = 8;

/// What the bus has brought and nobody has acted on yet.
#[derive(Default)]
struct Brought {
    messages: Mutex<BTreeMap<i64, Message>>,
    woken: Notify,
}

impl Brought {
    fn take_in(&self, message: Message) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() < KEPT {
            messages.insert(message.position, message);
        }
        drop(messages);
        self.woken.notify_one();
    }

    /// What follows on after `position`, without a gap; and whether something lies beyond a gap.
    fn after(&self, position: i64) -> (Vec<Positioned>, bool) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        *messages = messages.split_off(&(position + 1));
        let mut next = position + 1;
        let mut events = Vec::new();
        while events.len() < TOGETHER
            && let Some(message) = messages.remove(&next)
        {
            // one that cannot be read here is fetched from the feed, and put aside if need be
            let Ok(event) = serde_json::from_str(&message.body) else { return (events, true) };
            events.push(Positioned { position: next, event });
            next += 1;
        }
        (events, !messages.is_empty())
    }
}

/// A consumer at work.
pub(crate) struct Listening {
    service: &'static str,
    env: Env,
    db: Db,
    consumer: Consumer,
    catch_up: Duration,
    brought: Arc<Brought>,
    /// Whether it is known how far the feed was heard before.
    begun: bool,
    /// Everything up to here has been acted on.
    heard: i64,
    /// And so much of it is remembered.
    remembered: i64,
    /// When the feed was last read to its end; none before the first time.
    caught_up: Option<Instant>,
    /// Names that this version does not know, and that have been logged.
    strange: Mutex<BTreeSet<String>>,
}

impl Listening {
    pub(crate) fn new(
        service: &'static str,
        env: &Env,
        db: &Db,
        consumer: Consumer,
        catch_up: Duration,
    ) -> Listening {
        Listening {
            service,
            env: env.clone(),
            db: db.clone(),
            consumer,
            catch_up,
            brought: Arc::default(),
            begun: false,
            heard: 0,
            remembered: 0,
            caught_up: None,
            strange: Mutex::default(),
        }
    }

    /// Consumes for as long as the node lives.
    pub(crate) async fn run(mut self, bus: Arc<dyn Bus>) {
        let (service, producer, inbox) = (self.service, self.consumer.producer, self.brought.clone());
        bus.subscribe(producer, service, Arc::new(move |message| inbox.take_in(message)));
        let mut wait = FIRST_WAIT;
        loop {
            match self.listen().await {
                Ok(()) => wait = FIRST_WAIT,
                Err(error) => {
                    tracing::warn!(service, producer, %error, "events cannot be heard; they will be tried again");
                    // what the bus has brought was taken out of the inbox: the feed still has it
                    self.caught_up = None;
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// One turn: acts on what is there, or waits for more.
    async fn listen(&mut self) -> Result<(), HearError> {
        if !self.begun {
            self.heard = heard::position(&self.db, self.consumer.producer).await?;
            self.remembered = self.heard;
            self.begun = true;
        }
        let (mut events, gap) = self.brought.after(self.heard);
        let since = self.caught_up.map(|at| at.elapsed());
        if events.is_empty() && (gap || since.is_none_or(|since| since >= self.catch_up)) {
            events = self.ask_feed().await?;
        }
        if events.is_empty() {
            return self.wait().await;
        }
        for together in events.chunks(TOGETHER) {
            join_all(together.iter().map(|event| self.act(event)))
                .await
                .into_iter()
                .collect::<Result<(), _>>()?;
            self.heard = together.last().map_or(self.heard, |last| last.position);
        }
        if self.heard - self.remembered >= REMEMBER_EVERY { self.remember().await } else { Ok(()) }
    }

    async fn wait(&mut self) -> Result<(), HearError> {
        if self.heard > self.remembered {
            if timeout(QUIET, self.brought.woken.notified()).await.is_err() {
                self.remember().await?;
            }
            return Ok(());
        }
        let left = self.catch_up.saturating_sub(self.caught_up.map_or(self.catch_up, |at| at.elapsed()));
        let _ = timeout(left, self.brought.woken.notified()).await;
        Ok(())
    }

    async fn ask_feed(&mut self) -> Result<Vec<Positioned>, HearError> {
        let context = Context::background(&self.env, ASK_TIMEOUT);
        let after = FeedAfter { after: self.heard, ..FeedAfter::default() };
        let Json(feed) = self.consumer.feed.call(&context, ReadFeed { query: Query(after) }).await?;
        if feed.events.is_empty() {
            self.caught_up = Some(Instant::now());
        }
        Ok(feed.events)
    }

    /// Acts on one event; what cannot be acted on after several tries is put aside.
    async fn act(&self, positioned: &Positioned) -> Result<(), HearError> {
        self.mention(&positioned.event);
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.consumer.take_in(positioned.event.clone()).await {
                Err(HearError::Poison(_)) => {
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                done => return done,
            }
        }
        match self.consumer.take_in(positioned.event.clone()).await {
            Err(HearError::Poison(why)) => self.put_aside(positioned, &why).await,
            done => done,
        }
    }

    /// Logs, once for each name, that there is an event of a newer version.
    fn mention(&self, event: &AnyEvent) {
        if event.kind.parse::<EventType>().is_ok() {
            return;
        }
        let mut strange = self.strange.lock().unwrap_or_else(PoisonError::into_inner);
        if strange.insert(event.kind.clone()) {
            let (producer, kept) = (self.consumer.producer, self.consumer.keep.is_some());
            tracing::warn!(producer, event = %event.id, kind = event.kind, kept, "an event of a newer version");
        }
    }

    async fn put_aside(&self, letter: &Positioned, why: &str) -> Result<(), HearError> {
        let (producer, id) = (self.consumer.producer, letter.event.id);
        tracing::error!(producer, event = %id, why, "an event cannot be acted on and was put aside");
        let mut tx = self.db.begin().await?;
        letters::put_aside(&mut tx, producer, letter, why, self.env.now()).await?;
        tx.commit_in(self.service, "flow.put_aside").await?;
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), HearError> {
        let mut tx = self.db.begin().await?;
        heard::advance(&mut tx, self.consumer.producer, self.heard).await?;
        tx.commit_in(self.service, "flow.remember_heard").await?;
        self.remembered = self.heard;
        Ok(())
    }
}
