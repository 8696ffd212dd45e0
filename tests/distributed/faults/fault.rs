//! The faults, and how each is laid on a shop and lifted again.

use super::taken;
use crate::{
    network_proxies::{ProxiedShop, TWICE, name_of},
    shop::load::{Load, SplitMix},
};
use std::{fmt, time::Duration};
use testkit::{proxy::LinkBehaviour, server::Server, signal};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

/// How a wire behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkTrouble {
    Cut,
    Slow,
    Flapping,
    /// What is sent to the server does not arrive before the trouble is over, as with a network that lost the way there.
    NoWayThere,
    NoWayBack,
}

pub(super) const TROUBLES: [LinkTrouble; 5] = [
    LinkTrouble::Cut,
    LinkTrouble::Slow,
    LinkTrouble::Flapping,
    LinkTrouble::NoWayThere,
    LinkTrouble::NoWayBack,
];

/// Something that happens to a shop. Numbers are those of its processes, nodes and wires.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Killed(usize),
    OneKilledEachSecond(u64),
    PostgresKilled,
    NodeKilled(usize),
    NodesKilled,
    NodesWiped,
    Wire(usize, LinkTrouble),
    Stopped(usize),
    ClocksApart,
    ConnectionsTaken,
    TablesLocked,
}

const NODES: usize = 3;
const FLAP: Duration = Duration::from_millis(300);
/// A second more for each question and its answer.
const SLOW: Duration = Duration::from_secs(1);
/// Of those who hear, publish and renew (`crates/flow`), and a second more.
const LONGER_THAN_A_TURN: Duration = Duration::from_secs(6);
/// Of what timers work on (a minute at the most, `flow::timer`), of what products ask about, and more.
const LONGER_THAN_A_TIMER: Duration = Duration::from_secs(65);
/// Of those who wait for a connection (`ORDO_DATABASE_CONNECT_TIMEOUT`: 5 s), and a second more.
pub(super) const LONGER_THAN_A_WAIT: Duration = Duration::from_secs(6);

/// How long a fault lasts.
pub(super) struct FaultDuration<'a> {
    pub(super) load: &'a Load,
    /// So long, and then until so many were answered under it, but no longer than this.
    pub(super) at_least: Duration,
    pub(super) at_most: Duration,
    pub(super) answers: usize,
}

impl FaultDuration<'_> {
    async fn pass(&self) {
        let begun = Instant::now();
        sleep(self.at_least).await;
        while self.load.outcomes_since(begun).len() < self.answers && begun.elapsed() < self.at_most {
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Fault {
    /// What it is and whom it concerns, for the table.
    pub(super) fn name(self, shop: &ProxiedShop) -> String {
        let wire = |wire: usize| &shop.wires[wire].name;
        match self {
            Fault::Killed(part) => format!("{} killed", name_of(part)),
            Fault::OneKilledEachSecond(_) => "one process killed each second".to_owned(),
            Fault::PostgresKilled => "PostgreSQL killed".to_owned(),
            Fault::NodeKilled(_) => "one node of NATS killed".to_owned(),
            Fault::NodesKilled => "all of NATS killed".to_owned(),
            Fault::NodesWiped => "all of NATS killed and wiped".to_owned(),
            Fault::Wire(at, trouble) => format!("{}: {trouble}", wire(at)),
            Fault::Stopped(part) => format!("{} unresponsive", name_of(part)),
            Fault::ClocksApart => "clocks of replicas 5 minutes apart".to_owned(),
            Fault::ConnectionsTaken => "all connections of PostgreSQL taken".to_owned(),
            Fault::TablesLocked => "tables locked, connection pools exhausted".to_owned(),
        }
    }

    /// Whether it befalls nothing but NATS and the ways to it.
    pub(super) fn is_of_nats(self, shop: &ProxiedShop) -> bool {
        match self {
            Fault::NodeKilled(_) | Fault::NodesKilled | Fault::NodesWiped => true,
            Fault::Wire(wire, _) => shop.wires[wire].name.contains("NATS"),
            _ => false,
        }
    }

    /// Lays it on the shop for a while; gives when it was lifted.
    pub(super) async fn befall(
        self,
        shop: &mut ProxiedShop,
        dice: &mut SplitMix,
        lasting: &FaultDuration<'_>,
        is_long: bool,
    ) -> Instant {
        match self {
            Fault::Killed(part) => {
                shop.split.parts[part].kill();
                lasting.pass().await;
                started(shop, part)
            }
            Fault::OneKilledEachSecond(times) => one_killed_each_second(shop, dice, times).await,
            Fault::PostgresKilled => {
                shop.split.postgres.kill();
                lasting.pass().await;
                let lifted = Instant::now();
                shop.split.postgres.restart();
                lifted
            }
            Fault::NodeKilled(node) => {
                shop.nats.kill(node);
                lasting.pass().await;
                let lifted = Instant::now();
                shop.nats.restart(node);
                lifted
            }
            Fault::NodesKilled | Fault::NodesWiped => {
                let lose = if matches!(self, Fault::NodesWiped) {
                    testkit::nats::Nats::wipe
                } else {
                    testkit::nats::Nats::kill
                };
                (0..NODES).for_each(|node| lose(&mut shop.nats, node));
                lasting.pass().await;
                let lifted = Instant::now();
                (0..NODES).for_each(|node| shop.nats.restart(node));
                lifted
            }
            Fault::Wire(wire, trouble) => trouble.befall(shop, wire, lasting).await,
            Fault::Stopped(part) => {
                signal::send(shop.pid(part), "STOP");
                sleep(if is_long { LONGER_THAN_A_TIMER } else { LONGER_THAN_A_TURN }).await;
                signal::send(shop.pid(part), "CONT");
                Instant::now()
            }
            Fault::ClocksApart => clocks_apart(shop, lasting).await,
            Fault::ConnectionsTaken => taken::connections(shop).await,
            Fault::TablesLocked => taken::pools(shop).await,
        }
    }
}

impl LinkTrouble {
    async fn befall(self, shop: &ProxiedShop, wire: usize, lasting: &FaultDuration<'_>) -> Instant {
        let wire = &shop.wires[wire];
        match self {
            LinkTrouble::Cut => {
                wire.cut(true);
                lasting.pass().await;
            }
            LinkTrouble::Slow => {
                wire.to_server(LinkBehaviour::delayed(SLOW));
                lasting.pass().await;
            }
            LinkTrouble::Flapping => {
                let flapping = async {
                    loop {
                        wire.cut(true);
                        sleep(FLAP).await;
                        wire.cut(false);
                        sleep(FLAP).await;
                    }
                };
                tokio::select! {
                    () = flapping => {}
                    () = lasting.pass() => {}
                }
            }
            LinkTrouble::NoWayThere => {
                wire.to_server(LinkBehaviour::stuck());
                lasting.pass().await;
            }
            LinkTrouble::NoWayBack => {
                wire.to_client(LinkBehaviour::stuck());
                lasting.pass().await;
            }
        }
        wire.cut(false);
        wire.to_server(LinkBehaviour::default());
        wire.to_client(LinkBehaviour::default());
        Instant::now()
    }
}

impl fmt::Display for LinkTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkTrouble::Cut => "cut",
            LinkTrouble::Slow => "1 s delay",
            LinkTrouble::Flapping => "flapping",
            LinkTrouble::NoWayThere => "requests dropped",
            LinkTrouble::NoWayBack => "responses dropped",
        })
    }
}

/// Gives when its start began.
fn started(shop: &mut ProxiedShop, part: usize) -> Instant {
    let lifted = Instant::now();
    shop.split.parts[part].start();
    lifted
}

/// Each second one of those that are up; a second later it is started again, beside the next that is killed, so that two
/// are down at once.
async fn one_killed_each_second(shop: &mut ProxiedShop, dice: &mut SplitMix, times: u64) -> Instant {
    let (mut second, mut starting) = (interval(Duration::from_secs(1)), JoinSet::new());
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut down: Option<usize> = None;
    for n in 0..=times {
        second.tick().await;
        if let Some(part) = down.take() {
            let launch = shop.split.parts[part].launch.clone();
            starting.spawn_blocking(move || (part, launch.start()));
        }
        // on a machine that starts none in time, half of them go on
        while let Some(done) = match starting.len() > TWICE.len() / 2 {
            true => starting.join_next().await,
            false => starting.try_join_next(),
        } {
            is_up(shop, done.unwrap());
        }
        if n < times {
            let parts = shop.split.parts.iter().enumerate();
            let up: Vec<usize> = parts.filter(|(_, part)| part.server.is_some()).map(|(n, _)| n).collect();
            let part = up[dice.roll(up.len() as u64) as usize];
            shop.split.parts[part].kill();
            down = Some(part);
        }
    }
    let lifted = Instant::now();
    while let Some(done) = starting.join_next().await {
        is_up(shop, done.unwrap());
    }
    lifted
}

fn is_up(shop: &mut ProxiedShop, (part, server): (usize, Server)) {
    shop.split.parts[part].server = Some(server);
}

/// The second replica of each service is 5 minutes ahead of the first.
async fn clocks_apart(shop: &mut ProxiedShop, lasting: &FaultDuration<'_>) -> Instant {
    let second: Vec<usize> = (0..TWICE.len()).filter(|part| name_of(*part).ends_with('2')).collect();
    for part in &second {
        let part = &mut shop.split.parts[*part];
        part.kill();
        let settings = part.launch.settings.clone();
        for (name, value) in testkit::clock::ahead(Duration::from_secs(300)) {
            part.set(name, &value);
        }
        part.start();
        part.launch.settings = settings;
    }
    lasting.pass().await;
    for part in &second {
        shop.split.parts[*part].kill();
    }
    let lifted = Instant::now();
    second.iter().for_each(|part| shop.split.parts[*part].start());
    lifted
}
