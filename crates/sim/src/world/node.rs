//! A node: one service with its disk. It starts from what is committed, and crashes at any moment.

use super::{Simulation, bus::SimBus, disk::SimCommitExecutor, host::SimHost, scope::Scope, shop};
use crate::plan::Sabotage;
use bus::Bus;
use db::{
    Db,
    sqlite::{self, InlineExecutor, Sqlite},
};
use kernel::Env;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// A node that runs.
pub(crate) struct Node {
    pub(crate) scope: Arc<Scope>,
    pub(crate) env: Env,
    pub(crate) router: axum::Router,
    pub(crate) database: Sqlite,
}

impl Simulation {
    /// Makes a node's disk, with its tables.
    pub(crate) async fn format(self: &Arc<Self>, node: &'static str) -> db::Result<()> {
        let env = SimHost::env(self, &Scope::new(node, self.clone()));
        let database = sqlite::in_memory(None, env, Box::new(InlineExecutor))?;
        db::migrate(&Db::from(database.clone()), node, &shop::migrations(node)).await?;
        self.state().images.insert(node, database.image()?);
        Ok(())
    }

    /// Starts a node from its disk.
    pub(crate) fn start(self: &Arc<Self>, node: &'static str) {
        let image = self.state().images.get(node).cloned();
        let scope = Scope::new(node, self.clone());
        let place = SimCommitExecutor { world: self.clone(), scope: scope.clone() };
        let database = sqlite::in_memory(image.as_deref(), SimHost::env(self, &scope), Box::new(place));
        let database = database.expect("an image that SQLite wrote is one that it reads");
        self.start_on(node, database, scope);
    }

    /// Starts a node on this database.
    pub(crate) fn start_on(self: &Arc<Self>, node: &'static str, database: Sqlite, scope: Arc<Scope>) {
        let env = SimHost::env(self, &scope);
        let bus: Arc<dyn Bus> = Arc::new(SimBus { world: self.clone(), node });
        self.trace(format_args!("START {node}"));
        let router = shop::start(self, node, &env, &Db::from(database.clone()), &bus);
        self.state().nodes.insert(node, Node { scope, env, router, database });
    }

    /// Ends a node as a power cut does, and starts it again after a while.
    pub(crate) fn crash(self: &Arc<Self>, node: &'static str, restart_after: Duration) {
        if self.plan.embedded {
            return self.crash_process(restart_after);
        }
        let Some(crashed) = self.state().nodes.remove(node) else { return };
        self.trace(format_args!("CRASH {node} {restart_after:?}"));
        crashed.database.power_off();
        crashed.scope.end();
        if !crashed.database.is_free() {
            self.found(format!("a task that holds the writer outlived its node: {node}"));
        }
        let gone = {
            let mut state = self.state();
            state.crashes += 1;
            let (gone, kept) =
                std::mem::take(&mut state.subscriptions).into_iter().partition(|s| s.node == node);
            state.subscriptions = kept;
            gone
        };
        drop::<Vec<_>>(gone); // after the lock: what they hold may want it
        if self.plan.sabotage != Some(Sabotage::ForgetsCommits) {
            match crashed.database.image() {
                Ok(image) => drop(self.state().images.insert(node, image)),
                Err(error) => self.found(format!("the disk of {node} cannot be read: {error}")),
            }
        }
        let world = self.clone();
        self.spawn("restart", async move {
            sleep(restart_after).await;
            world.start(node);
        });
    }
}
