//! What belongs together stands on one line, and is as wide as what it belongs to.

use super::{Chromium, DESKTOP, PHONE, console::staff_at, open_shop, shop::Shop};
use serde_json::{Value, json};

/// A shop, its products, and an order of one of them.
async fn shop_with_an_order() -> (Shop, Vec<String>, String) {
    let (shop, admin, ids) = open_shop().await;
    super::buys(&shop.customer("ada").await, &ids[0], 1, "k").await;
    let order = super::newest(&admin).await["id"].as_str().unwrap().to_owned();
    (shop, ids, order)
}

/// Each of these selectors finds elements on one line, or is named.
const ON_ONE_LINE: &str = "
    const middle = e => { const box = e.getBoundingClientRect(); return box.y + box.height / 2; };
    return arguments[0].flatMap(selector => {
        const found = [...document.querySelectorAll(selector)];
        const apart = found.some(e => Math.abs(middle(e) - middle(found[0])) > 12);
        return found.length < 2 ? [`${selector} finds ${found.length}`] : apart ? [`${selector} stand apart`] : [];
    });
";

/// What of these does not stand on one line.
pub(crate) async fn apart(browser: &Chromium, selectors: &[&str]) -> Value {
    browser.run(ON_ONE_LINE, json!([selectors])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_head_and_the_steps_are_one_line_each_on_the_narrowest_phone() {
    let (shop, _, ids) = open_shop().await;
    let browser = staff_at(&shop, "/console").await;
    browser.go(&format!("{}/products/{}", shop.url(), ids[0])).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    browser.sized(320, 640, PHONE.dark).await;
    for (language, says) in [("en", "All products"), ("de", "Alle Produkte")] {
        browser.go(&shop.url()).await;
        browser.press(&format!(".shop-foot [name=language] option[value={language}]")).await;
        browser.says(says).await;
        // a shop of such a name as shops have
        let named = "document.querySelector('.brand').lastChild.textContent = 'Halm & Ton'";
        browser.run(named, json!([])).await;
        assert_eq!(apart(&browser, &[".shop-top .brand, .shop-top .tools"]).await, json!([]), "{language}");
        browser.go(&format!("{}/checkout", shop.url())).await;
        browser.run(named, json!([])).await;
        let lines = [".shop-top .brand, .shop-top .push", ".steps li"];
        assert_eq!(apart(&browser, &lines).await, json!([]), "{language}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_side_by_side_stands_so_and_what_went_wrong_is_as_wide_as_its_form() {
    let (shop, ids, order) = shop_with_an_order().await;
    let browser = staff_at(&shop, &format!("/console/products/{}", ids[0])).await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    assert_eq!(apart(&browser, &["[for=sku], [for=price]", "#sku, #price"]).await, json!([]));
    browser.go(&format!("{}/console/orders/{order}/refund", shop.url())).await;
    assert_eq!(apart(&browser, &[".ends > .btn"]).await, json!([]));
    browser.write("main input[name=amount]", "much").await;
    browser.press("main form .btn-primary").await;
    browser.text(".banner.bad").await;
    let wide = "return ['.banner.bad', '.question'].map(one => document.querySelector(one).offsetWidth)";
    let wide = browser.run(wide, json!([])).await;
    assert_eq!(wide[0], wide[1], "{wide}");
    browser.close().await;
}

/// How each form of this page ends, from above: whether its deed comes first, and whether all are as wide as one another.
const HOW_IT_ENDS: &str = "
    return [...document.querySelectorAll('main .ends')].map(ends => {
        const buttons = [...ends.querySelectorAll(':scope > .btn')].map(e => ({ e, box: e.getBoundingClientRect() }));
        const top = buttons.toSorted((a, b) => a.box.top - b.box.top)[0].e;
        return [buttons.length > 1, top.matches('button.btn-primary'), buttons.every(b => b.box.width === ends.clientWidth)];
    });
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_what_a_form_does_stands_above_the_way_back_and_both_are_as_wide_as_the_form() {
    let (shop, ids, order) = shop_with_an_order().await;
    let browser = staff_at(&shop, "/console").await;
    browser.sized(PHONE.width, PHONE.height, PHONE.dark).await;
    let (of_order, of_product) =
        (format!("/console/orders/{order}"), format!("/console/products/{}", ids[0]));
    let questions = ["refund", "address", "hold", "cancel"].map(|what| format!("{of_order}/{what}"));
    let forms = [of_product.clone(), format!("{of_product}/delete"), "/console/products/new".to_owned()];
    for page in questions.iter().chain(&forms).map(String::as_str).chain(["/account/addresses/new"]) {
        browser.go(&format!("{}{page}", shop.url())).await;
        let ends = browser.run(HOW_IT_ENDS, json!([])).await;
        assert_eq!(ends, json!([[true, true, true]]), "{page}");
    }
    browser.close().await;
}
