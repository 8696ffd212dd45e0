//! How façades are started, and how a start is refused.

use crate::world::{CompatTestBed, launch};
use std::{net::TcpListener, process::Output};
use testkit::temp_dir::TempDir;

/// How a start ends that is refused.
fn refused(arguments: &[&str]) -> Output {
    let folder = TempDir::new();
    let launch = launch(&folder, &[]);
    let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
    launch.command(&all).output().unwrap()
}

#[track_caller]
fn assert_refused(arguments: &[&str], code: i32, says: &str) {
    let output = refused(arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains(says), "{told}");
}

#[test]
fn what_cannot_be_started_is_told_in_a_sentence() {
    assert_refused(&["--compat", "three-vm"], 2, "there is no `three-vm`");
    assert_refused(&["--compat", "two-vm.payments"], 2, "there is no `two-vm.payments`");
    assert_refused(&["--compat", "two-vm", "--compat", "flask-pair"], 2, "both want 127.0.0.1:5001");
    assert_refused(
        &["--compat", "auth-service", "--compat", "ecommerce.auth"],
        2,
        "both want 127.0.0.1:5000",
    );
    assert_refused(&["--compat", "two-vm", "--compat-port", "two-vm=5"], 2, "NAME.SERVICE=PORT");
    assert_refused(&["--compat", "two-vm", "--compat-host", "here"], 2, "compat_host");
    assert_refused(&["--compat", "two-vm", "--compat-user-url", "here"], 2, "compat_user_url");
    for url in ["https://127.0.0.1:1", "http://"] {
        assert_refused(
            &["--compat", "two-vm", "--compat-user-url", url],
            2,
            "nothing but http:// is spoken there",
        );
    }
    let add = "flask-pair.users is not served here; add --compat flask-pair.users, or leave that port out";
    for compat in [&["--compat", "two-vm"][..], &["--compat", "flask-pair.orders"], &[]] {
        assert_refused(&[compat, &["--compat-port", "flask-pair.users=0"]].concat(), 2, add);
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("express-pair.users={}", taken.local_addr().unwrap().port());
    assert_refused(&["--compat", "express-pair.users", "--compat-port", &port], 3, "for express-pair.users");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_has_just_its_own_listener() {
    let world = CompatTestBed::with(&["two-vm.orders"]);
    world.at("two-vm.orders").get("/orders").await.expect(401);
    world.at("two-vm.orders").get("/users").await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_nobody_who_they_are_listens_to_this_machine_and_says_so() {
    let mut world = CompatTestBed::with(&["flask-pair", "two-vm", "auth-service"]);
    assert!(world.url("flask-pair.users").starts_with("http://127.0.0.1:"));
    world.server().kill();
    let log = world.server().whole_log();
    let warned: Vec<&str> = log.lines().filter(|line| line.contains("asks nobody who they are")).collect();
    assert_eq!(warned.len(), 2, "{log}");
    assert!(warned.iter().all(|line| line.contains("flask-pair") && line.contains("this machine only")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ports_that_processes_share_by_the_environment_are_those_of_what_each_serves() {
    let mut world = CompatTestBed::changed(&["two-vm.users"], |launch| {
        launch.with("ORDO_COMPAT_PORT", "two-vm.users=0,two-vm.orders=5002")
    });
    world.launch.arguments.retain(|argument| !argument.contains("compat-port") && !argument.ends_with("=0"));
    world.kill_and_start();
    world.at("two-vm.users").get("/users").await.expect(403);
    world.server().kill();
    let log = world.server().whole_log();
    assert!(log.contains("`compat_port` two-vm.orders=5002 has no effect"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_that_can_hardly_work_says_so() {
    let mut world = CompatTestBed::changed(&["express-pair.orders", "two-vm.orders"], |launch| launch);
    world.server().kill();
    let log = world.server().whole_log();
    assert!(log.contains("express-pair.orders asks http://127.0.0.1:3000 for its users"), "{log}");
    world.launch = world.launch.clone().with("ORDO_COMPAT_USER_URL", "http://127.0.0.1:1");
    world.kill_and_start();
    world.server().kill();
    let log = world.server().whole_log();
    assert!(
        !log.contains("asks http://127.0.0.1:3000") && log.contains("two-vm.orders: a token of another shop"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn localhost_is_answered_by_both_its_addresses() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // there is no IPv6 here
    }
    let world = CompatTestBed::with(&["express-pair.users"]);
    let v6 = world.url("express-pair.users").replace("127.0.0.1", "[::1]");
    testkit::http_client::HttpClient::new(&v6).get("/api/user").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_host_is_bound_when_that_is_said() {
    let world =
        CompatTestBed::changed(&["express-pair"], |launch| launch.with("ORDO_COMPAT_HOST", "0.0.0.0"));
    assert!(world.url("express-pair.orders").starts_with("http://0.0.0.0:"));
    world.at("express-pair.orders").get("/api/order").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_without_facades_has_no_tables_for_them() {
    let mut world = CompatTestBed::with(&[]);
    let is_there = async |world: &CompatTestBed| {
        let facades = world.databases().await.auth.namespace("compat").unwrap();
        facades.has_table("schema_history").await.unwrap()
    };
    assert!(!is_there(&world).await);
    world
        .launch
        .arguments
        .extend(["--compat", "express-pair", "--compat-port", "express-pair.users=0"].map(str::to_owned));
    world.launch.arguments.extend(["--compat-port", "express-pair.orders=0"].map(str::to_owned));
    world.kill_and_start();
    world.at("express-pair.orders").get("/api/order").await.expect(200);
    assert!(is_there(&world).await);
}
