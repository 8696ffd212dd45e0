//! What goes wrong by itself: crashes, pauses, networks cut in one direction.

use crate::{
    SERVICES,
    load::CLIENTS,
    world::{Simulation, bus::BUS, provider::PROVIDER},
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Who may be cut off from whom, besides the services from each other.
const ENDS: [&str; 3] = [BUS, CLIENTS, PROVIDER];

#[derive(Debug, Clone, Copy)]
enum ChaosEvent {
    Crash(&'static str),
    Freeze(&'static str),
    Cut(&'static str, &'static str),
}

impl Simulation {
    /// Lets things go wrong for as long as the seed says, then heals the world.
    pub(crate) async fn storm(self: Arc<Self>) {
        self.state().stormy = true;
        loop {
            let within = u64::try_from(self.faults.stroke_within.as_millis()).unwrap_or(u64::MAX);
            let wait = Duration::from_millis(self.state().schedule.below(within));
            sleep(wait).await;
            if self.elapsed() >= self.faults.last {
                return self.heal();
            }
            self.strike();
        }
    }

    fn strike(self: &Arc<Self>) {
        let (stroke, time) = self.draw_stroke();
        self.trace(format_args!("STROKE {stroke:?} {time:?}"));
        match stroke {
            ChaosEvent::Crash(node) => self.crash(node, time),
            ChaosEvent::Freeze(node) => {
                if let Some(node) = self.state().nodes.get(node) {
                    node.scope.freeze(time);
                }
            }
            ChaosEvent::Cut(from, to) => {
                self.state().cuts.insert((from, to));
                let world = self.clone();
                self.spawn("mend", async move {
                    sleep(time).await;
                    world.state().cuts.remove(&(from, to));
                });
            }
        }
    }

    fn draw_stroke(&self) -> (ChaosEvent, Duration) {
        let mut state = self.state();
        let random = &mut state.schedule;
        let node = random.pick(&SERVICES);
        let stroke = match random.below(10) {
            0..=3 => ChaosEvent::Crash(node),
            4..=5 => ChaosEvent::Freeze(node),
            _ => {
                let others: Vec<_> = SERVICES.into_iter().chain(ENDS).filter(|end| *end != node).collect();
                let other = random.pick(&others);
                if random.percent(50) { ChaosEvent::Cut(node, other) } else { ChaosEvent::Cut(other, node) }
            }
        };
        // mostly short, at times long
        let longest = random.pick(&[100, 2_000, 10_000, 10_000, 180_000]);
        (stroke, Duration::from_millis(random.below(longest)))
    }
}
