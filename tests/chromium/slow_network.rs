//! Pages with scripts where answers are late, come in another order or not at all, and somebody goes on with mouse and keys.

use super::{Chromium, DESKTOP, buy, buys, console::staff_at, newest, open_shop, register};
use serde_json::json;
use std::time::Duration;
use testkit::signal;

const DOWN: &str = "\u{e015}";
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

/// The first stream is refused, as a server that is about to end does; what is tried again later is tried soon.
const REFUSED_ONCE: &str = "
    const [wait, Stream] = [window.setTimeout, window.EventSource];
    window.setTimeout = (what, ms, ...with_it) => wait(what, ms === 15000 ? 100 : ms, ...with_it);
    window.streams = 0;
    window.EventSource = class extends Stream {
        constructor(url) { super(window.streams++ ? url : '/nowhere'); }
    };";

/// The first answer that a script reads is cut off after its head, as it is where somebody stops the page.
const CUT_OFF_ONCE: &str = "
    const text = Response.prototype.text;
    [window.cutOff, window.rejections] = [0, 0];
    addEventListener('unhandledrejection', () => { window.rejections += 1; });
    Response.prototype.text = function () {
        return window.cutOff++ ? text.call(this) : Promise.reject(new TypeError('cut off'));
    };";

async fn is_focused(browser: &Chromium, selector: &str) -> bool {
    browser.run("return document.activeElement.matches(arguments[0])", json!([selector])).await == true
}

/// Waits until a script says so.
async fn until(browser: &Chromium, script: &str) {
    for _ in 0..400 {
        if browser.run(script, json!([])).await == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {script}: {}", browser.text("body").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_through_suggestions_by_keys_is_thrown_out_by_nothing() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&shop.url()).await;
    browser.press(".shop-top input[name=q]").await;
    browser.keys("nor").await;
    browser.text(".suggest a").await;
    browser.keys(DOWN).await;
    assert!(is_focused(&browser, ".suggest a").await);
    browser.keys(ESCAPE).await;
    assert!(is_focused(&browser, ".shop-top input[name=q]").await);
    assert_eq!(browser.run("return document.querySelectorAll('.suggest').length", json!([])).await, 0);
    // what was typed is there, and goes on
    browser.keys("th").await;
    browser.text(".suggest a").await;
    let field = "return document.querySelector('.shop-top input[name=q]').value";
    assert_eq!(browser.run(field, json!([])).await, "north");
    // an answer that comes while somebody is in the list leaves them there
    let late = "
        const usual = window.fetch;
        window.arrived = 0;
        window.fetch = (...what) => new Promise(go => setTimeout(go, 800)).then(() => usual(...what))
            .then(answer => { setTimeout(() => { window.arrived += 1; }, 100); return answer; });";
    browser.run(late, json!([])).await;
    browser.keys(",").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    browser.keys(DOWN).await;
    until(&browser, "return window.arrived === 1").await;
    assert!(is_focused(&browser, ".suggest a").await);
    // and none that comes leaves no list of other words
    browser.run("window.fetch = () => Promise.reject(new TypeError('no network'))", json!([])).await;
    browser.press(".shop-top input[name=q]").await;
    browser.keys("x").await;
    until(&browser, "return !document.querySelector('.suggest')").await;
    let open = "return document.querySelector('[role=combobox]').getAttribute('aria-expanded')";
    assert_eq!(browser.run(open, json!([])).await, "false");
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_walks_through_the_orders_of_a_list_by_keys_says_when_they_have_chosen() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/search", shop.url())).await;
    browser.run("document.querySelector('#sort').focus(); window.sameOne = true", json!([])).await;
    browser.keys(&format!("{DOWN}{DOWN}")).await;
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, true);
    assert!(is_focused(&browser, "#sort").await);
    let chosen = browser.run("return document.querySelector('#sort').value", json!([])).await;
    browser.press("[data-submit-on-change] button").await;
    // an empty page may come first: who goes back from that one leaves both behind
    let there = "return window.sameOne !== true && location.search.includes('sort=') \
                 && document.readyState === 'complete' && document.querySelector('#sort') !== null";
    until(&browser, there).await;
    let url = browser.url().await;
    assert!(url.contains(&format!("sort={}", chosen.as_str().unwrap())), "{url}");
    // back again, the field says how the list is
    browser.back().await;
    let back = "return location.pathname === '/search' && !location.search \
                && document.readyState === 'complete' && document.querySelector('#sort')?.selectedIndex === 0";
    until(&browser, back).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_chosen_stays_while_the_order_goes_on_and_the_last_answer_counts() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_declined").await;
    browser.says("The card was declined").await;
    browser.text("[data-lamp][data-state=connected]").await;
    let order = newest(&admin).await["id"].as_str().unwrap().to_owned();
    let chosen = "return document.querySelector('main [name=method]:checked')?.value ?? null";
    assert_eq!(browser.run(chosen, json!([])).await, json!(null), "a declined card is not offered again");
    let focused = "return document.activeElement.closest('#method') !== null";
    assert_eq!(browser.run(focused, json!([])).await, true);
    browser.press("main label:has([name=method][value=sim_slow])").await;
    browser.press("h1").await;
    // the first answer has what was so before, and comes last
    let late = "
        const usual = window.fetch;
        let asked = 0;
        window.arrived = 0;
        window.fetch = (...what) => {
            const ms = asked++ ? 0 : 2500;
            return usual(...what).then(async answer => {
                const text = await answer.text();
                await new Promise(go => setTimeout(go, ms));
                setTimeout(() => { window.arrived += 1; }, 200);
                return new Response(text);
            });
        };";
    browser.run(late, json!([])).await;
    let hold = format!("/v1/orders/{order}/hold");
    admin.post(&hold, "", &json!({"reason": "asks about the colour"})).await.expect(200);
    tokio::time::sleep(Duration::from_millis(800)).await;
    admin.post(&format!("/v1/orders/{order}/cancel"), "cancelled", &json!({})).await.expect(200);
    browser.says("Cancelled").await;
    assert_eq!(browser.run(chosen, json!([])).await, "sim_slow");
    until(&browser, "return window.arrived >= 2").await;
    assert!(browser.text("h1").await.contains("Cancelled"));
    // who lets go of it sees what is so
    browser.press("main label:has([name=method][value=sim_slow])").await;
    browser.run("document.querySelector('main [name=method]:checked').checked = false", json!([])).await;
    browser.press("h1").await;
    until(&browser, "return !document.querySelector('main [name=method]')").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_refused_is_asked_for_again() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    browser.on_each_page(REFUSED_ONCE).await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.text("[data-lamp][data-state=connected]").await;
    assert_eq!(browser.run("return window.streams", json!([])).await, 2);
    let order = newest(&admin).await["id"].as_str().unwrap().to_owned();
    browser.close().await;
    let browser = staff_at(&shop, "/console").await;
    browser.on_each_page(REFUSED_ONCE).await;
    browser.on_each_page(CUT_OFF_ONCE).await;
    browser.go(&format!("{}/console/orders/{order}", shop.url())).await;
    until(&browser, "return window.streams === 2 && window.cutOff >= 1").await;
    assert_eq!(browser.run("return window.rejections", json!([])).await, 0);
    let hold = format!("/v1/orders/{order}/hold");
    admin.post(&hold, "", &json!({"reason": "asks about the colour"})).await.expect(200);
    browser.says("This order has been updated").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_stops_what_is_sent_can_send_it_again() {
    let (shop, admin, ids) = open_shop().await;
    buys(&shop.customer("ada").await, &ids[0], 1, "one").await;
    let order = newest(&admin).await["id"].as_str().unwrap().to_owned();
    let browser = staff_at(&shop, &format!("/console/orders/{order}")).await;
    let soon = "
        const wait = window.setTimeout;
        window.setTimeout = (what, ms, ...with_it) => wait(what, ms === 8000 ? 300 : ms, ...with_it);
        document.querySelector('#text').value = 'rang twice';
        document.querySelector('.note-form button').click();
        window.stop();
        return document.querySelectorAll('form[data-sent]').length";
    assert_eq!(browser.run(soon, json!([])).await, 1);
    until(&browser, "return document.querySelectorAll('form[data-sent], [aria-busy]').length === 0").await;
    browser.press(".note-form button").await;
    browser.says("“rang twice”").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_opened_on_a_page_that_changes_stays_with_what_it_is_of() {
    let (shop, ..) = open_shop().await;
    let browser = staff_at(&shop, "/console/system").await;
    // the first has its question open, and another one comes before it
    let two = "
        const part = document.querySelector('[data-live]');
        const one = (is) => `<div data-is=${is}><details><summary>${is}</summary></details></div>`;
        part.innerHTML = one('old');
        part.querySelector('details').open = true;
        const html = `<div data-live=${part.dataset.live}>${one('new')}${one('old')}</div>`;
        window.fetch = () => Promise.resolve(new Response(html));";
    browser.run(two, json!([])).await;
    until(&browser, "return document.querySelector('[data-is=new]') !== null").await;
    let open = "return [...document.querySelectorAll('[data-is] > details')].map(one => one.open)";
    assert_eq!(browser.run(open, json!([])).await, json!([false, true]));
    // and after a menu is closed by a key, the focus is where it was opened
    browser.press("details.menu > summary").await;
    browser.keys(TAB).await;
    assert!(is_focused(&browser, "details.menu[open] :not(summary)").await);
    browser.keys(ESCAPE).await;
    assert!(is_focused(&browser, "details.menu:not([open]) > summary").await);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// Tells the page that somebody sees it, or that nobody does.
async fn seen(browser: &Chromium, is: bool) {
    let told = "
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => !arguments[0]});
        document.dispatchEvent(new Event('visibilitychange'))";
    browser.run(told, json!([is])).await;
}

/// A browser has few connections to one host, and every open page of an order takes one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_nobody_sees_listens_to_nothing_and_catches_up_once_somebody_does() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    browser.on_each_page("
        const Stream = window.EventSource;
        window.streams = [];
        window.EventSource = class extends Stream { constructor(url) { super(url); window.streams.push(this); } };")
        .await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.text("[data-lamp][data-state=connected]").await;
    let open = "return window.streams.filter(one => one.readyState === EventSource.OPEN).length";
    until(&browser, &format!("{} === 1", open)).await;
    seen(&browser, false).await;
    until(&browser, &format!("{} === 0", open)).await;
    let order = newest(&admin).await["id"].as_str().unwrap().to_owned();
    let made = admin.post(&format!("/v1/orders/{order}/fulfilments"), "all", &json!({})).await.expect(201);
    let ship = format!("/v1/fulfilments/{}/ship", made.text("id"));
    admin.post(&ship, "", &json!({})).await.expect(200);
    seen(&browser, true).await;
    until(&browser, &format!("{} === 1", open)).await;
    browser.says("Your parcel is on its way").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_presses_two_switches_at_once_has_both() {
    let (shop, ..) = open_shop().await;
    let browser = staff_at(&shop, "/console").await;
    // each is on its way for a while, and does not arrive where it is given up
    let late = "
        const usual = window.fetch;
        window.fetch = (what, how) => new Promise((go, no) => setTimeout(
            () => how.signal.aborted ? no(how.signal.reason)
                : usual(what, how).then((answer) => { window.arrived += 1; go(answer); }, no), 300));
        window.arrived = 0;
        document.querySelector('.c-top button[name=theme][value=dark]').click();
        document.querySelector('.c-top button[name=keys][value=off]').click();";
    browser.run(late, json!([])).await;
    until(&browser, "return window.arrived === 2").await;
    browser.go(&format!("{}/console/orders", shop.url())).await;
    let look = "return [document.documentElement.dataset.theme, document.documentElement.dataset.shortcuts]";
    assert_eq!(browser.run(look, json!([])).await, json!(["dark", "off"]));
    browser.close().await;
}

/// A connection that nobody cuts off may be one to nobody: the lamp tells it, and when it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lamp_of_an_order_goes_out_where_nobody_answers() {
    let (shop, _, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser
        .on_each_page(
            "const wait = window.setTimeout;
            window.setTimeout = (what, ms, ...with_it) => wait(what, ms === 30000 ? 300 : ms, ...with_it);",
        )
        .await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.text("[data-lamp][data-state=connected]").await;
    browser.offline(true).await;
    browser.text("[data-lamp][data-state=offline]").await;
    browser.offline(false).await;
    browser.text("[data-lamp][data-state=connected]").await;
    // the stream stays open, and nothing comes of it
    let pid = shop.pid();
    signal::send(pid, "STOP");
    browser.text("[data-lamp][data-state=offline]").await;
    signal::send(pid, "CONT");
    browser.text("[data-lamp][data-state=connected]").await;
    // nor does the page show it as available after the user comes back
    seen(&browser, false).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    signal::send(pid, "STOP");
    seen(&browser, true).await;
    browser.text("[data-lamp][data-state=offline]").await;
    signal::send(pid, "CONT");
    browser.text("[data-lamp][data-state=connected]").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_stays_while_pictures_are_looked_at() {
    let (shop, admin, _) = open_shop().await;
    // what there is to see are pictures of the shop's own
    let images: Vec<_> = ["kyusu", "yunomi", "caddy"]
        .map(|name| json!({"url": format!("/assets/{name}.png"), "alt": name}))
        .to_vec();
    let pot = json!({"sku": "P-1", "name": "Pot", "price": "5.00", "stock": 9, "images": images});
    let id = admin.post("/v1/products", "", &pot).await.expect(201).text("id").to_owned();
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/products/{id}", shop.url())).await;
    browser.run("window.sameOne = true; document.querySelector('#quantity').value = '3'", json!([])).await;
    browser.press(".thumbs a:nth-child(2)").await;
    until(&browser, "return document.querySelector('.plate-big img').src.endsWith('/yunomi.png')").await;
    assert!(is_focused(&browser, ".thumbs a:nth-child(2)").await);
    browser.press(".thumbs a:nth-child(3)").await;
    until(&browser, "return document.querySelector('.plate-big img').src.endsWith('/caddy.png')").await;
    let kept = "return [window.sameOne === true, document.querySelector('#quantity').value, location.search]";
    assert_eq!(browser.run(kept, json!([])).await, json!([true, "3", "?picture=3"]));
    // without an answer the way is an ordinary one
    browser.run("window.fetch = () => Promise.reject(new Error('nobody'))", json!([])).await;
    browser.press(".thumbs a:nth-child(1)").await;
    until(&browser, "return window.sameOne !== true && location.search === '?picture=1'").await;
    browser.close().await;
}
