//! A database, a clock that tests move, and the service over them; as many replicas as a test wants.

use auth::{AuthDependencies, AuthSettings, Cost, own_authority};
use axum::Router;
use bytes::Bytes;
use contracts::{auth::*, events::Event, feed::*};
use db::{Db, Sql, params, postgres};
use endpoint::{
    Body, Conditional, Context, CreatedWithoutEtag, Endpoint, IfMatch, IfNoneMatch, Json, NoErrors, Path,
    Query,
    client::{CallError, Client, Policy},
    http::{HeaderMap, HeaderValue, Request, StatusCode},
    transport::InProcess,
};
use flow::{DueTimer, Service};
use http_body_util::{BodyExt, Full};
use kernel::{BoxFuture, Env, Host, Secret, Timestamp, id::UserId, secret::RootSecret};
use ordo_http::{RequestLimits, TokenVerifier, token::ServiceCredential};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::sync::watch;
use tower::ServiceExt;

/// The name by which `testkit::on_both` calls it.
pub(crate) use self::AuthTestBed as TestBed;

/// A password that is hard to guess.
pub(crate) const PASSWORD: &str = "teapot on a monday";
const WITHIN: Duration = Duration::from_secs(20);

/// The operating system, with a clock that can be moved, and with a count of the work on the blocking pool, which can
/// be made to wait.
#[derive(Clone)]
pub(crate) struct Clock {
    clock: testkit::clock::Clock,
    hashes: Arc<AtomicUsize>,
    is_held: Arc<watch::Sender<bool>>,
}

impl Clock {
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
    pub(crate) fn set_back(&self, by: Duration) {
        self.clock.set_back(by);
    }
    /// From now on no password is hashed, or they are again.
    pub(crate) fn hold_hashes(&self, yes: bool) {
        self.is_held.send_replace(yes);
    }
    /// How many passwords were hashed or compared so far.
    pub(crate) fn hashes(&self) -> usize {
        self.hashes.load(SeqCst)
    }
}

impl Host for Clock {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
    fn random(&self, bytes: &mut [u8]) {
        self.clock.random(bytes);
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.clock.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        self.hashes.fetch_add(1, SeqCst);
        let (clock, mut is_held) = (self.clock.clone(), self.is_held.subscribe());
        Box::pin(async move {
            is_held.wait_for(|is_held| !is_held).await.unwrap();
            clock.blocking(work).await;
        })
    }
}

/// What all replicas share.
#[derive(Clone)]
pub(crate) struct AuthTestBed {
    pub(crate) clock: Clock,
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) secret: RootSecret,
    pub(crate) settings: AuthSettings,
}

impl AuthTestBed {
    /// Makes whoever waits for another at whose name somebody guesses wait until the test ends.
    pub(crate) fn pace_for_ever(&mut self) {
        const MUCH_TIME: Duration = Duration::from_secs(3600);
        self.settings.guess_interval = MUCH_TIME;
        self.settings.guess_wait = MUCH_TIME;
    }

    /// Whether an attempt waits for its turn, without a comparison.
    pub(crate) async fn waits<T>(&self, attempt: impl Future<Output = T>) -> bool {
        let hashes = self.clock.hashes();
        let is_late = tokio::time::timeout(Duration::from_millis(300), attempt).await.is_err();
        is_late && self.clock.hashes() == hashes
    }

    pub(crate) async fn on_sqlite(folder: &std::path::Path) -> AuthTestBed {
        let (clock, env) = clock();
        let db = testkit::one_file::service(folder, ::auth::NAME, &env);
        AuthTestBed::new(clock, env, db).await
    }

    pub(crate) async fn on_postgres() -> AuthTestBed {
        let (clock, env) = clock();
        let config = postgres::Config::new(testkit::postgres::database().await);
        let db = postgres::open(config, env.clone()).await.unwrap();
        AuthTestBed::new(clock, env, db).await
    }

    async fn new(clock: Clock, env: Env, db: Db) -> AuthTestBed {
        db::migrate(&db, auth::NAME, &auth::migrations()).await.unwrap();
        let password_cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        let settings = AuthSettings { password_cost, ..AuthSettings::default() };
        AuthTestBed { clock, env, db, secret: RootSecret::new([7; 32]), settings }
    }

    /// The same database as another process has it, with a separate clock and blocking pool.
    pub(crate) fn elsewhere(&self) -> AuthTestBed {
        let (clock, env) = clock();
        AuthTestBed { clock, env, ..self.clone() }
    }

    /// A verifier that has just read keys and revocations.
    pub(crate) async fn verifier(&self, service: &str) -> TokenVerifier {
        let authority = own_authority(self.env.clone(), self.db.clone(), &self.secret, &self.settings);
        let rules = self.settings.token_rules(service);
        let verifier = TokenVerifier::new(rules, &self.secret, authority, self.env.clone());
        verifier.read_once().await.unwrap();
        verifier
    }

    pub(crate) fn needs(&self, verifier: TokenVerifier, neighbours: Vec<TokenVerifier>) -> AuthDependencies {
        AuthDependencies {
            env: self.env.clone(),
            db: self.db.clone(),
            secret: self.secret.clone(),
            verifier,
            neighbours,
            limits: RequestLimits::default(),
            settings: self.settings.clone(),
        }
    }

    /// One more replica of the service.
    pub(crate) async fn replica(&self) -> AuthReplica {
        let verifier = self.verifier(auth::NAME).await;
        let service = auth::service(self.needs(verifier.clone(), Vec::new()));
        AuthReplica::new(self.clone(), verifier, service)
    }

    /// What the service does for as long as it runs, but for its timers.
    pub(crate) async fn tasks(&self) -> Vec<(&'static str, kernel::BoxFuture<()>)> {
        let verifier = self.verifier(auth::NAME).await;
        auth::service(self.needs(verifier, Vec::new())).tasks
    }

    /// The first row's only column, a number, of a statement of a test.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        self.db.query_one(&Sql::both(sql), &[]).await.unwrap().get("n").unwrap()
    }
}

fn clock() -> (Clock, Env) {
    let clock =
        Clock { clock: testkit::clock::Clock::new(), hashes: Arc::default(), is_held: Arc::default() };
    (clock.clone(), Env::new(clock))
}

/// A replica, and how tests talk to it.
#[derive(Clone)]
pub(crate) struct AuthReplica {
    pub(crate) world: AuthTestBed,
    pub(crate) verifier: TokenVerifier,
    pub(crate) client: Client,
    router: Router,
    timers: Vec<flow::Timer>,
}

/// What a call of an endpoint brings.
pub(crate) type AuthCallResult<E> = Result<<E as Endpoint>::Reply, CallError<<E as Endpoint>::Error>>;

impl AuthReplica {
    fn new(world: AuthTestBed, verifier: TokenVerifier, service: Service) -> Self {
        let router = service.router;
        let client = Client::new(Arc::new(InProcess(router.clone())), &["auth"], world.env.clone());
        let once = Policy { tries_max: 1, per_try: Duration::from_secs(60), ..Policy::default() };
        AuthReplica { world, verifier, client: client.with_policy(once), router, timers: service.timer_kinds }
    }

    /// Calls an endpoint with a bearer, or without one.
    pub(crate) async fn call<E: Endpoint>(&self, bearer: Option<&Secret>, request: E) -> AuthCallResult<E> {
        let mut context = Context::background(&self.world.env, WITHIN);
        context.bearer = bearer.map(|b| HeaderValue::from_str(&format!("Bearer {}", b.expose())).unwrap());
        self.client.call(&context, request).await
    }

    /// Calls an internal endpoint as another service does.
    pub(crate) async fn call_as_service<E: Endpoint>(&self, request: E) -> AuthCallResult<E> {
        self.call_as("orders", request).await
    }

    /// Calls an internal endpoint as this service does.
    pub(crate) async fn call_as<E: Endpoint>(&self, service: &str, request: E) -> AuthCallResult<E> {
        let env = &self.world.env;
        let credential = ServiceCredential::new(&self.world.secret, service, auth::NAME, env.clone());
        let client = self.client.clone().with_credential(Arc::new(credential));
        client.call(&Context::background(env, WITHIN), request).await
    }

    /// Sends a request as it is; status, headers and JSON.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> (StatusCode, HeaderMap, Value) {
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request.map(Full::new).map(axum::body::Body::new))
            .await
            .unwrap()
            .into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Posts JSON; status, headers and JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, HeaderMap, Value) {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    pub(crate) async fn register(&self, email: &str) -> SignedIn {
        let account = new_account(None, Some(email));
        let CreatedWithoutEtag { body, .. } =
            self.call(None, Register { account: Body(account) }).await.unwrap();
        body
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> AuthCallResult<Login> {
        let credentials = Credentials {
            username: None,
            email: Some(email.to_owned()),
            password: Secret::new(password),
            device_token: None,
        };
        self.call(None, Login { credentials: Body(credentials) }).await
    }

    pub(crate) async fn refresh(&self, token: &Secret) -> AuthCallResult<RefreshToken> {
        self.call(None, RefreshToken { token: Body(Refresh { refresh_token: token.clone() }) }).await
    }

    pub(crate) async fn me(&self, token: &Secret) -> Result<User, CallError<NoErrors>> {
        self.call(Some(token), GetMe { known: IfNoneMatch(None) }).await.map(whole)
    }

    /// Whether a token is let in.
    pub(crate) async fn lets_in(&self, token: &Secret) -> bool {
        match self.me(token).await {
            Ok(_) => true,
            Err(CallError::Problem(problem)) if problem.status == 401 => false,
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) async fn update_user(
        &self,
        by: &Secret,
        id: UserId,
        change: UserChange,
    ) -> AuthCallResult<UpdateUser> {
        self.call(Some(by), UpdateUser { id: Path(id), based_on: IfMatch(None), change: Body(change) }).await
    }

    /// An admin, signed in.
    pub(crate) async fn admin(&self, email: &str) -> SignedIn {
        let AuthTestBed { db, env, settings, .. } = &self.world;
        auth::ensure_admin(db, env, settings, email, &Secret::new(PASSWORD), auth::Existing::Promote)
            .await
            .unwrap();
        let Json(signed_in) = self.login(email, PASSWORD).await.unwrap();
        signed_in
    }

    /// Does a timer's work now.
    pub(crate) async fn run_timer(&self, kind: &str) {
        let leased_until = self.world.env.now();
        self.run_timer_of(
            kind,
            DueTimer { key: "only".into(), payload: json!(null), tries: 0, leased_until },
        )
        .await;
    }

    /// Does the work of all timers of a kind, whether they are due or not; how many there were.
    pub(crate) async fn run_timers(&self, kind: &str) -> usize {
        let lease = Sql::both("update timer set tries = tries + 1 where kind = $1");
        let mut tx = self.world.db.begin().await.unwrap();
        tx.run(&lease, params![kind]).await.unwrap();
        tx.commit("test.lease").await.unwrap();
        let leased = Sql::both(
            "select key, payload, tries - 1 as tries, due_at from timer where kind = $1 order by key",
        );
        let rows = self.world.db.query(&leased, params![kind]).await.unwrap();
        for row in &rows {
            let due = DueTimer {
                key: row.get("key").unwrap(),
                payload: row.get("payload").unwrap(),
                tries: row.get("tries").unwrap(),
                leased_until: row.get("due_at").unwrap(),
            };
            self.run_timer_of(kind, due).await;
        }
        rows.len()
    }

    /// Does the work of a timer that is about something.
    pub(crate) async fn run_timer_of(&self, kind: &str, due: DueTimer) {
        let timer = self.timers.iter().find(|timer| timer.kind == kind).unwrap();
        (timer.run)(due).await.unwrap();
    }

    /// What the journal says of an account or a session; nothing needs to have been published.
    pub(crate) async fn journal_of(&self, subject: impl std::fmt::Display) -> Vec<Event> {
        let journal = flow::Journal::new(auth::NAME, self.world.env.clone(), self.world.db.clone());
        journal.history(subject, 0, 100).await.unwrap()
    }

    pub(crate) async fn revocations(&self, after: i64) -> Revocations {
        let request = ReadRevocations { query: Query(RevocationsAfter { after }) };
        let Json(page) = self.call_as_service(request).await.unwrap();
        page
    }

    pub(crate) async fn feed(&self) -> FeedPage {
        let Json(feed) =
            self.call_as_service(ReadFeed { query: Query(FeedParams::default()) }).await.unwrap();
        feed
    }
}

/// Who registers, with [`PASSWORD`].
pub(crate) fn new_account(username: Option<&str>, email: Option<&str>) -> NewAccount {
    NewAccount {
        username: username.map(str::to_owned),
        email: email.map(str::to_owned),
        password: Secret::new(PASSWORD),
        name: None,
        language: None,
    }
}

/// What is answered to somebody who knows nothing yet.
pub(crate) fn whole<T>(answer: Conditional<T>) -> T {
    match answer {
        Conditional::New { body, .. } => body,
        Conditional::NotModified { .. } => panic!("nothing was known"),
    }
}

/// The code of a refusal, whichever kind it is.
pub(crate) fn code<X: endpoint::ApiError, T: std::fmt::Debug>(called: Result<T, CallError<X>>) -> String {
    match called {
        Ok(reply) => panic!("not refused: {reply:?}"),
        Err(CallError::Refused(refusal)) => refusal.row().code.to_owned(),
        Err(CallError::Problem(problem)) => problem.code,
        Err(CallError::Broken(broken)) => panic!("{broken}"),
    }
}
