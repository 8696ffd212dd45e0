//! What becomes of what runs when the program is asked to stop.

use crate::{running::end_of_server, shop::Shop};
use http::Method;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};
use testkit::signal;
use tokio::time::sleep;

/// A customer's request that takes as long as the simulator's slow card.
async fn slow_request(shop: &Shop) -> impl Future<Output = Option<u16>> + use<> {
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 10)]).await;
    let buyer = shop.customer("ada").await;
    let lines = json!([{"product_id": goods[0].id, "quantity": 1}]);
    async move {
        let order = json!({"lines": lines, "payment": {"method": "sim_slow"}});
        let said = buyer.try_call(Method::POST, "/v1/orders", "slow", &order).await;
        said.ok().map(|said| said.code())
    }
}

/// Asks the program to end while a slow request runs: what that was answered, how the program ended, and its log.
async fn stopped_beside_a_slow_request(shop: &mut Shop) -> (Option<u16>, ExitStatus, String) {
    let mut server = shop.server.take().unwrap();
    let slow = slow_request(shop).await;
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        signal::send(server.pid(), "TERM");
        end_of_server(&mut server).await
    };
    let (answered, end) = tokio::join!(slow, stop);
    (answered, end, server.log())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_when_the_end_is_asked_for_is_answered_and_the_files_are_complete() {
    let settings =
        [("ORDO_SIMULATOR_SLOW_MS", "3000"), ("ORDO_PROVIDER_TIMEOUT", "20"), ("ORDO_DRAIN", "20")];
    let mut shop = Shop::embedded(&settings);
    let (answered, end, log) = stopped_beside_a_slow_request(&mut shop).await;
    assert_eq!(answered, Some(201));
    assert_eq!(end.code(), Some(0), "{log}");
    let copy = shop.folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for file in files_in(&shop.launch.data) {
        let size = fs::metadata(&file).unwrap().len();
        match file.extension().and_then(|e| e.to_str()) {
            Some("db" | "json") | None => {
                fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
            }
            Some("db-wal") => assert_eq!(size, 0, "{} is not empty", file.display()),
            _ => {}
        }
    }
    shop.launch.data = copy;
    shop.assert_audit_is_clean("in a copy of the files");
    shop.server = Some(shop.launch.start());
    // placing is answered before a payment that takes long, and what is under way then is looked into after the start
    let admin = shop.admin().await;
    let patience = tokio::time::Instant::now() + Duration::from_secs(100);
    loop {
        let orders = admin.get("/v1/orders").await.expect(200).body;
        assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "{orders}");
        if orders["items"][0]["payment_status"] == "paid" {
            break;
        }
        assert!(tokio::time::Instant::now() < patience, "not paid: {orders}");
        sleep(Duration::from_millis(50)).await;
    }
    shop.assert_audit_is_clean("after the payment");
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_longer_than_it_may_is_cut_off_and_the_code_tells() {
    let settings =
        [("ORDO_SIMULATOR_SLOW_MS", "15000"), ("ORDO_PROVIDER_TIMEOUT", "20"), ("ORDO_DRAIN", "1")];
    let mut shop = Shop::embedded(&settings);
    let (answered, end, log) = stopped_beside_a_slow_request(&mut shop).await;
    assert_eq!(answered, None, "the connection ends without an answer");
    assert_eq!(end.code(), Some(7), "{log}");
    shop.server = Some(shop.launch.start());
    shop.assert_audit_is_clean("after requests were cut off");
}
