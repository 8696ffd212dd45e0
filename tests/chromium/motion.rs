//! Who wants nothing to move sees nothing move; for everybody else things do, and a journey is as sound as without.

use super::{Chromium, DESKTOP, buy, console::staff_at, newest, open_shop, register};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::chromium::Viewport;

const MOVING: Viewport = Viewport { motion: true, ..DESKTOP };
/// Nobody sees what takes no longer, in seconds.
const UNSEEN: f64 = 0.01;
/// After so many seconds nothing moves any more.
const AT_REST: f64 = 10.0;

/// States that come and go are made to stay: what is sent, what has come by itself, what opens, what is not there yet.
const STATES: &str = "
    document.querySelector('main .btn')?.setAttribute('aria-busy', 'true');
    document.querySelector('main h1').classList.add('is-fresh');
    document.querySelector('dialog.dialog')?.setAttribute('open', '');
";

/// How long, in seconds, what moves here does so: by the selectors of the stylesheet that say that something moves, where an
/// element has them; and by each element, with what is drawn before and behind it.
const MOTION: &str = "
    const listed = text => text.split(', ').map(one => parseFloat(one) * (one.endsWith('ms') ? .001 : 1));
    const longest = (e, part) => {
        const style = getComputedStyle(e, part), names = style.animationName.split(', ');
        const rounds = style.animationIterationCount.split(', ').map(one => one === 'infinite' ? 1e6 : parseFloat(one));
        const lasts = listed(style.animationDuration), waits = listed(style.animationDelay);
        const of = (list, n) => list[n % list.length];
        const animations = names.map((name, n) => name === 'none' ? 0 : of(lasts, n) * of(rounds, n) + of(waits, n));
        const transitions = listed(style.transitionDuration).map((one, n) => one && one + of(listed(style.transitionDelay), n));
        return Math.max(...animations, ...transitions);
    };
    const rules = list => [...list].flatMap(rule => rule.selectorText !== undefined ? [rule, ...rules(rule.cssRules)] : rule.cssRules ? rules(rule.cssRules) : []);
    const says = style => ['transition', 'animation'].some(kind => [kind, `${kind}-duration`].some(name => style.getPropertyValue(name)));
    const moving = [...document.styleSheets].flatMap(sheet => rules(sheet.cssRules)).filter(rule => says(rule.style));
    const bySelector = {};
    for (const selector of moving.flatMap(rule => rule.selectorText.split(',').map(one => one.trim()))) {
        const [, place, part] = selector.match(/^(.*?)(::(?:before|after))?$/);
        if (!place || place === '*' || place.includes('::')) continue;
        const e = document.querySelector(place);
        bySelector[selector] = e && longest(e, part);
    }
    const all = [...document.querySelectorAll('*')].flatMap(e => [null, '::before', '::after'].map(part => [longest(e, part), e, part]));
    const [most, e, part] = all.reduce((a, b) => b[0] > a[0] ? b : a);
    return {bySelector, most, what: `${e.localName}.${e.className}${part ?? ''}`};
";

/// What moves on the page that is shown, for how long.
async fn motion(browser: &Chromium) -> Value {
    browser.run(STATES, json!([])).await;
    browser.run(MOTION, json!([])).await
}

/// An order on its way, whose next station beats; and a product with a picture, which grows under the hand.
async fn pages_with_motion(
    browser: &Chromium,
    shop: &super::Shop,
    admin: &super::HttpClient,
    product: &str,
) -> Vec<String> {
    let images = json!({"images": [{"url": "/assets/icon.svg", "alt": "A teapot"}]});
    admin.try_call(Method::PATCH, &format!("/v1/products/{product}"), "", &images).await.unwrap().expect(200);
    buy(browser, shop, product, "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    let order = newest(admin).await["id"].as_str().unwrap().to_owned();
    [
        "/",
        "/search",
        &format!("/products/{product}"),
        &format!("/orders/{order}"),
        "/console",
        &format!("/console/products/{product}"),
    ]
    .map(str::to_owned)
    .to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_moves_for_who_wants_it_so_and_all_of_it_for_everybody_else() {
    let (shop, admin, ids) = open_shop().await;
    let browser = staff_at(&shop, "/console").await;
    let mut seen = BTreeMap::<String, f64>::new();
    for path in pages_with_motion(&browser, &shop, &admin, &ids[0]).await {
        browser.shown(DESKTOP).await;
        browser.go(&format!("{}{path}", shop.url())).await;
        let still = motion(&browser).await;
        assert!(
            still["most"].as_f64().unwrap() <= UNSEEN,
            "{path}: {} moves for {} s",
            still["what"],
            still["most"]
        );
        browser.shown(MOVING).await;
        for (selector, lasts) in motion(&browser).await["bySelector"].as_object().unwrap() {
            let longest = seen.entry(selector.clone()).or_default();
            *longest = longest.max(lasts.as_f64().unwrap_or_default());
        }
    }
    let unmoved: Vec<_> = seen.iter().filter(|(_, lasts)| **lasts <= UNSEEN).collect();
    assert!(seen.len() > 8 && unmoved.is_empty(), "nobody sees these move: {unmoved:?}");
    // a page that is left open rests, unless it waits for an answer
    let restless: Vec<_> =
        seen.iter().filter(|(of, lasts)| **lasts > AT_REST && !of.contains("aria-busy")).collect();
    assert!(restless.is_empty(), "these never rest: {restless:?}");
    browser.close().await;
}

/// Whether the page came in place of another one by a transition.
const CAME: &str = "addEventListener('pagereveal', event => { window.cameOver = !!event.viewTransition; });";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journey_on_which_pages_and_all_else_move_is_as_sound() {
    let (shop, _, ids) = open_shop().await;
    let browser = Chromium::open(MOVING).await;
    browser.on_each_page(CAME).await;
    register(&browser, &shop, "ada").await;
    let came = "return window.cameOver";
    for (look, comes_over) in [(MOVING, true), (DESKTOP, false)] {
        browser.shown(look).await;
        browser.go(&shop.url()).await;
        browser.press(".shop-top nav a[href='/search']").await;
        browser.says("All products").await;
        browser.leaves("/").await;
        assert_eq!(browser.run(came, json!([])).await, comes_over, "{look:?}");
    }
    browser.shown(MOVING).await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
