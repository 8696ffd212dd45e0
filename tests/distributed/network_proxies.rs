//! A split shop with a proxy of its own on each of its wires: in front of each replica of a service and of each gateway,
//! from each process to PostgreSQL and to the three nodes of NATS, and between those nodes.

use crate::shop::SHORT;
use std::{net::SocketAddr, time::Duration};
use testkit::{
    distributed::DistributedShop,
    nats::{Nats, Routes},
    proxy::{Cut, LinkBehaviour, Proxy},
};
use tokio::time::{Instant, sleep};

/// Each service twice, and two gateways.
pub(crate) const TWICE: [&[&str]; 12] = [
    &["auth"],
    &["auth"],
    &["payments"],
    &["payments"],
    &["products"],
    &["products"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["notifications"],
    &["gateway"],
    &["gateway"],
];
const SERVICES: [&str; 5] = ["auth", "payments", "products", "orders", "notifications"];
const NODES: usize = 3;
/// Streams are made once NATS is there, in the background.
const COPIED_WITHIN: Duration = Duration::from_secs(30);
/// One to each replica of a service, and two from each; one to each gateway; one to each node.
pub(crate) const COUNT: usize = 35;

/// What one proxy, or one for each node, carries.
pub(crate) struct Wire {
    pub(crate) name: String,
    proxies: Vec<Proxy>,
}

impl Wire {
    /// Open connections are closed, and no new ones are accepted.
    pub(crate) fn cut(&self, is_cut: bool) {
        for proxy in &self.proxies {
            proxy.refuse(is_cut);
            if is_cut {
                proxy.cut(Cut::Reset);
            }
        }
    }
    pub(crate) fn to_server(&self, way: LinkBehaviour) {
        self.proxies.iter().for_each(|proxy| proxy.to_server(way));
    }
    pub(crate) fn to_client(&self, way: LinkBehaviour) {
        self.proxies.iter().for_each(|proxy| proxy.to_client(way));
    }
}

pub(crate) struct ProxiedShop {
    pub(crate) split: DistributedShop,
    pub(crate) nats: Nats,
    pub(crate) wires: Vec<Wire>,
    /// Where clients find the gateways.
    pub(crate) doors: Vec<String>,
}

impl ProxiedShop {
    pub(crate) async fn start() -> ProxiedShop {
        ProxiedShop::with(&[]).await
    }

    /// The same, with these settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> ProxiedShop {
        let mut wires = Vec::new();
        let nats = Nats::cluster_by(&routes(&mut wires).await);
        let own = [("ORDO_BUS_REPLICAS", "3"), ("ORDO_LEAVE", "1"), ("ORDO_PAYMENT_DUE", "3")];
        let mut split =
            DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &TWICE, &[&SHORT[..], &own, settings].concat());
        for service in SERVICES {
            let mut urls = Vec::new();
            for (n, url) in split.urls(service).into_iter().enumerate() {
                let proxy = in_front_of(&url).await;
                urls.push(format!("http://{}", proxy.address()));
                wires.push(Wire { name: format!("callers to {service} {}", n + 1), proxies: vec![proxy] });
            }
            split.set(&format!("ORDO_{}_URL", service.to_uppercase()), &urls.join(","));
        }
        let database: SocketAddr = ([127, 0, 0, 1], split.postgres.port()).into();
        let direct = split.setting("ORDO_DATABASE_URL").to_owned();
        let idle = Proxy::start(nats.address(0)).await;
        for part in 0..TWICE.len() {
            if split.parts[part].runs("gateway") {
                split.parts[part].set("ORDO_BUS", &format!("nats://{}", idle.address()));
                continue;
            }
            wires.push(to_nats(&mut split, part, &nats).await);
            let name = name_of(part);
            let proxy = Proxy::start(database).await;
            let url = direct.replace(&database.to_string(), &proxy.address().to_string());
            split.parts[part].set("ORDO_DATABASE_URL", &url);
            wires.push(Wire { name: format!("{name} to PostgreSQL"), proxies: vec![proxy] });
        }
        let mut doors = Vec::new();
        for (n, url) in split.urls("gateway").into_iter().enumerate() {
            let proxy = in_front_of(&url).await;
            doors.push(format!("http://{}", proxy.address()));
            wires.push(Wire { name: format!("clients to gateway {}", n + 1), proxies: vec![proxy] });
        }
        split.start();
        assert_eq!(wires.len(), COUNT);
        streams_are_on_each_node(&nats).await;
        assert_eq!(idle.connected(), 0, "a gateway tells and hears no event");
        ProxiedShop { split, nats, wires, doors }
    }

    /// The wires on which a service is asked.
    pub(crate) fn to(&self, service: &str) -> impl Iterator<Item = &Wire> {
        let name = format!("callers to {service} ");
        self.wires.iter().filter(move |wire| wire.name.starts_with(&name))
    }

    /// The process of a service or gateway.
    pub(crate) fn pid(&self, part: usize) -> u32 {
        self.split.parts[part].server.as_ref().expect("it runs").pid()
    }
}

/// As `ORDO_BUS_REPLICAS` says, so that a node can be lost.
async fn streams_are_on_each_node(nats: &Nats) {
    let begun = Instant::now();
    for topic in ["orders", "products", "payments"] {
        let stream = format!("ordo-{topic}");
        while nats.copies(&stream) != NODES {
            let copies = nats.copies(&stream);
            assert!(begun.elapsed() < COPIED_WITHIN, "{copies} nodes keep what {topic} tells");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn in_front_of(url: &str) -> Proxy {
    Proxy::start(url.trim_start_matches("http://").parse().unwrap()).await
}

/// Of a process, to each node.
async fn to_nats(split: &mut DistributedShop, part: usize, nats: &Nats) -> Wire {
    let mut proxies = Vec::new();
    for node in 0..NODES {
        proxies.push(Proxy::start(nats.address(node)).await);
    }
    let urls: Vec<String> = proxies.iter().map(|one| format!("nats://{}", one.address())).collect();
    split.parts[part].set("ORDO_BUS", &urls.join(","));
    Wire { name: format!("{} to NATS", name_of(part)), proxies }
}

/// Between the nodes of NATS, of each the way from it to each other one and back.
async fn routes(wires: &mut Vec<Wire>) -> Routes {
    let free = testkit::port::several(NODES);
    let ports: [u16; NODES] = std::array::from_fn(|node| free[node]);
    let (mut to, mut each) = ([const { Vec::new() }; NODES], [const { Vec::new() }; NODES]);
    for (node, port) in ports.iter().enumerate() {
        for from in (0..NODES).filter(|from| *from != node) {
            let proxy = Proxy::start(([127, 0, 0, 1], *port).into()).await;
            to[from].push(proxy.address());
            each[node].push(proxy);
        }
    }
    for (node, proxies) in each.into_iter().enumerate() {
        wires.push(Wire { name: format!("nodes of NATS to node {}", node + 1), proxies });
    }
    Routes { ports, to }
}

/// `orders 2`.
pub(crate) fn name_of(part: usize) -> String {
    let before = TWICE[..part].iter().filter(|services| *services == &TWICE[part]).count();
    format!("{} {}", TWICE[part].join(" "), before + 1)
}
