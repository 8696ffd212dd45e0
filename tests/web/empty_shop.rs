//! A shop in which nothing was sold yet, or not even offered: what it says to shoppers, and to its new operator.

use super::{
    Browser,
    console::{administrator, colleague},
    figures::says,
    registered, shop_with,
    waiting::booked,
};

#[tokio::test]
async fn an_empty_shop_begins_with_a_product_and_its_address() {
    const NEW: &str = "/console/products/new";
    let (shop, _) = shop_with(&[]).await;
    let mut admin = administrator(&shop).await;
    let home = admin.get("/console").await.expect(200);
    says(&home, "No orders yet Add your first product with a name, price and stock. Add product");
    says(&home, &format!("Share your shop’s address: {}", shop.url()));
    assert!(home.links().contains(NEW), "{:?}", home.links());
    // of nothing there are no lines, and nothing to compare
    home.shows("You’re all caught up.");
    for of in ["Revenue", "Orders"] {
        says(&home, &format!("{of} per hour today, in UTC: none so far"));
    }
    assert!(!home.text.contains("chart-y") && !home.words().contains("Not enough data"), "{}", home.words());

    // in the shop, too: staff who can add a product get a link, and others a message
    let mut guest = Browser::new(&shop.url());
    let front = guest.get("/").await.expect(200);
    front.shows("No products yet");
    assert!(
        !front.links().contains(NEW) && !front.words().contains("Shop new arrivals"),
        "{}",
        front.words()
    );
    guest.says = vec![("accept-language", "de".to_owned())];
    guest.get("/").await.expect(200).shows("Noch keine Produkte");
    assert!(!registered(&shop, "ada").await.get("/").await.expect(200).links().contains(NEW));
    let front = admin.get("/").await.expect(200);
    assert!(front.shows("No products yet").links().contains(NEW), "{:?}", front.links());

    let mut grace = colleague(&shop, "grace", &["orders"], "/console").await.0;
    let front = grace.get("/").await.expect(200);
    assert!(!front.shows("No products yet").links().contains(NEW), "{:?}", front.links());

    let new = admin.get(NEW).await.expect(200);
    let fields = [("name", "Teapot"), ("price", "12.50"), ("stock", "3")];
    admin.submit(&new, NEW, &fields).await.expect(303);
    let front = admin.get("/").await.expect(200);
    assert!(!front.shows("Teapot").words().contains("No products yet"), "{}", front.words());
    // what is told of it tells that there is something
    let home = admin.get("/console").await.expect(200);
    says(&home, "No orders yet Share your shop’s address");
    says(&home, "1 product low on stock");

    // what is sold out is another matter
    let teapot =
        front.links().into_iter().find_map(|link| link.strip_prefix("/products/").map(str::to_owned));
    booked(&shop, &teapot.expect("the teapot"), -3, "gone").await;
    guest.says = vec![];
    let front = guest.get("/").await.expect(200);
    front.shows("Everything is sold out").hides("No products yet");
    assert!(front.links().contains("/search") && !front.links().contains(NEW), "{:?}", front.links());
    let front = admin.get("/").await.expect(200);
    assert!(!front.shows("Everything is sold out").links().contains(NEW), "{:?}", front.links());
    guest.get("/search").await.expect(200).shows("Teapot").shows("Sold out");
}

#[tokio::test]
async fn where_mails_are_read_it_is_said_that_they_go_no_further() {
    const NOWHERE: &str = "No mail server configured";
    let (shop, _) = shop_with(&[]).await;
    let mut admin = administrator(&shop).await;
    let empty = admin.get("/console/mails?to=nobody@example.com").await.expect(200);
    empty.shows(NOWHERE).shows("No emails to this");
    registered(&shop, "ada").await;
    admin.until("/console/mails", "ada@example.com").await.shows(NOWHERE);
    admin.says = vec![("accept-language", "de".to_owned())];
    admin.get("/console/mails").await.expect(200).shows("Kein Mailserver eingerichtet");
}
