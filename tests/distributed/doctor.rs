//! What the doctor finds of the addresses of a shop in several processes.

use crate::world::{DistributedTestBed, ONCE_EACH};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_tells_which_service_responds_at_an_address() {
    let world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let url = |service: &str| world.split.urls(service).remove(0);
    let said = |settings: &[(&str, &str)]| {
        let mut command = world.split.command(&["doctor"]);
        let output = command.envs(settings.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let is_wrong = |settings: &[(&str, &str)], says: &[&str]| {
        let (code, found) = said(settings);
        let wrong: Vec<_> = found.lines().filter(|line| line.starts_with("wrong")).collect();
        let is_said = |part: &&str| wrong.iter().any(|line| line.contains(*part));
        assert!(code == Some(1) && says.iter().all(is_said), "{settings:?} {says:?}: {found}");
    };
    let (orders, products, gateway) = (url("orders"), url("products"), url("gateway"));
    is_wrong(
        &[("ORDO_ORDERS_URL", &products), ("ORDO_PRODUCTS_URL", &orders)],
        &["products responds there, not orders", "orders responds there, not products"],
    );
    is_wrong(&[("ORDO_ORDERS_URL", &gateway)], &["gateway responds there, not orders"]);
    // what `serve` would refuse
    let over_tls = url("auth").replace("http://", "https://");
    is_wrong(&[("ORDO_AUTH_URL", &over_tls)], &["`auth_url` (ORDO_AUTH_URL)", &over_tls]);
    let bare = orders.trim_start_matches("http://");
    is_wrong(&[("ORDO_ORDERS_URL", bare)], &["`orders_url` (ORDO_ORDERS_URL)", bare]);
    // where the links in emails lead: a gateway that was started with other flags is found there
    let (code, found) = said(&[("ORDO_PUBLIC_URL", &gateway)]);
    assert!(
        code == Some(0) && found.contains(&format!("ok     email links: their links lead to {gateway}")),
        "{found}"
    );
    is_wrong(
        &[("ORDO_PUBLIC_URL", "http://127.0.0.1:1")],
        &["email links: their links lead to http://127.0.0.1:1,"],
    );
    let over_tls = gateway.replace("http://", "https://");
    is_wrong(&[("ORDO_PUBLIC_URL", &over_tls)], &["the gateway speaks HTTP without"]);
}
