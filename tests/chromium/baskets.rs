//! The basket where scripts run: nobody is as slow as its answers, and some answers do not come.

use super::{
    Chromium, DESKTOP, PASSWORD, fill_checkout, newest, open_shop, register,
    shop::{Shop, signed_in},
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::HttpClient;

/// What is sent arrives and is done, and its answer is on its way for ever.
const SILENT: &str = "
    const usual = window.fetch;
    window.fetch = (what, how) => {
        usual(what, how).catch(() => {});
        return new Promise((_, no) => how.signal?.addEventListener('abort', () => no(how.signal.reason)));
    };";

/// A shop, and Ada at her basket in a browser: a teapot, a cup and a tray.
struct BasketSession {
    shop: Shop,
    admin: HttpClient,
    api: HttpClient,
    browser: Chromium,
    ids: Vec<String>,
}

impl BasketSession {
    async fn comes() -> BasketSession {
        let (shop, admin, mut ids) = open_shop().await;
        let tray = json!({"sku": "TRAY", "name": "Tray", "price": "7.00", "stock": 9});
        ids[2] = admin.post("/v1/products", "", &tray).await.expect(201).text("id").to_owned();
        let browser = Chromium::open(DESKTOP).await;
        register(&browser, &shop, "ada").await;
        let api = signed_in(&shop.url(), ("ada@example.com", PASSWORD)).await;
        let basket = api.post("/v1/baskets", "", &json!({})).await.expect(201);
        let lines = format!("/v1/baskets/{}/lines", basket.text("id"));
        for id in &ids {
            api.post(&lines, id, &json!({"product_id": id, "quantity": 1})).await.expect(200);
        }
        browser.go(&format!("{}/basket", shop.url())).await;
        browser.says("€41.40").await;
        browser.run("window.sameOne = true", json!([])).await;
        BasketSession { shop, admin, api, browser, ids }
    }
    /// Does so much at once as no answer is quick enough for; `button`, `set` and `to` are what she has her hands on.
    async fn does(&self, what: &str) {
        let hands = "
            const [teapot, cup, tray] = arguments;
            const at = selector => document.querySelector(selector);
            const button = (name, id) => at(`main button[name=${name}][value=${id}]`);
            const field = id => at(`main [name=q-${id}]`);
            const set = (id, pieces) => {
                field(id).value = pieces;
                field(id).dispatchEvent(new Event('change', {bubbles: true}));
            };
            const to = at('main button[name=to]');";
        let said = self.browser.run(&format!("{hands} {what}"), json!(self.ids)).await;
        assert_eq!(said, Value::Null, "{what}");
    }
    /// What her basket has, by product: waits until it is this.
    async fn has(&self, pieces: &[i64]) {
        let mut now = Vec::<i64>::new();
        for _ in 0..400 {
            let basket = self.api.get("/v1/baskets/mine").await.expect(200).body;
            let lines = basket["lines"].as_array().unwrap();
            let of = |id: &String| lines.iter().find(|line| line["product_id"] == **id);
            now = self.ids.iter().map(|id| of(id).map_or(0, |l| l["quantity"].as_i64().unwrap())).collect();
            if now == pieces {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the basket has {now:?}, not {pieces:?}")
    }
    async fn is_same_page(&self) -> bool {
        self.browser.run("return window.sameOne === true", json!([])).await == true
    }
    async fn goes(self) {
        assert_eq!(self.browser.complaints().await, [""; 0]);
        self.browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_out_several_things_and_goes_on_at_once_orders_what_is_left() {
    let ada = BasketSession::comes().await;
    ada.does("button('remove', teapot).click(); to.click(); button('remove', cup).click(); set(tray, 2)")
        .await;
    ada.browser.leaves("/basket").await;
    assert!(ada.browser.url().await.ends_with("/checkout"));
    fill_checkout(&ada.browser, "sim_ok").await;
    ada.browser.says("Paid, preparing your order").await;
    let order = newest(&ada.admin).await;
    let lines = order["lines"].as_array().unwrap();
    let is_tray = lines[0]["product_id"] == *ada.ids[2] && lines[0]["quantity"] == 2;
    assert!(lines.len() == 1 && is_tray, "{lines:?}");
    ada.shop.assert_audit_is_clean("after a quick order");
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_presses_on_with_the_mouse_before_the_answer_is_there_comes_to_checkout() {
    let ada = BasketSession::comes().await;
    let late = "
        const usual = window.fetch;
        window.fetch = (...what) => new Promise(go => setTimeout(go, 1500)).then(() => usual(...what));";
    ada.does(&format!("{late} button('remove', teapot).click()")).await;
    // the button has the focus when what is new comes around it
    ada.browser.press("main button[name=to]").await;
    ada.browser.leaves("/basket").await;
    assert!(ada.browser.url().await.ends_with("/checkout"));
    ada.browser.says("€16.50").await;
    ada.has(&[0, 1, 1]).await;
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_longer_sold_stays_until_it_is_taken_out() {
    let ada = BasketSession::comes().await;
    let cup = format!("/v1/products/{}", ada.ids[1]);
    ada.admin.try_call(Method::PATCH, &cup, "", &json!({"status": "draft"})).await.unwrap().expect(200);
    // she presses on before the page has said so, and after
    ada.does("button('more', teapot).click(); button('more', teapot).click()").await;
    ada.browser.says("No longer available").await;
    ada.has(&[3, 1, 1]).await;
    ada.does("button('more', teapot).click()").await;
    ada.has(&[4, 1, 1]).await;
    ada.browser.says("Subtotal (5 items").await;
    assert_eq!(ada.browser.text(".shop-top .count").await, "5");
    ada.browser.says("No longer available").await;
    assert!(ada.is_same_page().await);
    ada.does("button('remove', cup).click()").await;
    ada.has(&[4, 0, 1]).await;
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_at_once_takes_along_what_was_changed() {
    let ada = BasketSession::comes().await;
    // a number is typed, and the next thing is another page
    ada.does("field(teapot).focus(); field(teapot).select()").await;
    ada.browser.keys("3").await;
    ada.browser.press("header a.brand").await;
    ada.browser.leaves("/basket").await;
    ada.has(&[3, 1, 1]).await;
    // and while an answer is awaited
    ada.browser.go(&format!("{}/basket", ada.shop.url())).await;
    ada.does(&format!("{SILENT} button('remove', teapot).click()")).await;
    ada.has(&[0, 1, 1]).await;
    ada.does("button('remove', cup).click(); set(tray, 4); at('header a.brand').click()").await;
    ada.browser.leaves("/basket").await;
    ada.has(&[0, 0, 4]).await;
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_does_not_come_or_breaks_off_is_no_end() {
    let ada = BasketSession::comes().await;
    // nothing is sent by the script: the form is, with what was pressed and what was pressed since
    let out = "window.fetch = () => Promise.reject(new TypeError('no network'));";
    ada.does(&format!("{out} button('remove', teapot).click(); button('remove', cup).click(); to.click()"))
        .await;
    ada.browser.leaves("/basket").await;
    assert!(ada.browser.url().await.ends_with("/checkout"), "the form was sent as without scripts");
    ada.has(&[0, 0, 1]).await;
    ada.browser.go(&format!("{}/basket", ada.shop.url())).await;
    ada.browser.says("€7.00").await;
    // it is sent and done, and the answer breaks off
    let broken = "
        const usual = window.fetch;
        window.fetch = (...what) => usual(...what).then(() => new Response(new ReadableStream({
            start: body => body.error(new TypeError('broken off')),
        })));";
    ada.browser.run("window.sameOne = true", json!([])).await;
    ada.does(&format!("{broken} set(tray, 2)")).await;
    ada.browser.says("€14.00").await;
    assert!(!ada.is_same_page().await, "what is so now is shown as without scripts");
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_there_in_time_is_not_waited_for() {
    let ada = BasketSession::comes().await;
    ada.does(&format!("{SILENT} button('remove', teapot).click()")).await;
    ada.has(&[0, 1, 1]).await;
    // what is pressed meanwhile is not lost: the form is sent as without scripts, as another one than that which was done
    ada.does("button('remove', cup).click()").await;
    ada.has(&[0, 0, 1]).await;
    ada.browser.says("€7.00").await;
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_disturbs_nobody_who_types_or_is_on_the_way_elsewhere() {
    let ada = BasketSession::comes().await;
    let browser = &ada.browser;
    let is_there = || browser.run("return window.there === document.activeElement", json!([]));
    // the cup's number is half typed when the answer about the teapot comes
    ada.does("field(cup).focus(); field(cup).select(); window.there = field(cup)").await;
    browser.keys("2").await;
    ada.does("button('more', teapot).click()").await;
    browser.says("€66.30").await;
    assert_eq!(is_there().await, true);
    ada.does("button('more', teapot).click()").await;
    // it is not sent by itself, and it is still there
    browser.says("€91.20").await;
    ada.has(&[3, 1, 1]).await;
    assert_eq!(browser.run("return document.activeElement.value", json!([])).await, "2");
    browser.keys("\u{E004}").await;
    browser.says("€100.70").await;
    ada.has(&[3, 2, 1]).await;
    // the focus stays on a link
    ada.does(
        "window.there = at(`main a.lead[href$='${tray}']`); there.focus(); button('more', tray).click()",
    )
    .await;
    browser.says("€107.70").await;
    assert_eq!(is_there().await, true);
    // what is selected stays so: the next key replaces it
    ada.does("window.there = field(cup); there.focus(); there.select(); button('more', tray).click()").await;
    browser.says("€114.70").await;
    assert_eq!(is_there().await, true);
    browser.keys("3\u{E004}").await;
    ada.has(&[3, 3, 3]).await;
    assert!(ada.is_same_page().await);
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_signed_out_meanwhile_signs_in_and_sends_what_was_changed() {
    let ada = BasketSession::comes().await;
    let another = signed_in(&ada.shop.url(), ("ada@example.com", PASSWORD)).await;
    ada.api.try_call(Method::DELETE, "/v1/me/sessions", "", &Value::Null).await.unwrap().expect(204);
    // the service of the basket hears of it a little later than the one of the accounts
    let mut tries = 0..400;
    while another.get("/v1/baskets/mine").await.code() != 401 {
        assert!(tries.next().is_some(), "the other sessions go on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ada.does("set(cup, 4)").await;
    ada.browser.leaves("/basket").await;
    ada.browser.write("main input[name=who]", "ada@example.com").await;
    ada.browser.write("main input[name=password]", PASSWORD).await;
    ada.browser.press("main form[action='/sign-in'] .btn-primary").await;
    ada.browser.says("You’re signed in again").await;
    ada.browser.press("main form.panel .btn-primary").await;
    ada.has(&[1, 4, 1]).await;
    ada.goes().await;
}

/// Ada presses without a network, sees a message, presses on, and is back; then all of it is done, and she is on the page she wants.
async fn offline(presses: &str, goes_on: bool, pieces: &[i64]) {
    let ada = BasketSession::comes().await;
    let is_told = "return !document.querySelector('[data-offline]').hidden";
    assert_eq!(ada.browser.run(is_told, json!([])).await, json!(false));
    ada.browser.offline(true).await;
    ada.does("button('more', teapot).click()").await;
    ada.browser.says("You’re offline").await;
    assert!(ada.is_same_page().await);
    ada.does(presses).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(ada.is_same_page().await);
    assert_eq!(ada.browser.run(is_told, json!([])).await, json!(true));
    ada.has(&[1, 1, 1]).await;
    ada.browser.offline(false).await;
    ada.has(pieces).await;
    if goes_on {
        ada.browser.leaves("/basket").await;
        assert!(ada.browser.url().await.ends_with("/checkout"), "{}", ada.browser.url().await);
    } else {
        ada.browser.text("[data-offline][hidden]").await;
        assert!(ada.is_same_page().await);
        let waits = "return document.querySelector('[data-waits]') !== null";
        assert_eq!(ada.browser.run(waits, json!([])).await, json!(false));
    }
    let complaints = ada.browser.complaints().await;
    assert!(complaints.iter().all(|one| one.contains("ERR_INTERNET_DISCONNECTED")), "{complaints:?}");
    ada.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_changed_without_a_network_is_sent_once_there_is_one() {
    offline("button('more', teapot).click(); set(cup, 4)", false, &[3, 4, 1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_to_checkout_without_a_network_comes_there_once_there_is_one() {
    offline("to.click()", true, &[2, 1, 1]).await;
}

/// A machine without any other network may have the shop on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_said_to_be_offline_and_is_answered_goes_on_all_the_same() {
    let ada = BasketSession::comes().await;
    ada.does(
        "Object.defineProperty(navigator, 'onLine', {get: () => false}); button('more', teapot).click()",
    )
    .await;
    ada.has(&[2, 1, 1]).await;
    assert!(ada.is_same_page().await);
    ada.does("to.click()").await;
    ada.browser.leaves("/basket").await;
    assert!(ada.browser.url().await.ends_with("/checkout"));
    ada.goes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_out_without_a_network_is_out_though_it_is_no_longer_sold() {
    let ada = BasketSession::comes().await;
    let cup = format!("/v1/products/{}", ada.ids[1]);
    ada.admin.try_call(Method::PATCH, &cup, "", &json!({"status": "draft"})).await.unwrap().expect(200);
    ada.browser.go(&format!("{}/basket", ada.shop.url())).await;
    ada.browser.says("No longer available").await;
    ada.browser.offline(true).await;
    ada.does("button('more', teapot).click()").await;
    ada.browser.says("You’re offline").await;
    ada.does("button('remove', cup).click(); button('remove', tray).click()").await;
    ada.browser.offline(false).await;
    ada.has(&[2, 0, 0]).await;
    ada.browser.close().await;
}

/// What another window has changed is not passed over because somebody was in a hurry, nor is that forgotten by the next answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_presses_on_is_told_what_another_window_has_changed() {
    let ada = BasketSession::comes().await;
    let basket = ada.api.get("/v1/baskets/mine").await.expect(200).text("id").to_owned();
    let lines = json!({"lines": [{"product_id": ada.ids[0], "quantity": 4}]});
    let path = format!("/v1/baskets/{basket}");
    ada.api.try_call(Method::PATCH, &path, "", &lines).await.unwrap().expect(200);
    let late = "
        const usual = window.fetch;
        window.fetch = (...what) => new Promise(go => setTimeout(go, 1500)).then(() => usual(...what));";
    ada.does(&format!("{late} set(teapot, 2)")).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    ada.does("to.click()").await;
    ada.browser.says("Your last change wasn’t applied").await;
    assert!(ada.is_same_page().await);
    ada.does("set(cup, 2)").await;
    ada.has(&[4, 2, 1]).await;
    ada.browser.says("Subtotal (7 items").await;
    assert!(ada.browser.text("main").await.contains("Your last change wasn’t applied"));
    ada.goes().await;
}
