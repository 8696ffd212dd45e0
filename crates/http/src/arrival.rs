//! How fast a request arrives: the time in which the server waits for bytes of its headers, or of a body that somebody
//! reads. Time in which nobody reads the body is the server's own.

use crate::client_connections::{ClientConnection, SlowRequest};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// A request that has been waited for so long counts as slow.
const SLOW_AFTER: Duration = Duration::from_secs(1);

/// How much of the request of a connection is here, as the server sees it.
#[derive(Default)]
pub(crate) struct Arrival(Mutex<State>);

#[derive(Default)]
struct State {
    stage: Stage,
    /// Since when somebody reads what is not here yet.
    asked: Option<Instant>,
    /// Since when the connection has had nothing more to read.
    nothing: Option<Instant>,
    /// How long both were so in this stage.
    waited: Duration,
    slow: Option<SlowRequest>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No request has begun.
    #[default]
    Idle,
    /// Part of its headers is here.
    Headers,
    /// Its headers are here, and part of its body is not.
    Body,
    /// All of it is here, or nobody waits for the rest.
    Complete,
}

impl Arrival {
    pub(crate) fn headers_complete(&self, has_body: bool) {
        self.state().enter(if has_body { Stage::Body } else { Stage::Complete });
    }
    /// Somebody reads the body; what was read is the next piece of it, where there was one.
    pub(crate) fn body_read(&self, has_piece: bool) {
        let mut state = self.state();
        if state.stage == Stage::Body {
            state.count();
            let asked = state.asked.unwrap_or_else(Instant::now);
            state.asked = (!has_piece).then_some(asked);
        }
    }
    pub(crate) fn complete(&self) {
        self.state().enter(Stage::Complete);
    }
    pub(crate) fn answered(&self) {
        self.state().enter(Stage::Idle);
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn enter(&mut self, stage: Stage) {
        *self = State { stage, nothing: self.nothing, ..State::default() };
    }
    /// Adds the time that has been waited.
    fn count(&mut self) {
        if let (Some(asked), Some(nothing)) = (&mut self.asked, &mut self.nothing) {
            let now = Instant::now();
            self.waited += now.saturating_duration_since((*asked).max(*nothing));
            (*asked, *nothing) = (now, now);
        }
    }
}

/// Watches how fast the requests of a connection arrive.
pub(crate) struct Pace {
    connection: Arc<ClientConnection>,
    arrival: Arc<Arrival>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(crate) fn new(connection: Arc<ClientConnection>, arrival: Arc<Arrival>) -> Self {
        Pace { connection, arrival, timer: None }
    }

    /// After something was read, or nothing was there to read.
    ///
    /// # Errors
    /// When the request arrives slowly, and the client has as many such requests as it may.
    pub(crate) fn after_read(&mut self, cx: &mut Context<'_>, has_read: bool) -> Result<(), &'static str> {
        let mut state = self.arrival.state();
        state.count();
        if has_read {
            state.nothing = None;
            if state.stage == Stage::Idle {
                state.enter(Stage::Headers);
                state.asked = Some(Instant::now());
            }
            return Ok(());
        }
        state.nothing.get_or_insert_with(Instant::now);
        while matches!(state.stage, Stage::Headers | Stage::Body) && state.slow.is_none() {
            let left = SLOW_AFTER.saturating_sub(state.waited);
            if left.is_zero() {
                let slow = self.connection.slow_request();
                state.slow = Some(slow.ok_or("the client sends too many requests slowly")?);
                return Ok(());
            }
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(left)));
            if timer.as_mut().poll(cx) == Poll::Pending {
                return Ok(());
            }
            self.timer = None;
            state.count();
        }
        Ok(())
    }
}
