//! What somebody typed that is not taken is said beside its field, all of it at once.

use super::{Browser, at_checkout, console::administrator, shop_with};

#[tokio::test]
async fn a_price_that_is_none_is_said_at_its_field() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    for (query, field) in [("min=abc", "min"), ("max=-5", "max"), ("max=1.234", "max")] {
        let seen = guest.get(&format!("/search?{query}")).await.expect(200);
        seen.shows("Enter an amount, such as 12.50").shows("Teapot");
        assert_eq!(seen.value(field), query.split_once('=').unwrap().1);
    }
    let sound = guest.get("/search?min=1&max=20.50").await.expect(200);
    assert!(!sound.words().contains("Enter an amount"), "{}", sound.words());
    guest.says = vec![("accept-language", "de".to_owned())];
    guest.get("/search?min=1.000").await.expect(200).shows("Der Punkt kann beides heißen");
}

#[tokio::test]
async fn all_that_is_wrong_at_a_guests_checkout_is_said_at_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let long = "1".repeat(300);
    let fields =
        [("email", "nobody"), ("name", "Ada"), ("line1", ""), ("postal_code", &long), ("city", "London")];
    let seen = guest.submit(&checkout, "/checkout", &fields).await.expect(422);
    seen.shows("3 things need you").shows("Enter a street and a number");
}

#[tokio::test]
async fn a_picture_from_elsewhere_is_refused_at_its_field() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let page = format!("/console/products/{}", ids[0]);
    let seen = staff.get(&page).await.expect(200);
    let way = format!("{page}/pictures");
    for url in ["https://elsewhere.example/a.png", "//elsewhere.example/a.png"] {
        let fields = [("url-0", url), ("alt-0", "A teapot")];
        let again = staff.submit(&seen, &way, &fields).await.expect(422);
        again.shows("Enter an address of this shop");
        assert_eq!(again.value("url-0"), url);
    }
}

#[tokio::test]
async fn single_keys_can_be_switched_off() {
    let (shop, _) = shop_with(&[]).await;
    let mut guest = Browser::new(&shop.url());
    let said = |seen: &super::Seen| {
        seen.tags().iter().find(|tag| tag.name == "html").unwrap().get("data-shortcuts").to_owned()
    };
    let page = guest.get("/search").await.expect(200);
    assert_eq!(said(&page), "");
    let chosen = guest.submit(&page, "/appearance", &[("keys", "off")]).await.expect(303);
    assert_eq!(chosen.location(), "/search");
    let page = guest.get("/search").await.expect(200);
    assert_eq!(said(&page), "off");
    guest.submit(&page, "/appearance", &[("keys", "on")]).await.expect(303);
    assert_eq!(said(&guest.get("/search").await.expect(200)), "");
}
