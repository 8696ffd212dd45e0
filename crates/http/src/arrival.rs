//! Measures how fast a request arrives: the time for which the server waits for bytes of its headers, or of a body that is
//! being read. Time in which the body is not read is not counted.

use crate::client_connections::{ClientConnection, SlowRequest};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// Waiting time after which a request is considered slow.
const SLOW_AFTER: Duration = Duration::from_secs(1);

/// The progress of receiving the current request of a connection.
#[derive(Default)]
pub(crate) struct Arrival(Mutex<ArrivalState>);

#[derive(Default)]
struct ArrivalState {
    stage: Stage,
    /// The time since which a read has been waiting for data.
    asked: Option<Instant>,
    /// The time since which the connection has had no more data.
    nothing: Option<Instant>,
    /// The total time for which both applied in this stage.
    waited: Duration,
    slow: Option<SlowRequest>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No request has started.
    #[default]
    Idle,
    /// The headers have been received partially.
    Headers,
    /// The headers have been received, and part of the body has not.
    Body,
    /// The request has been received completely, or the rest is not read.
    Complete,
}

impl Arrival {
    pub(crate) fn headers_complete(&self, has_body: bool) {
        self.state().enter(if has_body { Stage::Body } else { Stage::Complete });
    }
    /// Records a read of the body; `has_piece` is true if it returned a chunk.
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
    fn state(&self) -> MutexGuard<'_, ArrivalState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ArrivalState {
    fn enter(&mut self, stage: Stage) {
        *self = ArrivalState { stage, nothing: self.nothing, ..ArrivalState::default() };
    }
    /// Adds the waiting time.
    fn count(&mut self) {
        if let (Some(asked), Some(nothing)) = (&mut self.asked, &mut self.nothing) {
            let now = Instant::now();
            self.waited += now.saturating_duration_since((*asked).max(*nothing));
            (*asked, *nothing) = (now, now);
        }
    }
}

/// Monitors how fast the requests of a connection arrive.
pub(crate) struct Pace {
    connection: Arc<ClientConnection>,
    arrival: Arc<Arrival>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(crate) fn new(connection: Arc<ClientConnection>, arrival: Arc<Arrival>) -> Self {
        Pace { connection, arrival, timer: None }
    }

    /// Records a read of the connection, with or without data.
    ///
    /// # Errors
    /// When the request arrives slowly, and the client has reached its limit of slow requests.
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
