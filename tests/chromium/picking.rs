//! Rows are picked by keys, by a press and without scripts; the bar above them says how many, and what is done with them.

use super::{
    Chromium, DESKTOP, PHONE, buys, console::staff_at, hostile::until, look::assert_shown_is_sound, newest,
    open_shop, shop::Shop,
};
use serde_json::{Value, json};
use testkit::{chromium::Viewport, http_client::HttpClient};

/// So many orders that are to be packed, the newest first.
async fn paid(shop: &Shop, admin: &HttpClient, product: &str, count: usize) -> Vec<Value> {
    let (ada, mut all) = (shop.customer("ada").await, Vec::new());
    for n in 0..count {
        buys(&ada, product, 1, &n.to_string()).await;
        let order = newest(admin).await;
        let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
        until(admin, &path, |order| order["status"] == "confirmed").await;
        all.insert(0, order);
    }
    all
}

/// The bar as it is seen, or nothing, and what was announced last.
async fn bar(browser: &Chromium) -> Value {
    let script = "const bar = document.querySelector('.selbar');
        return [bar.checkVisibility() ? bar.querySelector('[data-many]').textContent : null, document.querySelector('[data-told]').textContent]";
    browser.run(script, json!([])).await
}

/// How large the smallest box is that can be pressed, with what stands beside it: the lines of a card begin where its number does.
const BOXES: &str = "
    return [...document.querySelectorAll('tbody tr')].flatMap(row => {
        const [box, name] = ['.box', '.lead'].map(one => row.querySelector(one).getBoundingClientRect());
        const isSmall = Math.min(box.width, box.height) < arguments[0];
        const middle = rect => rect.top + rect.height / 2;
        const isOff = Math.abs(middle(box) - middle(name)) > 3;
        return [...(isSmall ? [`a box of ${box.width}`] : []), ...(isOff ? [`${middle(box)} beside ${middle(name)}`] : [])];
    });
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_picked_by_keys_and_packed_at_once() {
    let (shop, admin, ids) = open_shop().await;
    let orders = paid(&shop, &admin, &ids[0], 4).await;
    let browser = staff_at(&shop, "/console/orders").await;
    assert_eq!(bar(&browser).await, json!([null, ""]));
    // before a row is led to, nothing is picked
    browser.keys("x").await;
    assert_eq!(bar(&browser).await, json!([null, ""]));
    browser.keys("jxjx").await;
    assert_eq!(bar(&browser).await, json!(["2 orders selected", "2 orders selected"]));
    browser.keys("kx").await;
    assert_eq!(bar(&browser).await, json!(["1 order selected", "1 order selected"]));
    browser.keys("jx").await;
    assert_eq!(bar(&browser).await, json!([null, "No orders selected"]));
    // all of them at once, and from a box the keys lead on
    browser.press("[data-all]").await;
    assert_eq!(bar(&browser).await[0], "4 orders selected");
    browser.press(&format!("[value='{}']", orders[0]["id"].as_str().unwrap())).await;
    let whole = browser
        .run(
            "const whole = document.querySelector('[data-all]'); return [whole.checked, whole.indeterminate]",
            json!([]),
        )
        .await;
    assert_eq!(whole, json!([false, true]));
    assert_eq!(bar(&browser).await[0], "3 orders selected");
    browser.keys("jx").await;
    assert_eq!(bar(&browser).await[0], "2 orders selected");
    let focus = browser.run("return document.activeElement.textContent", json!([])).await;
    assert_eq!(focus, format!("#{}", orders[1]["number"]));
    // what the Enter key does in a box is nothing
    browser.run("document.querySelector('tbody .box').focus()", json!([])).await;
    browser.keys(super::keys::ENTER).await;
    assert_eq!(bar(&browser).await[0], "2 orders selected");
    assert_shown_is_sound(&browser, &shop.url(), "/console/orders#picked", "nothing").await;
    for width in [320, PHONE.width] {
        browser.sized(width, 844, false).await;
        assert_eq!(browser.run(BOXES, json!([24])).await, json!([]), "{width}");
    }
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    assert_eq!(browser.run(BOXES, json!([16])).await, json!([]));

    browser.press(".selbar button[value=pack]").await;
    browser.says("2 orders packed").await;
    assert_eq!(bar(&browser).await[0], Value::Null);
    assert_shown_is_sound(&browser, &shop.url(), "/console/orders#packed", "nothing").await;
    for (n, order) in orders.iter().enumerate() {
        let path = format!("/v1/orders/{}/fulfilments", order["id"].as_str().unwrap());
        let parcels = admin.get(&path).await.expect(200).body["items"].as_array().unwrap().len();
        assert_eq!(parcels, usize::from(n > 1), "order {n}");
    }
    // each slip is a sheet
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.press("main .banner a[href*='/slips?']").await;
    browser.says("Packing slips").await;
    browser.on_paper().await;
    assert_eq!(browser.sheets().await, 2);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
    shop.assert_audit_is_clean("after two were packed by keys");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_or_keys_rows_are_picked_all_the_same() {
    let (shop, admin, ids) = open_shop().await;
    let orders = paid(&shop, &admin, &ids[0], 2).await;
    let browser = staff_at(&shop, "/console/orders").await;
    // of users who have switched single keys off
    let off = "document.documentElement.dataset.shortcuts = 'off'";
    browser.run(off, json!([])).await;
    browser.keys("jx").await;
    assert_eq!(bar(&browser).await, json!([null, ""]));

    browser.shown(Viewport { scripts: false, ..PHONE }).await;
    browser.go(&format!("{}/console/orders?sort=created_at", shop.url())).await;
    assert_eq!(bar(&browser).await[0], "Selected orders:");
    let is_seen = "return document.querySelector('[data-all]').checkVisibility()";
    assert_eq!(browser.run(is_seen, json!([])).await, false);
    assert_eq!(browser.run(BOXES, json!([24])).await, json!([]));
    browser.press(".selbar button[value=pack]").await;
    browser.says("No orders selected").await;
    browser.press(&format!("[value='{}']", orders[1]["id"].as_str().unwrap())).await;
    browser.keys(super::keys::ENTER).await;
    browser.press(".selbar button[value=pack]").await;
    browser.says("1 order packed").await;
    assert!(browser.url().await.contains("sort=created_at"));
    browser.close().await;
    shop.assert_audit_is_clean("after one was packed without scripts");
}
