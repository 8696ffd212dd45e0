//! Services that authenticate each other over TLS. Other callers get nothing from them.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    tour::until,
    world::DistributedTestBed,
};
use endpoint::mutual_tls::MutualTls;
use http::Method;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};
use testkit::{
    certificates::{issue, make_authority},
    http_client::HttpClient,
    temp_dir::TempDir,
};

const PARTS: [&[&str]; 4] =
    [&["auth", "payments"], &["products", "notifications"], &["orders"], &["gateway"]];

/// An authority of its own. Its files are gone with it.
struct Authority(TempDir);

impl Authority {
    fn new() -> Authority {
        let folder = TempDir::new();
        make_authority(folder.path());
        Authority(folder)
    }
    fn issue(&self, name: &str, alternative: &str) {
        issue(self.folder(), name, alternative);
    }
    fn folder(&self) -> &Path {
        self.0.path()
    }
    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}

fn settings(authority: &Authority, own: &str) -> [(&'static str, String); 3] {
    let file = |name: &str| authority.file(name).display().to_string();
    [
        ("ORDO_SERVICES_CA", file("ca.pem")),
        ("ORDO_SERVICES_CERTIFICATE", file(&format!("{own}.pem"))),
        ("ORDO_SERVICES_KEY", file(&format!("{own}.key"))),
    ]
}

fn mutual(ca: &Authority, own: &Authority, name: &str) -> MutualTls {
    let [certificate, key] = [format!("{name}.pem"), format!("{name}.key")].map(|file| own.file(&file));
    MutualTls::read(&ca.file("ca.pem"), &certificate, &key).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_answer_only_who_shows_a_certificate_of_the_shop() {
    let (ours, others) = (Authority::new(), Authority::new());
    ours.issue("ordo", "DNS:ordo");
    ours.issue("neighbour", "DNS:neighbour");
    others.issue("ordo", "DNS:ordo");
    let settings = settings(&ours, "ordo");
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut world = DistributedTestBed::of(&PARTS, &settings);

    // a whole order, with its mail: the gateway, the services and the audit ask over TLS
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 100)]).await;
    let buyer = customer_at(&url, "sealed").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 2}], "payment": {"method": "sim_ok"}});
    let id = buyer.post("/v1/orders", "one", &order).await.expect(201).text("id").to_owned();
    until(&buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
    until(&admin, "/v1/mails?limit=10", |mails| {
        mails["items"].as_array().is_some_and(|items| items.iter().any(|mail| mail["about"] == id.as_str()))
    })
    .await;
    for arguments in [&["audit", "--ask"][..], &["audit"], &["doctor"]] {
        let output = world.split.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    let orders = world.split.urls("orders").remove(0);
    let sealed = orders.replace("http://", "https://");
    let said = world.split.replicas("orders")[0].server.as_ref().unwrap().listener("orders").to_owned();
    assert_eq!(said, sealed, "the ready line says how it is asked");
    // a process of the shop gets the response that any client gets
    let us = HttpClient::sealed(&sealed, &mutual(&ours, &ours, "ordo"));
    us.get("/ready").await.expect(200);
    us.get(&format!("/v1/orders/{id}")).await.expect(401);
    // nobody speaks without TLS
    is_not_answered(&HttpClient::new(&orders)).await;
    // a certificate of another authority ends the handshake, in both directions
    let foreign = ["--cert", "ordo.pem", "--key", "ordo.key", "--cacert"];
    let ca = ours.file("ca.pem").display().to_string();
    for more in [&[&foreign[..], &[&ca]].concat()[..], &["--cacert", "ca.pem"]] {
        let answer = curl(&others, &sealed, "/ready", more);
        assert!(!answer.status.success(), "{more:?}: {answer:?}");
    }
    // a caller without a certificate, or with one of the same authority that is for no process of the shop, can read its health
    for strange in [&[][..], &["--cert", "neighbour.pem", "--key", "neighbour.key"]] {
        let asked = |path: &str| {
            let answer = curl(&ours, &sealed, path, &[&["--cacert", "ca.pem"], strange].concat());
            assert!(answer.status.success(), "{answer:?}");
            String::from_utf8(answer.stdout).unwrap()
        };
        assert_eq!(asked("/health"), "200");
        assert_eq!(asked("/ready"), "200");
        for path in ["/v1/orders", "/internal/state", "/internal/events?after=0", "/nothing", "/healthy"] {
            assert_eq!(asked(path), "403", "{path}");
        }
    }
}

async fn is_not_answered(by: &HttpClient) {
    let answer = by.try_call(Method::GET, "/ready", "", &Value::Null).await;
    assert!(answer.is_err(), "{answer:?}");
}

/// What curl is answered, with files of that authority; the status is printed.
fn curl(files: &Authority, url: &str, path: &str, more: &[&str]) -> Output {
    let port = url.rsplit_once(':').unwrap().1;
    Command::new("curl")
        .current_dir(files.folder())
        .args(["-sS", "-o", "answer", "-w", "%{http_code}", "--resolve"])
        .args([format!("ordo:{port}:127.0.0.1"), format!("https://ordo:{port}{path}")])
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn what_cannot_be_shown_is_refused_at_the_start_in_a_sentence() {
    let ours = Authority::new();
    ours.issue("ordo", "DNS:ordo");
    ours.issue("other", "DNS:ordo");
    ours.issue("neighbour", "DNS:neighbour");
    // set to nothing is not set, and the addresses are those of a shop that has it
    let world = DistributedTestBed::none_of(&PARTS, &[("ORDO_SERVICES_CA", "")]);
    let start = |settings: &[(&str, String)]| {
        let mut command = world.split.command(&["serve", "orders"]);
        let output = command.envs(settings.iter().cloned()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let [ca, certificate, key] = settings(&ours, "ordo");
    let is_told = |said: String, words: &[&str]| {
        assert!(words.iter().all(|word| said.contains(word)), "{words:?}: {said}");
    };
    is_told(start(&[ca.clone(), certificate.clone()]), &["`services_key`", "go together"]);
    let [_, strange, its_key] = settings(&ours, "neighbour");
    is_told(start(&[ca.clone(), strange, its_key]), &["neighbour.pem", "DNS:ordo"]);
    let [_, _, other] = settings(&ours, "other");
    is_told(start(&[ca.clone(), certificate.clone(), other]), &["ordo.pem", "other.key"]);
    let nothing = (key.0, ours.file("none.key").display().to_string());
    is_told(start(&[ca.clone(), certificate.clone(), nothing]), &["none.key"]);
    let others = Authority::new();
    others.issue("ordo", "DNS:ordo");
    let [_, foreign, its_key] = settings(&others, "ordo");
    is_told(start(&[ca.clone(), foreign, its_key]), &["ordo.pem", "would not trust"]);
    // nor in one process, where other doors than the public one may be open, too
    let whole =
        world.split.command(&["serve"]).env_remove("ORDO_DATABASE_URL").env(ca.0, &ca.1).output().unwrap();
    is_told(String::from_utf8(whole.stderr).unwrap(), &["`services_key`", "go together"]);
    // an address that is not asked over TLS is a mistake
    let plain = ("ORDO_AUTH_URL", "http://127.0.0.1:8081".to_owned());
    is_told(start(&[ca, certificate, key, plain]), &["`auth_url`", "https://auth:8081", "TLS"]);
}
