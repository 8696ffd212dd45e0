//! Load: buyers who place, pay, cancel, and staff who ship and refund, each repeating with its key until it knows. Where
//! they are given their e-mail addresses, buyers look around besides: at every service something is asked.

use super::{CUSTOMER_PASSWORD, ShopProduct, client_ledger::ClientLedger};
use http::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::http_client::{HttpClient, HttpResponse};
use tokio::{task::JoinSet, time::Instant};

/// A small generator (splitmix64): a seed is printed, and repeats what the clients ask for.
pub struct SplitMix(u64);

impl SplitMix {
    pub fn new(seed: u64) -> Self {
        SplitMix(seed)
    }
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }
}

const METHODS: &[&str] = &[
    "sim_ok",
    "sim_ok",
    "sim_ok",
    "sim_declined",
    "sim_insufficient_funds",
    "sim_requires_action",
    "sim_timeout_before_charge",
    "sim_timeout_after_charge",
    "sim_slow",
    "sim_webhook_late",
    "sim_webhook_twice",
];

/// Of a 503 or 504 that does not say when to come back.
pub const NEVER: &str = " without Retry-After";

/// What all buyers share.
pub struct Load {
    pub goods: Vec<ShopProduct>,
    pub admin: HttpClient,
    pub books: ClientLedger,
    pub in_flight: AtomicI64,
    requests: AtomicU64,
    failures: Mutex<BTreeMap<String, u64>>,
    /// Of each request when it ended, and whether its answer was one that a client can use.
    outcomes: Mutex<Vec<(Instant, bool)>>,
    stop: AtomicBool,
    /// Names this round's keys.
    round: u64,
    /// The buyers' addresses, in their order, if they look around.
    addresses: Vec<String>,
}

impl Load {
    pub fn new(goods: Vec<ShopProduct>, admin: HttpClient, books: ClientLedger, round: u64) -> Arc<Self> {
        Self::of_who_look_around(goods, admin, books, round, Vec::new())
    }
    /// The same, of buyers who read and sign in too: these are their addresses.
    pub fn of_who_look_around(
        goods: Vec<ShopProduct>,
        admin: HttpClient,
        books: ClientLedger,
        round: u64,
        addresses: Vec<String>,
    ) -> Arc<Self> {
        Arc::new(Load {
            goods,
            admin: admin.apart(),
            books,
            in_flight: AtomicI64::new(0),
            requests: AtomicU64::new(0),
            failures: Mutex::default(),
            outcomes: Mutex::default(),
            stop: AtomicBool::new(false),
            round,
            addresses,
        })
    }
    /// Starts one task for each buyer.
    pub fn start(self: &Arc<Self>, buyers: &[HttpClient], seed: u64) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for (n, buyer) in buyers.iter().enumerate() {
            let (load, buyer) = (self.clone(), buyer.clone());
            let dice = SplitMix::new(seed.wrapping_mul(1000).wrapping_add(n as u64));
            #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
            tasks.spawn(async move { load.buy(buyer, n, dice).await });
        }
        tasks
    }
    /// Everybody finishes what they are at, and stops.
    pub async fn finish(&self, mut tasks: JoinSet<()>) {
        self.stop.store(true, SeqCst);
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
    }
    pub fn requests(&self) -> u64 {
        self.requests.load(SeqCst)
    }
    /// The responses that reported a failure, by status and code, and how often each came.
    pub fn failures(&self) -> BTreeMap<String, u64> {
        self.failures.lock().unwrap().clone()
    }
    /// Of the requests that ended since then, in their order, when each did, and whether its answer can be used.
    pub fn outcomes_since(&self, begin: Instant) -> Vec<(Instant, bool)> {
        self.outcomes.lock().unwrap().iter().filter(|(at, _)| *at >= begin).copied().collect()
    }

    async fn buy(&self, buyer: HttpClient, n: usize, mut dice: SplitMix) {
        for turn in 0.. {
            if self.stop.load(SeqCst) {
                return;
            }
            let key = format!("r{}-b{n}-t{turn}", self.round);
            if let Some(order) = self.place(&buyer, &key, &mut dice).await {
                self.go_on(&buyer, &order, &key, &mut dice).await;
                if let Some(address) = self.addresses.get(n) {
                    self.look_around(&buyer, address, &order, &mut dice).await;
                }
            }
        }
    }

    async fn place(&self, buyer: &HttpClient, key: &str, dice: &mut SplitMix) -> Option<String> {
        let body = self.new_order(dice);
        let (said, cut_off) = self.ask_until_known(buyer, "/v1/orders", key, &body).await;
        match said.code() {
            201 => {
                self.books.acknowledged(key, &body, &said);
                if cut_off {
                    self.books.cut_off(said.text("id"));
                }
                Some(said.text("id").to_owned())
            }
            409 if said.text("code") == "insufficient_stock" => None,
            _ => panic!("placing {key}: {} {}", said.status, said.body),
        }
    }

    fn new_order(&self, dice: &mut SplitMix) -> Value {
        let mut lines = Vec::new();
        let first = dice.roll(self.goods.len() as u64);
        for n in 0..1 + dice.roll(3) {
            let goods = &self.goods[((first + n) % self.goods.len() as u64) as usize];
            lines.push(json!({"product_id": goods.id, "quantity": 1 + dice.roll(2)}));
        }
        if dice.roll(10) == 0 {
            lines.push(json!({"title": "Gift wrapping", "quantity": 1}));
        }
        let mut order = json!({ "lines": lines });
        if dice.roll(10) < 6 {
            let capture = dice.one_of(&["automatic", "automatic", "manual"]);
            order["payment"] = json!({"method": dice.one_of(METHODS), "capture": capture});
        }
        order
    }

    async fn go_on(&self, buyer: &HttpClient, order: &str, key: &str, dice: &mut SplitMix) {
        match dice.roll(10) {
            0..=2 => self.cancel(buyer, order, key).await,
            3 | 4 => {
                let method = json!({"method": dice.one_of(METHODS)});
                let path = format!("/v1/orders/{order}/payments");
                let said = self.ask(buyer, &path, &format!("{key}-pay"), &method).await;
                match said.code() {
                    201 => self.books.captured(order, &said.body),
                    402 | 409 => {}
                    _ => panic!("paying {order}: {} {}", said.status, said.body),
                }
                if dice.roll(3) == 0 {
                    self.cancel(buyer, order, key).await;
                }
            }
            5..=8 => self.ship(order, key, dice).await,
            _ => {}
        }
    }

    async fn cancel(&self, buyer: &HttpClient, order: &str, key: &str) {
        let body = json!({"reason": "changed my mind"});
        let said =
            self.ask(buyer, &format!("/v1/orders/{order}/cancel"), &format!("{key}-cancel"), &body).await;
        match said.code() {
            200 => self.books.cancelled(order),
            409 => {}
            _ => panic!("cancelling {order}: {} {}", said.status, said.body),
        }
    }

    async fn ship(&self, order: &str, key: &str, dice: &mut SplitMix) {
        let path = format!("/v1/orders/{order}/fulfilments");
        let said = self.ask(&self.admin, &path, &format!("{key}-ful"), &json!({})).await;
        if said.code() == 409 {
            return; // not confirmed: its payment was declined, or is not known yet
        }
        assert_eq!(said.code(), 201, "fulfilling {order}: {}", said.body);
        let fulfilment = format!("/v1/fulfilments/{}", said.text("id"));
        let said =
            self.ask(&self.admin, &format!("{fulfilment}/ship"), &format!("{key}-ship"), &json!({})).await;
        if said.code() != 200 {
            assert!(matches!(said.code(), 402 | 409), "shipping {order}: {} {}", said.status, said.body);
            return;
        }
        self.books.shipped(order);
        if dice.roll(2) == 0 {
            let path = format!("{fulfilment}/deliver");
            let said = self.ask(&self.admin, &path, &format!("{key}-deliver"), &Value::Null).await;
            assert_eq!(said.code(), 200, "delivering {order}: {}", said.body);
        }
        if dice.roll(3) == 0 {
            let path = format!("/v1/orders/{order}/refunds");
            let said =
                self.ask(&self.admin, &path, &format!("{key}-refund"), &json!({"amount": "0.50"})).await;
            match said.code() {
                201 => self.books.refund_told(order, 50, said.text("status")),
                409 => {} // a custom line costs nothing, and nothing can be refunded
                _ => panic!("refunding {order}: {} {}", said.status, said.body),
            }
        }
    }

    /// The order that was acknowledged is there as it was returned, and every service responds.
    async fn look_around(&self, buyer: &HttpClient, address: &str, order: &str, dice: &mut SplitMix) {
        let said = self.read(buyer, &format!("/v1/orders/{order}")).await;
        assert_eq!(said.body["total"]["amount"], self.books.total(order), "{order}: {}", said.body);
        self.read(buyer, "/v1/me").await;
        self.read(buyer, "/v1/products?limit=5").await;
        self.read(&self.admin, "/v1/mails?limit=5").await;
        if dice.roll(5) == 0 {
            let body = json!({"email": address, "password": CUSTOMER_PASSWORD});
            let said = self.ask(&buyer.signed_out(), "/v1/login", "", &body).await;
            assert_eq!(said.code(), 200, "{address} signs in: {}", said.body);
        }
    }

    async fn read(&self, client: &HttpClient, path: &str) -> HttpResponse {
        let (said, _) = self.until_known(client, Method::GET, path, "", &Value::Null).await;
        assert_eq!(said.code(), 200, "{path}: {}", said.body);
        said
    }

    /// Asks until there is a definite answer.
    async fn ask(&self, client: &HttpClient, path: &str, key: &str, body: &Value) -> HttpResponse {
        self.ask_until_known(client, path, key, body).await.0
    }

    /// Asks until there is a definite answer; that, and whether a try before it was cut off without an answer.
    async fn ask_until_known(
        &self,
        client: &HttpClient,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (HttpResponse, bool) {
        self.until_known(client, Method::POST, path, key, body).await
    }

    async fn until_known(
        &self,
        client: &HttpClient,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (HttpResponse, bool) {
        const TRIES: u32 = 1200;
        let mut last = String::new();
        let mut cut_off = false;
        for _ in 0..TRIES {
            self.in_flight.fetch_add(1, SeqCst);
            let answer = client.try_call(method.clone(), path, key, body).await;
            self.in_flight.fetch_sub(1, SeqCst);
            self.requests.fetch_add(1, SeqCst);
            let is_good = answer.as_ref().is_ok_and(is_definite);
            self.outcomes.lock().unwrap().push((Instant::now(), is_good));
            match answer {
                Ok(said) if is_good => return (said, cut_off),
                Ok(said) => {
                    let comes_back =
                        !matches!(said.code(), 503 | 504) || said.headers.contains_key("retry-after");
                    let when = if comes_back { "" } else { NEVER };
                    let failure = format!("{} {}{when}", said.code(), said.text("code"));
                    *self.failures.lock().unwrap().entry(failure).or_default() += 1;
                    last = format!("{} {}", said.status, said.body);
                }
                Err(broken) => {
                    cut_off = true;
                    last = broken.to_string();
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} has no definite answer after {TRIES} tries: {last}")
    }
}

/// Whether a repeat with the same key would get no other answer.
fn is_definite(said: &HttpResponse) -> bool {
    said.code() < 500 && said.code() != 429
}
