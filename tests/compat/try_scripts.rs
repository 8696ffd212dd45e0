//! The scripts of `deploy/try` walk through the documents' requests, and find nothing to be surprised at.

use crate::world::{ADMIN, CompatTestBed};
use std::{fs, path::PathBuf, process::Command};
use xtask::tree::root;

fn script(name: &str) -> PathBuf {
    root().join("deploy/try").join(name)
}

/// Runs a system's script with the addresses of its services; what it said, if it ended as `is_well` says.
#[track_caller]
fn run(
    world: &CompatTestBed,
    system: &str,
    services: &[&str],
    settings: &[(&str, &str)],
    is_well: bool,
) -> String {
    let urls = services.iter().map(|service| world.url(&format!("{system}.{service}")));
    let mut command = Command::new("sh");
    command.arg(script(&format!("{system}.sh"))).args(urls).envs(settings.iter().copied());
    let output = command.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), is_well, "{said}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_script_finds_its_system_as_its_document_has_it() {
    let world = CompatTestBed::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"]);
    let staff = [("STAFF_USERNAME", ADMIN.0), ("STAFF_PASSWORD", ADMIN.1)];
    for (system, services) in [
        ("two-vm", &["users", "orders"][..]),
        ("express-pair", &["users", "orders"]),
        ("flask-pair", &["users", "orders"]),
        ("auth-service", &["auth"]),
        ("ecommerce", &["auth", "products", "orders"]),
    ] {
        // a second time as well: in a shop that somebody has tried already
        for _ in 0..2 {
            let said = run(&world, system, services, &staff, true);
            assert!(said.ends_with(&format!("{system}: all checks passed\n")), "{said}");
            assert!(!said.contains("eyJ"), "no token is shown: {said}");
        }
    }
    let said = run(&world, "ecommerce", &["auth", "products", "orders"], &[], false);
    assert!(said.contains("UNEXPECTED: expected status 201"), "only staff write products: {said}");
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_anybody_may_write_no_staff_is_needed() {
    let world = CompatTestBed::changed(&["ecommerce"], |mut launch| {
        launch.arguments.push("--compat-open-writes".to_owned());
        launch
    });
    run(&world, "ecommerce", &["auth", "products", "orders"], &[], true);
}

#[test]
fn a_script_that_finds_nobody_says_so() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output =
        Command::new("sh").arg(script("express-pair.sh")).arg(format!("http://{nowhere}")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("no response"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slash_at_the_end_of_an_address_makes_no_difference() {
    let world = CompatTestBed::with(&["two-vm", "auth-service"]);
    for (system, services) in [("two-vm", &["users", "orders"][..]), ("auth-service", &["auth"])] {
        let urls = services.iter().map(|service| world.url(&format!("{system}.{service}")) + "/");
        let output = Command::new("sh").arg(script(&format!("{system}.sh"))).args(urls).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_cannot_go_on_says_why_and_ends() {
    let world = CompatTestBed::with(&["two-vm", "ecommerce"]);
    let said = run(&world, "ecommerce", &["auth", "products", "orders"], &[], false);
    assert!(said.contains("set STAFF_USERNAME and STAFF_PASSWORD"), "{said}");
    assert!(
        !said.contains("orders/orders") && !said.contains("/products/ "),
        "nothing is asked for without an id: {said}"
    );
    let staff = [("STAFF_USERNAME", ADMIN.0), ("STAFF_PASSWORD", "wrong")];
    let said = run(&world, "ecommerce", &["auth", "products", "orders"], &staff, false);
    assert!(said.contains("expected a token for") && !said.contains("sed:"), "{said}");
    // the user service of somebody else: nobody is signed in
    let (other, users) = (world.url("ecommerce.products"), world.url("two-vm.orders"));
    let output = Command::new("sh").arg(script("two-vm.sh")).args([&other, &users]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("expected a token;") && !said.contains("sed:"),
        "{said}"
    );
}

/// What a script asks, and what it looks for in the answers, in that order: `201 POST /register {…}`, `has "error":`.
fn steps(text: &str, ask: &str, has: &str) -> Vec<String> {
    let text = text.replace("\\\"", "\"").replace("`\"", "\"").replace("$($script:token)", "$token");
    let account = text.lines().find_map(|line| line.strip_prefix("$account = "));
    let body = |line: &str| line.split_once('{').map(|(_, rest)| rest.rsplit_once('}').unwrap().0.to_owned());
    let of = |line: &str| {
        let line = line.trim();
        if let Some(wanted) = line.strip_prefix(has) {
            return Some(format!("has {}", &wanted[1..wanted.len() - 1]));
        }
        let mut words = line.strip_prefix(ask)?.split_whitespace();
        let (status, method, path) = (words.next()?, words.next()?, words.next()?);
        let path = path.trim_matches(['"', '\'']).trim_start_matches("$auth");
        let body = body(if line.ends_with(" $account") { account? } else { line }).unwrap_or_default();
        let bearer = if body.is_empty() && line.contains("token") { "with the token" } else { "" };
        Some(format!("{status} {method} {path} {body}{bearer}"))
    };
    text.lines().filter_map(of).collect()
}

#[test]
fn the_powershell_script_asks_and_looks_for_what_the_other_one_does() {
    let sh = steps(&fs::read_to_string(script("auth-service.sh")).unwrap(), "request ", "contains ");
    let powershell = steps(&fs::read_to_string(script("auth-service.ps1")).unwrap(), "Request ", "Contains ");
    assert_eq!(sh.iter().filter(|step| !step.starts_with("has ")).count(), 11, "{sh:#?}");
    assert!(sh.iter().any(|step| step == "200 GET /me with the token"), "{sh:#?}");
    assert_eq!(sh, powershell);
}
