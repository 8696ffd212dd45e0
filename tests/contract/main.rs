//! The OpenAPI document describes each request and response completely and correctly.
//!
//! schemathesis makes requests from the document, right ones and wrong ones, and sends them to the real program: what
//! is right in form must not be refused as wrong, what is wrong must be refused, and each answer must be one that the
//! document describes. It asks as each of four people, in a shop where there is something of everything ([`world`]).
//! The linters redocly and spectral have nothing to say about the document, nor about those of the façades. Clients that four
//! generators make of it work ([`clients`]).
//!
//! All of them are installed by `cargo xtask test`; without them these tests fail.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "modules of one test")]

mod clients;
#[path = "../compat/world.rs"]
#[allow(dead_code, reason = "tests/compat uses the rest")]
mod facades;
#[path = "../operations/mod.rs"]
mod operations;
#[path = "../shop/mod.rs"]
mod shop;
mod world;

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use testkit::{part::Shard, temp_dir::TempDir};
use world::{ContractTestBed, TestCaller};
use xtask::{
    tools::{self, Tools},
    tree::root,
};

/// The fewest requests that each person makes, per operation, on average.
const CASES_MIN: u64 = 5;
/// Requests made at random for each operation, besides those that the document gives rise to by itself; and for
/// nobody, who is refused nearly everything before it is read.
const RANDOM_CASES: u32 = 4;
const RANDOM_CASES_OF_NOBODY: u32 = 2;

/// What an administrator is not granted here: a shop that has one is set up, and what is known by heart or by mail
/// only, or done by a customer, stands in no document. Who asks has no session but the one that asks. What stands in their
/// basket they have changed or deleted before they place it: [`GRANTED_TO_CUSTOMERS`].
const NOT_GRANTED: [&str; 8] = [
    "set_up",
    "change_password",
    "reset_password",
    "verify_email",
    "confirm_payment",
    "end_session",
    "place_basket",
    "receive_payment_webhook",
];
/// What is granted only after another operation was: a token is refreshed after a sign-in, which needs an account.
const AFTER: [(&str, &str); 2] = [("refresh_token", "login"), ("login", "register")];
/// Its answer has no end: it has tests of its own.
const STREAM: &str = "stream_events";
/// What is a customer's to do.
const GRANTED_TO_CUSTOMERS: [&str; 1] = ["place_basket"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_holds_for_nobody() {
    tried_as(TestCaller::Nobody).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_holds_for_a_customer() {
    tried_as(TestCaller::Customer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_holds_for_staff() {
    tried_as(TestCaller::Staff).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_holds_for_an_administrator() {
    tried_as(TestCaller::Admin).await;
}

#[test]
fn the_linters_find_nothing() {
    let folder = TempDir::new();
    lint_all(folder.path(), &[served_document(folder.path())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_linters_find_nothing_in_what_the_facades_say_of_themselves() {
    let world =
        facades::CompatTestBed::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"]);
    let folder = TempDir::new();
    let mut documents = Vec::new();
    for name in facades::parts() {
        let document = world.at(&name).get("/openapi.json").await.expect(200);
        let path = folder.path().join(format!("{name}.json"));
        fs::write(&path, document.bytes).unwrap();
        documents.push(path);
    }
    assert_eq!(documents.len(), 10);
    lint_all(folder.path(), &documents);
}

/// Neither linter has anything to say about these documents.
fn lint_all(folder: &Path, documents: &[PathBuf]) {
    let rules = root().join("docs/openapi");
    let redocly = Tools::Node.program("redocly").unwrap();
    let leniently = ["lint", "--max-problems=1000", "--config"];
    lint(Command::new(redocly).args(leniently).arg(rules.join("redocly.yaml")), folder, documents);
    let spectral = Tools::Node.program("spectral").unwrap();
    let strictly = ["lint", "--fail-severity=hint", "--ruleset"];
    lint(Command::new(spectral).args(strictly).arg(rules.join("spectral.yaml")), folder, documents);
}

/// What `ordo openapi` prints.
fn served_document(folder: &Path) -> PathBuf {
    let printed =
        Command::new(env!("CARGO_BIN_EXE_ordo")).arg("openapi").current_dir(folder).output().unwrap();
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let path = folder.join("openapi.json");
    fs::write(&path, printed.stdout).unwrap();
    path
}

/// Runs a linter, which must find nothing: neither errors nor warnings.
fn lint(linter: &mut Command, folder: &Path, documents: &[PathBuf]) {
    let linter = linter
        .args(documents)
        .env("PATH", tools::path().unwrap())
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let said = linter.current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
    // redocly has an exit code for errors only
    let has_warned = text.contains("Warning was generated by");
    assert!(said.status.success() && !has_warned, "{linter:?} has found something:\n{text}");
}

/// Has schemathesis try the document as this person, and prints how many requests were answered how.
async fn tried_as(person: TestCaller) {
    let schemathesis = Tools::Python.program("st").unwrap();
    let part = Shard::of_run();
    let mut tried: BTreeSet<&str> = operations::public()
        .into_iter()
        .enumerate()
        // another part for each person: each run tries half of all operations
        .filter(|(n, _)| part.has(n + person as usize))
        .map(|(_, operation)| operation.route.name)
        .collect();
    for (name, earlier) in AFTER {
        if tried.contains(name) {
            tried.insert(earlier);
        }
    }
    let world = ContractTestBed::make(person, &tried).await;
    let folder = world.shop.folder.path();
    let long = testkit::is_long();
    let cases = if person == TestCaller::Nobody { RANDOM_CASES_OF_NOBODY } else { RANDOM_CASES };
    let mut command = Command::new(&schemathesis);
    // its HTTP client looks through all of the environment, several times for each request
    command
        .env_clear()
        .envs(["HOME", "TMPDIR"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env("PATH", tools::path().unwrap()).env("PYTHONUTF8", "1");
    // tables of Unicode's characters, which take seconds to make
    let tables = schemathesis.ancestors().nth(2).unwrap().join("hypothesis");
    command.env("HYPOTHESIS_STORAGE_DIRECTORY", tables);
    command
        .arg("--config-file")
        .arg(world.configuration())
        .arg("run")
        .arg(format!("{}/openapi.json", world.shop.url()));
    command.args([
        "--checks",
        "all",
        "--no-color",
        "--max-examples",
        &(cases * if long { 10 } else { 1 }).to_string(),
    ]);
    for name in &tried {
        command.args(["--include-operation-id", name]);
    }
    command.env("PYTHONPATH", root().join("tests/contract")).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("SCHEMATHESIS_HOOKS", "hooks").env("CONTRACT_WORLD", world.file());
    let said = command.current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
    let answers = fs::read_to_string(world.answers()).unwrap_or_default();
    let answers: BTreeMap<String, Value> = serde_json::from_str(&answers).unwrap_or_default();
    assert!(said.status.success(), "schemathesis has found something as {person:?}:\n{}", findings(&text));
    let count = print_answers(&answers);
    println!("{count} requests as {person:?}");
    let unasked: Vec<_> =
        tried.iter().filter(|name| **name != STREAM && !answers.contains_key(**name)).collect();
    assert!(unasked.is_empty(), "{person:?} asked nothing of {unasked:?}");
    assert!(
        count >= CASES_MIN * tried.len() as u64,
        "only {count} requests were made as {person:?}:\n{text}"
    );
    let must_be = |name: &&String| match person {
        TestCaller::Admin => !NOT_GRANTED.contains(&name.as_str()),
        TestCaller::Customer => GRANTED_TO_CUSTOMERS.contains(&name.as_str()),
        TestCaller::Nobody | TestCaller::Staff => false,
    };
    let never: Vec<_> = answers.keys().filter(must_be).filter(|name| !is_granted(&answers[*name])).collect();
    assert!(never.is_empty(), "no request of these was granted to {person:?}: {never:?}");
    world.shop.assert_audit_is_clean("after all that was tried");
}

/// What was found, without the course of the run before it: a log that is cut has it first.
fn findings(text: &str) -> &str {
    &text[text.find("= FAILURES =").or_else(|| text.find("= ERRORS =")).unwrap_or(0)..]
}

/// Whether a request was granted that is right in form.
fn is_granted(modes: &Value) -> bool {
    let statuses = modes["right"].as_object().into_iter().flatten();
    statuses.into_iter().any(|(status, _)| status.starts_with(['2', '3']))
}

/// Prints for each operation how many requests were answered with which status; how many there were.
fn print_answers(answers: &BTreeMap<String, Value>) -> u64 {
    let mut all = 0;
    for (operation, modes) in answers {
        let counts = |mode: &str| -> BTreeMap<&str, u64> {
            let counts = modes[mode].as_object().into_iter().flatten();
            counts.map(|(status, count)| (status.as_str(), count.as_u64().unwrap_or_default())).collect()
        };
        let (right, wrong) = (counts("right"), counts("wrong"));
        all += right.values().chain(wrong.values()).sum::<u64>();
        println!("{operation}: right in form {right:?}, wrong {wrong:?}");
    }
    all
}
