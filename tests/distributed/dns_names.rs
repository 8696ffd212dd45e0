//! A service that is set by a name: the gateway, and the services that ask it, look the name up again while they ask, and
//! so find the replicas that come and leave those that go.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::{DistributedTestBed, counted_by},
};
use serde_json::json;
use std::{path::Path, time::Duration};
use testkit::{hosts::Hosts, http_client::HttpClient};
use tokio::time::{Instant, sleep};

const NAME: &str = "products.test";
const FIRST: &str = "127.0.0.2";
const SECOND: &str = "127.0.0.3";
const PARTS: [&[&str]; 7] =
    [&["auth"], &["payments"], &["products"], &["products"], &["orders"], &["notifications"], &["gateway"]];
const PRODUCTS: [usize; 2] = [2, 3];
/// A name is looked up each 5 seconds (`endpoint::client`), and that may take one more.
const FOUND_WITHIN: Duration = Duration::from_millis(6_500);
const PAUSE: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_is_found_where_its_name_points_at_the_time() {
    let hosts = Hosts::new();
    hosts.set(&[(NAME, FIRST)]);
    let port = testkit::port::free();
    let mut world = DistributedTestBed::none_of(&PARTS, &[]);
    let program = hosts.program(Path::new(env!("CARGO_BIN_EXE_ordo")));
    world.split.parts.iter_mut().for_each(|part| part.launch.program.clone_from(&program));
    world.split.set("ORDO_PRODUCTS_URL", &format!("http://{NAME}:{port}"));
    let [first, second] = PRODUCTS;
    for (part, address) in [(first, FIRST), (second, SECOND)] {
        world.split.parts[part].launch.listen = format!("products={address}:{port},metrics=127.0.0.1:0");
    }
    (0..PARTS.len()).filter(|part| *part != second).for_each(|part| world.split.parts[part].start());
    let url = world.split.url();
    let product = stock_up(&admin_at(&url).await, &[(1000, 1_000)]).await.remove(0).id;
    let asking = DnsClients { buyer: customer_at(&url, "steady").await, product };
    asking.for_a(Duration::from_secs(1), "first").await;

    // another replica takes the place of the first: nobody notices, and the first is left before it ends
    world.split.parts[second].start();
    hosts.set(&[(NAME, SECOND)]);
    asking.for_a(FOUND_WITHIN, "moved").await;
    let before = [asked(&world, first).await, asked(&world, second).await];
    asking.for_a(Duration::from_secs(1), "left").await;
    assert_eq!(asked(&world, first).await, before[0], "the first is still asked");
    assert!(both_more(asked(&world, second).await, before[1]), "the second is not asked by both");
    world.split.parts[first].kill();
    asking.for_a(Duration::from_secs(1), "second").await;

    // while a name stands for nothing, those it stood for last are asked
    hosts.set(&[]);
    asking.for_a(FOUND_WITHIN, "nowhere").await;

    // both: one comes back, and the other goes
    world.split.parts[first].start();
    hosts.set(&[(NAME, FIRST), (NAME, SECOND)]);
    asking.for_a(FOUND_WITHIN, "both").await;
    let before = [asked(&world, first).await, asked(&world, second).await];
    for n in 0.. {
        asking.for_a(Duration::from_secs(1), &format!("each{n}")).await;
        let now = [asked(&world, first).await, asked(&world, second).await];
        if both_more(now[0], before[0]) && both_more(now[1], before[1]) {
            break;
        }
        // one of two is chosen by chance
        assert!(n < 10, "not both are asked by the gateway and by orders: {before:?}, then {now:?}");
    }
    world.split.parts[second].kill();
    asking.for_a(Duration::from_secs(1), "one").await;
    world.split.parts[second].start();
    world.assert_audit_is_clean("when all are back");
}

/// What this replica was asked by the gateway, and by orders.
async fn asked(world: &DistributedTestBed, part: usize) -> [i64; 2] {
    const SERIES: [&str; 2] = [
        "ordo_requests_total{service=\"products\",endpoint=\"get_product\",status=\"2xx\"}",
        "ordo_requests_total{service=\"products\",endpoint=\"reserve\",status=\"2xx\"}",
    ];
    let part = &world.split.parts[part];
    [counted_by(part, SERIES[0]).await, counted_by(part, SERIES[1]).await]
}

fn both_more(now: [i64; 2], before: [i64; 2]) -> bool {
    now.iter().zip(before).all(|(now, before)| *now > before)
}

/// Clients that read products through the gateway, and place orders, for which orders calls products.
struct DnsClients {
    buyer: HttpClient,
    product: String,
}

impl DnsClients {
    /// All of it must be answered.
    async fn for_a(&self, time: Duration, when: &str) {
        let begun = Instant::now();
        let order =
            json!({"lines": [{"product_id": self.product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        let path = format!("/v1/products/{}", self.product);
        for n in 0.. {
            self.buyer.get(&path).await.expect(200);
            self.buyer.post("/v1/orders", &format!("{when}-{n}"), &order).await.expect(201);
            if begun.elapsed() >= time {
                return;
            }
            sleep(PAUSE).await;
        }
    }
}
