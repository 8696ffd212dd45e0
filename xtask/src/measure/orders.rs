//! `cargo xtask measure --orders N`: what a shop with so many paid orders takes to start, to be backed up while it sells, to be
//! audited, and to be moved to PostgreSQL.

use super::{
    Measurement, Shop,
    client::{MeasureClient, text},
    median, millis,
};
use crate::steps::now;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    time::Duration,
};

const START_MAX: Duration = Duration::from_secs(2);
/// How much longer the slowest order may take while a backup is written.
const BLOCKED_MAX: Duration = Duration::from_millis(100);
/// "Seconds, not minutes."
const AUDIT_MAX: Duration = Duration::from_secs(60);
const STARTS: usize = 5;
const BUYERS: usize = 8;
const PRODUCTS: usize = 20;
/// A lookout for what is usual, before the backup.
const BEFORE: Duration = Duration::from_secs(5);
const ADMIN: (&str, &str) = ("admin@example.com", "correct horse battery");

/// Fills the shop, and measures it.
///
/// # Errors
/// When a command or a request fails.
pub(super) fn measure(shop: &Shop, count: usize, to: Option<&str>) -> Result<Vec<Measurement>, String> {
    settings(&shop.place.0)?;
    let server = shop.start(&[])?;
    let products = stock(&server.address)?;
    let begun = now();
    let left = AtomicUsize::new(count);
    let one_less = || left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
    buy(&server.address, &products, "fill", BUYERS, &one_less)?;
    println!("{count} orders were placed and paid in {:.0} s", begun.elapsed().as_secs_f64());
    let mut lines = vec![backup(shop, &server.address, &products)?];
    lines.push(timed(shop, "audit of the running shop", &["audit"], Some(AUDIT_MAX))?);
    server.stop()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = shop.start(&[])?;
        starts.push(server.start);
        server.stop()?;
    }
    let start = median(&starts);
    lines.push(Measurement {
        name: format!("start to ready, median of {STARTS}"),
        measured: millis(start),
        target: millis(START_MAX),
        is_kept: start <= START_MAX,
    });
    lines.push(timed(shop, "doctor --deep", &["doctor", "--deep"], None)?);
    if let Some(to) = to {
        lines.push(timed(shop, "migrate-data", &["migrate-data", "--to", to], None)?);
    }
    Ok(lines)
}

/// An administrator, and no limits: one client is everybody.
fn settings(place: &Path) -> Result<(), String> {
    let (email, password) = ADMIN;
    let path = place.join("ordo.toml");
    let text = format!("admin_email = \"{email}\"\nadmin_password = \"{password}\"\nrate_limit = \"off\"\n");
    let private = fs::Permissions::from_mode(0o600);
    let written = fs::write(&path, text).and_then(|()| fs::set_permissions(&path, private));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

fn stock(address: &str) -> Result<Vec<String>, String> {
    let mut admin = MeasureClient::connect(address)?;
    admin.sign_in(ADMIN.0, ADMIN.1)?;
    let product = |n: usize| json!({"sku": format!("T-{n}"), "name": format!("Teapot {n}"), "price": "12.50", "stock": 9_000_000});
    (0..PRODUCTS).map(|n| text(&admin.post("/v1/products", "", &product(n))?, "id")).collect()
}

/// So many buyers place and pay one order after the other for as long as `goes_on`; what each took.
fn buy(
    address: &str,
    products: &[String],
    name: &str,
    buyers: usize,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Duration>, String> {
    let buyer = |b: usize| -> Result<Vec<Duration>, String> {
        let mut client = MeasureClient::connect(address)?;
        let (email, password) = (format!("{name}-{b}@example.com"), "a good long password");
        client.post("/v1/register", "", &json!({"email": email, "password": password}))?;
        client.sign_in(&email, password)?;
        let mut took = Vec::new();
        while goes_on() {
            let n = took.len();
            let lines: Vec<Value> = (0..1 + n % 3)
                .map(|line| json!({"product_id": products[(b + n + line * 7) % products.len()], "quantity": 1}))
                .collect();
            let begun = now();
            let order = json!({"lines": lines, "payment": {"method": "sim_ok"}});
            client.post("/v1/orders", &format!("{name}-{b}-{n}"), &order)?;
            took.push(begun.elapsed());
        }
        Ok(took)
    };
    let buyer = &buyer;
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..buyers).map(|b| scope.spawn(move || buyer(b))).collect();
        let mut took = Vec::new();
        for one in all {
            took.extend(one.join().map_err(|_| "a buyer panicked")??);
        }
        Ok(took)
    })
}

/// A backup while two buyers go on: by how much the slowest order is slower than the slowest before.
fn backup(shop: &Shop, address: &str, products: &[String]) -> Result<Measurement, String> {
    let begun = now();
    let usual = buy(address, products, "before", 2, &|| begun.elapsed() < BEFORE)?;
    let (is_over, to) = (AtomicBool::new(false), shop.place.0.join("backup"));
    let written = |is_over: &AtomicBool| {
        let done = timed(shop, "backup", &["backup", &to.display().to_string()], None);
        is_over.store(true, SeqCst);
        done
    };
    let (done, during) = std::thread::scope(|scope| {
        let command = scope.spawn(|| written(&is_over));
        let during = buy(address, products, "during", 2, &|| !is_over.load(SeqCst));
        (command.join(), during)
    });
    let (done, during) = (done.map_err(|_| "the backup panicked")??, during?);
    println!("the backup took {}, and {} orders were placed meanwhile", done.measured, during.len());
    let slowest = |all: &[Duration]| all.iter().max().copied().unwrap_or_default();
    let (before, slowest) = (slowest(&usual), slowest(&during));
    Ok(Measurement {
        name: format!("slowest order during a backup ({} before)", millis(before)),
        measured: millis(slowest),
        target: millis(before + BLOCKED_MAX),
        is_kept: slowest <= before + BLOCKED_MAX,
    })
}

/// A command of the program, and how long it takes.
fn timed(shop: &Shop, name: &str, words: &[&str], most: Option<Duration>) -> Result<Measurement, String> {
    let begun = now();
    let mut command = Command::new(&shop.binary);
    command.args(words).args(["--data", &shop.place.0.join("data").display().to_string()]);
    command.args(["--config", &shop.place.0.join("ordo.toml").display().to_string()]);
    let ended = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !ended.status.success() {
        let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        return Err(format!("{name} ended with {}: {}", ended.status, said.join("\n")));
    }
    let took = begun.elapsed();
    Ok(Measurement {
        name: name.to_owned(),
        measured: format!("{:.1} s", took.as_secs_f64()),
        target: most.map_or("none".to_owned(), |most| format!("{} s", most.as_secs())),
        is_kept: most.is_none_or(|most| took <= most),
    })
}
