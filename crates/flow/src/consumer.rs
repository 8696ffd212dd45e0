//! A consumer of another service's events: takes what the bus brings, and fetches from the feed what it misses.
//!
//! It remembers up to which position of the producer's feed everything has been acted on. Messages that
//! follow on at once come from the bus; on a gap, at the start and once a minute it reads the feed. Handlers
//! guard their effects (R3), so a position that is remembered late only means that something is heard again.

use crate::{
    brought::{Brought, Next},
    hear::{Hear, HearError},
    meters,
    store::{heard, letters},
    turn::{Turn, Turns},
};
use bus::{Bus, Receipt};
use contracts::{
    events::{AnyEvent, Event, EventType},
    feed::{FeedAfter, Positioned, ReadFeed},
};
use db::Db;
use endpoint::{Context, Json, Query, client::Client, repeat};
use futures_util::future::join_all;
use kernel::Env;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

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
/// How often the feed is read though nothing seems to be missing: the bus may have lost the last message.
pub(crate) const CATCH_UP: Duration = Duration::from_secs(60);
/// And while the bus cannot be reached.
const WITHOUT_A_BUS: Duration = Duration::from_secs(2);
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Positions are remembered when nothing has come for this long, or after so many events.
const QUIET: Duration = Duration::from_millis(200);
const REMEMBER_EVERY: i64 = 500;
/// Tries before an event that cannot be acted on is put aside.
const TRIES: u32 = 8;

/// A consumer at work.
pub(crate) struct Listening {
    service: &'static str,
    env: Env,
    db: Db,
    consumer: Consumer,
    catch_up: Duration,
    turn: Arc<Turn>,
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
        turns: &Turns,
    ) -> Listening {
        let turn = Arc::new(Turn::new(service, consumer.producer, env, db));
        turns.add(turn.clone());
        Listening {
            service,
            env: env.clone(),
            db: db.clone(),
            consumer,
            catch_up,
            turn,
            brought: Arc::default(),
            begun: false,
            heard: 0,
            remembered: 0,
            caught_up: None,
            strange: Mutex::default(),
        }
    }

    /// Consumes for as long as the node lives, whenever it is its turn.
    pub(crate) async fn run(mut self, bus: Arc<dyn Bus>) {
        let (service, producer, turn) = (self.service, self.consumer.producer, self.turn.clone());
        loop {
            turn.come().await;
            let inbox = self.brought.clone();
            let subscription =
                bus.subscribe(producer, service, Arc::new(move |brought| inbox.take_in(brought)));
            // biased, so that a run can be repeated, and so that nobody acts whose turn is over
            tokio::select! {
                biased;
                () = turn.keep() => {}
                () = self.hear_on(&*bus) => {}
            }
            drop(subscription);
            tracing::warn!(service, producer, "it is another replica's turn to hear the producer");
            self.brought.clear();
            (self.begun, self.caught_up) = (false, None);
        }
    }

    /// Hears until somebody stops it.
    async fn hear_on(&mut self, bus: &dyn Bus) {
        let (service, producer) = (self.service, self.consumer.producer);
        let mut wait = FIRST_WAIT;
        loop {
            match self.listen(bus).await {
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

    /// One step: acts on what is there, or waits for more.
    async fn listen(&mut self, bus: &dyn Bus) -> Result<(), HearError> {
        if !self.begun {
            self.heard = heard::position(&self.db, self.consumer.producer).await?;
            self.remembered = self.heard;
            self.begun = true;
        }
        let Next { mut events, receipts, gap, doubt } = self.brought.after(self.heard, TOGETHER);
        if doubt {
            self.caught_up = None;
        }
        let catch_up = if bus.is_connected() { self.catch_up } else { self.catch_up.min(WITHOUT_A_BUS) };
        let since = self.caught_up.map(|at| at.elapsed());
        if events.is_empty() && (gap || since.is_none_or(|since| since >= catch_up)) {
            events = self.ask_feed().await?;
        }
        if events.is_empty() {
            return self.wait(catch_up).await;
        }
        for together in events.chunks(TOGETHER) {
            if !self.turn.is_ours() {
                return Err(HearError::Later(
                    "this process stood still, and its turn may be over".to_owned(),
                ));
            }
            join_all(together.iter().map(|event| self.act(event)))
                .await
                .into_iter()
                .collect::<Result<(), _>>()?;
            self.heard = together.last().map_or(self.heard, |last| last.position);
        }
        receipts.into_iter().for_each(Receipt::acknowledge);
        if self.heard.saturating_sub(self.remembered) >= REMEMBER_EVERY {
            self.remember().await
        } else {
            Ok(())
        }
    }

    async fn wait(&mut self, catch_up: Duration) -> Result<(), HearError> {
        if self.heard > self.remembered {
            if timeout(QUIET, self.brought.woken.notified()).await.is_err() {
                self.remember().await?;
            }
            return Ok(());
        }
        let left = catch_up.saturating_sub(self.caught_up.map_or(catch_up, |at| at.elapsed()));
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
            match self.take_in(&positioned.event).await {
                Err(HearError::Poison(_)) => {
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                done => return done,
            }
        }
        match self.take_in(&positioned.event).await {
            Err(HearError::Poison(why)) => self.put_aside(positioned, &why).await,
            done => done,
        }
    }

    async fn take_in(&self, event: &AnyEvent) -> Result<(), HearError> {
        repeat(&self.env, || Box::pin(self.consumer.take_in(event.clone()))).await
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
        meters::PUT_ASIDE.count(&[self.service, producer]);
        let mut tx = self.db.begin().await?;
        letters::put_aside(&mut tx, producer, letter, why, self.env.now()).await?;
        tx.commit_in(self.service, "flow.put_aside").await?;
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), HearError> {
        let mut tx = self.db.begin().await?;
        if !self.turn.remember(&mut tx, self.heard).await? {
            tx.rollback().await?;
            return Err(HearError::Later("another replica hears the producer by now".to_owned()));
        }
        tx.commit_in(self.service, "flow.remember_heard").await?;
        self.remembered = self.heard;
        Ok(())
    }
}
