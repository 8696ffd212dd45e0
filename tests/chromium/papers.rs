//! The papers of an order as a printer has them: black on white whatever the theme, with nothing to press, and a table's head
//! on every sheet; and the button that prints, which is there where scripts are.

use super::{DESKTOP, buys, console::staff_at, newest, open_shop};
use serde_json::json;
use testkit::chromium::{Chromium, Viewport};

/// What is on a sheet of a paper that should not be, besides what is wrong with any page: the frame of the pages, what is pressed, colours of a dark screen.
const WRONG: &str = "
    const seen = (selector) => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
    const colours = ['.paper', '.paper h1', '.paper td', '.paper footer'].map(e => getComputedStyle(document.querySelector(e)).color);
    const lightness = colour => Number(colour.match(/oklch\\(([\\d.]+)/)?.[1] ?? NaN);
    const head = getComputedStyle(document.querySelector('.paper thead'));
    const row = getComputedStyle(document.querySelector('.paper tbody tr'));
    return [
        ...seen('button, .btn, a, nav, form, input, .no-print').map(e => `${e.tagName} is printed: ${e.textContent}`),
        ...colours.filter(colour => !(lightness(colour) < .6)).map(colour => `${colour} on white`),
        ...(getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)' ? [] : ['paper is not white']),
        ...(head.display === 'table-header-group' ? [] : [`the head of the table is a ${head.display}`]),
        ...(row.display === 'table-row' && row.breakInside === 'avoid' ? [] : ['a row may break']),
    ];
";

/// What is wrong with any page as it is printed: what is pressed or typed into, what sticks out, what is light on white, and
/// cards that a grid places below each other: what such a one moves to the next sheet comes to lie on what follows.
const WRONG_ON_ANY: &str = "
    const shown = (selector) => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility() && !e.closest('.sr'));
    const named = e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`;
    const lightness = e => Number(getComputedStyle(e).color.match(/oklch\\(([\\d.]+)/)?.[1] ?? NaN);
    const places = [...new Set([...document.querySelectorAll('.card')].map(card => card.parentElement))];
    const isGrid = e => /grid|flex/.test(getComputedStyle(e).display);
    const rows = e => new Set([...e.children].filter(e => e.checkVisibility()).map(e => e.offsetTop)).size;
    return [
        ...shown('button, .btn, .pager, .tabs, .no-print, .facets, [data-submit-on-change]').map(e => `pressed: ${named(e)}`),
        // in the shop a field may be all that a page is about, in the console what a page knows of something
        ...shown('.c-main :is(select, input, textarea)').filter(e => !e.closest('.prints')).map(e => `typed into: ${named(e)}`),
        ...shown('h1, td, dd, p').filter(e => !(lightness(e) < .65)).slice(0, 3).map(e => `${getComputedStyle(e).color} on white: ${named(e)}`),
        ...places.filter(e => e.checkVisibility() && isGrid(e) && rows(e) > 1).map(e => `a grid of cards: ${named(e)}`),
        ...(document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : ['it sticks out']),
    ];
";

/// Fails where the page that is shown is no good on paper.
pub(crate) async fn assert_printed_well(browser: &Chromium, path: &str) {
    browser.on_paper().await;
    assert_eq!(browser.run(WRONG_ON_ANY, json!([])).await, json!([]), "{path} on paper");
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
}

async fn is_ready_to_print(browser: &Chromium, path: &str) {
    assert_printed_well(browser, path).await;
    browser.on_paper().await;
    assert_eq!(browser.run(WRONG, json!([])).await, json!([]), "{path}");
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_are_printed_without_what_is_pressed_and_print_at_the_press_of_a_button() {
    let (shop, admin, ids) = open_shop().await;
    let ada = shop.customer("ada").await;
    buys(&ada, &ids[0], 2, "one").await;
    let order = newest(&admin).await;
    let order = order["id"].as_str().unwrap();
    let parcel = admin.post(&format!("/v1/orders/{order}/fulfilments"), "one", &json!({})).await.expect(201);
    let page = format!("/console/orders/{order}");
    let papers = [format!("{page}/invoice"), format!("{page}/parcels/{}/slip", parcel.text("id"))];
    let browser = staff_at(&shop, &page).await;
    for path in &papers {
        browser.go(&format!("{}{path}", shop.url())).await;
        is_ready_to_print(&browser, path).await;
        assert_eq!(browser.sheets().await, 1, "{path}");
        // the button is the page's own
        let printed = "window.print = () => { window.isPrinted = true; }; return 1";
        browser.run(printed, json!([])).await;
        browser.press("[data-prints]").await;
        assert_eq!(browser.run("return window.isPrinted", json!([])).await, true, "{path}");
        // of a long paper each sheet has the head, and none is torn in a row
        let long = "const row = document.querySelector('.paper tbody tr');
            for (let n = 0; n < 60; n++) row.after(row.cloneNode(true)); return 1";
        browser.run(long, json!([])).await;
        assert!(browser.sheets().await > 1, "{path}");
        browser.press(".papers > .no-print a").await;
        assert_eq!(browser.url().await, format!("{}{page}", shop.url()));
    }
    // without scripts there is no button, and all else
    browser.shown(Viewport { scripts: false, ..DESKTOP }).await;
    browser.go(&format!("{}{}", shop.url(), papers[0])).await;
    browser.says("Blue teapot").await;
    let button =
        browser.run("return document.querySelector('[data-prints]').checkVisibility()", json!([])).await;
    assert_eq!(button, false);
    browser.close().await;
}
