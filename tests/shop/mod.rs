//! A shop for the system tests: the real program, with customers and goods. It is one process on a folder of the test's
//! own, or, where `ORDO_SHAPE=split` says so, a process for each service, on a PostgreSQL and a NATS of the test's own:
//! `ORDO_SHAPE=split cargo nextest run --workspace --test web`. What each run tries in which shape, and what is embedded
//! whatever is said, is described in `docs/decisions/0037-sampled-multi-process-tests.md`.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part of it")]

pub mod client_ledger;
pub mod file;
pub mod ledger;
pub mod load;

use db::{
    Db, postgres,
    sqlite::{self, Checkpoints, Sqlite},
};
use http::Method;
use ordo::data_dir::{DATABASE, SIMULATOR};
use serde_json::{Value, json};
use std::{path::Path, process::Output, time::Duration};
use testkit::{
    distributed::{DistributedShop, ShopProcess},
    http_client::{HttpClient, HttpResponse, path_in},
    nats::Nats,
    real_env::env,
    server::{Launch, Server},
    temp_dir::TempDir,
};

pub const ADMIN_EMAIL: &str = "admin@example.com";
pub const ADMIN_PASSWORD: &str = "correct horse battery";
/// Of each customer that a test registers.
pub const CUSTOMER_PASSWORD: &str = "a customer's password";

/// A product for sale.
#[derive(Debug, Clone)]
pub struct ShopProduct {
    pub id: String,
    /// The price in minor units.
    pub price: i64,
    /// Pieces at the start.
    pub stock: i64,
}

/// A shop, its program running or not.
pub struct Shop {
    pub folder: TempDir,
    /// Of an embedded shop.
    pub launch: Launch,
    pub server: Option<Server>,
    split: Option<(DistributedShop, Nats)>,
}

/// The processes of a split shop: each service by itself, what sells twice.
const ALONE: [&[&str]; 8] = [
    &["auth"],
    &["payments"],
    &["products"],
    &["products"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["gateway"],
];

/// Times short enough for a test: holds, dues, the provider's delays.
/// A crowd of buyers can reserve all there is, and one address gets every email.
pub const SHORT: [(&str, &str); 14] = [
    ("ORDO_RATE_LIMIT", "off"),
    ("ORDO_UNPAID_ORDERS_MAX", "1000000"),
    ("ORDO_UNPAID_STOCK_PERCENT", "100"),
    ("ORDO_UNPAID_STOCK_PERCENT_GUESTS", "100"),
    ("ORDO_UNPAID_STOCK_PERCENT_CUSTOMER", "100"),
    ("ORDO_EMAILS_PER_ADDRESS_PER_HOUR", "0"),
    ("ORDO_HOLD", "2"),
    ("ORDO_PROVIDER_TIMEOUT", "1"),
    ("ORDO_RECONCILE_AFTER_MS", "200"),
    ("ORDO_SIMULATOR_SLOW_MS", "300"),
    ("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", "300"),
    ("ORDO_DRAIN", "5"),
    ("ORDO_ADMIN_EMAIL", ADMIN_EMAIL),
    ("ORDO_ADMIN_PASSWORD", ADMIN_PASSWORD),
];

/// The program on that data, with short times.
pub fn launch(data: &Path) -> Launch {
    let launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), data);
    SHORT.iter().fold(launch, |launch, (name, value)| launch.with(name, value))
}

/// The database of one service of a shop that is started like this, beside it.
pub async fn database_of(launch: &Launch, service: &str) -> Db {
    match launch.settings.iter().find(|(name, _)| name == "ORDO_DATABASE_URL") {
        Some((_, url)) => schema_at(url, service).await,
        None => embedded_database(&launch.data, service),
    }
}

/// The database of one service of an embedded shop, which may be running.
pub fn embedded_database(data: &Path, service: &str) -> Db {
    // the shop copies the log of its file itself
    let options = || sqlite::Options { checkpoints: Checkpoints::Never, ..sqlite::Options::default() };
    let open = |name| Sqlite::open(data.join(name), env(), options()).unwrap();
    match service {
        "simulator" => open(SIMULATOR).into(),
        service => open(DATABASE).namespace(service).into(),
    }
}

async fn schema_at(url: &str, service: &str) -> Db {
    let schema = Some(service.to_owned());
    let config = postgres::Config { schema, pool_size: 1, ..postgres::Config::new(url) };
    postgres::open(config, env()).await.unwrap()
}

/// Somebody who has an account in the shop there, signed in.
pub async fn signed_in(url: &str, (email, password): (&str, &str)) -> HttpClient {
    let plain = HttpClient::new(url);
    let said = plain.post("/v1/login", "", &json!({"email": email, "password": password})).await.expect(200);
    plain.with_token(said.text("token"))
}

/// The administrator of the shop there, signed in.
pub async fn admin_at(url: &str) -> HttpClient {
    signed_in(url, (ADMIN_EMAIL, ADMIN_PASSWORD)).await
}

/// Where a link leads that was mailed, once it was: in the newest mail of those asked for (`about=`, `to=`) whose link has this
/// part. It opens something, so that the list of the mails hides it.
pub async fn mailed(admin: &HttpClient, asked: &str, part: &str) -> String {
    for _ in 0..200 {
        let mails = admin.get(&format!("/v1/mails?limit=10&{asked}")).await.expect(200).body;
        for listed in mails["items"].as_array().unwrap() {
            let mail = admin.get(&format!("/v1/mails/{}", listed["id"].as_str().unwrap())).await.expect(200);
            if let Some(path) = path_in(mail.text("text")).filter(|path| path.contains(part)) {
                assert!(listed["text"].as_str().unwrap().contains("(hidden: "), "{listed}");
                return path.to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no mail of {asked} has a link with {part}")
}

/// A new customer of the shop there, signed in.
pub async fn customer_at(url: &str, name: &str) -> HttpClient {
    let plain = HttpClient::new(url);
    let body = json!({"email": format!("{name}@example.com"), "password": CUSTOMER_PASSWORD});
    let said = plain.post("/v1/register", "", &body).await.expect(201);
    plain.with_token(said.text("token"))
}

/// Puts products on sale: price in minor units of EUR, and pieces.
pub async fn stock_up(admin: &HttpClient, goods: &[(i64, i64)]) -> Vec<ShopProduct> {
    let mut all = Vec::new();
    for (n, (price, stock)) in goods.iter().enumerate() {
        let amount = format!("{}.{:02}", price / 100, price % 100);
        let body =
            json!({"sku": format!("T-{n}"), "name": format!("Thing {n}"), "price": amount, "stock": stock});
        let said = admin.post("/v1/products", "", &body).await.expect(201);
        all.push(ShopProduct { id: said.text("id").to_owned(), price: *price, stock: *stock });
    }
    all
}

impl Shop {
    /// An empty shop with an administrator, in the shape that `ORDO_SHAPE` says.
    pub fn open(settings: &[(&str, &str)]) -> Shop {
        match std::env::var("ORDO_SHAPE").as_deref() {
            Err(_) | Ok("embedded") => Shop::embedded(settings),
            Ok("split") => Shop::split(settings),
            Ok(other) => panic!("ORDO_SHAPE is embedded or split, not {other}"),
        }
    }
    /// The same, as one process on embedded databases.
    pub fn embedded(settings: &[(&str, &str)]) -> Shop {
        let folder = TempDir::new();
        let mut launch = launch(&folder.path().join("data"));
        for (name, value) in settings {
            launch = launch.with(name, value);
        }
        Shop::of(folder, launch)
    }
    /// An embedded shop that is started like this.
    pub fn of(folder: TempDir, launch: Launch) -> Shop {
        let server = Some(launch.start());
        Shop { folder, launch, server, split: None }
    }
    /// The same, as many processes.
    pub fn split(settings: &[(&str, &str)]) -> Shop {
        let (folder, nats) = (TempDir::new(), Nats::start());
        let bus = nats.url();
        let own = [("ORDO_BUS", bus.as_str()), ("ORDO_LEAVE", "1")];
        let mut split =
            DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &ALONE, &[&SHORT[..], &own, settings].concat());
        split.start();
        let launch = launch(&folder.path().join("none"));
        Shop { folder, launch, server: None, split: Some((split, nats)) }
    }
    pub fn url(&self) -> String {
        match &self.split {
            Some((split, _)) => split.url(),
            None => format!("http://{}", self.launch.listen),
        }
    }
    pub fn is_one_process(&self) -> bool {
        self.split.is_none()
    }
    /// The process that answers there: the whole shop, or its gateway.
    pub fn pid(&self) -> u32 {
        let server = match &self.split {
            Some((split, _)) => {
                split.parts.iter().find(|part| part.services.contains(&"gateway")).unwrap().server.as_ref()
            }
            None => self.server.as_ref(),
        };
        server.unwrap().pid()
    }
    /// SIGKILL of all that runs, and a new start on the same data.
    pub fn kill_and_restart(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
        if let Some((split, _)) = &mut self.split {
            split.parts.iter_mut().for_each(ShopProcess::kill);
        }
        self.start_again();
    }
    /// SIGTERM, and waits for the end of all that runs.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        if let Some((split, _)) = &mut self.split {
            for part in &mut split.parts {
                part.stop();
            }
        }
    }
    /// Starts it on its data, once it has ended.
    pub fn start_again(&mut self) {
        match &mut self.split {
            Some((split, _)) => split.start(),
            None => self.server = Some(self.launch.start()),
        }
    }
    /// The administrator, signed in.
    pub async fn admin(&self) -> HttpClient {
        admin_at(&self.url()).await
    }
    /// A new customer, signed in.
    pub async fn customer(&self, name: &str) -> HttpClient {
        customer_at(&self.url(), name).await
    }
    /// Puts products on sale: price in minor units of EUR, and pieces.
    pub async fn stock_up(&self, admin: &HttpClient, goods: &[(i64, i64)]) -> Vec<ShopProduct> {
        stock_up(admin, goods).await
    }
    /// Runs `ordo audit` beside the running program.
    pub fn audit(&self) -> Output {
        self.audit_with(&[])
    }
    /// The same, asked for in a certain way.
    pub fn audit_with(&self, arguments: &[&str]) -> Output {
        let audit = [&["audit"], arguments].concat();
        let mut command = match &self.split {
            Some((split, _)) => split.command(&audit),
            None => self.launch.command(&audit),
        };
        command.output().unwrap()
    }
    /// The database of one of its services, beside the running program.
    pub async fn database(&self, service: &str) -> Db {
        match &self.split {
            Some((split, _)) => schema_at(split.database(), service).await,
            None => database_of(&self.launch, service).await,
        }
    }
    /// The audit must be clean.
    #[track_caller]
    pub fn assert_audit_is_clean(&self, when: &str) {
        let output = self.audit();
        assert!(
            output.status.success(),
            "the audit is not clean {when}:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// All items of a list, page by page.
pub async fn all_items(client: &HttpClient, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    let with = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = client.get(&format!("{path}{with}limit=100{cursor}")).await.expect(200).body;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// Asks until there is a definite answer: neither a broken connection nor a 5xx nor a 429.
pub async fn definite(
    client: &HttpClient,
    method: Method,
    path: &str,
    key: &str,
    body: &Value,
) -> HttpResponse {
    const TRIES: u32 = 1200;
    let mut last = String::new();
    for _ in 0..TRIES {
        match client.try_call(method.clone(), path, key, body).await {
            Ok(said) if said.code() < 500 && said.code() != 429 => return said,
            Ok(said) => last = format!("{} {}", said.status, said.body),
            Err(broken) => last = broken.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} has no definite answer after {TRIES} tries: {last}")
}
