//! One process that runs all services on one file: a crash ends all of them. What was committed survives it up to some moment
//! after the last barrier, of all services together (R9).

use super::{
    Simulation, SimulationState,
    disk::{FILE, SimCommitExecutor},
    host::SimHost,
    node::Node,
    scope::Scope,
    shop::{self, SERVICES},
};
use crate::plan::Sabotage;
use db::{
    Db,
    sqlite::{self, InlineExecutor, Sqlite},
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// So many of the states that a crash may leave are kept.
const KEPT: usize = 12;

/// The disk of one process.
#[derive(Default)]
pub(crate) struct SimFile {
    /// What survives every power cut.
    durable: Arc<Vec<u8>>,
    /// What was committed since then, after each commit.
    written: Vec<Arc<Vec<u8>>>,
    /// What the next start finds: after a kill all that was committed, whether it is durable or not.
    left: Arc<Vec<u8>>,
    /// The database, while the process runs, and what its commits are made by.
    pub(crate) open: Option<(Sqlite, Arc<Scope>)>,
}

impl Simulation {
    /// Makes the disk of one process, with the tables of all services.
    pub(crate) async fn format_file(self: &Arc<Self>) -> db::Result<()> {
        let env = SimHost::env(self, &Scope::new(FILE, self.clone()));
        let database = sqlite::in_memory(None, env, Box::new(InlineExecutor))?;
        for service in SERVICES {
            db::migrate(&database.namespace(service).into(), service, &shop::migrations(service)).await?;
        }
        let image = Arc::new(database.image()?);
        let mut state = self.state();
        (state.file.durable, state.file.left) = (image.clone(), image);
        Ok(())
    }

    /// Starts the process from its disk.
    pub(crate) fn start_process(self: &Arc<Self>) {
        let image = self.state().file.left.clone();
        let scope = Scope::new(FILE, self.clone());
        let place = SimCommitExecutor { world: self.clone(), scope: scope.clone() };
        let database = sqlite::in_memory(Some(&image), SimHost::env(self, &scope), Box::new(place));
        let database = database.expect("an image that SQLite wrote is one that it reads");
        self.state().file.open = Some((database.clone(), scope));
        for service in SERVICES {
            self.start_on(service, database.namespace(service), Scope::new(service, self.clone()));
        }
    }

    /// A commit of the process has left this on its disk, and no barrier has come after it.
    pub(crate) fn written(&self, image: Vec<u8>) {
        let written = &mut self.state().file.written;
        written.push(Arc::new(image));
        if written.len() > KEPT {
            // the end, which a crash takes or not, and the oldest are what matters
            written.remove(KEPT / 2);
        }
    }

    /// The provider is asked under this key, which no power cut may take from one process by then (R7, R9): what the provider does
    /// stays.
    pub(crate) fn is_asked(&self, what: &str, key: &str) {
        if !self.plan.embedded {
            return;
        }
        let durable = self.state().file.durable.clone();
        // a text lies in a page as it is
        if !durable.windows(key.len()).any(|piece| piece == key.as_bytes()) {
            self.found(format!("the provider is asked to {what} under {key}, which is not durable"));
        }
    }

    /// All that was committed is durable from now on.
    pub(crate) fn synced(&self) {
        let mut state = self.state();
        if let Some(newest) = state.file.written.pop() {
            state.file.durable = newest;
            state.file.written.clear();
        }
    }

    /// What a response to a client waits for, as at the listeners of a server.
    pub(crate) async fn pass_barrier(&self) {
        if !self.plan.embedded || self.plan.sabotage == Some(Sabotage::TellsEarly) {
            return;
        }
        let open = self.state().file.open.as_ref().map(|(database, _)| Db::from(database.clone()));
        if let Some(database) = open
            && let Err(error) = database.durable().await
        {
            self.found(format!("what was committed does not become durable: {error}"));
        }
        if self.plan.sabotage == Some(Sabotage::AsksEarly) {
            self.synced();
        }
    }

    /// Ends the process as a power cut or a kill does, and starts it again after a while.
    pub(crate) fn crash_process(self: &Arc<Self>, restart_after: Duration) {
        let Some((database, scope)) = self.state().file.open.take() else { return };
        let nodes = std::mem::take(&mut self.state().nodes);
        let written = self.state().file.written.len();
        self.trace(format_args!("CRASH process {restart_after:?}, {written} commits since the barrier"));
        database.power_off();
        scope.end();
        nodes.values().for_each(|node: &Node| node.scope.end());
        if !database.is_free() {
            self.found("a task that holds the writer outlived its process");
        }
        let gone = {
            let mut state = self.state();
            state.crashes += 1;
            state.keep_a_beginning();
            std::mem::take(&mut state.subscriptions)
        };
        drop((gone, nodes)); // after the lock: what they hold may want it
        let world = self.clone();
        self.spawn("restart", async move {
            sleep(restart_after).await;
            world.start_process();
        });
    }
}

impl SimulationState {
    /// A kill leaves all that was committed, and a power cut the beginning of it, of all services together.
    fn keep_a_beginning(&mut self) {
        let all = self.file.written.len() as u64;
        if self.schedule.percent(30) {
            self.file.left = self.file.written.last().unwrap_or(&self.file.durable).clone();
            return;
        }
        let kept = self.schedule.below(all + 1) as usize;
        let written = std::mem::take(&mut self.file.written);
        if let Some(last) = kept.checked_sub(1) {
            self.file.durable = written[last].clone();
        }
        self.file.left = self.file.durable.clone();
    }
}
