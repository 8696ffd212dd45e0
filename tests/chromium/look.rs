//! A look at a page: axe finds nothing, nothing sticks out, its console is silent, and it weighs little.

use super::pictures;
use bytes::Bytes;
use http::{Method, Request, header};
use serde_json::{Value, json};
use std::fs;
use testkit::{
    chromium::{Chromium, Viewport, notes_page},
    http_client::HttpClient,
};
use xtask::tools::Tools;

/// Nothing moves: what is looked at stands where it will be.
pub(crate) const DESKTOP: Viewport =
    Viewport { width: 1280, height: 900, dark: false, scripts: true, motion: false };
pub(crate) const PHONE: Viewport = Viewport { width: 390, height: 844, ..DESKTOP };
/// On a desktop and a phone, light and dark, each with scripts or without.
pub(crate) fn each(scripts: bool) -> [Viewport; 4] {
    let dark = |look: Viewport| Viewport { dark: true, ..look };
    [DESKTOP, dark(PHONE), dark(DESKTOP), PHONE].map(|look| Viewport { scripts, ..look })
}

/// Light and dark, from the narrowest phone.
pub(crate) const LOOKS: [Viewport; 4] = [
    DESKTOP,
    Viewport { dark: true, ..DESKTOP },
    Viewport { dark: true, ..PHONE },
    Viewport { width: 320, height: 640, ..PHONE },
];
/// Light, on a desktop and on the narrowest phone: for what a page comes to, which needs no more looks than that.
pub(crate) const STATES: [Viewport; 2] = [LOOKS[0], LOOKS[3]];
/// Of these looks there are pictures.
const PICTURED: [(u32, bool); 4] = [(1280, false), (1280, true), (390, true), (320, false)];
/// Bytes of a page with its styles and scripts, compressed and without pictures.
const PAGE_MAX: usize = 100_000;

/// What WCAG 2.2 AA asks for, as far as a program can tell, and what is good besides.
const AXE: &str = "
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    return axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations.map(one =>
        one.id + ' (' + one.help + '): ' + one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')));
";
/// What reaches beyond the right edge.
const STICKS_OUT: &str = "
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > wide + 1)
        .slice(0, 5).map(e => e.tagName + '.' + e.className);
";

/// What has no room: a table that scrolls, a name that is cut without telling the rest or though there is room for lines
/// of its own, a field that says half of what it is for.
const CUT_OFF: &str = "
    const wide = document.documentElement.clientWidth;
    const all = selector => [...document.querySelectorAll(selector)];
    const tables = all('.table-wrap').filter(e => e.scrollWidth > e.clientWidth)
        .map(e => `the table “${e.ariaLabel}” needs ${e.scrollWidth} of ${e.clientWidth} px`);
    const names = all('.cut').filter(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight)
        .filter(e => e.title !== e.textContent || wide < 600).map(e => `“${e.textContent}” is cut`);
    const pen = document.createElement('canvas').getContext('2d');
    const fields = all('.input:placeholder-shown').map(e => {
        const style = getComputedStyle(e), brief = e.parentElement.querySelector('.brief');
        const text = brief && brief.offsetWidth ? brief.textContent : e.placeholder;
        pen.font = style.font;
        const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(text).width > room ? `“${text}” is cut` : '';
    }).filter(text => text);
    const chosen = all('.select').filter(e => e.checkVisibility() && e.selectedOptions).map(e => {
        const style = getComputedStyle(e), text = e.selectedOptions[0]?.text ?? '';
        pen.font = style.font;
        const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(text).width > room ? `“${text}” is cut` : '';
    }).filter(text => text);
    const top = document.querySelector('.shop-top');
    const lines = top && wide >= 960 && top.offsetHeight > 90 ? ['the head of the shop has more than one line'] : [];
    return [...tables, ...names, ...fields, ...chosen, ...lines];
";
/// On the screen of a wide desktop: what a page holds stays together in the middle (in the console beside its rooms), and no
/// line is too long to be read.
const TOO_WIDE: &str = "
    const main = document.querySelector('main'), box = main.getBoundingClientRect();
    const isOfShop = main.matches('.page'), page = isOfShop ? 1280 : 1920, line = 100;
    const around = isOfShop ? [box.left, document.documentElement.clientWidth - box.right] : [0, 0];
    const pen = document.createElement('canvas').getContext('2d');
    const long = [...document.querySelectorAll('main p')].flatMap(e => {
        const text = document.createRange();
        text.selectNodeContents(e);
        pen.font = getComputedStyle(e).font;
        const most = Math.max(0, ...[...text.getClientRects()].map(r => r.width)) / pen.measureText('0').width;
        return most > line ? [`“${e.textContent.slice(0, 40)}” has lines of ${Math.round(most)} digits' width`] : [];
    });
    return [
        ...(box.width > page + 1 ? [`what the page holds is ${box.width} px wide`] : []),
        ...(Math.abs(around[0] - around[1]) > 2 ? [`it does not stand in the middle: ${around}`] : []),
        ...long,
    ];
";
/// Where scripts may run and the shop's are blocked: what styles do for pages on which scripts run they do not do any more. How many
/// styles these are, or what the shop's scripts have hidden.
const WITHOUT_SCRIPTS: &str = "
    let found = 0;
    const each = rules => [...rules].forEach(rule => {
        if (rule.media?.mediaText.includes('scripting')) { rule.media.mediaText = 'not all'; found += 1; }
        if (rule.cssRules) each(rule.cssRules);
    });
    [...document.styleSheets].forEach(sheet => each(sheet.cssRules));
    return [found, document.querySelectorAll('[data-only-without-script][hidden]').length];
";
/// The browser's message for a file that it must not load.
const BLOCKED: &str = "net::ERR_BLOCKED_BY_CLIENT";

/// Wide screens, on which nothing is looked at but whether it keeps together.
const WIDE: [u32; 2] = [1920, 2560];

/// From the narrowest phone to a wide desktop, with each width of a small one.
const WIDTHS: [u32; 10] = [320, 390, 768, 960, 1024, 1100, 1200, 1280, 1440, 1600];

/// The first order of the list gets the longest words that its states have, as the filters name them.
const LONGEST: &str = "
    ['status', 'payment', 'fulfilment'].forEach((name, n) => {
        const words = [...document.querySelectorAll(`#${name} option`)].map(one => one.text);
        const badge = document.querySelectorAll('tbody tr:first-child .badge')[n];
        if (badge && words.length) badge.lastChild.data = words.reduce((a, b) => a.length < b.length ? b : a);
    });
";

/// Looks at pages in each width: nothing of them is cut off.
pub(crate) async fn assert_has_room(browser: &Chromium, url: &str, paths: &[&str]) {
    let mut wrong = Vec::new();
    for path in paths {
        browser.go(&format!("{url}{path}")).await;
        browser.run(LONGEST, json!([])).await;
        for width in WIDTHS {
            browser.sized(width, 900, false).await;
            let found = browser.run(CUT_OFF, json!([])).await;
            let out = browser.run(STICKS_OUT, json!([])).await;
            let all = listed(&found).chain(listed(&out).map(|one| format!("{one} sticks out")));
            wrong.extend(all.map(|what| format!("{path} {width}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Looks at a page in each of these ways.
pub(crate) async fn assert_sound(browser: &Chromium, url: &str, path: &str, looks: &[Viewport]) {
    let mut wrong = Vec::new();
    let mut size = None;
    for look in looks {
        browser.sized(look.width, look.height, look.dark).await;
        // a page that is there gets dark by its styles alone
        if size.replace((look.width, look.height)) != Some((look.width, look.height)) {
            // where just a name follows the page's address, a browser that is there already would not load it once more
            if path.contains('#') {
                browser.go("about:blank").await;
            }
            browser.go(&format!("{url}{path}")).await;
        }
        // a page that is not there says so in its status, which the console repeats
        let status = if path.ends_with("/nowhere") { "404" } else { "nothing" };
        wrong.extend(looked_at(browser, path, look, status).await);
        if (look.width, look.dark) == (DESKTOP.width, false) {
            wrong.extend(on_wide_screens(browser, path).await);
        }
    }
    assert_light(browser, url, path, wrong).await;
}

/// What is wrong with the page that is there on screens that are wider than any other look: it is only stretched.
pub(crate) async fn on_wide_screens(browser: &Chromium, path: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for width in WIDE {
        browser.sized(width, width / 16 * 9, false).await;
        let out = browser.run(STICKS_OUT, json!([])).await;
        let out = listed(&out).map(|what| format!("{what} sticks out")).collect::<Vec<_>>();
        let others = browser.run(TOO_WIDE, json!([])).await;
        wrong.extend(out.into_iter().chain(listed(&others)).map(|what| format!("{path} {width}: {what}")));
    }
    wrong
}

/// Looks at a page as it is without scripts, of which the shop's are blocked: axe is one itself.
pub(crate) async fn assert_sound_without_scripts(browser: &Chromium, url: &str, path: &str, look: &Viewport) {
    browser.sized(look.width, look.height, look.dark).await;
    if path.contains('#') {
        browser.go("about:blank").await;
    }
    browser.go(&format!("{url}{path}")).await;
    let found = browser.run(WITHOUT_SCRIPTS, json!([])).await;
    assert!(found[0].as_u64() > Some(0), "{path}: no style is for pages on which scripts run");
    assert_eq!(found[1], 0, "{path}: a script of the shop has run");
    let complaints = browser.complaints().await.into_iter().filter(|what| !what.contains(BLOCKED));
    let wrong: Vec<String> = defects(browser).await.into_iter().chain(complaints).collect();
    assert!(wrong.is_empty(), "{path} {} without scripts: {}", look.width, wrong.join("\n"));
}

/// Looks at what is shown, which is no page that could be asked for: what became of a form, with this status.
pub(crate) async fn assert_shown_is_sound(browser: &Chromium, url: &str, name: &str, status: &str) {
    let mut wrong = Vec::new();
    for look in &STATES {
        browser.sized(look.width, look.height, look.dark).await;
        wrong.extend(looked_at(browser, name, look, status).await);
    }
    assert_light(browser, url, name, wrong).await;
}

/// What is wrong with what is shown, where a status is expected; and its picture, where it is wanted.
async fn looked_at(browser: &Chromium, path: &str, look: &Viewport, status: &str) -> Vec<String> {
    let how = format!("{path} {}{}", look.width, if look.dark { " dark" } else { "" });
    let complaints = browser.complaints_but_for(status).await.into_iter();
    let wrong = defects(browser).await.into_iter().chain(complaints).map(|what| format!("{how}: {what}"));
    let wrong: Vec<String> = wrong.collect();
    let pictured = PICTURED.contains(&(look.width, look.dark)).then(|| pictures::of(path, look));
    if let Some(picture) = pictured.filter(|_| std::env::var_os("UPDATE_PICTURES").is_some()) {
        // what stands at the window's edge stands at the page's
        let tall = browser.run("return document.documentElement.scrollHeight", json!([])).await;
        let tall = u32::try_from(tall.as_u64().unwrap()).unwrap().max(look.height);
        browser.sized(look.width, tall, look.dark).await;
        fs::create_dir_all(picture.parent().unwrap()).unwrap();
        browser.picture(&picture).await;
    }
    wrong
}

async fn assert_light(browser: &Chromium, url: &str, path: &str, mut wrong: Vec<String>) {
    let weight = weight(browser, url).await;
    if weight > PAGE_MAX {
        wrong.push(format!("{path} weighs {weight} bytes"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the page as it is shown.
pub(crate) async fn defects(browser: &Chromium) -> Vec<String> {
    if browser.run("return typeof axe !== 'undefined'", json!([])).await != true {
        let axe = fs::read_to_string(Tools::Node.file("axe-core/axe.min.js").unwrap()).unwrap();
        browser.run(&axe, json!([])).await;
        // every page from now on has it by itself, which takes half as long
        browser.on_each_page(&axe).await;
    }
    let found = browser.run(AXE, json!([])).await;
    let out = browser.run(STICKS_OUT, json!([])).await;
    let cut = browser.run(CUT_OFF, json!([])).await;
    listed(&found).chain(listed(&out).map(|what| format!("{what} sticks out"))).chain(listed(&cut)).collect()
}

fn listed(found: &Value) -> impl Iterator<Item = String> {
    let list = found.as_array().cloned().unwrap_or_else(|| vec![found.clone()]);
    list.into_iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
}

/// What the page and all its styles and scripts take on the way.
async fn weight(browser: &Chromium, url: &str) -> usize {
    let plain = HttpClient::new(url);
    let parts =
        "return [...document.querySelectorAll('link[rel=stylesheet], script[src], link[rel=modulepreload]')]
                     .map(e => new URL(e.href || e.src).pathname)";
    let parts = browser.run(parts, json!([])).await;
    let page = browser.run("return document.documentElement.outerHTML.length", json!([])).await;
    // markup takes about a fifth when it is compressed, and is counted in full
    let mut bytes = usize::try_from(page.as_u64().unwrap()).unwrap();
    for part in listed(&parts) {
        let request =
            Request::builder().method(Method::GET).uri(&part).header(header::ACCEPT_ENCODING, "gzip");
        bytes += plain.send(request.body(Bytes::new()).unwrap()).await.unwrap().bytes.len();
    }
    bytes
}

#[test]
fn only_of_a_page_is_it_no_complaint_that_it_is_refused() {
    const SAID: &str = "Failed to load resource: the server responded with a status of";
    let note = |path: &str, status: &str| format!("http://127.0.0.1:42213{path} - {SAID} {status} (Why)");
    assert!(notes_page(&note("/checkout", "422"), "422"));
    assert!(notes_page(&note("/checkout", "409"), "4"));
    assert!(!notes_page(&note("/checkout", "500"), "422"), "a port is no status");
    for part in ["/assets/shop.1.js", "/pictures/teapot.webp"] {
        assert!(!notes_page(&note(part, "404"), "4"), "{part}");
    }
    assert!(!notes_page("http://127.0.0.1:42213/checkout 4:22 Uncaught TypeError", "422"));
}
