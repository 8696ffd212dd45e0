//! One simulated run: the services unchanged, on one thread, in a world that one seed decides.
//!
//! Clock, randomness, tasks, network, bus, payment provider and disks are the world's. It delays, loses and
//! repeats messages, crashes services at any await and starts them again from what was committed, while
//! clients place, pay, ship and refund orders; then the faults stop, and every check must pass. The same plan
//! gives the same run: its trace has the same hash. See the crate's README.
//!
//! Where a run's parts are: [`run`] is the run from its start to its verdict; `world` holds what all share, and
//! has these parts: `scope` owns a node's tasks, `host`, `disk`, `network`, `bus` and `provider` are what a node is given;
//! `shop` makes the services; `load` is what clients do; `chaos` is what goes wrong; `check` is what must hold at the end. [`tour`]
//! is another run, which calls every operation once, for the examples of the OpenAPI document.

mod chaos;
mod check;
mod faults;
mod load;
mod plan;
mod random;
mod run;
mod tour;
mod trace;
mod world;

pub use check::OrderCounts;
pub use plan::{Kill, RunPlan, Sabotage};
pub use run::{Report, run};
pub use tour::{Tour, tour};
pub use world::{network::MessageStats, shop::SERVICES};
