//! Who we are to NATS, and whom we believe.

use crate::{ConsumedNotes, connect, connected, message, publish};
use bus::nats::{Credentials, NatsSettings};
use kernel::secret::Secret;
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use testkit::{
    nats::{Nats, accounts::Access},
    temp_dir::TempDir,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::sleep,
};

async fn is_let_in(settings: &NatsSettings) {
    let bus = connected(settings).await;
    let (heard, _kept) = ConsumedNotes::listen(&bus, "products", true);
    heard.ready().await;
    // the same one twice would be one message
    static EVENTS: AtomicI64 = AtomicI64::new(1);
    let event = EVENTS.fetch_add(1, Ordering::Relaxed);
    publish(&bus, event..event + 1).await;
    heard.hears(event..event + 1).await;
}

async fn is_kept_out(settings: &NatsSettings) {
    let bus = connect(settings);
    sleep(Duration::from_millis(700)).await;
    assert!(!bus.is_connected());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_lets_in_whether_it_is_in_the_address_or_beside_it() {
    let nats = Nats::with("authorization { user: ordo, password: \"p@ss/word\" }");
    let bare = NatsSettings::parse(&nats.url());
    let url = nats.url().replace("nats://", "nats://ordo:p%40ss%2Fword@");
    is_let_in(&NatsSettings::parse(&url)).await;
    let with = |password: &str| Credentials::Password("ordo".to_owned(), Secret::new(password));
    is_let_in(&NatsSettings { credentials: with("p@ss/word"), ..bare.clone() }).await;
    let wrong = NatsSettings { credentials: with("wrong"), ..bare.clone() };
    tokio::join!(is_kept_out(&bare), is_kept_out(&wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lets_in() {
    let nats = Nats::with("authorization { token: s3cr3t }");
    is_let_in(&NatsSettings::parse(&nats.url().replace("nats://", "nats://s3cr3t@"))).await;
    let bare = NatsSettings::parse(&nats.url());
    is_let_in(&NatsSettings { credentials: Credentials::Token(Secret::new("s3cr3t")), ..bare.clone() }).await;
    is_kept_out(&bare).await;
}

/// A pair that is used nowhere else.
const SEED: &str = "SUANQDPB2RUOE4ETUA26CNX7FUKE5ZZKFCQIIW63OX225F2CO7UEXTM7ZY";
const PUBLIC: &str = "UAMMBNV2EYR65NYZZ7IAK5SIR5ODNTTERJOBOF4KJLMWI45YOXOSWULM";

#[tokio::test(flavor = "multi_thread")]
async fn an_nkey_lets_in() {
    let nats = Nats::with(&format!("authorization {{ users: [ {{ nkey: {PUBLIC} }} ] }}"));
    let bare = NatsSettings::parse(&nats.url());
    let folder = TempDir::new();
    let file = folder.path().join("ours");
    std::fs::write(&file, format!("{SEED}\n")).unwrap();
    is_let_in(&NatsSettings { credentials: Credentials::File(file), ..bare.clone() }).await;
    is_kept_out(&bare).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_credentials_lets_in_and_one_of_another_operator_does_not() {
    let (access, foreign) = (Access::make(), Access::make());
    let nats = Nats::with(&access.settings);
    let (bare, folder) = (NatsSettings::parse(&nats.url()), TempDir::new());
    let with = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        NatsSettings { credentials: Credentials::File(file), ..bare.clone() }
    };
    is_let_in(&with("ours.creds", &access.credentials)).await;
    let theirs = with("theirs.creds", &foreign.credentials);
    tokio::join!(is_kept_out(&bare), is_kept_out(&theirs));
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_used_where_it_is_asked_for_and_an_unknown_authority_is_not_believed() {
    let folder = TempDir::new();
    testkit::certificates::make(folder.path());
    let file = |name: &str| folder.path().join(name);
    let tls = |more: &str| {
        let [cert, key, ca] =
            ["server.pem", "server.key", "ca.pem"].map(|name| file(name).display().to_string());
        Nats::with(&format!("tls {{ cert_file: \"{cert}\", key_file: \"{key}\", ca_file: \"{ca}\"{more} }}"))
    };
    let nats = tls("");
    let by = |scheme: &str| NatsSettings::parse(&nats.url().replace("nats://", scheme));
    let believing = |settings: NatsSettings| NatsSettings { ca_file: Some(file("ca.pem")), ..settings };
    is_let_in(&believing(by("tls://"))).await;
    // the server asks for it
    is_let_in(&believing(by("nats://"))).await;
    let plain = Nats::start();
    let demanding = NatsSettings { requires_tls: true, ..believing(NatsSettings::parse(&plain.url())) };
    let unknown = by("tls://");
    tokio::join!(is_kept_out(&unknown), is_kept_out(&demanding));
    // both sides show who they are
    let mutual = tls(", verify: true");
    let without = believing(NatsSettings::parse(&mutual.url()));
    let certificate = Some((file("client.pem"), file("client.key")));
    is_let_in(&NatsSettings { certificate, ..without.clone() }).await;
    is_kept_out(&without).await;
}

/// A server by its greeting alone, which says that it is of this version.
#[allow(clippy::disallowed_methods, reason = "tests are no part of the program")]
async fn greeting(version: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("nats://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let info = r#""server_id":"old","server_name":"old","host":"127.0.0.1","port":4222,"go":"go1.17","proto":1"#;
            let more = r#""headers":true,"jetstream":true,"max_payload":1048576,"client_id":1,"client_ip":"127.0.0.1""#;
            let greeting = format!("INFO {{{info},{more},\"version\":\"{version}\"}}\r\n");
            stream.write_all(greeting.as_bytes()).await.unwrap();
            let mut heard = [0; 4096];
            while let Ok(1..) = stream.read(&mut heard).await {
                let _ = stream.write_all(b"PONG\r\n").await;
            }
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_too_old_is_told_by_its_version() {
    let bus = connected(&NatsSettings::parse(&greeting("2.8.4").await)).await;
    let why = bus.publish(message(1)).await.unwrap_err().to_string();
    assert!(why.contains("NATS 2.9 or newer is needed, and this server is 2.8.4"), "{why}");
    // of one that is new enough nothing is said but that it does not answer
    let bus = connected(&NatsSettings::parse(&greeting("2.9.0").await)).await;
    let why = bus.publish(message(1)).await.unwrap_err().to_string();
    assert!(!why.contains("is needed"), "{why}");
}
