//! Whole journeys by the keyboard alone, a guest's and one of staff: each place where it stops is seen, and each deed is done by a key.

use super::{
    Chromium, DESKTOP, buys, newest, open_shop,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD},
};
use serde_json::json;

const TAB: &str = "\u{E004}";
pub(crate) const ENTER: &str = "\u{E007}";
/// So many stops has no way through a page.
const STOPS_MAX: usize = 80;

/// Where the focus is, as a selector would find it, and whether that is seen: a ring around it or around what it belongs to,
/// within the window.
const STOP: &str = "
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const ring = one => [null, '::after'].some(part => {
        const style = getComputedStyle(one, part);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const near = [e, e.nextElementSibling, e.parentElement, e.parentElement?.parentElement];
    const box = e.getBoundingClientRect(), field = e.closest('label, form.search') ?? e;
    const whole = field.getBoundingClientRect();
    const isThere = [box, whole].some(r => r.width > 1 && r.bottom > 0 && r.top < innerHeight);
    return {matches: e.matches(arguments[0]), name: e.name ?? '', what: e.outerHTML.slice(0, 200),
        seen: isThere && near.some(one => one && ring(one))};";

/// Goes on from stop to stop until one that the selector finds.
async fn to(browser: &Chromium, selector: &str) {
    for _ in 0..STOPS_MAX {
        browser.keys(TAB).await;
        let stop = browser.run(STOP, json!([selector])).await;
        if stop.is_null() {
            continue; // from the last one back to the first
        }
        assert_eq!(stop["seen"], true, "the focus is not seen on {}: {}", browser.url().await, stop["what"]);
        if stop["matches"] == true {
            return;
        }
    }
    panic!("no key leads to {selector} on {}", browser.url().await)
}

async fn press(browser: &Chromium, selector: &str) {
    to(browser, selector).await;
    browser.keys(ENTER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_who_has_only_keys_searches_orders_pays_and_cancels() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&shop.url()).await;
    // the first stop leads past the head, and the next one is behind it
    let is_at = |selector: &'static str| {
        browser.run("return document.activeElement.matches(arguments[0])", json!([selector]))
    };
    browser.keys(TAB).await;
    assert_eq!(is_at("a.skip").await, true);
    browser.keys(ENTER).await;
    browser.keys(TAB).await;
    assert_eq!(is_at("main *").await, true);
    browser.go(&shop.url()).await;
    to(&browser, "header input[name=q]").await;
    browser.keys("teapot").await;
    browser.keys(ENTER).await;
    browser.leaves("/").await;
    press(&browser, "main a[href^='/products/']").await;
    browser.says("Thrown by hand").await;
    press(&browser, "main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    press(&browser, "header a[href='/basket']").await;
    browser.says("Go to checkout").await;
    press(&browser, "main [data-step='1']").await;
    browser.says("€49.80").await;
    // the sum has come anew, and the focus is where it was
    assert_eq!(is_at("main [data-step='1']").await, true);
    press(&browser, "main button[name=to]").await;
    browser.leaves("/basket").await;
    for (field, text) in [
        ("email", "bea@example.com"),
        ("name", "Bea"),
        ("line1", "St James's Square 12"),
        ("postal_code", "SW1Y 4LB"),
        ("city", "London"),
        ("country", "United K"),
    ] {
        to(&browser, &format!("main [name={field}]")).await;
        browser.keys(text).await;
    }
    press(&browser, "main form[action='/checkout'] button:not([type=button], [name=to])").await;
    browser.says("Paid, preparing your order").await;
    press(&browser, "main a[href$='/cancel']").await;
    press(&browser, "main form[action$='/cancel'] button:not([type=button])").await;
    browser.says("Order cancelled").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
    shop.assert_audit_is_clean("after a journey by keys");
}

/// Goes to a field and types, in the place of what is in it.
async fn write(browser: &Chromium, selector: &str, text: &str) {
    to(browser, selector).await;
    // a key that goes into a field selects what is in it
    browser.keys(text).await;
    let typed = browser.run("return document.activeElement.value", json!([])).await;
    assert_eq!(typed, text, "{selector}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_who_have_only_keys_find_an_order_pack_ship_and_refund_it() {
    let (shop, admin, ids) = open_shop().await;
    buys(&shop.customer("ada").await, &ids[0], 2, "one").await;
    let id = newest(&admin).await["id"].as_str().unwrap().to_owned();
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/console", shop.url())).await;
    write(&browser, "main input[name=who]", ADMIN_EMAIL).await;
    write(&browser, "main input[name=password]", ADMIN_PASSWORD).await;
    press(&browser, "main form[action='/sign-in'] .btn-primary").await;
    browser.leaves("/sign-in").await;
    press(&browser, ".c-side a[href='/console/orders']").await;
    browser.leaves("/console").await;
    press(&browser, &format!("main a[href='/console/orders/{id}']")).await;
    browser.says("2 left to pack").await;

    // one piece is packed and sent, the other sent at once
    write(&browser, "main form[action$='/parcels'] input[name^='q-']", "1").await;
    press(&browser, "main form[action$='/parcels'] button[value=pack]").await;
    browser.says("Parcel 1").await;
    press(&browser, "main form[action*='/parcels/ful_'] button[value=ship]").await;
    browser.says("Partially shipped").await;
    press(&browser, "main form[action$='/parcels'] button[value=ship]").await;
    browser.says("Parcel 2").await;

    press(&browser, "main a[href$='/refund']").await;
    browser.leaves(&id).await;
    write(&browser, "main [name=amount]", "10").await;
    write(&browser, "main [name=reason]", "a chip").await;
    press(&browser, "main form[action$='/refund'] button:not([type=button])").await;
    browser.says("a chip").await;
    let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
    assert_eq!(
        (&order["fulfilment_status"], &order["payment"]["refunded"]["amount"]),
        (&json!("shipped"), &json!("10.00"))
    );
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
    shop.assert_audit_is_clean("after what staff did by keys");
}
