//! A program that is started again, without its fail point, when it has ended there; and who asks it.

use crate::{
    accidents,
    journeys::Journey,
    shop::{self, Shop, ShopProduct, client_ledger::ClientLedger},
};
use http::Method;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::Command,
    time::Duration,
};
use testkit::{
    distributed::SECRET,
    http_client::{HttpClient, HttpResponse},
    postgres::Postgres,
    server::{Launch, Server},
    temp_dir::TempDir,
};
use tokio::time::{Instant, sleep};

const SIGABRT: i32 = 6;
pub const NONE: Value = Value::Null;
pub const POST: Method = Method::POST;
/// Between two checks something that takes its time.
const A_WHILE: Duration = Duration::from_millis(50);
/// Much longer than anything takes on a busy machine: the longest is the 30 s of head start of a request that is to
/// execute an initial payment.
const PATIENCE: Duration = Duration::from_secs(120);

/// Time for something to happen.
pub struct Deadline(Instant);

impl Deadline {
    pub fn new() -> Deadline {
        Deadline(Instant::now())
    }
    pub fn is_over(&self) -> bool {
        self.0.elapsed() > PATIENCE
    }
}

/// Where a program is to end: at a point, at which pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub point: String,
    pub pass: u64,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.point, self.pass)
    }
}

impl End {
    /// What the program says when it ends there, and never otherwise.
    fn last_words(&self) -> String {
        format!("failpoint {}: ending the process", self.point)
    }
}

/// A shop after its first start, kept as a folder that each journey begins from, or as a database.
pub struct Template {
    folder: TempDir,
    postgres: Option<(Postgres, String)>,
    goods: Vec<ShopProduct>,
    admin: String,
    customer: String,
}

pub const CUSTOMER: (&str, &str) = ("customer@example.com", "a customer's password");

impl Template {
    /// In a folder.
    pub async fn make() -> Template {
        Template::of(Shop::embedded(&[]), None).await
    }

    /// On a PostgreSQL of its own.
    pub async fn on_postgres() -> Template {
        let (server, folder) = (Postgres::start(), TempDir::new());
        let first = server.new_database();
        let launch = kept_at(shop::launch(&folder.path().join("none")), &first);
        Template::of(Shop::of(folder, launch), Some((server, first))).await
    }

    async fn of(mut shop: Shop, postgres: Option<(Postgres, String)>) -> Template {
        let admin = shop.admin().await;
        let goods = shop.stock_up(&admin, &[(1999, 1000), (500, 1000)]).await;
        shop.customer("customer").await;
        let plain = HttpClient::new(&shop.url());
        let admin = sign_in(&plain, (shop::ADMIN_EMAIL, shop::ADMIN_PASSWORD)).await;
        let customer = sign_in(&plain, CUSTOMER).await;
        sleep(Duration::from_secs(1)).await; // the events of the catalogue are heard
        let status = shop.server.take().unwrap().stop();
        assert!(status.success(), "{status}");
        Template { folder: shop.folder, postgres, goods, admin, customer }
    }

    pub fn is_on_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// How a copy of it is started, or a shop of which there is nothing yet.
    fn copied(&self, folder: &Path, from_nothing: bool) -> Launch {
        let launch = shop::launch(&folder.join("data"));
        match &self.postgres {
            Some((server, first)) => kept_at(launch, &server.copy_of(first)),
            None if from_nothing => {
                fs::create_dir(&launch.data).unwrap();
                launch
            }
            None => {
                copy(&self.folder.path().join("data"), &launch.data);
                launch
            }
        }
    }
}

/// A shop in one process, whose services are in this database of PostgreSQL.
fn kept_at(launch: Launch, database: &str) -> Launch {
    let few = launch.with("ORDO_DATABASE_URL", database).with("ORDO_DATABASE_POOL", 2);
    few.with("ORDO_SECRET", SECRET)
}

/// A token.
async fn sign_in(plain: &HttpClient, (email, password): (&str, &str)) -> String {
    let said = plain.post("/v1/login", "", &json!({"email": email, "password": password})).await;
    said.expect(200).text("token").to_owned()
}

/// A request with a key that was granted, to be asked again.
struct AcceptedRequest {
    who: HttpClient,
    method: Method,
    path: String,
    key: String,
    body: Value,
    code: u16,
    /// What it made or changed.
    id: String,
}

/// A journey on its way.
pub struct JourneyRun {
    pub launch: Launch,
    /// None while the folder is being prepared.
    server: Option<Server>,
    /// Where the program is to end; none: it reports the points that it passes.
    end: Option<End>,
    has_ended: bool,
    /// What the program said that was armed.
    log: Option<String>,
    pub customer: HttpClient,
    pub admin: HttpClient,
    pub goods: Vec<ShopProduct>,
    /// The responses that the clients received.
    pub books: ClientLedger,
    /// Orders that were paid offline: the provider knows nothing of them.
    pub offline: BTreeSet<String>,
    /// Fulfilments, as of the last response about each.
    pub fulfilments: BTreeMap<String, String>,
    granted: Vec<AcceptedRequest>,
    /// Who keeps a service from writing, until the program has ended.
    keeper: Option<accidents::BlockedPayments>,
    /// Gone with the script.
    _folder: TempDir,
}

impl JourneyRun {
    /// Walks a journey; whether the program ended at its point, and what it said until then.
    pub async fn walk(template: &Template, journey: &Journey, end: Option<End>) -> (bool, String) {
        let folder = TempDir::new();
        let mut launch = template
            .copied(folder.path(), journey.from_nothing)
            .with("ORDO_PAYMENT_DUE", 3600)
            .with("ORDO_SIMULATOR_LATE_MS", 1500)
            .with("ORDO_HOLD", 1);
        for (name, value) in journey.settings {
            launch = launch.with(name, value);
        }
        let plain = HttpClient::new(&format!("http://{}", launch.listen));
        let mut script = JourneyRun {
            customer: plain.with_token(&template.customer),
            admin: plain.with_token(&template.admin),
            goods: template.goods.clone(),
            books: ClientLedger::default(),
            offline: BTreeSet::new(),
            fulfilments: BTreeMap::new(),
            granted: Vec::new(),
            keeper: None,
            server: None,
            has_ended: false,
            log: None,
            launch,
            end,
            _folder: folder,
        };
        if let Some(prepare) = journey.prepare {
            script.server = Some(script.launch.start());
            prepare(&mut script).await;
        }
        script.start_armed();
        (journey.walk)(&mut script).await;
        script.settle().await;
        script.stop_for_good()
    }

    fn start_armed(&mut self) {
        drop(self.server.take());
        let spec = self.end.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
        match self.launch.clone().with("ORDO_FAILPOINT", spec).try_start() {
            Ok(server) => self.server = Some(server),
            // a point can lie on the way to being ready
            Err(log) => {
                let last_words = self.end.as_ref().map(End::last_words);
                assert!(
                    last_words.is_some_and(|words| log.contains(&words)),
                    "the program does not start:\n{log}"
                );
                (self.has_ended, self.log) = (true, Some(log));
                self.server = Some(self.launch.start());
            }
        }
    }

    fn stop_for_good(mut self) -> (bool, String) {
        self.stop();
        (self.has_ended, self.log.unwrap_or_default())
    }

    /// Ends the program, as a power cut would.
    pub fn stop(&mut self) {
        self.revive();
        let mut server = self.server.take().expect("it runs");
        server.kill();
        let log = server.whole_log();
        // the one that was armed is the first to be stopped or to end
        self.log.get_or_insert(log);
    }

    /// Something happens to the files of a program that does not run.
    pub fn accident(&self, service: &str, statement: &str) {
        assert!(self.server.is_none(), "it runs");
        accidents::happen(&self.launch.data, service, statement);
    }

    /// While the folder is prepared: what the program said is of no interest.
    pub fn stop_unheard(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts the program without a fail point.
    pub fn start(&mut self) {
        self.server = Some(self.launch.start());
    }

    /// While the folder is prepared: the program is to end at `point`, in the course of `request`.
    pub async fn ends_at(&mut self, point: &str, (path, key, body): (&str, &str, &Value), who: &HttpClient) {
        self.stop_unheard();
        let mut server = self.launch.clone().with("ORDO_FAILPOINT", point).start();
        let patience = Deadline::new();
        while server.has_ended().is_none() {
            assert!(!patience.is_over(), "the program does not end at {point}");
            // a connection may be to the program before this one
            if let Ok(said) = who.try_call(POST, path, key, body).await {
                panic!("the program did not end at {point}: {} {}", said.status, said.body);
            }
            sleep(A_WHILE).await;
        }
    }

    /// Starts the program again if it has ended, which it may do once, at its point.
    /// Whether it had.
    pub fn revive(&mut self) -> bool {
        let Some(server) = &mut self.server else { return false };
        let Some(status) = server.has_ended() else { return false };
        let log = server.whole_log();
        let words = self.end.as_ref().map(End::last_words);
        let ended_there =
            status.signal() == Some(SIGABRT) && words.as_ref().is_some_and(|words| log.contains(words));
        assert!(ended_there && !self.has_ended, "it ended ({status}), but not at {words:?}:\n{log}");
        (self.has_ended, self.log) = (true, Some(log));
        self.keeper = None;
        self.start();
        true
    }

    /// That stays so for so long, or until the program has ended.
    pub async fn keep_from_writing(&mut self, how_long: Duration) {
        let begun = Instant::now();
        while self.keeper.is_some() && begun.elapsed() < how_long {
            self.wait().await;
        }
        self.keeper = None;
    }
    /// From now on no payment can be opened.
    pub fn keep_payments_shut(&mut self) {
        self.keeper = Some(accidents::BlockedPayments::of_payments(&self.launch.data));
    }

    /// A moment passes. If the program was started again, then all earlier responses are true, whatever follows.
    pub async fn wait(&mut self) {
        sleep(A_WHILE).await;
        if self.revive() {
            self.books_are_kept().await;
        }
    }

    /// What is seen in the files is committed a moment before the program says that it passes the point after it: stopping
    /// it then waits for that, unless it is to end somewhere.
    pub async fn until_passed(&mut self, point: &str) {
        // whether or not it also says which service passes it
        let (words, patience) = (format!("failpoint {point}:"), Deadline::new());
        while self.end.is_none() && !self.server.as_ref().is_some_and(|server| server.has_said(&words)) {
            assert!(!patience.is_over(), "the program does not pass {point}");
            self.wait().await;
        }
    }

    /// Asks until there is a definite answer, starting the program again when it has ended.
    pub async fn ask(
        &mut self,
        who: &HttpClient,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> HttpResponse {
        let (mut last, patience) = (String::new(), Deadline::new());
        while !patience.is_over() {
            match who.try_call(method.clone(), path, key, body).await {
                Ok(said) if said.code() < 500 => {
                    self.remember(&said, who, &method, path, key, body);
                    return said;
                }
                Ok(said) => last = said.body.to_string(),
                Err(broken) => last = broken.to_string(),
            }
            self.wait().await;
        }
        panic!(
            "{path} has no definite answer: {last}\n{}",
            self.server.as_ref().map(Server::log).unwrap_or_default()
        )
    }

    fn remember(
        &mut self,
        said: &HttpResponse,
        who: &HttpClient,
        method: &Method,
        path: &str,
        key: &str,
        body: &Value,
    ) {
        // what is still under way may yet be refused
        let is_final = said.code() < 300 && said.text("status") != "processing";
        if !key.is_empty() && is_final {
            self.granted.push(AcceptedRequest {
                who: who.clone(),
                method: method.clone(),
                path: path.to_owned(),
                key: key.to_owned(),
                body: body.clone(),
                code: said.code(),
                id: said.text("id").to_owned(),
            });
        }
    }

    /// What was granted was taken back on purpose: nobody gets it by asking again.
    pub fn forget(&mut self, id: &str) {
        self.granted.retain(|granted| granted.id != id);
    }

    /// What these keys made is gone.
    pub fn forget_keys(&mut self, prefix: &str) {
        self.granted.retain(|granted| !granted.key.starts_with(prefix));
    }

    /// Everybody asks again, with their keys, for what they were granted: they get it, and not another one.
    pub async fn ask_all_again(&mut self) {
        for AcceptedRequest { who, method, path, key, body, code, id } in std::mem::take(&mut self.granted) {
            let said = self.ask(&who, method.clone(), &path, &key, &body).await;
            assert_eq!(
                (said.code(), said.text("id")),
                (code, id.as_str()),
                "{method} {path}, again with the key {key}: {}",
                said.body
            );
        }
    }

    /// As staff; it must be granted.
    pub async fn staff(&mut self, method: Method, path: &str, key: &str, body: &Value) -> Value {
        let said = self.ask(&self.admin.clone(), method, path, key, body).await;
        assert!(said.code() < 300, "{path}: {} {}", said.status, said.body);
        said.body
    }
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    let _ = fs::remove_file(to.join("lock"));
}
