//! The shop's own pictures: which files of a folder are shown, and which are not, whatever is asked for.

use crate::running::{ended, nothing_yet, started};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
    time::{Duration, SystemTime},
};
use testkit::{
    http_client::{HttpClient, HttpResponse},
    server::{Launch, Server},
    temp_dir::TempDir,
};

/// The most bytes that are shown.
const LARGEST: usize = 5 << 20;

/// What is in the files, and on no page.
const SEEN: &str = "a steep view of the harbour";

/// Bytes that differ from place to place: a piece that is missing, or comes twice, is seen.
fn picture(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n % 251) as u8).collect()
}

fn header<'a>(said: &'a HttpResponse, name: &str) -> &'a str {
    said.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn asked(server: &Server, method: Method, path: &str, known: &str) -> HttpResponse {
    let request = Request::builder().method(method).uri(path).header(header::IF_NONE_MATCH, known);
    HttpClient::new(server.url()).send(request.body(Bytes::new()).unwrap()).await.unwrap()
}

/// A shop with a folder of pictures that is set.
fn shop_with_pictures() -> (TempDir, Launch) {
    let (folder, launch) = nothing_yet();
    let pictures = folder.path().join("own");
    fs::create_dir(&pictures).unwrap();
    (folder, launch.with("ORDO_PICTURES", pictures.display()))
}

#[tokio::test]
async fn a_picture_is_shown_as_soon_as_it_lies_in_the_data_folder() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let plain = HttpClient::new(server.url());
    plain.get("/pictures/teapot.jpg").await.expect(404);
    let pictures = launch.data.join("pictures");
    assert!(!pictures.exists(), "whoever has pictures makes their folder");
    fs::create_dir(&pictures).unwrap();
    for (name, kind) in [
        ("teapot.jpg", "image/jpeg"),
        ("IMG_1.JPEG", "image/jpeg"),
        ("cup-1.png", "image/png"),
        ("a.b.webp", "image/webp"),
        ("tray.avif", "image/avif"),
        ("steam.gif", "image/gif"),
    ] {
        let bytes = picture(1_000);
        fs::write(pictures.join(name), &bytes).unwrap();
        let said = plain.get(&format!("/pictures/{name}")).await.expect(200);
        assert_eq!(said.bytes, bytes, "{name}");
        assert_eq!(header(&said, "content-type"), kind);
        assert_eq!(header(&said, "content-length"), "1000");
        assert_eq!(header(&said, "x-content-type-options"), "nosniff");
        assert_eq!(header(&said, "cache-control"), "public, max-age=300");
        assert!(header(&said, "content-security-policy").starts_with("default-src 'none'"));
    }
    plain.post("/pictures/teapot.jpg", "", &serde_json::Value::Null).await.expect(405);
    assert!(server.stop().success());
}

#[tokio::test]
async fn who_has_a_picture_is_sent_it_again_only_when_it_is_another_one() {
    let (folder, launch) = shop_with_pictures();
    let (file, path) = (folder.path().join("own/teapot.jpg"), "/pictures/teapot.jpg");
    fs::write(&file, picture(100)).unwrap();
    let server = launch.start();
    let first = asked(&server, Method::GET, path, "\"0\"").await.expect(200);
    let etag = header(&first, "etag");
    for method in [Method::GET, Method::HEAD] {
        let same = asked(&server, method, path, etag).await.expect(304);
        assert_eq!((same.bytes.len(), header(&same, "etag")), (0, etag));
        assert_eq!(header(&same, "cache-control"), "public, max-age=300");
    }
    let head = asked(&server, Method::HEAD, path, "\"0\"").await.expect(200);
    assert_eq!((head.bytes.len(), header(&head, "content-length")), (0, "100"));
    // as long as before
    let another: Vec<u8> = picture(101).split_off(1);
    fs::write(&file, &another).unwrap();
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    File::options().write(true).open(&file).unwrap().set_modified(written).unwrap();
    assert_eq!(asked(&server, Method::GET, path, etag).await.expect(200).bytes, another);
    fs::remove_file(&file).unwrap();
    asked(&server, Method::GET, path, etag).await.expect(404);
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_picture_of_the_largest_size_is_whole_and_a_larger_one_is_not_there() {
    let (folder, launch) = shop_with_pictures();
    let write = |name: &str, length: usize| {
        let bytes = picture(length);
        fs::write(folder.path().join("own").join(name), &bytes).unwrap();
        bytes
    };
    let server = launch.start();
    let plain = HttpClient::new(server.url());
    for (name, length) in [("none.png", 0), ("a-piece.png", 64 << 10), ("large.png", LARGEST)] {
        let bytes = write(name, length);
        assert!(plain.get(&format!("/pictures/{name}")).await.expect(200).bytes == bytes, "{name}");
    }
    write("larger.png", LARGEST + 1);
    for _ in 0..3 {
        plain.get("/pictures/larger.png").await.expect(404);
    }
    let mut server = server;
    server.kill();
    let log = server.whole_log();
    let told: Vec<_> = log.lines().filter(|line| line.contains("image cannot be served")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains("larger.png") && told[0].contains("at most 5242880 are sent"), "{log}");
}

#[tokio::test]
async fn nothing_but_the_pictures_of_the_folder_is_shown() {
    let (folder, launch) = shop_with_pictures();
    let own = folder.path().join("own");
    fs::create_dir_all(own.join("within.png")).unwrap();
    fs::create_dir_all(folder.path().join("own-not")).unwrap();
    for file in [
        "secret.png",
        "own-not/secret.png",
        "own/.hidden.png",
        "own/within.png/deep.png",
        "own/drawn.svg",
        "own/page.html",
        "own/plain",
        "own/there.png",
        "own/a b.png",
        "own/%61.png",
    ] {
        fs::write(folder.path().join(file), SEEN).unwrap();
    }
    for (link, to) in [
        ("out.png", "../secret.png"),
        ("beside.png", "../own-not/secret.png"),
        ("whole.png", "/etc/passwd"),
        ("lost.png", "nothing.png"),
        ("round.png", "round.png"),
        ("to-folder.png", "within.png"),
        ("link.png", "there.png"),
    ] {
        symlink(to, own.join(link)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(own.join("pipe.png")).status().unwrap().success());
    let server = launch.start();
    let plain = HttpClient::new(server.url());
    for name in ["there.png", "link.png"] {
        assert_eq!(plain.get(&format!("/pictures/{name}")).await.expect(200).bytes, SEEN, "{name}");
    }
    let long = format!("{}.png", "a".repeat(300));
    for name in [
        "",
        ".",
        "..",
        "../secret.png",
        "..%2fsecret.png",
        "%2e%2e%2fsecret.png",
        "%2e%2e/secret.png",
        "..%5csecret.png",
        "%2e%2e",
        "there.png/../../secret.png",
        "/there.png",
        "%2fetc%2fpasswd",
        ".hidden.png",
        "%2ehidden.png",
        "within.png",
        "within.png/",
        "within.png/deep.png",
        "drawn.svg",
        "page.html",
        "plain",
        "there.png/",
        "there.png%00",
        "there.png%00.svg",
        "ther%65.png",
        "a%20b.png",
        "a+b.png",
        "%61.png",
        "%2561.png",
        "out.png",
        "beside.png",
        "whole.png",
        "lost.png",
        "to-folder.png",
        "pipe.png",
        "nothing.png",
        "THERE.png",
        "there.svg",
        &long,
    ] {
        let said = asked(&server, Method::GET, &format!("/pictures/{name}"), "*").await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{name}");
        assert!(!String::from_utf8_lossy(&said.bytes).contains(SEEN), "{name}");
    }
    // nobody can say where this one leads
    let round = asked(&server, Method::GET, "/pictures/round.png", "*").await.expect(503);
    assert_eq!(
        (header(&round, "content-type"), header(&round, "retry-after")),
        ("application/problem+json", "10")
    );
    let nowhere = plain.get("/nowhere").await.expect(404);
    let missing = plain.get("/pictures/nothing.png").await.expect(404);
    for name in ["content-type", "cache-control", "x-content-type-options"] {
        assert_eq!(header(&missing, name), header(&nowhere, name));
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn pictures_that_are_no_folder_are_refused_with_what_to_do() {
    let (folder, launch) = nothing_yet();
    let file = folder.path().join("teapot.png");
    fs::write(&file, picture(10)).unwrap();
    for (set, why) in [(file.as_path(), "is no folder"), (&folder.path().join("missing"), "No such file")] {
        let launch = launch.clone().with("ORDO_PICTURES", set.display());
        let says = ["`pictures`", set.to_str().unwrap(), why, "Set ORDO_PICTURES to the folder"];
        started(&launch).await.refuses(2, &says);
        let told = ended(&mut launch.command(&["doctor"])).await;
        let line = told.out.lines().find(|line| line.starts_with("wrong  pictures: ")).unwrap();
        assert!(says.iter().all(|part| line.contains(part)), "{line}");
    }
    assert!(!launch.data.exists(), "a wrong setting makes no shop");
    // who shows none does not check the setting
    let elsewhere = launch.clone().with("ORDO_PICTURES", folder.path().join("missing").display());
    let line = async |part: &str| {
        let told = ended(&mut elsewhere.command(&["doctor", part])).await;
        told.out.lines().find(|line| line.contains("  pictures: ")).map(str::to_owned)
    };
    assert_eq!(line("orders").await, None);
    assert!(line("gateway").await.unwrap().starts_with("wrong  pictures: "));
    // the demo has its own, whatever else there is
    let mut demo = launch.clone().with("ORDO_PICTURES", folder.path().display());
    demo.arguments.push("--demo".to_owned());
    let server = demo.start();
    let plain = HttpClient::new(server.url());
    assert_eq!(
        header(&plain.get("/demo/pictures/teapot.svg").await.expect(200), "content-type"),
        "image/svg+xml"
    );
    assert_eq!(plain.get("/pictures/teapot.png").await.expect(200).bytes, picture(10));
    assert!(server.stop().success());
}

#[tokio::test]
async fn the_doctor_finds_the_pictures_and_lets_others_see_but_not_change_them() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let launch = launch.clone().with("ORDO_LISTEN", &launch.listen);
    let pictures = launch.data.join("pictures");
    fs::create_dir(&pictures).unwrap();
    let mode = |mode: u32| fs::set_permissions(&pictures, Permissions::from_mode(mode));
    mode(0o755).unwrap();
    let said = ended(&mut launch.command(&["doctor"])).await.done();
    assert!(
        said.contains(&format!("ok     pictures: the gateway shows those in {}", pictures.display())),
        "{said}"
    );
    assert!(said.contains("the files are their owner's alone, but for the pictures\n"), "{said}");
    // a gateway by itself has no data folder
    let mut doctor = launch.command(&["doctor", "gateway"]);
    doctor.env("ORDO_SECRET", "ab".repeat(32));
    for service in ["AUTH", "PRODUCTS", "ORDERS", "PAYMENTS", "NOTIFICATIONS"] {
        doctor.env(format!("ORDO_{service}_URL"), "http://127.0.0.1:8081");
    }
    let said = ended(&mut doctor).await.done();
    assert!(
        said.contains("ok     secret: ") && !said.contains("pictures") && !said.contains("data folder"),
        "{said}"
    );
    mode(0o777).unwrap();
    let said = ended(&mut launch.command(&["doctor"])).await;
    assert!(
        said.code == Some(1) && said.out.contains("chmod go-w") && said.out.contains("write into"),
        "{said:?}"
    );
}
