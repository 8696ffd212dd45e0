//! What is created and published at NATS: the program can end before and after each of these calls, and once it was started
//! again, all services consume what was published in the meantime.

use crate::{shop::admin_at, world::DistributedTestBed};
use http::Method;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use testkit::http_client::HttpClient;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

/// Only the first two are started: the others are asked without success.
const PARTS: [&[&str]; 5] = [&["auth"], &["notifications"], &["payments"], &["products"], &["orders"]];
/// Each call, who makes it, and with which setting; in an order in which each is made.
const CALLS: [(&str, &str, Option<EnvSetting>); 4] = [
    ("bus.make_stream", "auth", None),
    // one server cannot keep it twice, and is asked to
    ("bus.change_stream", "auth", Some(("ORDO_BUS_REPLICAS", "2"))),
    ("bus.make_consumer", "notifications", None),
    ("bus.acknowledge", "notifications", None),
];
type EnvSetting = (&'static str, &'static str);
/// Between two accounts that are published: no more of them than one page of mails holds.
const BETWEEN: Duration = Duration::from_secs(1);
/// For what must come, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_can_end_at_each_call_to_nats() {
    let mut world = DistributedTestBed::none_of(&PARTS, &[]);
    let mut registered = Vec::new();
    for (call, service, setting) in CALLS {
        for side in ["calling", "called"] {
            ends_at(&mut world, &format!("{call}/{side}"), service, setting, &mut registered).await;
            // the other one was not there yet, or runs on
            for part in world.split.parts.iter_mut().filter(|part| part.runs(service)) {
                part.start();
            }
            register(&world, &mut registered).await;
        }
    }
    assert!(registered.len() >= CALLS.len(), "{registered:?}");
    let mailbox = admin_at(&world.split.urls("auth")[0]).await;
    let mailbox = HttpClient::new(&world.split.urls("notifications")[0]).with_token(mailbox.token().unwrap());
    let begun = Instant::now();
    loop {
        let mails = welcomes(&mailbox).await;
        if registered.iter().all(|email| mails.get(email) == Some(&1)) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{registered:?} are not welcomed once each: {mails:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Starts a service armed, and gives it something to publish until it has ended there.
#[allow(clippy::disallowed_methods, reason = "who starts processes is no part of the program")]
async fn ends_at(
    world: &mut DistributedTestBed,
    point: &str,
    service: &str,
    setting: Option<EnvSetting>,
    registered: &mut Vec<String>,
) {
    let part = world.split.replicas(service).remove(0);
    part.kill();
    let plain = part.launch.clone().with("ORDO_FAILPOINT", point);
    let armed = setting.iter().fold(plain, |launch, (name, value)| launch.with(name, value));
    let last_words = format!("failpoint {point}: ending the process");
    let log = match spawn_blocking(move || armed.try_start()).await.unwrap() {
        // it lies on the way to being ready
        Err(log) => log,
        Ok(mut server) => {
            let begun = Instant::now();
            while server.has_ended().is_none() {
                assert!(begun.elapsed() < PATIENCE, "{service} does not end at {point}: {}", server.log());
                register(world, registered).await;
                sleep(BETWEEN).await;
            }
            server.whole_log()
        }
    };
    assert!(log.contains(&last_words), "{service} has ended elsewhere than at {point}:\n{log}");
}

/// One more account, if auth is there and answers.
async fn register(world: &DistributedTestBed, registered: &mut Vec<String>) {
    let email = format!("customer{}@example.com", registered.len());
    let body = json!({"email": email, "password": "a customer's password"});
    let there = HttpClient::new(&world.split.urls("auth")[0]);
    let told = there.try_call(Method::POST, "/v1/register", "", &body).await;
    // it may have been made, and its answer lost
    if told.is_ok_and(|said| matches!(said.code(), 201 | 409)) {
        registered.push(email);
    }
}

/// How many mails of welcome went to each address.
async fn welcomes(mailbox: &HttpClient) -> BTreeMap<String, usize> {
    let said = mailbox.get("/v1/mails?limit=200").await.expect(200);
    let mut mails: BTreeMap<String, usize> = BTreeMap::new();
    let all = said.body["items"].as_array().unwrap();
    for mail in all.iter().filter(|mail| mail["template"] == "welcome") {
        *mails.entry(mail["to"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    mails
}
