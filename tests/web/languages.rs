//! Pages in the language that a browser would like, or that somebody has chosen.

use super::{Browser, address_and, at_checkout, browser::Seen, registered, shop_with};

/// What stands on these pages in German, and nowhere in English.
const PAGES: [(&str, &str); 6] = [
    ("/", "Zum Inhalt springen"),
    ("/search", "12,50\u{a0}€"),
    ("/basket", "Ihr Warenkorb ist leer"),
    ("/sign-in", "Neu hier?"),
    ("/register", "Konto anlegen"),
    ("/nothing", "Hier ist nichts"),
];

fn language(page: &Seen) -> String {
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
    checkout.shows("Wohin soll es gehen?").shows("Vereinigtes Königreich").shows("25,00\u{a0}€ bezahlen");
    // what is wrong is said beside the field, in German too
    let wrong = ada.submit(&checkout, "/checkout", &[("name", ""), ("method", "sim_ok")]).await.expect(422);
    wrong.shows("Geben Sie einen Namen ein");
    let placed = ada.submit_and_follow(&wrong, "/checkout", &address_and("sim_ok")).await.expect(200);
    placed.shows("Bezahlt, wird als Nächstes gepackt").shows("2 × 12,50\u{a0}€");
    let orders = ada.get("/account/orders").await.expect(200);
    orders.shows("Ihre Bestellungen").shows("25,00\u{a0}€");
}
