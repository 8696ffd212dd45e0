//! One simulated run: the services unchanged, on one thread, in a world that one seed decides.
//!
//! Clock, randomness, tasks, network, bus, payment provider and disks are the world's. It delays, loses and
//! repeats messages, crashes services at any await and starts them again from what was committed, while
//! clients place, pay, ship and refund orders; then the faults stop, and every check must pass. The same plan
//! gives the same run: its trace has the same hash. See the crate's README.
//!
//! Where a run's parts are: [`run`] is the run from its start to its verdict; `world` holds what all share;
//! `scope` owns a node's tasks, `host`, `disk`, `network`, `bus` and
//! `provider` are what a node is given; `shop` makes
//! the services; `load` is what clients do; `chaos` is what goes wrong; `check` is what must hold at the end. [`tour`]
//! is another run, which calls every operation once, for the examples of the OpenAPI document.

mod bus;
mod chaos;
mod check;
mod disk;
mod faults;
mod host;
mod load;
mod network;
mod node;
mod plan;
mod process;
mod provider;
mod random;
mod run;
mod scope;
mod shop;
mod tour;
mod trace;
mod world;

pub use check::OrderCounts;
pub use network::MessageStats;
pub use plan::{Kill, RunPlan, Sabotage};
pub use run::{Report, run};
pub use shop::SERVICES;
pub use tour::{Tour, tour};
