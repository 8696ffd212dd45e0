//! A consumer of another service's events: handles what the bus delivers, and reads from the feed what is missing.
//!
//! It stores the position up to which every event of the producer's feed is handled. Consecutive messages come from the bus;
//! after a gap, at the start and once a minute it reads the feed. Handlers guard their effects (R3), so a position that is
//! stored late only means that events are handled again.
//!
//! A feed that lacks events that were already consumed belongs to a producer whose database was restored: consumption stops,
//! and operators are notified ([`position`]).
//!
//! An event that cannot be handled is retried in parallel to those that follow it; until it succeeds or is dead-lettered, the
//! stored position ends before it.

use crate::{
    consumer_lease::{ConsumerLease, ConsumerLeases},
    handler::{ConsumeError, Handler},
    metrics,
    position::{self, Ahead},
    reorder_buffer::{ReadyBatch, Recent, ReorderBuffer},
    store::{consumer_positions, dead_letters},
};
use bus::{AckHandle, Bus};
use contracts::{
    events::{AnyEvent, Event, EventType},
    feed::{FeedEntry, FeedParams, ReadFeed},
};
use db::Db;
use endpoint::{Context, Json, Query, client::Client, retry_on_conflict};
use futures_util::future::join_all;
use kernel::Env;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::Instrument;

/// How a service handles the events of one producer.
#[derive(Clone)]
pub struct Consumer {
    /// The producer: its topic on the bus.
    pub producer: &'static str,
    /// A client of the producer, for its feed.
    pub feed: Client,
    /// Which events are handled; the others are skipped.
    pub handles: &'static [EventType],
    /// Handles one event. Events can be repeated, concurrent and in any order.
    pub handler: Handler<Event>,
    /// Stores an event of a type that this version does not know, as the producer runs a newer one. Without it, such an event
    /// is skipped: the next event carries the totals again (R3).
    pub on_unknown_event: Option<Handler<AnyEvent>>,
    /// The lane of an event: events of a lane are handled sequentially, in the order of the feed. `None`: concurrently.
    pub lane: Option<fn(&AnyEvent) -> String>,
}

impl Consumer {
    /// Handles an event, stores an unknown one, or skips it.
    ///
    /// # Errors
    /// The error of [`Consumer::handler`] or [`Consumer::on_unknown_event`].
    pub async fn handle(&self, event: AnyEvent) -> Result<(), ConsumeError> {
        match (event.known(), &self.on_unknown_event) {
            (Ok(event), _) if self.handles.contains(&event.kind) => (self.handler)(event).await,
            (Err(strange), Some(keep)) => keep(*strange).await,
            _ => Ok(()),
        }
    }
}

/// Events that are handled concurrently.
const TOGETHER: usize = 32;
/// Interval at which the feed is read although no message is missing: the bus may have lost the last one.
pub(crate) const CATCH_UP: Duration = Duration::from_secs(60);
/// The same while the bus is unreachable.
const WITHOUT_A_BUS: Duration = Duration::from_secs(2);
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Interval at which a consumer that is ahead of its producer reads the feed.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// Positions are remembered when nothing has come for this long, after so many events, and while they keep coming, so often:
/// the status then shows how far a feed was consumed.
const QUIET: Duration = Duration::from_millis(200);
const REMEMBER_EVERY: i64 = 500;
const REMEMBER_AFTER: Duration = Duration::from_secs(1);
/// Attempts before an event is dead-lettered.
const TRIES: u32 = 8;

/// An event that failed, and will be retried.
struct PendingRetry {
    event: FeedEntry,
    tries: u32,
    wait: Duration,
    due: Instant,
}

pub(crate) struct RunningConsumer {
    service: &'static str,
    env: Env,
    db: Db,
    consumer: Consumer,
    catch_up: Duration,
    turn: Arc<ConsumerLease>,
    brought: Arc<ReorderBuffer>,
    /// Whether the stored position was read.
    begun: bool,
    /// Every event up to its position is handled, or is in `again`.
    heard: Recent,
    /// Whether the feed was read since something was in doubt, and has what was consumed. Until then nothing is acted on.
    is_checked: bool,
    /// Whether the row says that this service is ahead of the producer, and whether the log does.
    is_ahead: (bool, bool),
    /// What must be tried again, by its position. While there are [`TOGETHER`] of them nothing further is consumed.
    again: BTreeMap<i64, PendingRetry>,
    /// And so much of it is remembered.
    remembered: i64,
    /// Since when.
    remembered_at: Instant,
    /// When the feed was last read to its end; none before the first time.
    caught_up: Option<Instant>,
    /// Names that this version does not know, and that have been logged.
    strange: Mutex<BTreeSet<String>>,
}

impl RunningConsumer {
    pub(crate) fn new(
        service: &'static str,
        env: &Env,
        db: &Db,
        consumer: Consumer,
        catch_up: Duration,
        turns: &ConsumerLeases,
    ) -> RunningConsumer {
        let turn = Arc::new(ConsumerLease::new(service, consumer.producer, env, db));
        turns.add(turn.clone());
        RunningConsumer {
            service,
            env: env.clone(),
            db: db.clone(),
            consumer,
            catch_up,
            turn,
            brought: Arc::default(),
            begun: false,
            heard: Recent::default(),
            is_checked: false,
            is_ahead: (false, false),
            again: BTreeMap::new(),
            remembered: 0,
            remembered_at: Instant::now(),
            caught_up: None,
            strange: Mutex::default(),
        }
    }

    /// Consumes while the node runs, whenever it holds the lease.
    pub(crate) async fn run(mut self, bus: Arc<dyn Bus>) {
        let (service, producer, turn) = (self.service, self.consumer.producer, self.turn.clone());
        loop {
            turn.come().await;
            let inbox = self.brought.clone();
            let subscription = bus.subscribe(producer, service, Arc::new(move |brought| inbox.push(brought)));
            // biased, so that a run can be repeated, and so that no events are handled without the lease
            tokio::select! {
                biased;
                () = turn.keep() => {}
                () = self.consume_from(&*bus) => {}
            }
            drop(subscription);
            tracing::warn!(
                service,
                producer,
                "consumer lease lost; another replica consumes, or the database cannot be reached"
            );
            self.begin_again();
        }
    }

    /// Forces the stored position and the feed to be read before any event is handled.
    fn begin_again(&mut self) {
        self.brought.clear();
        (self.begun, self.is_checked, self.caught_up) = (false, false, None);
    }

    /// Consumes until it is stopped.
    async fn consume_from(&mut self, bus: &dyn Bus) {
        let (service, producer) = (self.service, self.consumer.producer);
        let mut wait = FIRST_WAIT;
        loop {
            match self.listen(bus).await {
                Ok(()) => wait = FIRST_WAIT,
                Err(error) => {
                    tracing::warn!(service, producer, %error, "event consumption failed; will retry");
                    // delivered messages were taken out of the buffer: the feed still has them
                    self.caught_up = None;
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// One step: handles what has arrived, or waits for more.
    async fn listen(&mut self, bus: &dyn Bus) -> Result<(), ConsumeError> {
        if !self.begun {
            let known = consumer_positions::read(&self.db, self.consumer.producer).await?;
            self.heard = known.as_ref().map_or_else(Recent::default, |k| Recent::at(k.position, k.event));
            self.is_ahead.0 = known.is_some_and(|known| known.producer_head.is_some());
            self.remembered = self.heard.position;
            self.again.clear();
            self.begun = true;
        }
        self.try_again().await?;
        if self.again.len() >= TOGETHER {
            let due = self.again.values().map(|again| again.due).min();
            sleep_until(due.unwrap_or_else(Instant::now)).await;
            return Ok(());
        }
        let brought = self.is_checked.then(|| self.brought.after(&self.heard, TOGETHER));
        let ReadyBatch { mut events, receipts, gap, doubt } = brought.unwrap_or_default();
        if doubt {
            (self.is_checked, self.caught_up) = (false, None);
        }
        let catch_up = if bus.is_connected() { self.catch_up } else { self.catch_up.min(WITHOUT_A_BUS) };
        let since = self.caught_up.map(|at| at.elapsed());
        if events.is_empty() && (gap || !self.is_checked || since.is_none_or(|since| since >= catch_up)) {
            let Some(read) = self.ask_feed().await? else { return Ok(()) };
            events = read;
        }
        if events.is_empty() {
            return self.wait(catch_up).await;
        }
        for together in events.chunks(TOGETHER) {
            if self.again.len() >= TOGETHER {
                return Ok(());
            }
            self.act_on_all(together).await?;
        }
        receipts.into_iter().for_each(AckHandle::acknowledge);
        match self.acted_on().saturating_sub(self.remembered) {
            REMEMBER_EVERY.. => self.remember().await,
            1.. if self.remembered_at.elapsed() >= REMEMBER_AFTER => self.remember().await,
            _ => Ok(()),
        }
    }

    /// Handles these events concurrently; failed ones are retried later.
    async fn act_on_all(&mut self, together: &[FeedEntry]) -> Result<(), ConsumeError> {
        self.check_turn()?;
        let done = join_all(self.lanes(together).into_iter().map(|lane| self.act_in_turn(lane))).await;
        let poison = done.into_iter().collect::<Result<Vec<_>, _>>()?;
        let due = Instant::now() + FIRST_WAIT;
        for event in poison.into_iter().flatten() {
            let again = PendingRetry { event: event.clone(), tries: 1, wait: FIRST_WAIT, due };
            self.again.insert(event.position, again);
        }
        together.iter().for_each(|event| self.heard.add(event.position, event.event.id));
        Ok(())
    }

    /// The events of each lane, in the order of the feed.
    fn lanes<'a>(&self, together: &'a [FeedEntry]) -> Vec<Vec<&'a FeedEntry>> {
        let Some(lane_of) = self.consumer.lane else {
            return together.iter().map(|event| vec![event]).collect();
        };
        let mut lanes: BTreeMap<String, Vec<&FeedEntry>> = BTreeMap::new();
        for event in together {
            lanes.entry(lane_of(&event.event)).or_default().push(event);
        }
        lanes.into_values().collect()
    }

    /// Handles the events of one lane one after the other. Returns those that cannot be handled.
    async fn act_in_turn<'a>(&self, lane: Vec<&'a FeedEntry>) -> Result<Vec<&'a FeedEntry>, ConsumeError> {
        let mut poison = Vec::new();
        for event in lane {
            if self.act(&event.event).await?.is_some() {
                poison.push(event);
            }
        }
        Ok(poison)
    }

    /// Stops if the lease may have expired while this process was suspended.
    fn check_turn(&self) -> Result<(), ConsumeError> {
        let why = || ConsumeError::Retryable("this process stood still, and its turn may be over".to_owned());
        if self.turn.is_ours() { Ok(()) } else { Err(why()) }
    }

    /// The position up to which every event is handled or dead-lettered.
    fn acted_on(&self) -> i64 {
        self.again.first_key_value().map_or(self.heard.position, |(first, _)| first - 1)
    }

    async fn wait(&mut self, catch_up: Duration) -> Result<(), ConsumeError> {
        let is_behind = self.acted_on() > self.remembered;
        let left = catch_up.saturating_sub(self.caught_up.map_or(catch_up, |at| at.elapsed()));
        let left = if is_behind { QUIET } else { left };
        let due = self.again.values().map(|again| again.due.saturating_duration_since(Instant::now())).min();
        let is_quiet =
            timeout(due.map_or(left, |due| due.min(left)), self.brought.woken.notified()).await.is_err();
        if is_quiet && is_behind { self.remember().await } else { Ok(()) }
    }

    /// The next page of the feed; none if the feed lacks events that were already consumed.
    async fn ask_feed(&mut self) -> Result<Option<Vec<FeedEntry>>, ConsumeError> {
        let context = Context::background(&self.env, ASK_TIMEOUT);
        let position = self.heard.position;
        let after = FeedParams { after: position, ..FeedParams::default() };
        let Json(feed) = self.consumer.feed.call(&context, ReadFeed { query: Query(after) }).await?;
        let event = self.heard.event(position);
        if position::is_ahead((position, event), (feed.head, feed.at)) {
            self.stop_ahead(feed.head).await?;
            return Ok(None);
        }
        self.is_checked = true;
        if self.is_ahead != (false, false) {
            let (service, producer) = (self.service, self.consumer.producer);
            tracing::info!(service, producer, "the service is no longer ahead of its producer");
            self.note_ahead(None).await?;
            self.is_ahead = (false, false);
        }
        if let (None, Some(at)) = (event, feed.at) {
            // a replica of an older version has moved the position
            self.heard = Recent::at(position, Some(at));
            self.remember().await?;
        }
        if feed.events.is_empty() {
            self.caught_up = Some(Instant::now());
        }
        Ok(Some(feed.events))
    }

    /// The feed lacks events that were already consumed: reports it, and reads the feed again soon, since an operator may have
    /// restored the producer's database, or reset this position.
    async fn stop_ahead(&mut self, head: i64) -> Result<(), ConsumeError> {
        let (noted, logged) = self.is_ahead;
        if !logged {
            let (producer, position) = (self.consumer.producer, self.heard.position);
            let ahead =
                Ahead { consumer: self.service, producer: producer.to_owned(), position, head }.to_string();
            let (service, remedy) = (self.service, position::REMEDY);
            tracing::error!(service, producer, position, head, %ahead, remedy, "ahead of its producer; its events are not consumed");
        }
        self.is_ahead = (noted, true);
        if !noted {
            self.note_ahead(Some(head)).await?;
            self.is_ahead = (true, true);
        }
        sleep(LOOK_AGAIN).await;
        self.begin_again();
        Ok(())
    }

    async fn note_ahead(&self, head: Option<i64>) -> Result<(), ConsumeError> {
        let mut tx = self.db.begin().await?;
        self.turn.note_ahead(&mut tx, head).await?;
        tx.commit_in(self.service, "flow.note_ahead").await?;
        Ok(())
    }

    /// Handles one event; returns why it failed.
    async fn act(&self, event: &AnyEvent) -> Result<Option<String>, ConsumeError> {
        self.mention(event);
        // log lines name the request that caused the event
        let (service, request_id) = (self.service, event.correlationid.as_deref());
        let span = tracing::info_span!("event", service, kind = event.kind, event = %event.id, request_id);
        let work = retry_on_conflict(&self.env, || Box::pin(self.consumer.handle(event.clone())));
        match work.instrument(span).await {
            Ok(()) => Ok(None),
            Err(ConsumeError::Permanent(why)) => Ok(Some(why)),
            Err(later) => Err(later),
        }
    }

    /// Retries failed events that are due; after several attempts an event is dead-lettered.
    async fn try_again(&mut self) -> Result<(), ConsumeError> {
        let now = Instant::now();
        let due: Vec<i64> =
            self.again.values().filter(|again| again.due <= now).map(|again| again.event.position).collect();
        for position in due {
            self.check_turn()?;
            let Some(again) = self.again.get(&position) else { continue };
            let why = self.act(&again.event.event).await?;
            match why {
                Some(why) if again.tries + 1 >= TRIES => self.put_aside(&again.event, &why).await?,
                Some(_) => {
                    if let Some(again) = self.again.get_mut(&position) {
                        again.tries += 1;
                        again.wait = (again.wait * 2).min(LONGEST_WAIT);
                        again.due = Instant::now() + again.wait;
                    }
                    continue;
                }
                None => {}
            }
            self.again.remove(&position);
        }
        Ok(())
    }

    /// Logs an event type of a newer version, once for each type.
    fn mention(&self, event: &AnyEvent) {
        if event.kind.parse::<EventType>().is_ok() {
            return;
        }
        let mut strange = self.strange.lock().unwrap_or_else(PoisonError::into_inner);
        if strange.insert(event.kind.clone()) {
            let (producer, kept) = (self.consumer.producer, self.consumer.on_unknown_event.is_some());
            tracing::warn!(producer, event = %event.id, kind = event.kind, kept, "unknown event type skipped");
        }
    }

    async fn put_aside(&self, letter: &FeedEntry, why: &str) -> Result<(), ConsumeError> {
        let (producer, id) = (self.consumer.producer, letter.event.id);
        tracing::error!(producer, event = %id, why, "event moved to dead letters");
        metrics::PUT_ASIDE.count(&[self.service, producer]);
        let mut tx = self.db.begin().await?;
        dead_letters::put_aside(&mut tx, producer, letter, why, self.env.now()).await?;
        tx.commit_in(self.service, "flow.put_aside").await?;
        Ok(())
    }

    async fn remember(&mut self) -> Result<(), ConsumeError> {
        let mut tx = self.db.begin().await?;
        let acted_on = self.acted_on();
        if !self.turn.remember(&mut tx, (acted_on, self.heard.event(acted_on))).await? {
            tx.rollback().await?;
            return Err(ConsumeError::Retryable("another replica hears the producer by now".to_owned()));
        }
        tx.commit_in(self.service, "flow.remember_heard").await?;
        (self.remembered, self.remembered_at) = (acted_on, Instant::now());
        Ok(())
    }
}
