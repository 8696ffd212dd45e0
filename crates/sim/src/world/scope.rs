//! The tasks of a node. Each is wrapped in a future of ours that counts its polls, may put them off or pause
//! them, and can drop the task at any await: so a node is frozen, and so it crashes.

use super::Simulation;
use kernel::BoxFuture;
use std::{
    collections::BTreeMap,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    task::AbortHandle,
    time::{Instant, Sleep, sleep, sleep_until},
};

/// What happens to a task when it is its turn.
pub(crate) enum PollDecision {
    /// It is polled.
    Go,
    /// Another one comes first.
    Later,
    /// It is not polled for so long.
    Stall(Duration),
    /// Its node crashes.
    Kill,
}

/// The tasks of a node, from its start to its end.
pub(crate) struct Scope {
    pub(crate) name: &'static str,
    world: Arc<Simulation>,
    ended: AtomicBool,
    tasks: Mutex<Tasks>,
    frozen_until: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Tasks {
    next: u64,
    alive: BTreeMap<u64, (Arc<Slot>, AbortHandle)>,
}

/// Where a task lies while it is not polled. Empty: it has ended, or is being polled.
struct Slot(Mutex<Option<BoxFuture<()>>>);

impl Slot {
    fn take(&self) -> Option<BoxFuture<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
    fn put(&self, task: BoxFuture<()>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }
}

impl Scope {
    pub(crate) fn new(name: &'static str, world: Arc<Simulation>) -> Arc<Scope> {
        Arc::new(Scope {
            name,
            world,
            ended: AtomicBool::new(false),
            tasks: Mutex::default(),
            frozen_until: Mutex::default(),
        })
    }

    /// Runs a task until it ends or the scope does.
    #[allow(clippy::disallowed_methods, reason = "this is what the simulated Env::spawn does")]
    pub(crate) fn spawn(self: &Arc<Self>, name: &'static str, task: BoxFuture<()>) {
        if self.has_ended() {
            return;
        }
        let slot = Arc::new(Slot(Mutex::new(Some(task))));
        let mut tasks = self.tasks();
        let id = tasks.next;
        tasks.next += 1;
        let task = Scoped { scope: self.clone(), id, name, slot: slot.clone(), pause: None };
        let handle = tokio::spawn(task).abort_handle();
        tasks.alive.insert(id, (slot, handle));
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(SeqCst)
    }

    /// Drops every task where it is. The databases' power is off already, so that no destructor acts.
    pub(crate) fn end(&self) {
        self.ended.store(true, SeqCst);
        let alive = std::mem::take(&mut self.tasks().alive);
        for (slot, handle) in alive.into_values() {
            drop(slot.take());
            handle.abort();
        }
    }

    /// Polls nothing for so long.
    pub(crate) fn freeze(&self, pause: Duration) {
        *self.frozen() = Some(Instant::now() + pause);
    }
    pub(crate) fn thaw(&self) {
        *self.frozen() = None;
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn frozen(&self) -> MutexGuard<'_, Option<Instant>> {
        self.frozen_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Scoped {
    scope: Arc<Scope>,
    id: u64,
    name: &'static str,
    slot: Arc<Slot>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Scoped {
    /// Whether the task, or its node, is pausing.
    fn is_pausing(&mut self, cx: &mut Context<'_>) -> bool {
        if self.pause.is_none() {
            let until = self.scope.frozen().filter(|until| *until > Instant::now());
            self.pause = until.map(|until| Box::pin(sleep_until(until)));
        }
        let pausing = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(cx).is_pending());
        if !pausing {
            self.pause = None;
        }
        pausing
    }

    fn poll_task(&self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(mut task) = self.slot.take() else { return Poll::Ready(()) };
        match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx))) {
            Ok(Poll::Pending) if !self.scope.has_ended() => {
                self.slot.put(task);
                return Poll::Pending;
            }
            Ok(_) => {}
            Err(_) => {
                self.scope.world.found(format!("a task panicked: {} of {}", self.name, self.scope.name));
            }
        }
        self.scope.tasks().alive.remove(&self.id);
        Poll::Ready(())
    }
}

impl Future for Scoped {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.scope.has_ended() {
            return Poll::Ready(());
        }
        if self.is_pausing(cx) {
            return Poll::Pending;
        }
        match self.scope.world.next_turn(self.scope.name, self.name) {
            PollDecision::Go => self.poll_task(cx),
            PollDecision::Later => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            PollDecision::Stall(pause) => {
                self.pause = Some(Box::pin(sleep(pause)));
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            PollDecision::Kill => {
                self.scope.world.crash(self.scope.name, Duration::from_secs(1));
                Poll::Ready(())
            }
        }
    }
}
