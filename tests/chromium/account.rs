//! The account in a real browser: what developers find does what it says.

use super::{Chromium, DESKTOP, open_shop, register, register_at};
use serde_json::json;
use testkit::chromium::Viewport;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_developer_copies_the_token_and_sees_that_nobody_answers_any_more() {
    let (mut shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    browser.go(&format!("{}/account/developer", shop.url())).await;
    browser.says("API connected").await;
    browser.press("main form[action='/account/developer'] button").await;
    browser.press("main .secret [data-copy]").await;
    browser.says("Copied").await;
    // in a shop of many processes others would have to be ended, too
    if shop.server.is_some() {
        drop(shop.server.take());
        browser.says("API offline").await;
    }
    browser.close().await;
}

/// Without TLS a browser trusts this machine alone: elsewhere it has no clipboard for scripts, and complains of what it ignores.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_a_name_in_the_network_the_token_is_copied_as_well_and_the_browser_is_content() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    let there = shop.url().replace("127.0.0.1", "shop.test");
    register_at(&browser, &there, "ada").await;
    browser.go(&format!("{there}/account/developer")).await;
    let is_secure = browser.run("return [isSecureContext, typeof navigator.clipboard]", json!([])).await;
    assert_eq!(is_secure, json!([false, "undefined"]));
    let listen = "addEventListener('copy', () => { window.copied = document.activeElement.value; })";
    browser.press("main form[action='/account/developer'] button").await;
    browser.says("eyJ").await;
    browser.run(listen, json!([])).await;
    browser.press("main .secret [data-copy]").await;
    browser.says("Copied").await;
    let copied = "const token = document.querySelector('.secret [data-copy]').dataset.copy;
        return [token.startsWith('eyJ'), window.copied === token, document.querySelectorAll('textarea').length]";
    assert_eq!(browser.run(copied, json!([])).await, json!([true, true, 0]));
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_the_whole_token_can_be_shown() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(Viewport { scripts: false, ..DESKTOP }).await;
    register(&browser, &shop, "ada").await;
    browser.go(&format!("{}/account/developer", shop.url())).await;
    browser.press("main form[action='/account/developer'] button").await;
    browser.press("main details.asked > summary").await;
    browser.says("eyJ").await;
    browser.close().await;
}

/// Another look needs no other page: what was typed stays, and the next page looks so, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_look_changes_without_leaving_the_page() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/register", shop.url())).await;
    browser.write("main input[name=name]", "Ada").await;
    browser.press(".shop-foot [name=theme] option[value=dark]").await;
    let now = "const typed = document.querySelector('main input[name=name]');
        return [document.documentElement.dataset.theme, typed.value]";
    assert_eq!(browser.run(now, json!([])).await, json!(["dark", "Ada"]));
    let chosen = "return document.querySelector('.shop-foot [name=theme]').selectedOptions[0].text";
    assert_eq!(browser.run(chosen, json!([])).await, "Dark");
    // what was sent beside the page has come once it is there
    let kept =
        "return fetch('/').then(answer => answer.text()).then(page => page.includes('data-theme=\"dark\"'))";
    while browser.run(kept, json!([])).await != true {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
