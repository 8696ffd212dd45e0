//! `ordo serve --demo`: a shop with a month behind it, the same each time, and sound.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "../shop/mod.rs"]
mod shop;
mod states;
mod story;

use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use shop::signed_in;
use std::{process::Output, time::Duration};
use story::Story;
use testkit::{
    http_client::HttpClient,
    server::{Launch, Server},
    temp_dir::TempDir,
};

const ADMIN: (&str, &str) = ("admin@example.com", "demo-admin-password");
const CLERK: (&str, &str) = ("tilda@example.com", "demo-staff-password");
const CUSTOMERS: [&str; 3] = ["mara@example.com", "jonas@example.com", "aiko@example.com"];
const CUSTOMERS_PASSWORD: &str = "demo-customer-password";

fn launch(folder: &TempDir) -> Launch {
    let mut launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data"));
    launch.arguments.push("--demo".to_owned());
    launch
}

fn audit(launch: &Launch) -> Output {
    launch.command(&["audit"]).output().unwrap()
}

fn assert_is_clean(launch: &Launch) {
    let audited = audit(launch);
    assert_eq!(String::from_utf8_lossy(&audited.stdout), "the audit is clean: I1 to I10 hold\n");
}

#[tokio::test]
async fn a_demo_has_each_state_and_is_sound_and_a_second_start_leaves_it_alone() {
    let folder = TempDir::new();
    let launch = launch(&folder);
    let server = launch.start();
    let said = [
        "demo: sign in as admin@example.com with the password demo-admin-password",
        "demo: or as staff for products and orders (tilda@example.com) with the password demo-staff-password",
        "demo: or as a customer (mara@example.com, jonas@example.com, aiko@example.com) with the password \
         demo-customer-password",
    ];
    let created = format!("created a new shop in {}", launch.data.display());
    assert_eq!(server.printed(), said.iter().copied().chain([&*created]).collect::<Vec<_>>());
    let admin = signed_in(server.url(), ADMIN).await;
    assert_eq!(admin.get("/v1/me").await.expect(200).text("name"), "Tom Reuter");
    let story = Story::read(&admin).await;
    states::assert_each_is_there(&story);
    states::assert_stock_has_something_to_show(&story);
    assert_pictures_are_served(&server, &story).await;
    let document = HttpClient::new(server.url()).get("/openapi.json").await.expect(200).body;
    assert!(story::text(&document, "/x-guide").contains(CUSTOMERS_PASSWORD), "/docs tells how to sign in");
    for email in CUSTOMERS {
        let customer = signed_in(server.url(), (email, CUSTOMERS_PASSWORD)).await;
        assert!(customer.get("/v1/orders").await.expect(200).body["items"].as_array().unwrap().len() > 5);
    }
    let clerk = signed_in(server.url(), CLERK).await;
    assert!(!clerk.get("/v1/orders").await.expect(200).body["items"].as_array().unwrap().is_empty());
    let refused = clerk.get("/v1/api-keys").await.expect(403).body;
    assert_eq!(refused["permissions"], json!(["settings"]), "{refused}");
    assert_is_clean(&launch);

    // what the user changes stays
    let product = story.products[0].clone();
    let path = format!("/v1/products/{}", product["id"].as_str().unwrap());
    let change = json!({"name": "Another name"});
    admin.try_call(Method::PATCH, &path, "", &change).await.unwrap().expect(200);
    let before = story::ids(&Story::read(&admin).await);
    assert!(server.stop().success());
    assert_is_clean(&launch);
    let server = launch.start();
    assert_eq!(server.printed(), said);
    let admin = signed_in(server.url(), ADMIN).await;
    assert_eq!(story::ids(&Story::read(&admin).await), before);
    assert_eq!(admin.get(&path).await.expect(200).text("name"), "Another name");
    assert!(server.stop().success());
}

/// Each product's picture is there, and a browser may keep it.
async fn assert_pictures_are_served(server: &Server, story: &Story) {
    let plain = HttpClient::new(server.url());
    for product in &story.products {
        let image = &product["images"][0];
        assert!(!image["alt"].as_str().unwrap().is_empty(), "{product}");
        let url = image["url"].as_str().unwrap();
        let said = plain.get(url).await.expect(200);
        assert!(said.bytes.starts_with(b"<svg"), "{url}");
        let header = |name| said.headers[name].to_str().unwrap();
        assert_eq!(header(header::CONTENT_TYPE), "image/svg+xml");
        assert_eq!(header(header::CACHE_CONTROL), "public, max-age=3600");
        assert!(header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
        let again = http::Request::get(url).header(header::IF_NONE_MATCH, header(header::ETAG));
        let again = plain.send(again.body(bytes::Bytes::new()).unwrap()).await.unwrap();
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

#[tokio::test]
async fn two_demos_are_the_same_but_for_the_moment() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let folder = TempDir::new();
        let server = launch(&folder).with("ORDO_PUBLIC_URL", "https://shop.example").start();
        told.push(Story::read(&signed_in(server.url(), ADMIN).await).await.plain());
        assert!(server.stop().success());
    }
    for (one, other) in told[0].iter().zip(&told[1]) {
        assert_eq!(one, other);
    }
    assert_eq!(told[0].len(), told[1].len());
}

#[tokio::test]
async fn the_mails_of_the_story_are_this_shops_and_lead_to_it() {
    let folder = TempDir::new();
    let launch = launch(&folder).with("ORDO_SHOP_NAME", "Halm & Ton").with("ORDO_TIME_ZONE", "Asia/Kolkata");
    let server = launch.start();
    let mails = Story::read(&signed_in(server.url(), ADMIN).await).await.mails;
    let words = mails.iter().flat_map(|mail| story::text(mail, "/text").split_whitespace());
    let links = words.filter(|word| word.contains("://") || word.starts_with('/')).collect::<Vec<_>>();
    assert!(links.len() >= mails.len() / 2, "{} links in {} mails", links.len(), mails.len());
    for link in links {
        assert!(link.starts_with(server.url()), "{link}");
    }
    for mail in &mails {
        assert!(story::text(mail, "/text").contains("Halm & Ton"), "{mail}");
        assert!(!story::text(mail, "/text").contains(" UTC"), "{mail}");
    }
    assert!(mails.iter().any(|mail| story::text(mail, "/text").contains(" IST")), "by the shop's clock");
}

#[tokio::test]
async fn a_start_that_ends_in_the_middle_of_the_story_leaves_an_empty_shop_that_the_next_one_fills() {
    let folder = TempDir::new();
    let launch = launch(&folder);
    for point in ["register/calling@2", "place_order/called@20", "ship_fulfilment/calling@30"] {
        assert!(launch.clone().with("ORDO_FAILPOINT", point).try_start().is_err(), "{point} was not reached");
    }
    let server = launch.start();
    let orders = Story::read(&signed_in(server.url(), ADMIN).await).await.orders.len();
    assert!(orders > 50, "{orders}");
    assert!(server.stop().success());
    assert_is_clean(&launch);
}

#[tokio::test]
async fn a_start_that_is_killed_at_any_moment_is_healed() {
    let folder = TempDir::new();
    let launch = launch(&folder);
    for millis in [50, 300, 1_000, 3_000] {
        let mut command = launch.command(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let server = launch.start();
    let story = Story::read(&signed_in(server.url(), ADMIN).await).await;
    states::assert_each_is_there(&story);
    assert!(server.stop().success());
    assert_is_clean(&launch);
}

#[tokio::test]
async fn a_shop_in_which_something_has_happened_is_left_alone() {
    let folder = TempDir::new();
    let launch = launch(&folder);
    let mut without = launch.clone();
    without.arguments.retain(|argument| argument != "--demo");
    let server = without.start();
    let account = json!({"email": "ada@example.com", "password": "correct horse battery"});
    HttpClient::new(server.url()).post("/v1/register", "", &account).await.expect(201);
    assert!(server.stop().success());
    let server = launch.start();
    assert!(
        server.printed()[0] == "demo: the shop is not empty, so nothing was added",
        "{:?}",
        server.printed()
    );
    let products = HttpClient::new(server.url()).get("/v1/products").await.expect(200).body;
    assert_eq!(products["items"], Value::Array(Vec::new()));
    HttpClient::new(server.url()).get("/demo/pictures/teapot.svg").await.expect(404);
    assert!(server.stop().success());
}

/// While the demo takes the place of the empty databases, what a command wrote into these would be lost.
#[tokio::test]
async fn what_a_command_has_done_while_the_demo_is_filled_in_is_there_afterwards() {
    let folder = TempDir::new();
    let launch = launch(&folder);
    let (mut made, mut refused) = (Vec::new(), 0);
    let server = std::thread::scope(|scope| {
        let starting = scope.spawn(|| launch.start());
        for n in 0.. {
            if starting.is_finished() {
                break;
            }
            let email = format!("helper{n}@example.com");
            let arguments = ["admin", "create", "--email", &email, "--password", "correct horse battery"];
            let ended = launch.command(&arguments).output().unwrap();
            let why = String::from_utf8_lossy(&ended.stderr);
            match ended.status.code() {
                Some(0) => made.push(email),
                Some(4) if why.contains("there is no shop in") => {}
                Some(4) if why.contains("has not come to its end") => refused += 1,
                _ => panic!("{why}"),
            }
        }
        starting.join().unwrap()
    });
    assert!(refused > 0, "no command came while the demo was filled in");
    for email in made {
        signed_in(server.url(), (&email, "correct horse battery")).await;
    }
    assert!(server.stop().success());
    assert!(!launch.data.join("filling").exists());
}
