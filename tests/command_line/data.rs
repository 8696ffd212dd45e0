//! The folder of a shop: who may use it, and what it keeps.

use crate::{
    running::{ended, nothing_yet, started},
    shop::{embedded_database, file::ServiceFile},
};
use db::{Sql, params};
use std::fs;
use testkit::http_client::HttpClient;

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_is_named() {
    let (folder, mut launch) = nothing_yet();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    launch.data = file.join("data");
    let mut serve = launch.command(&["serve", "--listen", "127.0.0.1:0"]);
    let data = launch.data.to_str().unwrap();
    ended(serve.current_dir(folder.path())).await.refuses(4, &[data, "--data"]);
}

#[tokio::test]
async fn a_loss_is_not_accepted_where_there_is_no_shop() {
    let (folder, mut launch) = nothing_yet();
    launch.data = folder.path().join("mistyped");
    let mut serve = launch.command(&["serve", "--accept-loss", "--listen", "127.0.0.1:0"]);
    let data = launch.data.to_str().unwrap();
    ended(&mut serve).await.refuses(4, &[data, "--data"]);
    assert!(!launch.data.exists());
    // where nothing is lost, the shop starts, and says so
    assert!(launch.start().stop().success());
    launch.arguments.push("--accept-loss".to_owned());
    let mut server = launch.start();
    server.kill();
    let log = server.whole_log();
    assert!(log.contains("--accept-loss had no effect") && !log.contains("new epoch"), "{log}");
}

#[tokio::test]
async fn a_second_process_on_the_same_data_names_the_first() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let holder = format!("process {}.", server.pid());
    started(&launch).await.refuses(5, &[&holder, launch.data.to_str().unwrap()]);
    assert!(server.stop().success());
}

#[tokio::test]
async fn after_a_kill_the_data_is_free() {
    let (_folder, launch) = nothing_yet();
    launch.start().kill();
    assert!(launch.start().stop().success());
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_alone() {
    const RAISE: Sql = Sql::both(
        "insert into schema_history(service, version, name, checksum, applied_at)
         select service, max(version) + 1, $1, 0, max(applied_at) from schema_history group by service",
    );
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let db = embedded_database(&launch.data, "payments");
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.run(&RAISE, params!["0099_tomorrow"]).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
    drop(db);
    // which has only added something
    assert!(launch.start().stop().success());
    let db = embedded_database(&launch.data, "payments");
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.run(&RAISE, params!["0100_contract_tomorrow"]).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
    drop(db);
    started(&launch).await.refuses(6, &["payments", "newer"]);
    ended(&mut launch.command(&["audit", "--patience", "0"])).await.refuses(6, &["payments", "newer"]);
    let mut create = launch.command(&["admin", "create", "--email", "ada@example.com"]);
    ended(&mut create).await.refuses(6, &["payments", "newer"]);
}

#[tokio::test]
async fn a_shop_that_lacks_a_database_is_not_opened() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    for lacking in ["ordo.db", "simulator.db"] {
        let (file, aside) = (launch.data.join(lacking), launch.data.join("aside"));
        fs::rename(&file, &aside).unwrap();
        for arguments in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["audit"],
            &["admin", "create", "--email", "a@b.example"],
        ] {
            ended(&mut launch.command(arguments)).await.refuses(4, &[file.to_str().unwrap(), "is missing"]);
            assert!(!file.exists(), "{arguments:?} made an empty one");
        }
        fs::rename(&aside, &file).unwrap();
        assert!(launch.start().stop().success());
    }
}

#[tokio::test]
async fn a_service_that_has_nothing_beside_others_is_named_and_not_begun_anew() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let refuses = async |file: &str, service: &str| {
        for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["audit"]] {
            let named = [file, &format!("has nothing of {service}"), "Put it back"];
            ended(&mut launch.command(arguments)).await.refuses(4, &named);
        }
    };
    for (file, service) in [("ordo.db", "auth"), ("simulator.db", "simulator")] {
        let path = launch.data.join(file);
        let kept = fs::read(&path).unwrap();
        fs::write(&path, b"").unwrap();
        refuses(file, service).await;
        fs::write(&path, kept).unwrap();
        assert!(launch.start().stop().success());
    }
    ServiceFile::open(&launch.data, "payments").execute_batch("delete from schema_history").unwrap();
    refuses("ordo.db", "payments").await;
}

#[tokio::test]
async fn a_first_start_that_was_interrupted_goes_on() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    fs::write(launch.data.join("unfinished"), "").unwrap();
    fs::remove_file(launch.data.join("simulator.db")).unwrap();
    assert!(launch.start().stop().success());
    assert!(launch.data.join("simulator.db").exists() && !launch.data.join("unfinished").exists());
}

#[tokio::test]
async fn the_databases_are_their_owners_alone_in_any_folder() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, launch) = nothing_yet();
    fs::create_dir(&launch.data).unwrap();
    fs::set_permissions(&launch.data, fs::Permissions::from_mode(0o755)).unwrap();
    let server = launch.start();
    for entry in fs::read_dir(&launch.data).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn the_currency_is_fixed_by_the_first_product() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let mut dollars = launch.clone().with("ORDO_CURRENCY", "USD");
    dollars.arguments.push("--demo".to_owned());
    assert!(dollars.start().stop().success(), "an empty shop has no currency yet");
    started(&launch).await.refuses(2, &["`currency`", "prices in USD, not in EUR", "ORDO_CURRENCY=USD"]);
    let server = dollars.start();
    let listed = HttpClient::new(server.url()).get("/v1/products").await.expect(200);
    assert_eq!(listed.body["items"][0]["price"]["currency"], "USD");
    assert!(server.stop().success());
}
