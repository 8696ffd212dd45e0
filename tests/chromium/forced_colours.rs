//! Where the reader's system has its own colours, which take grounds away, what is chosen is seen all the same.

use super::{DESKTOP, buys, console::staff_at, open_shop};
use serde_json::json;

/// Of what can be chosen the first, chosen and not, as each is drawn.
const DRAWN: &str = "
    const drawn = (selector) => { const e = document.querySelector(selector); return e && [getComputedStyle(e).backgroundColor, getComputedStyle(e).color].join(); };
    return arguments[0].map(([chosen, other]) => [drawn(chosen), drawn(other)]);
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_chosen_is_seen_in_the_colours_of_the_readers_system() {
    let (shop, admin, ids) = open_shop().await;
    let ada = shop.customer("ada").await;
    for key in ["one", "two"] {
        buys(&ada, &ids[0], 1, key).await;
    }
    drop(admin);
    let browser = staff_at(&shop, "/console").await;
    let room = ("nav a[aria-current]", "nav a:not([aria-current])");
    let pages = [
        ("/console", "return 1", vec![room, (".switch :checked", ".switch input:not(:checked)")]),
        (
            "/console/orders",
            "document.querySelector('tbody .box').click(); return 1",
            vec![
                ("tbody .box:checked", "tbody .box:not(:checked)"),
                (".tabs a[aria-current]", ".tabs a:not([aria-current])"),
                (".looks [aria-pressed=true]", ".looks [aria-pressed=false]"),
            ],
        ),
        (
            &format!("/console/products/{}", ids[0]),
            "return 1",
            vec![(".check :checked", ".check input:not(:checked)")],
        ),
    ];
    for (path, first, looked_at) in pages {
        browser.go(&format!("{}{path}", shop.url())).await;
        browser.run(first, json!([])).await;
        browser.in_forced_colours().await;
        for (pair, drawn) in
            looked_at.iter().zip(browser.run(DRAWN, json!([looked_at])).await.as_array().unwrap())
        {
            let [chosen, other] =
                [0, 1].map(|n| drawn[n].as_str().unwrap_or_else(|| panic!("{path} lacks {pair:?}")));
            assert_ne!(chosen, other, "{path}: {pair:?}");
        }
        browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    }
    browser.close().await;
}
