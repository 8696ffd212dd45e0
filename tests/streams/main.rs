//! The stream of events, from outside: the real program behind its gateway, over sockets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "../shop/mod.rs"]
mod shop;

use http::Method;
use serde_json::{Value, json};
use shop::{Shop, all_items};
use std::{collections::BTreeSet, fs, time::Duration};
use testkit::{
    http_client::HttpClient,
    stream::{Listener, SseBlock},
};
use tokio::time::Instant;

const STREAM: &str = "/v1/events/stream";
const ALL: &str = "/v1/events/stream?from=oldest";

/// Somebody who is signed in, with their token.
struct StreamUser {
    client: HttpClient,
    token: String,
    id: String,
}

async fn person(shop: &Shop, path: &str, body: Value) -> StreamUser {
    let plain = HttpClient::new(&shop.url());
    let said = plain.post(path, "", &body).await;
    assert!(said.status.is_success(), "{said:?}");
    let token = said.text("token").to_owned();
    let client = plain.with_token(&token);
    let id = client.get("/v1/me").await.expect(200).text("id").to_owned();
    StreamUser { client, token, id }
}
async fn admin(shop: &Shop) -> StreamUser {
    person(shop, "/v1/login", json!({"email": shop::ADMIN_EMAIL, "password": shop::ADMIN_PASSWORD})).await
}
async fn customer(shop: &Shop, name: &str) -> StreamUser {
    let body = json!({"email": format!("{name}@example.com"), "password": "a customer's password"});
    person(shop, "/v1/register", body).await
}

impl StreamUser {
    async fn listens(&self, shop: &Shop, path: &str, last: Option<&str>) -> Listener {
        let listener = Listener::open(&shop.url(), path, &self.token, last).await;
        assert_eq!(listener.status(), 200, "{}", listener.head);
        listener
    }
    async fn orders(&self, goods: &shop::ShopProduct, key: &str) -> String {
        let lines = json!([{"product_id": goods.id, "quantity": 1}]);
        let body = json!({"lines": lines, "payment": {"method": "sim_ok"}});
        let said = self.client.try_call(Method::POST, "/v1/orders", key, &body).await.unwrap();
        said.expect(201).text("id").to_owned()
    }
}

/// Without a new event for so long, a shop of one process is at rest.
const AT_REST: Duration = Duration::from_millis(1500);
/// One of many processes: an event can wait two seconds for its publisher's next look.
const AT_REST_OF_MANY: Duration = Duration::from_secs(3);
/// And one whose processes were killed: whose turn it is to hear shows when the leases of the dead are over.
const AT_REST_AFTER_KILLS: Duration = Duration::from_secs(8);

/// The whole log, as staff pull it, once it has come to rest.
async fn log(admin: &HttpClient, at_rest: Duration) -> Vec<Value> {
    let mut before = Vec::new();
    loop {
        let items = all_items(admin, "/v1/events").await;
        if items == before && !items.is_empty() {
            return items;
        }
        before = items;
        tokio::time::sleep(at_rest).await;
    }
}

/// Waits until the log has the registrations of all of these.
async fn registrations_are_told(admin: &HttpClient, people: &[&StreamUser]) {
    let begun = Instant::now();
    let is_told = |log: &[Value], person: &StreamUser| {
        let of_it = |event: &&Value| event["type"] == "user.registered";
        log.iter().filter(of_it).any(|event| event["data"].to_string().contains(&person.id))
    };
    loop {
        let log = all_items(admin, "/v1/events").await;
        if people.iter().all(|person| is_told(&log, person)) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "somebody is not told of: {log:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn data(blocks: &[SseBlock]) -> Vec<Value> {
    blocks.iter().map(|block| block.data.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_customers_see_their_own_and_staff_all_of_it() {
    everybody_sees_what_is_theirs(Shop::embedded(&[]), AT_REST).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_each_sees_their_own_and_staff_all_of_it() {
    everybody_sees_what_is_theirs(Shop::split(&[]), AT_REST_OF_MANY).await;
}

async fn everybody_sees_what_is_theirs(shop: Shop, at_rest: Duration) {
    let admin = admin(&shop).await;
    let goods = shop.stock_up(&admin.client, &[(1999, 100)]).await;
    let (ada, eve) = (customer(&shop, "ada").await, customer(&shop, "eve").await);
    // from here on: that they registered is heard before, however late it is written down
    registrations_are_told(&admin.client, &[&ada, &eve]).await;
    let (mut hers, mut others) =
        (ada.listens(&shop, STREAM, None).await, eve.listens(&shop, STREAM, None).await);
    let head = hers.head.to_ascii_lowercase();
    assert!(
        head.contains("content-type: text/event-stream") && head.contains("cache-control: no-store"),
        "{head}"
    );
    assert!(!head.contains("content-encoding"), "a compressed stream waits for more: {head}");
    assert_eq!((hers.caught_up().await, others.caught_up().await), (vec![], vec![]));
    let order = ada.orders(&goods[0], "one").await;
    let mut seen = Vec::new();
    while !seen.iter().any(|block: &SseBlock| block.event == "order.confirmed") {
        seen.push(hers.event().await.unwrap());
    }
    let other = eve.orders(&goods[0], "two").await;
    let mut told = Vec::new();
    while !told.iter().any(|block: &SseBlock| block.data.to_string().contains(&other)) {
        told.push(others.event().await.unwrap());
    }
    assert!(told.iter().all(|block| !block.data.to_string().contains(&order)), "{told:?}");
    // a late one may come between the two looks; with the next two it has come
    let mut whole = log(&admin.client, at_rest).await;
    let mut all = admin.listens(&shop, ALL, None).await.caught_up().await;
    if data(&all) != whole {
        whole = log(&admin.client, at_rest).await;
        all = admin.listens(&shop, ALL, None).await.caught_up().await;
    }
    assert_eq!(data(&all), whole);
    for (person, other) in [(&ada, &eve), (&eve, &ada)] {
        let own = person.listens(&shop, ALL, None).await.caught_up().await;
        let names = |event: &Value, id: &str| event["data"].to_string().contains(id);
        let expected: Vec<Value> = whole.iter().filter(|event| names(event, &person.id)).cloned().collect();
        assert!(expected.iter().any(|event| event["type"].as_str().unwrap().starts_with("payment.")));
        assert_eq!(data(&own), expected);
        assert!(own.iter().all(|block| !names(&block.data, &other.id)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_after_a_crash_has_missed_nothing_and_gets_nothing_twice() {
    nothing_is_missed(Shop::embedded(&[]), 3, AT_REST).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_who_comes_back_after_a_crash_has_missed_nothing_and_gets_nothing_twice() {
    nothing_is_missed(Shop::split(&[]), 2, AT_REST_AFTER_KILLS).await;
}

async fn nothing_is_missed(mut shop: Shop, rounds: u32, at_rest: Duration) {
    let staff = admin(&shop).await;
    let goods = shop.stock_up(&staff.client, &[(1999, 1000)]).await;
    let ada = customer(&shop, "ada").await;
    let mut seen: Vec<SseBlock> = Vec::new();
    let mut last: Option<String> = None;
    for round in 0..rounds {
        let path = if last.is_some() { STREAM } else { ALL };
        let mut listener = staff.listens(&shop, path, last.as_deref()).await;
        for n in 0..4 {
            ada.orders(&goods[0], &format!("{round}-{n}")).await;
        }
        for _ in 0..5 {
            seen.push(listener.event().await.unwrap());
        }
        // while it is sent: what is still on its way is lost
        shop.kill_and_restart();
        last = Some(listener.last_id.clone());
    }
    let whole = log(&staff.client, at_rest).await;
    seen.extend(staff.listens(&shop, STREAM, last.as_deref()).await.caught_up().await);
    assert_eq!(data(&seen), whole);
    let ids: BTreeSet<&str> = seen.iter().filter_map(|block| block.data["id"].as_str()).collect();
    assert_eq!(ids.len(), seen.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_token() {
    signing_out_ends_the_stream(Shop::embedded(&[])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_a_stream_ends_with_its_token() {
    signing_out_ends_the_stream(Shop::split(&[])).await;
}

async fn signing_out_ends_the_stream(shop: Shop) {
    let (ada, eve) = (customer(&shop, "ada").await, customer(&shop, "eve").await);
    let mut hers = ada.listens(&shop, STREAM, None).await;
    hers.caught_up().await;
    ada.client.post("/v1/logout", "", &Value::Null).await.expect(204);
    let begun = Instant::now();
    // what ended the stream may be its last event
    while hers.block_within(Duration::from_secs(5)).await.is_some() {}
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    let refused = Listener::open(&shop.url(), STREAM, &ada.token, None).await;
    assert_eq!(refused.status(), 401);
    // a bad id is no stream either
    let refused = Listener::open(&shop.url(), STREAM, &eve.token, Some("7")).await;
    assert_eq!(refused.status(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_the_server() {
    let mut shop = Shop::embedded(&[]);
    let eve = customer(&shop, "eve").await;
    let mut others = eve.listens(&shop, STREAM, None).await;
    others.caught_up().await;
    // the end of the program does not wait for listeners, and tells them when to reconnect
    let mut server = shop.server.take().unwrap();
    let begun = Instant::now();
    testkit::signal::send(server.pid(), "TERM");
    // the last event may be sent before
    let farewell = loop {
        let block = others.block_within(Duration::from_secs(10)).await.unwrap();
        if !block.retry.is_empty() {
            break block;
        }
    };
    assert_eq!(farewell.retry, "2000");
    assert_eq!(others.block_within(Duration::from_secs(10)).await, None);
    let end = loop {
        match server.has_ended() {
            Some(end) => break end,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert!(end.success() && begun.elapsed() < Duration::from_secs(4), "{end:?} after {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_who_listen_to_nothing_cost_little() {
    const STREAMS: usize = 200;
    let shop = Shop::embedded(&[]);
    let pid = shop.server.as_ref().unwrap().pid();
    let mut customers = Vec::new();
    for n in 0..STREAMS / 10 {
        customers.push(customer(&shop, &format!("customer{n}")).await);
    }
    let before = memory_kb(pid);
    let mut listeners = Vec::new();
    for one in customers {
        for _ in 0..10 {
            let mut listener = one.listens(&shop, STREAM, None).await;
            listener.caught_up().await;
            listeners.push(listener);
        }
        let refused = Listener::open(&shop.url(), STREAM, &one.token, None).await;
        assert_eq!(refused.status(), 429);
    }
    let (grown, cpu) = (memory_kb(pid).saturating_sub(before), cpu_ms(pid));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let cpu = cpu_ms(pid) - cpu;
    // without optimisation, beside whatever else runs here
    println!("{STREAMS} streams: {grown} KiB, {cpu} ms of 5 s");
    assert!(grown < 20 << 10, "{STREAMS} streams take {grown} KiB");
    assert!(cpu < 300, "{STREAMS} streams take {cpu} ms of 5 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_more_streams_are_open_than_may_be_customers_come_back_and_staff_still_listen() {
    let shop = Shop::open(&[("ORDO_STREAMS_MAX", "10")]);
    let (admin, first, second) =
        (admin(&shop).await, customer(&shop, "first").await, customer(&shop, "second").await);
    let mut open = Vec::new();
    for _ in 0..9 {
        open.push(first.listens(&shop, STREAM, None).await);
    }
    let refused = Listener::open(&shop.url(), STREAM, &second.token, None).await;
    assert_eq!(refused.status(), 503, "{}", refused.head);
    assert!(refused.head.to_lowercase().contains("\r\nretry-after: "), "{}", refused.head);
    let of_staff = admin.listens(&shop, STREAM, None).await;
    drop((open, of_staff));
    for _ in 0..200 {
        if Listener::open(&shop.url(), STREAM, &second.token, None).await.status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody may listen after the others have gone");
}

fn memory_kb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What the process has had of the processors; a tick is a hundredth of a second.
fn cpu_ms(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().map(|n| fields[*n].parse::<u64>().unwrap()).sum();
    ticks * 10
}
