//! What a start prints, and where it listens.

use crate::running::{ENDS_WITHIN, end_of, ended, nothing_yet, piped};
use http::Method;
use serde_json::Value;
use std::{net::TcpListener, time::Duration};
use testkit::{plain::Plain, signal};
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let (_folder, launch) = nothing_yet();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    ended(&mut launch.command(&["serve", "--listen", &address])).await.refuses(3, &[&address, "--listen"]);
}

#[tokio::test]
async fn the_ready_line_names_the_port_and_results_and_logs_are_kept_apart() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_LOG", "info");
    let child = piped(&mut launch.command(&["serve", "--listen", &launch.listen]));
    let (pid, plain) = (child.id(), Plain::new(&format!("http://{}", launch.listen)));
    let answers = timeout(ENDS_WITHIN, async {
        while plain.try_call(Method::GET, "/v1/products", "", &Value::Null).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let answers = answers.await;
    signal::send(pid, "TERM");
    let end = end_of(child).await;
    answers.expect("it does not answer");
    assert_eq!(end.code, Some(0), "{end:?}");
    let (setup, ready) = end.out.split_once('\n').unwrap();
    assert!(setup.starts_with(&format!("setup http://{}/setup#", launch.listen)), "{setup}");
    assert_eq!(ready, format!("ready gateway=http://{}\n", launch.listen));
    let logged: Vec<Value> = end.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(logged.iter().all(|line| line["level"].is_string() && line["message"].is_string()), "{logged:?}");
    assert!(
        logged.iter().any(|line| line["message"].as_str().unwrap().contains("asked to stop")),
        "{logged:?}"
    );
}

#[tokio::test]
async fn the_link_of_a_shop_that_listens_on_all_addresses_leads_to_this_machine() {
    let (_folder, mut launch) = nothing_yet();
    launch.listen = "0.0.0.0:0".to_owned();
    let server = launch.start();
    let link = server.printed()[0].strip_prefix("setup http://127.0.0.1:").unwrap().to_owned();
    assert!(link.contains("/setup#") && server.url().starts_with("http://0.0.0.0:"), "{link}");
    assert!(server.stop().success());
}

#[tokio::test]
async fn port_0_takes_a_free_one_and_the_ready_line_tells_which() {
    let (_folder, mut launch) = nothing_yet();
    launch.listen = "gateway=127.0.0.1:0".to_owned();
    let server = launch.start();
    assert!(
        server.url().starts_with("http://127.0.0.1:") && !server.url().ends_with(":0"),
        "{}",
        server.url()
    );
    assert!(
        server.printed()[0].starts_with(&format!("setup {}/setup#", server.url())),
        "{:?}",
        server.printed()
    );
    Plain::new(server.url()).get("/v1/products").await.expect(200);
    assert!(server.stop().success());
}
