//! A product's page where scripts run: its picture, and how many there are as that changes.

use super::{Chromium, DESKTOP, shop::Shop};
use serde_json::json;
use std::fs;
use testkit::temp_dir::TempDir;

/// One white point.
const PICTURE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_is_shown_with_its_picture_and_how_many_are_left_by_itself() {
    let folder = TempDir::new();
    fs::write(folder.path().join("teapot.gif"), PICTURE).unwrap();
    let shop = Shop::open(&[("ORDO_PICTURES", folder.path().to_str().unwrap())]);
    let admin = shop.admin().await;
    let images = json!([{"url": "/pictures/teapot.gif", "alt": "A white teapot"}]);
    let teapot = json!({"sku": "T-1", "name": "Teapot", "price": "24.90", "stock": 12, "images": images});
    let path = format!("/products/{}", admin.post("/v1/products", "", &teapot).await.expect(201).text("id"));

    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}{path}", shop.url())).await;
    browser.says("12 in stock").await;
    let shown = "const one = document.querySelector('main .plate img');
        return one.decode().then(() => [one.getAttribute('src'), one.alt, one.naturalWidth])";
    let shown = browser.run(shown, json!([])).await;
    assert_eq!(shown, json!(["/pictures/teapot.gif", "A white teapot", 1]));

    browser.run("window.sameOne = true", json!([])).await;
    let adjust = format!("/v1{path}/stock/adjustments");
    admin.post(&adjust, "count", &json!({"delta": -10, "reason": "count"})).await.expect(201);
    browser.says("2 left").await;
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, true);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
