//! What pages cost: how many questions they ask and how many statements that makes, and that neither these nor their work grow
//! with the number of orders.

use super::{
    Browser, PASSWORD, address_and, api_of, at_checkout,
    large_orders::{assert_nothing_is_heard_again, fill, fill_shelves},
    orders_of, registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop, file::ServiceFile, launch},
    tampered_data::{meddle, put_aside},
    visited::{PAGES_OF_NOBODY, VisitedPages, held, written},
    waiting::booked,
};
use http::Method;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};
use testkit::{cpu_time::CpuTime, http_client::HttpClient, part::Shard, temp_dir::TempDir};

/// A page asks the services at most so often.
const CALLS_MAX: u64 = 8;
/// And makes at most so many statements of the databases.
const STATEMENTS_MAX: u64 = 8;
/// An order of so many products, of which its page shows pictures.
const PRODUCTS: usize = 6;
/// Each page is asked so often: what works beside it counts only where it worked each time.
const TRIES: usize = 6;

/// A shop with an order of Ada's and a listener for its meters.
async fn metered() -> Shop {
    let folder = TempDir::new();
    let mut launch = launch(&folder.path().join("data"));
    launch.arguments.extend(["--listen".to_owned(), "metrics=127.0.0.1:0".to_owned()]);
    let shop = Shop::of(folder, launch);
    let admin = shop.admin().await;
    for n in 0..PRODUCTS {
        let body =
            json!({"sku": format!("T-{n}"), "name": format!("Teapot {n}"), "price": "12.50", "stock": 50});
        admin.post("/v1/products", "", &body).await.expect(201);
    }
    shop
}

async fn signed_in(shop: &Shop, who: &str, password: &str) -> Browser {
    let mut browser = Browser::new(&shop.url());
    let form = browser.open("/account").await.expect(200);
    browser.submit_and_follow(&form, "/sign-in", &[("who", who), ("password", password)]).await.expect(200);
    browser
}

async fn ordered(shop: &Shop) -> String {
    let mut ada = registered(shop, "ada").await;
    let found = ada.get("/search?q=teapot").await.expect(200);
    let of_product = |link: String| link.strip_prefix("/products/").map(str::to_owned);
    let products: BTreeSet<String> = found.links().into_iter().filter_map(of_product).collect();
    assert_eq!(products.len(), PRODUCTS);
    let mut checkout = None;
    for product in &products {
        checkout = Some(at_checkout(&mut ada, product, "1").await);
    }
    ada.submit(&checkout.unwrap(), "/checkout", &address_and("sim_ok")).await.expect(303);
    let order = orders_of(&api_of(shop, "ada").await).await[0]["id"].as_str().unwrap().to_owned();
    let links = ada.get(&format!("/orders/{order}")).await.expect(200).links();
    assert!(products.iter().all(|product| links.contains(&format!("/products/{product}"))), "{links:?}");
    order
}

/// Two meters of the program.
async fn counted(meters: &HttpClient) -> (u64, u64) {
    let text = String::from_utf8(meters.get("/metrics").await.bytes.to_vec()).unwrap();
    let sum = |name: &str| {
        let lines = text.lines().filter(|line| line.starts_with(name) && !line.starts_with('#'));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    (sum("ordo_calls_total"), sum("ordo_statements_total"))
}

/// The least of several tries of what a page asks, and how many statements that makes.
async fn cost(meters: &HttpClient, browser: &mut Browser, page: &str) -> (u64, u64) {
    cost_of(meters, browser, page, TRIES).await
}

/// The least of so many tries.
async fn cost_of(meters: &HttpClient, browser: &mut Browser, page: &str, tries: usize) -> (u64, u64) {
    let (mut calls, mut statements) = (u64::MAX, u64::MAX);
    // reading the meters asks databases, too
    let mut idle = u64::MAX;
    for _ in 0..TRIES {
        let before = counted(meters).await;
        let after = counted(meters).await;
        idle = idle.min(after.1 - before.1);
    }
    for _ in 0..tries {
        let before = counted(meters).await;
        browser.get(page).await.expect(200);
        let after = counted(meters).await;
        calls = calls.min(after.0 - before.0);
        statements = statements.min((after.1 - before.1).saturating_sub(idle));
    }
    (calls, statements)
}

#[tokio::test]
async fn no_page_asks_more_than_eight_questions_or_makes_more_than_eight_statements() {
    let shop = metered().await;
    let order = ordered(&shop).await;
    // its page shows the amount of each refund
    let refund = json!({"amount": "1.00", "reason": "a chip"});
    let admin = shop.admin().await;
    admin.post(&format!("/v1/orders/{order}/refunds"), "some", &refund).await.expect(201);
    let mut ada = signed_in(&shop, "ada@example.com", PASSWORD).await;
    ada.until(&format!("/orders/{order}"), "€1.00 refunded").await;
    // the system page shows it, too
    put_aside(&shop, 1).await;
    nothing_costs_more_than_eight(&mut PageVisit::at(shop, &order).await).await;
}

/// More of everything than one look into an index takes.
const MANY: u32 = 1_200;

/// There, what is looked for is had by too many to be read out of an index.
#[tokio::test]
async fn nor_does_one_where_there_is_more_of_all_than_a_look_takes() {
    let mut shop = metered().await;
    let order = ordered(&shop).await;
    written(&shop).await;
    // "customer" begins words of orders and of people in more ways than are read one by one; and this one has it
    let made = json!({"sku": "C-1", "name": "Customer's cup", "price": "5.00", "stock": 5});
    shop.admin().await.post("/v1/products", "", &made).await.expect(201);
    grow(&mut shop, |data| {
        fill(data, MANY);
        fill_shelves(data, MANY);
        // more drafts than a page shows orders, all newer than most, and as many as a search passes over at once
        meddle(data, "orders", "update orders set status = 'draft' where number > 1001050");
    });
    let data = shop.launch.data.clone();
    let mut looked = PageVisit::at(shop, &order).await;
    // the number of a draft, how many numbers begin, and how a word of orders, products and people does
    let more = [
        "search?q=1001100",
        "orders?q=1001100",
        "search?q=10010",
        "orders?q=10010",
        "search?q=o",
        "search?q=customer",
        "search?q=c",
    ];
    looked.lookers[0].1.extend(more.map(|page| format!("/console/{page}")));
    nothing_costs_more_than_eight(&mut looked).await;
    assert_nothing_is_heard_again(&data);
}

async fn nothing_costs_more_than_eight(looked: &mut PageVisit) {
    let meters = HttpClient::new(looked.shop.server.as_ref().unwrap().listener("metrics"));
    let mut told = Vec::new();
    for (who, pages) in &mut looked.lookers {
        for page in pages {
            told.push((page.clone(), cost(&meters, who, page).await));
        }
    }
    for (page, (calls, statements)) in &told {
        println!("{page}: {calls} questions, {statements} statements");
    }
    let many: Vec<_> = told.iter().filter(|(_, (calls, _))| *calls > CALLS_MAX).collect();
    assert!(many.is_empty(), "{many:?}");
    let many: Vec<_> = told.iter().filter(|(_, (_, statements))| *statements > STATEMENTS_MAX).collect();
    assert!(many.is_empty(), "{many:?}");
    // what is not asked for at all is not counted
    let asks_nothing = |page: &str| {
        ["/account/developer", "/account/developer/state", "/account/addresses/new"].contains(&page)
            || PAGES_OF_NOBODY.contains(&page)
    };
    assert!(told.iter().all(|(page, (calls, _))| *calls > 0 || asks_nothing(page)), "{told:?}");
}

/// Of each of so many customers an order that is paid and waits for its stock, and on each a note of a colleague's: nobody has
/// looked at any of it.
async fn never_looked_at(shop: &Shop) -> Vec<String> {
    let admin = shop.admin().await;
    let made = json!({"sku": "N-1", "name": "Plate", "price": "5.00", "stock": 50});
    let plate = admin.post("/v1/products", "", &made).await.expect(201).text("id").to_owned();
    let mut orders = Vec::new();
    for n in 0..TRIES {
        let buyer = shop.customer(&format!("unknown{n}")).await;
        let order = json!({"lines": [{"product_id": plate, "quantity": 1}], "payment": {"method": "sim_ok"}});
        let order = buyer.post("/v1/orders", "one", &order).await.expect(201).text("id").to_owned();
        let colleague = shop.customer(&format!("colleague{n}")).await;
        let who = colleague.get("/v1/me").await.expect(200).text("id").to_owned();
        let may = json!({"role": "staff", "permissions": ["orders"]});
        admin.try_call(Method::PATCH, &format!("/v1/users/{who}"), "", &may).await.unwrap().expect(200);
        let login =
            json!({"email": format!("colleague{n}@example.com"), "password": "a customer's password"});
        let now = HttpClient::new(&shop.url()).post("/v1/login", "", &login).await.expect(200);
        let colleague = colleague.apart().with_token(now.text("token"));
        let note = json!({"text": "by phone"});
        colleague.post(&format!("/v1/orders/{order}/notes"), "", &note).await.expect(201);
        orders.push(order);
    }
    booked(shop, &plate, -50, "gone").await;
    for order in &orders {
        held(&admin, &format!("/v1/orders/{order}")).await;
    }
    orders
}

#[tokio::test]
async fn a_page_that_names_people_for_the_first_time_makes_no_more_than_eight_statements() {
    let shop = metered().await;
    let orders = never_looked_at(&shop).await;
    let meters = HttpClient::new(shop.server.as_ref().unwrap().listener("metrics"));
    let mut staff = signed_in(&shop, ADMIN_EMAIL, ADMIN_PASSWORD).await;
    staff.get("/console").await.expect(200);
    let (mut least, mut again) = ((u64::MAX, u64::MAX), (u64::MAX, u64::MAX));
    for order in orders {
        let page = format!("/console/orders/{order}");
        least = least.min(cost_of(&meters, &mut staff, &page, 1).await);
        again = again.min(cost_of(&meters, &mut staff, &page, 1).await);
        staff.get(&page).await.expect(200).shows("short").shows("by phone");
    }
    let (calls, statements) = least;
    println!("for the first time {least:?}, then {again:?}");
    assert!(calls <= CALLS_MAX && statements <= STATEMENTS_MAX, "{calls} questions, {statements} statements");
    // names that are cached are not requested again, and all others are requested at once
    assert_eq!(least, (again.0 + 1, again.1 + 1));
}

/// What the lamp and the first page say of all services is asked beside the pages, at most every five seconds, and so often
/// however many pages are asked for.
#[tokio::test]
async fn what_pages_say_of_all_services_is_asked_once_for_all_of_them() {
    const VISITS: u64 = 20;
    /// Of each service whether it is well, and how it does, and its own state.
    const LOOK_MAX: u64 = 30;
    let shop = metered().await;
    let meters = HttpClient::new(shop.server.as_ref().unwrap().listener("metrics"));
    let mut staff = signed_in(&shop, ADMIN_EMAIL, ADMIN_PASSWORD).await;
    staff.get("/console").await.expect(200);
    tokio::time::sleep(Duration::from_secs(6)).await;
    let (before, begun) = (counted(&meters).await, tokio::time::Instant::now());
    for _ in 0..VISITS {
        staff.get("/console").await.expect(200);
    }
    // the last look has an answer by then
    tokio::time::sleep(Duration::from_secs(1)).await;
    let looks = begun.elapsed().as_secs() / 5 + 1;
    let (calls, statements) = counted(&meters).await;
    let (calls, statements) = (calls - before.0, statements - before.1);
    println!("{VISITS} visits, {looks} looks: {calls} questions, {statements} statements");
    assert!(calls <= VISITS * CALLS_MAX + looks * LOOK_MAX, "{calls} questions");
    assert!(statements <= VISITS * STATEMENTS_MAX + looks * LOOK_MAX, "{statements} statements");
}

/// Fills the data of a shop while it stands.
pub(crate) fn grow(shop: &mut Shop, fill: impl FnOnce(&Path)) {
    if let Some(mut server) = shop.server.take() {
        server.kill();
    }
    let data = &shop.launch.data;
    fill(data);
    // what was filled in is another history: as if no version that knows an anchor had been here
    let _ = std::fs::remove_file(data.join("anchor.json"));
    ServiceFile::open(data, "orders").execute_batch("pragma user_version = 0").unwrap();
    shop.server = Some(shop.launch.start());
}

/// A shop, and those who look, each at pages of their own.
struct PageVisit {
    /// It works until it is dropped.
    shop: Shop,
    lookers: [(Browser, Vec<String>); 3],
}

impl PageVisit {
    /// At a shop with an order of Ada's.
    async fn at(shop: Shop, order: &str) -> PageVisit {
        let staff = signed_in(&shop, ADMIN_EMAIL, ADMIN_PASSWORD).await;
        let mut ada = signed_in(&shop, "ada@example.com", PASSWORD).await;
        let VisitedPages { of_staff, of_ada, of_nobody } = VisitedPages::all(&shop, &mut ada, order).await;
        let nobody = Browser::new(&shop.url());
        PageVisit { shop, lookers: [(staff, of_staff), (ada, of_ada), (nobody, of_nobody)] }
    }

    /// At one with so many orders.
    async fn with(orders: u32) -> PageVisit {
        let mut shop = metered().await;
        let order = ordered(&shop).await;
        written(&shop).await;
        grow(&mut shop, |data| fill(data, orders));
        PageVisit::at(shop, &order).await
    }
}

/// No page costs more than so many times what it costs among a hundredth of the orders (docs/decisions/0041).
const GROWS: f64 = 1.5;
/// One that is plainly below that is not asked again; one near it is asked so often that chance does not decide.
const PLAINLY: f64 = 1.3;
/// Of fewer tries that tell, a quarter would be the least.
const TRIES_THAT_TELL: usize = 8;

/// What the program worked for a page, each time that it was asked for and that tells.
#[derive(Debug, Default)]
struct PageCosts(Vec<Duration>);
impl PageCosts {
    async fn add(&mut self, pid: u32, browser: &mut Browser, page: &str) {
        let before = CpuTime::by(pid).await;
        browser.get(page).await.expect(200);
        self.0.extend(CpuTime::by(pid).await.since(&before));
        self.0.sort();
    }
    /// A quarter of them took no more. What the program did beside a page makes others larger; the least may be one that found a
    /// processor still awake: one in fifty does, and a small page then takes half.
    fn quarter(&self) -> Duration {
        self.0.get(self.0.len() / 4).copied().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_cost_the_same_with_a_hundred_times_as_many_orders() {
    let (mut few, mut many) = (PageVisit::with(1_000).await, PageVisit::with(100_000).await);
    let pids = [&few, &many].map(|looked| looked.shop.server.as_ref().unwrap().pid());
    let mut works: BTreeMap<String, [PageCosts; 2]> = BTreeMap::new();
    // each run tries an eighth of the pages, the long form all
    let part = Shard::of_run();
    for (_, pages) in few.lookers.iter_mut().chain(&mut many.lookers) {
        let mut n = 0..;
        pages.retain(|_| n.next().is_some_and(|n| part.has(n)));
    }
    let ratio = |[few, many]: &[PageCosts; 2]| many.quarter().as_secs_f64() / few.quarter().as_secs_f64();
    // what grows costs more each time; what the program did beside it does not
    for turn in 0..12 {
        for ((few, of_few), (many, of_many)) in few.lookers.iter_mut().zip(&mut many.lookers) {
            for (page_of_few, page_of_many) in of_few.iter().zip(of_many.iter()) {
                let both = works.entry(page_of_few.clone()).or_default();
                if turn > 1 && ratio(both) <= PLAINLY {
                    continue;
                }
                // by turns: what the machine does meanwhile falls on both
                for _ in 0..8 {
                    both[0].add(pids[0], few, page_of_few).await;
                    both[1].add(pids[1], many, page_of_many).await;
                }
            }
        }
    }
    for (page, both) in &works {
        let [few, many] = [0, 1].map(|n| both[n].quarter());
        assert!(few > Duration::ZERO && many > Duration::ZERO, "{page}: {both:?}");
        assert!(both.iter().all(|tries| tries.0.len() >= TRIES_THAT_TELL), "{page}: {both:?}");
        println!("{page}: {few:?} and {many:?}, {:.2} times", ratio(both));
    }
    nothing_costs_more_than_eight(&mut many).await;
    let grown = works.iter().filter(|(_, both)| ratio(both) > GROWS);
    let grown: Vec<_> = grown.map(|(page, both)| (page, both.each_ref().map(PageCosts::quarter))).collect();
    assert!(grown.is_empty(), "{grown:#?}");
}
