//! The page that confirms an order.

use super::{Browser, address_and, shop_with};

/// Language; the headings of items, address and timeline; what the page begins with, around the number; what happens next.
const LANGUAGES: [(&str, [&str; 3], &str, &str); 2] = [
    (
        "en",
        ["Items", "Delivery address", "Timeline"],
        "Thank you for your order #",
        "We’ll email bea@example.com when it ships.",
    ),
    (
        "de",
        ["Artikel", "Lieferadresse", "Verlauf"],
        "Vielen Dank für Ihre Bestellung Nr. ",
        "Sobald die Artikel versandt sind, schreiben wir an bea@example.com.",
    ),
];

#[tokio::test]
async fn it_begins_with_thanks_number_and_what_happens_next_and_ends_with_the_timeline() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    for (language, headings, thanks, next) in LANGUAGES {
        let mut guest = Browser::new(&shop.url());
        guest.says = vec![("accept-language", language.to_owned())];
        let product = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
        guest.submit(&product, "/basket", &[("quantity", "1")]).await.expect(303);
        let checkout = guest.get("/checkout").await.expect(200);
        let mut fields = address_and("sim_ok");
        fields.push(("email", "bea@example.com"));
        let place = guest.submit(&checkout, "/checkout", &fields).await.expect(303).location();
        let id = place.trim_start_matches("/orders/").split('?').next().unwrap();
        let admin = shop.admin().await;
        let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
        let page = guest.get(&place).await.expect(200);
        let tags = page.tags();
        let main = tags.iter().position(|tag| tag.name == "main" && !tag.is_end).unwrap();
        let read: Vec<&str> =
            tags[main..].iter().map(|tag| tag.text.trim()).filter(|text| !text.is_empty()).collect();
        assert_eq!(read[0], format!("{thanks}{}", order["number"]), "{language}");
        assert_eq!(read[2], next, "after the state of the order: {read:?}");
        let found = headings.map(|heading| read.iter().position(|text| *text == heading));
        assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{language}: {found:?} in {read:?}");
    }
}
