//! The account in a real browser: what developers find does what it says.

use super::{Chromium, DESKTOP, open_shop, register};
use testkit::chromium::Look;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_developer_copies_the_token_and_sees_that_nobody_answers_any_more() {
    let (mut shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    browser.go(&format!("{}/account/developer", shop.url())).await;
    browser.says("API connected").await;
    browser.press("main [data-copy]").await;
    browser.says("Copied").await;
    // in a shop of many processes others would have to be ended, too
    if shop.server.is_some() {
        drop(shop.server.take());
        browser.says("API offline").await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_the_whole_token_can_be_shown() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(Look { scripts: false, ..DESKTOP }).await;
    register(&browser, &shop, "ada").await;
    browser.go(&format!("{}/account/developer", shop.url())).await;
    browser.press("main summary").await;
    browser.says("eyJ").await;
    browser.close().await;
}
