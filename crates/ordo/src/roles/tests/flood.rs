//! A flood of sign-ins: requests that wait for password hashes do not delay other requests.

use crate::{
    clients::Network,
    config::{Config, Switch},
    data_dir::DataDir,
    databases::Databases,
    roles,
    runtime_deps::RuntimeDeps,
    topology::GATEWAY,
};
use axum::Router;
use bus::{Bus, InMemoryBus};
use contracts::{
    auth::{Credentials, Login},
    products::{ListProducts, ProductFilter},
};
use db::{Sql, params};
use endpoint::{
    Body, Context, Json, PageParams, ProblemSet, Query,
    client::{CallError, Client, Policy},
    transport::{InProcess, TransportError},
};
use kernel::{BoxFuture, Env, Host, Secret, Timestamp, secret::RootSecret};
use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::temp_dir::TempDir;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// The operating system, whose blocking work can be made to last.
#[derive(Clone)]
struct SlowHost {
    system: Env,
    /// Whether what is begun now lasts until it is let go.
    holds: Arc<AtomicBool>,
    /// Pieces of work that have a thread and were made to last.
    held: Arc<AtomicUsize>,
    is_let_go: Arc<(Mutex<bool>, Condvar)>,
}

impl SlowHost {
    fn new() -> Self {
        let (holds, held) = (Arc::default(), Arc::default());
        SlowHost { system: testkit::real_env::env(), holds, held, is_let_go: Arc::default() }
    }
    fn let_go(&self) {
        let (is_let_go, told) = &*self.is_let_go;
        *is_let_go.lock().unwrap() = true;
        told.notify_all();
    }
    fn last(&self) {
        self.held.fetch_add(1, SeqCst);
        let (is_let_go, told) = &*self.is_let_go;
        drop(told.wait_while(is_let_go.lock().unwrap(), |is_let_go| !*is_let_go).unwrap());
    }
}

impl Host for SlowHost {
    fn now(&self) -> Timestamp {
        self.system.now()
    }
    fn random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.system.random::<32>()[..part.len()]);
        }
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.system.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        let (slow, holds) = (self.clone(), self.holds.load(SeqCst));
        Box::pin(async move {
            let system = slow.system.clone();
            let work = move || {
                if holds {
                    slow.last();
                }
                work();
            };
            system.blocking(work).await.unwrap();
        })
    }
}

/// A client at the door.
fn client(shop: &Router, env: &Env) -> Client {
    let once = Policy { tries_max: 1, per_try: Duration::from_secs(60), ..Policy::default() };
    Client::new(Arc::new(InProcess(shop.clone())), &["shop"], env.clone()).with_policy(once)
}

async fn sign_in(client: Client, context: Context, n: usize) -> String {
    let (email, password) = (format!("user{n}@example.com"), Secret::new("a customer's password"));
    let credentials = Credentials { username: None, email: Some(email), password, device_token: None };
    match client.call(&context, Login { credentials: Body(credentials) }).await {
        Err(CallError::Refused(refusal)) => refusal.row().code.to_owned(),
        Err(CallError::Problem(problem)) => problem.code,
        // the client's own patience and the shop's end at about the same moment
        Err(CallError::Broken(TransportError { arrived: true, .. })) => WAITED_IN_VAIN.to_owned(),
        other => panic!("{other:?}"),
    }
}

const PATIENCE: Duration = Duration::from_secs(40);
const SIGN_INS: usize = 200;
const READS: usize = 20;
/// The response to a sign-in whose hash takes longer than its limit, on a loaded machine.
const WAITED_IN_VAIN: &str = "deadline_exceeded";
/// What auth hashes at a time, of the sixteen pieces of blocking work that there can be.
const HASHES_AT_ONCE: usize = 4;
/// A read that is too long for a thread of the runtime.
const LONG_READ: Sql = Sql::both(
    "with recursive row(n) as (select 1 union all select n + 1 from row where n < 20000)
     select count(*) as n from row",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn while_sign_ins_wait_for_their_hashes_reads_short_and_long_are_answered() {
    let (slow, folder) = (SlowHost::new(), TempDir::new());
    let (env, secret) = (Env::new(slow.clone()), RootSecret::new([7; 32]));
    let databases =
        Databases::open(&DataDir::open(&folder.path().join("data")).unwrap(), &env).await.unwrap();
    let network = Network::in_process(&env, &secret);
    let config = Config { rate_limit: Switch::Off, ..Config::default() };
    let (is_demo, is_embedded, pictures, admission) = (false, true, None, None);
    let wiring =
        RuntimeDeps { env: env.clone(), config, secret, network, is_demo, is_embedded, pictures, admission };
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let shop =
        roles::start_all(&wiring, &databases.stores(), &bus).await.unwrap().doors.remove(GATEWAY).unwrap();
    let (door, context) = (client(&shop, &env), Context::background(&env, Duration::from_secs(60)));

    slow.holds.store(true, SeqCst);
    let mut flood = JoinSet::new();
    for n in 0..SIGN_INS {
        flood.spawn(sign_in(client(&shop, &env), context.clone(), n));
    }
    let begun = Instant::now();
    while slow.held.load(SeqCst) < HASHES_AT_ONCE {
        assert!(begun.elapsed() < PATIENCE, "no password is hashed");
        sleep(Duration::from_millis(5)).await;
    }
    // from here on work takes as long as it takes, but for the hashes that have begun
    slow.holds.store(false, SeqCst);
    for _ in 0..READS {
        let list = ListProducts { filter: Query(ProductFilter::default()), slice: PageParams::default() };
        let Json(page) = door.call(&context, list).await.unwrap();
        assert_eq!(page.items, []);
        let read = timeout(PATIENCE, databases.products.query_one(&LONG_READ, params![])).await;
        let row = read.expect("a long read is held up").unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 20_000);
    }
    assert_eq!(slow.held.load(SeqCst), HASHES_AT_ONCE);
    // those that wait are refused soon, with nothing done; the outcome of the others, whose hashes have begun, is unknown
    let mut answers = Vec::new();
    while answers.len() < SIGN_INS - HASHES_AT_ONCE {
        let answer = timeout(PATIENCE, flood.join_next()).await.expect("somebody waits on and on");
        answers.push(answer.unwrap().unwrap());
    }
    let told = answers.iter().filter(|answer| *answer == "unavailable").count();
    assert_eq!(told, SIGN_INS - HASHES_AT_ONCE, "{answers:?}");
    slow.let_go();
    let begun = flood.join_all().await;
    let known = |answer: &String| answer == "invalid_credentials" || answer == WAITED_IN_VAIN;
    assert!(begun.iter().all(known), "{begun:?}");
}
