//! Pages in the language that a browser would like, or that somebody has chosen.

use super::{
    Browser, address_and, api_of, at_checkout, browser::PageResult, console::administrator, orders_of,
    registered, shop_with,
};
use std::collections::BTreeMap;

/// What stands on these pages in German, and nowhere in English.
const PAGES: [(&str, &str); 6] = [
    ("/", "Zum Inhalt springen"),
    ("/search", "12,50\u{a0}€"),
    ("/basket", "Ihr Warenkorb ist leer"),
    ("/sign-in", "Neu hier?"),
    ("/register", "Konto anlegen"),
    ("/nothing", "Seite nicht gefunden"),
];

fn language(page: &PageResult) -> String {
    let tags = page.tags();
    tags.iter().find(|tag| tag.name == "html").map_or_else(String::new, |tag| tag.get("lang").to_owned())
}

#[tokio::test]
async fn a_browser_is_answered_in_its_language_until_somebody_chooses() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    let mut german = Browser::new(&shop.url());
    german.says = vec![("accept-language", "fr, de-AT;q=0.8, en;q=0.5".to_owned())];
    for (path, text) in PAGES {
        let page = german.get(path).await;
        page.shows(text);
        assert_eq!(language(&page), "de", "{path}");
    }
    // the footer's switch leads back to the page that it stands on, and is remembered
    let page = german.get("/search?q=tea").await.expect(200);
    let chosen = german.submit(&page, "/language", &[("language", "en")]).await.expect(303);
    assert_eq!(chosen.location(), "/search?q=tea");
    for (path, text) in PAGES {
        let page = german.get(path).await;
        assert!(!page.text.contains(text), "{path}");
        assert_eq!(language(&page), "en", "{path}");
    }
    // what is no language of ours changes nothing
    let page = german.get("/").await.expect(200);
    german.submit(&page, "/language", &[("language", "xx")]).await.expect(303);
    assert_eq!(language(&german.get("/").await), "en");
}

#[tokio::test]
async fn somebody_buys_in_german() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut ada, &ids[0], "2").await;
    ada.says = vec![("accept-language", "de".to_owned())];
    let checkout = ada.get("/checkout").await.expect(200);
    checkout.shows("Wohin dürfen wir liefern?").shows("Vereinigtes Königreich").shows("25,00\u{a0}€");
    // the law prescribes the words of the button, and no others on it
    let tags = checkout.tags();
    let buttons = tags.iter().filter(|tag| tag.name == "button" && tag.attributes.contains_key("data-once"));
    let buttons: Vec<&str> = buttons.map(|tag| tag.text.as_str()).collect();
    assert_eq!(buttons, ["Zahlungspflichtig bestellen"; 2]);
    // what is wrong is said beside the field, in German too
    let wrong = ada.submit(&checkout, "/checkout", &[("name", ""), ("method", "sim_ok")]).await.expect(422);
    wrong.shows("Geben Sie einen Namen ein");
    let placed = ada.submit_and_follow(&wrong, "/checkout", &address_and("sim_ok")).await.expect(200);
    placed.shows("Bezahlt, Bestellung in Vorbereitung").shows("2 × 12,50\u{a0}€");
    let orders = ada.get("/account/orders").await.expect(200);
    orders.shows("Ihre Bestellungen").shows("25,00\u{a0}€");
}

/// What the console says in English, and says otherwise in German.
fn english_of_the_console() -> Vec<&'static str> {
    macro_rules! both {
        ($($file:literal),+) => {
            [$((
                include_str!(concat!("../../crates/web/texts/en/", $file, ".ftl")),
                include_str!(concat!("../../crates/web/texts/de/", $file, ".ftl")),
            )),+]
        };
    }
    let files = both!(
        "console",
        "console-orders",
        "console-people",
        "console-picking",
        "console-products",
        "console-sales",
        "console-system"
    );
    let plain = |file: &'static str| file.lines().filter_map(|line| line.split_once(" = "));
    let texts = files.into_iter().flat_map(|(english, german)| {
        let german: BTreeMap<&str, &str> = plain(german).collect();
        let others = plain(english).filter(move |(id, text)| german.get(id) != Some(text));
        others.map(|(_, text)| text).filter(|text| text.len() >= 6 && !text.contains('{'))
    });
    texts.collect()
}

#[tokio::test]
async fn no_room_of_the_console_speaks_english_to_somebody_who_chose_german() {
    let (shop, ids) = shop_with(&["Kanne"]).await;
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut ada, &ids[0], "2").await;
    let checkout = ada.get("/checkout").await.expect(200);
    ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    let order = orders_of(&api_of(&shop, "ada").await).await[0].clone();
    let order_page = format!("/console/orders/{}", order["id"].as_str().unwrap());
    let (customer, product) = (
        format!("/console/customers/{}", order["user_id"].as_str().unwrap()),
        format!("/console/products/{}", ids[0]),
    );
    let mut admin = administrator(&shop).await;
    let home = admin.get("/console").await.expect(200);
    home.shows("Needs attention").shows("Language");
    let chosen = admin.submit(&home, "/language", &[("language", "de")]).await.expect(303);
    assert_eq!(chosen.location(), "/console");
    let english = english_of_the_console();
    assert!(english.len() > 200, "{english:?}");
    let of_one = ["cancel", "refund", "hold", "address"].map(|what| format!("{order_page}/{what}"));
    let rooms = [
        "",
        "/more",
        "/orders?status=confirmed&from=2026-03-06",
        "/orders?q=nichts",
        "/products",
        "/products/new",
        "/customers",
        "/mails",
        "/staff",
        "/system",
        "/search?q=kanne",
        "/search?q=nichts",
    ];
    let rooms = rooms.map(|room| format!("/console{room}"));
    let rest = [
        order_page.clone(),
        customer.clone(),
        customer.replace("customers", "staff"),
        format!("{customer}/draft"),
        product.clone(),
        format!("{product}/stock"),
        format!("{product}/pictures"),
        format!("{product}/delete"),
    ];
    for path in rooms.iter().chain(&of_one).chain(&rest) {
        let page = admin.get(path).await.expect(200);
        assert_eq!(language(&page), "de", "{path}");
        // whole texts: a word may stand within a name
        let shown: Vec<String> = page.tags().iter().map(|tag| tag.text.trim().to_owned()).collect();
        let left: Vec<_> = english.iter().filter(|text| shown.iter().any(|shown| shown == **text)).collect();
        assert!(left.is_empty(), "{path}: {left:?}");
    }
    admin.get("/console").await.shows("25,00\u{a0}€").shows("zu packen").shows("Umsatz heute");
    admin.get("/console/system").await.shows("0,00\u{a0}%");
    admin.get(&rooms[2]).await.shows("Ab 6. März 2026");

    // amounts are typed as they are written
    let refund = admin.get(&of_one[1]).await.expect(200);
    assert_eq!(refund.value("amount"), "25,00");
    refund.shows("Höchstens 25,00\u{a0}€");
    let wrong = admin.submit(&refund, &of_one[1], &[("amount", "viel")]).await.expect(422);
    wrong.shows("Geben Sie einen Betrag über 0 ein, etwa 12,50");
    // what may be one amount or a thousand times as much is asked back, beside the field, which keeps it
    let unclear = admin.submit(&wrong, &of_one[1], &[("amount", "1.013")]).await.expect(422);
    unclear.shows("Geben Sie 1013 oder 1,01");
    assert_eq!(unclear.value("amount"), "1.013");
    // what a service refuses is said in the language of the page
    let more = admin.submit(&wrong, &of_one[1], &[("amount", "900")]).await.expect(422);
    more.shows("Sie können höchstens 25,00\u{a0}€ erstatten").shows("Es wurde nichts geändert.");
    assert!(!more.words().contains("refund at most"), "{}", more.words());
    let back = admin.submit_and_follow(&wrong, &of_one[1], &[("amount", "2,50")]).await.expect(200).words();
    // as far as it is then
    assert!(
        ["Die Erstattung von 2,50\u{a0}€ läuft.", "2,50\u{a0}€ erstattet."]
            .iter()
            .any(|said| back.contains(said)),
        "{back}"
    );
    admin.until(&order_page, "−2,50\u{a0}€").await;
    let edited = admin.get(&product).await.expect(200);
    assert!(edited.form(&product, &[]).iter().any(|(name, value)| name == "price" && value == "12,50"));
    let unclear = admin.submit(&edited, &product, &[("price", "1.013")]).await.expect(422);
    unclear.shows("Geben Sie 1013 oder 1,01");
    assert_eq!(unclear.value("price"), "1.013");
    let asked = admin.submit(&edited, &product, &[("price", "1.013,75")]).await.expect(422);
    asked.shows("Der Preis ändert sich von 12,50\u{a0}€ auf 1.013,75\u{a0}€. Trotzdem speichern?");
    admin
        .submit_and_follow(&asked, &product, &[("meant", "1013.75")])
        .await
        .expect(200)
        .shows("Gespeichert.");
    admin.get("/console/products").await.shows("1.013,75\u{a0}€");
}
