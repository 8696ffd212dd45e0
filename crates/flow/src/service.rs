//! A service, ready to run: its router, and what works behind it.

use crate::{
    clock_recovery,
    consumer::{self, Consumer},
    consumer_lease::ConsumerLeases,
    dead_letters,
    journal::Journal,
    publisher, stored_response_cleanup,
    timer::{Timer, Timers},
};
use bus::Bus;
use kernel::BoxFuture;
use std::{sync::Arc, time::Duration};

/// What a service crate makes of its needs, and the binary, a test or a simulation runs.
pub struct Service {
    /// Its name: the topic of its events, and the audience of its credentials.
    pub name: &'static str,
    /// Its endpoints, public and internal.
    pub router: axum::Router,
    /// The declarations of those endpoints (`Api::routes`), for the test that compares them with the catalogue.
    pub routes: Vec<endpoint::Route>,
    /// Its journal.
    pub journal: Journal,
    /// Whose events it acts on.
    pub consumers: Vec<Consumer>,
    /// Wakes its timers.
    pub timers: Timers,
    /// Its kinds of timers.
    pub timer_kinds: Vec<Timer>,
    /// What else works for as long as the node lives.
    pub tasks: Vec<(&'static str, BoxFuture<()>)>,
}

impl Service {
    /// Starts what works behind the router. Everything ends with the node, at any await, without harm.
    pub fn start(self, bus: &Arc<dyn Bus>) -> axum::Router {
        self.start_in_turn(bus, &ConsumerLeases::default())
    }

    /// The same of a process that gives back its turns before it ends.
    pub fn start_in_turn(self, bus: &Arc<dyn Bus>, turns: &ConsumerLeases) -> axum::Router {
        self.begin(consumer::CATCH_UP, bus, turns)
    }

    /// The same, with another time after which consumers look for what the bus has not brought.
    pub fn start_catching_up_every(self, interval: Duration, bus: &Arc<dyn Bus>) -> axum::Router {
        self.begin(interval, bus, &ConsumerLeases::default())
    }

    fn begin(self, interval: Duration, bus: &Arc<dyn Bus>, turns: &ConsumerLeases) -> axum::Router {
        let Journal { env, db, .. } = self.journal.clone();
        env.spawn("publisher", publisher::run(self.journal, bus.clone()));
        if !self.consumers.is_empty() {
            env.spawn(
                "letters",
                dead_letters::run(self.name, env.clone(), db.clone(), self.consumers.clone()),
            );
        }
        for one in self.consumers {
            let listening = consumer::RunningConsumer::new(self.name, &env, &db, one, interval, turns);
            env.spawn("consumer", listening.run(bus.clone()));
        }
        env.spawn("sweep", stored_response_cleanup::run(self.name, db.clone()));
        env.spawn("clock", clock_recovery::run(self.name, db.clone(), self.timers.clone()));
        if !self.timer_kinds.is_empty() {
            env.spawn("timers", self.timers.run(self.name, env.clone(), db, self.timer_kinds));
        }
        for (name, task) in self.tasks {
            env.spawn(name, task);
        }
        self.router
    }
}
