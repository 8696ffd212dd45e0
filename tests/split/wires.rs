//! A split shop with a proxy of its own on each of its wires: in front of each replica of a service, and from each
//! process to PostgreSQL and to the three nodes of NATS.

use crate::shop::SHORT;
use std::net::SocketAddr;
use testkit::{
    nats::Nats,
    proxy::{Cut, Proxy, Way},
    split::Split,
};

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
/// One to each replica of a service, and two from each.
pub(crate) const COUNT: usize = 30;

/// What one proxy, or one for each node, carries.
pub(crate) struct Wire {
    pub(crate) name: String,
    proxies: Vec<Proxy>,
}

impl Wire {
    /// Whoever has a connection loses it, and gets no other.
    pub(crate) fn cut(&self, is_cut: bool) {
        for proxy in &self.proxies {
            proxy.refuse(is_cut);
            if is_cut {
                proxy.cut(Cut::Reset);
            }
        }
    }
    pub(crate) fn to_server(&self, way: Way) {
        self.proxies.iter().for_each(|proxy| proxy.to_server(way));
    }
    pub(crate) fn to_client(&self, way: Way) {
        self.proxies.iter().for_each(|proxy| proxy.to_client(way));
    }
}

pub(crate) struct Wired {
    pub(crate) split: Split,
    pub(crate) nats: Nats,
    pub(crate) wires: Vec<Wire>,
}

impl Wired {
    pub(crate) async fn start() -> Wired {
        let (nats, mut wires) = (Nats::cluster(), Vec::new());
        let own = [("ORDO_BUS_REPLICAS", "3"), ("ORDO_LEAVE", "1"), ("ORDO_PAYMENT_DUE", "3")];
        let mut split = Split::of(env!("CARGO_BIN_EXE_ordo"), &TWICE, &[&SHORT[..], &own].concat());
        for service in SERVICES {
            let mut urls = Vec::new();
            for (n, url) in split.urls(service).into_iter().enumerate() {
                let proxy = Proxy::start(url.trim_start_matches("http://").parse().unwrap()).await;
                urls.push(format!("http://{}", proxy.address()));
                wires.push(Wire { name: format!("callers to {service} {}", n + 1), proxies: vec![proxy] });
            }
            split.set(&format!("ORDO_{}_URL", service.to_uppercase()), &urls.join(","));
        }
        let database: SocketAddr = ([127, 0, 0, 1], split.postgres.port()).into();
        let direct = split.setting("ORDO_DATABASE_URL").to_owned();
        for part in 0..TWICE.len() {
            if split.parts[part].runs("gateway") {
                continue;
            }
            let name = name_of(part);
            let proxy = Proxy::start(database).await;
            let url = direct.replace(&database.to_string(), &proxy.address().to_string());
            split.parts[part].set("ORDO_DATABASE_URL", &url);
            wires.push(Wire { name: format!("{name} to PostgreSQL"), proxies: vec![proxy] });
            let mut proxies = Vec::new();
            for node in 0..NODES {
                proxies.push(Proxy::start(nats.address(node)).await);
            }
            let urls: Vec<String> = proxies.iter().map(|one| format!("nats://{}", one.address())).collect();
            split.parts[part].set("ORDO_BUS", &urls.join(","));
            wires.push(Wire { name: format!("{name} to NATS"), proxies });
        }
        for part in &mut split.parts {
            // the gateways hear of sessions that were ended
            if part.runs("gateway") {
                part.set("ORDO_BUS", &nats.url());
            }
        }
        split.start();
        assert_eq!(wires.len(), COUNT);
        Wired { split, nats, wires }
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

/// `orders 2`.
pub(crate) fn name_of(part: usize) -> String {
    let before = TWICE[..part].iter().filter(|services| *services == &TWICE[part]).count();
    format!("{} {}", TWICE[part].join(" "), before + 1)
}
