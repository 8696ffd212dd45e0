//! The basket on the pages: a guest's comes along, whatever is sent twice counts once, and problems stand beside their
//! lines.

use super::{Browser, PASSWORD, PageResult, api_of, at_checkout, registered, shop_with};
use http::Method;
use serde_json::{Value, json};

/// Puts a product in by its page, whose form is given back.
async fn put(browser: &mut Browser, product: &str, quantity: &str) -> Vec<(String, String)> {
    let page = browser.get(&format!("/products/{product}")).await.expect(200);
    let form = page.form("/basket", &[("quantity", quantity)]);
    browser.post("/basket", &form).await.expect(303);
    form
}

fn leads_to_checkout(basket: &PageResult) -> bool {
    basket
        .tags()
        .iter()
        .any(|tag| (tag.name.as_str(), tag.get("name"), tag.get("value")) == ("button", "to", "checkout"))
}

#[tokio::test]
async fn to_checkout_comes_what_stands_in_the_fields_and_nothing_else() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut guest = Browser::new(&shop.url());
    put(&mut guest, &ids[0], "1").await;
    let basket = guest.get("/basket").await.expect(200);
    let (field, change) = (format!("q-{}", ids[0]), "/basket/change");
    let mut other = guest.clone();
    let to = |pieces| [(field.as_str(), pieces), ("to", "checkout")];
    // a changed number is kept when the customer continues, however often the button is pressed
    for _ in 0..2 {
        let answer = guest.submit(&basket, change, &to("3")).await.expect(303);
        assert_eq!(answer.location(), "/checkout");
    }
    guest.get("/checkout").await.expect(200).shows("€37.50");
    // the same form with another number, and a page on which something is missing that another window has put in: look first
    assert_eq!(guest.submit(&basket, change, &to("2")).await.expect(303).location(), "/basket");
    let seen = other.get("/basket").await.expect(200);
    put(&mut guest, &ids[1], "1").await;
    assert_eq!(other.submit(&seen, change, &to("3")).await.expect(303).location(), "/basket");
    // what is no number goes nowhere
    let now = guest.get("/basket").await.expect(200);
    guest.submit(&now, change, &to("none")).await.expect(422);
    guest.get("/basket").await.expect(200).shows("€50.00");
    // what is not there any more is not taken along
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[0]);
    shop.admin().await.post(&adjust, "k1", &json!({"delta": -4, "reason": "count"})).await.expect(201);
    assert_eq!(guest.submit(&now, change, &to("3")).await.expect(303).location(), "/basket");
}

/// How much stands in the basket, by the number beside its name.
fn counted(page: &PageResult) -> String {
    let tags = page.tags();
    let said = tags.iter().find(|tag| tag.text.trim_start().starts_with("Basket,"));
    said.unwrap().text.trim().to_owned()
}

async fn signed_in(browser: &mut Browser, name: &str) {
    let page = browser.get("/sign-in").await.expect(200);
    let fields = [("who", format!("{name}@example.com")), ("password", PASSWORD.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(&page, "/sign-in", &fields).await.expect(303);
}

#[tokio::test]
async fn a_guests_basket_comes_along_on_signing_in_and_on_registering() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    put(&mut ada, &ids[0], "1").await;
    let mut elsewhere = Browser::new(&shop.url());
    put(&mut elsewhere, &ids[0], "2").await;
    put(&mut elsewhere, &ids[1], "1").await;
    elsewhere.get("/basket").await.expect(200).shows("Teapot").shows("€37.50");
    assert_eq!(counted(&elsewhere.get("/").await), "Basket, 3 items");
    // nothing readable reveals which basket it is
    assert!(!elsewhere.cookies["ordo_basket"].contains("bas_"));
    signed_in(&mut elsewhere, "ada").await;
    assert_eq!(counted(&elsewhere.get("/").await), "Basket, 4 items");
    elsewhere.get("/basket").await.expect(200).shows("€50.00");
    ada.get("/basket").await.expect(200).shows("€50.00");
    // it is there after signing in on another device, and stays there after signing out
    let mut third = Browser::new(&shop.url());
    signed_in(&mut third, "ada").await;
    assert_eq!(counted(&third.get("/").await), "Basket, 4 items");
    let page = third.get("/account").await.expect(200);
    third.submit(&page, "/sign-out", &[]).await.expect(303);
    assert_eq!(counted(&third.get("/").await), "Basket, empty");
    third.get("/basket").await.expect(200).shows("Your basket is empty");

    let mut grace = Browser::new(&shop.url());
    put(&mut grace, &ids[1], "2").await;
    let page = grace.get("/register").await.expect(200);
    let fields = [("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)];
    grace.submit(&page, "/register", &fields).await.expect(303);
    assert_eq!(counted(&grace.get("/").await), "Basket, 2 items");
    let api = api_of(&shop, "grace").await;
    assert_eq!(api.get("/v1/baskets/mine").await.expect(200).body["pieces"], 2);
}

#[tokio::test]
async fn a_form_that_is_sent_again_puts_in_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let form = put(&mut guest, &ids[0], "2").await;
    let (mut first, mut second) = (guest.clone(), guest.clone());
    let (one, other) = tokio::join!(first.post("/basket", &form), second.post("/basket", &form));
    assert_eq!((one.status, other.status), (303, 303));
    guest.get("/basket").await.expect(200).shows("€25.00");
    // a page that is opened anew has a form of its own
    put(&mut guest, &ids[0], "2").await;
    guest.get("/basket").await.expect(200).shows("€50.00");
    let mut ada = registered(&shop, "ada").await;
    let form = put(&mut ada, &ids[0], "1").await;
    ada.post("/basket", &form).await.expect(303);
    ada.get("/basket").await.expect(200).shows("€12.50");
    // a number that nobody has given out is none
    let mut made_up = form.clone();
    made_up.retain(|(name, _)| name != "once");
    made_up.push(("once".to_owned(), "ä\n".repeat(100)));
    ada.post("/basket", &made_up).await.expect(303);
    ada.get("/basket").await.expect(200).shows("€25.00");
}

#[tokio::test]
async fn two_windows_of_a_new_guest_begin_one_basket() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut guest = Browser::new(&shop.url());
    let mut form = async |product: &str, quantity: &str| {
        let page = guest.get(&format!("/products/{product}")).await.expect(200);
        (page.form("/basket", &[("quantity", quantity)]), guest.clone())
    };
    let (teapot, mut first) = form(&ids[0], "1").await;
    let (more, mut second) = form(&ids[0], "2").await;
    let (cup, mut third) = form(&ids[1], "1").await;
    let mut fourth = third.clone();
    assert!(!first.cookies.contains_key("ordo_basket"), "{:?}", first.cookies);
    let (one, two, three, again) = tokio::join!(
        first.post("/basket", &teapot),
        second.post("/basket", &more),
        third.post("/basket", &cup),
        fourth.post("/basket", &cup),
    );
    for sent in [one, two, three, again] {
        sent.expect(303);
    }
    // whichever answer came last: all pieces are in it, and what was sent twice once
    for window in [&mut first, &mut second, &mut third, &mut fourth] {
        let basket = window.get("/basket").await.expect(200);
        let pieces = |id: &str| basket.value(&format!("q-{id}"));
        assert_eq!([pieces(&ids[0]), pieces(&ids[1])], ["3", "1"], "{}", basket.words());
    }
    // what was ordered is over, and another basket begins
    let checkout = first.get("/checkout").await.expect(200);
    let fields = [&super::address_and("sim_ok")[..], &[("email", "ada@example.com")]].concat();
    first.submit(&checkout, "/checkout", &fields).await.expect(303);
    put(&mut first, &ids[0], "1").await;
    assert_eq!(first.get("/basket").await.expect(200).value(&format!("q-{}", ids[0])), "1");
    // and another guest has one of their own
    let mut other = Browser::new(&shop.url());
    put(&mut other, &ids[1], "1").await;
    other.get("/basket").await.expect(200).hides("Teapot");
}

#[tokio::test]
async fn two_windows_lose_nothing() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    put(&mut ada, &ids[0], "1").await;
    let basket = ada.get("/basket").await.expect(200);
    put(&mut ada, &ids[1], "1").await;
    // the first window knows nothing of the cup
    let field = format!("q-{}", ids[0]);
    let now = ada.submit_and_follow(&basket, "/basket/change", &[(&field, "3")]).await.expect(200);
    now.shows("Cup").shows("€50.00");
    let old = ada.get("/basket").await.expect(200);
    let removed = ada.submit_and_follow(&now, "/basket/change", &[("remove", &ids[1])]).await.expect(200);
    assert!(!removed.words().contains("Cup"), "{}", removed.words());
    // and does not bring back what the other has taken out
    let field = format!("q-{}", ids[1]);
    let still = ada.submit_and_follow(&old, "/basket/change", &[(&field, "2")]).await.expect(200);
    assert!(!still.words().contains("Cup"), "{}", still.words());
    still.shows("Your last change wasn’t applied");
    // two that ask for different pieces of one product: the second is told that it was not done
    let field = format!("q-{}", ids[0]);
    let (one, other) = (ada.get("/basket").await.expect(200), ada.get("/basket").await.expect(200));
    assert!(!one.words().contains("wasn’t applied"));
    ada.submit_and_follow(&one, "/basket/change", &[(&field, "5")]).await.hides("wasn’t applied");
    let late = [(&*field, "2"), ("to", "checkout")];
    let told = ada.submit_and_follow(&other, "/basket/change", &late).await.expect(200);
    assert_eq!(told.shows("Your last change wasn’t applied").value(&field), "5");
    ada.get("/basket").await.expect(200).hides("wasn’t applied");
    // who asks for the same has it
    let (one, other) = (ada.get("/basket").await.expect(200), ada.get("/basket").await.expect(200));
    ada.submit(&one, "/basket/change", &[(&field, "4")]).await.expect(303);
    let same = ada.submit_and_follow(&other, "/basket/change", &[(&field, "4")]).await.expect(200);
    assert_eq!(same.hides("wasn’t applied").value(&field), "4");
}

#[tokio::test]
async fn problems_stand_beside_their_lines_and_are_settled_there() {
    let (shop, ids) = shop_with(&["Teapot", "Cup", "Bowl"]).await;
    let admin = shop.admin().await;
    let mut guest = Browser::new(&shop.url());
    for id in &ids {
        put(&mut guest, id, "2").await;
    }
    let product = |n: usize| format!("/v1/products/{}", ids[n]);
    let dearer = admin.try_call(Method::PATCH, &product(0), "", &json!({"price": "13.00"})).await;
    dearer.unwrap().expect(200);
    let adjust = format!("{}/stock/adjustments", product(1));
    admin.post(&adjust, "k1", &json!({"delta": -4, "reason": "adjustment"})).await.expect(201);
    admin.try_call(Method::DELETE, &product(2), "", &json!(null)).await.unwrap().expect(204);
    let basket = guest.get("/basket").await.expect(200);
    basket
        .shows("from €12.50 to €13.00")
        .shows("You selected 2, but only 1 is left.")
        .shows("Bowl")
        .shows("No longer available")
        .shows("Fix the items above to check out.");
    assert!(!leads_to_checkout(&basket));
    // of one thing it says which
    let without = guest.submit_and_follow(&basket, "/basket/change", &[("remove", ids[2].as_str())]).await;
    without.expect(200).shows("Adjust Cup to check out.");
    let basket = guest.get("/basket").await.expect(200);
    let field = format!("q-{}", ids[1]);
    let fields = [(field.as_str(), "1")];
    let settled = guest.submit_and_follow(&basket, "/basket/change", &fields).await.expect(200);
    settled.shows("€38.50");
    assert!(!settled.words().contains("Not enough stock") && leads_to_checkout(&settled));
    guest.get("/checkout").await.expect(200).shows("€38.50").shows("from €12.50 to €13.00");
}

/// Between a look at the basket and the next press of a button somebody edits what is in it.
#[tokio::test]
async fn what_has_changed_unseen_is_told_before_it_is_bought() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let admin = shop.admin().await;
    let change = async |n: usize, body: Value| {
        let path = format!("/v1/products/{}", ids[n]);
        admin.try_call(Method::PATCH, &path, "", &body).await.unwrap().expect(200);
    };
    let mut guest = Browser::new(&shop.url());
    for id in &ids {
        put(&mut guest, id, "1").await;
    }
    let to_checkout = [("to", "checkout")];
    // another price: the basket says so first, whatever was pressed, and then it is known
    let presses = [("to", "checkout"), ("more", ids[0].as_str())];
    let mut seen = vec![guest.get("/basket").await, guest.get("/basket").await];
    change(0, json!({"price": "19.00"})).await;
    for pressed in presses {
        let form = seen.remove(0).expect(200);
        let told = guest.submit(&form, "/basket/change", &[pressed]).await.expect(303);
        assert_eq!(told.location(), "/basket", "{pressed:?}");
        guest.get("/basket").await.expect(200).shows("from €12.50 to €19.00");
    }
    let told = guest.get("/basket").await.expect(200);
    let says = told.tags().into_iter().map(|tag| tag.get("data-says").to_owned());
    let says: Vec<String> = says.filter(|says| !says.is_empty()).collect();
    assert_eq!(says, ["Total €50.50. 1 price has changed."]);
    let on = guest.submit(&told, "/basket/change", &to_checkout).await.expect(303);
    assert_eq!(on.location(), "/checkout");
    guest.get("/checkout").await.expect(200).shows("Pay €50.50").shows("from €12.50 to €19.00");
    // no longer sold: the line stays until the page has said so
    let mut seen = vec![guest.get("/basket").await, guest.get("/basket").await];
    change(1, json!({"status": "draft"})).await;
    for pressed in presses {
        let form = seen.remove(0).expect(200);
        let untold = guest.submit(&form, "/basket/change", &[pressed]).await.expect(303);
        assert_eq!(untold.location(), "/basket", "{pressed:?}");
        guest.get("/basket").await.expect(200).shows("Cup").shows("No longer available");
    }
    // nor after that, but by its own button
    let told = guest.get("/basket").await.expect(200);
    told.shows("Subtotal (3\u{a0}items");
    let more = [("more", ids[0].as_str())];
    let told = guest.submit_and_follow(&told, "/basket/change", &more).await.expect(200);
    told.shows("Cup")
        .shows("No longer available")
        .hides("Sold out")
        .shows("Remove Cup to check out.")
        .shows("Subtotal (4\u{a0}items");
    let remove = [("remove", ids[1].as_str())];
    let without = guest.submit_and_follow(&told, "/basket/change", &remove).await.expect(200);
    assert!(!without.words().contains("Cup") && leads_to_checkout(&without), "{}", without.words());
    shop.assert_audit_is_clean("after a basket was told what has changed");
}

#[tokio::test]
async fn what_is_no_number_of_pieces_is_refused_at_its_field_and_changes_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let product = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
    for typed in ["abc", "-1", "0", "1.5", "1001", ""] {
        let refused = guest.submit(&product, "/basket", &[("quantity", typed)]).await.expect(422);
        refused.shows("Enter a whole number from 1 to 1,000");
        assert_eq!(refused.value("quantity"), typed);
    }
    guest.get("/basket").await.expect(200).shows("Your basket is empty");
    put(&mut guest, &ids[0], "2").await;
    let basket = guest.get("/basket").await.expect(200);
    let field = format!("q-{}", ids[0]);
    for typed in ["abc", "-1", "1001", ""] {
        let refused = guest.submit(&basket, "/basket/change", &[(&field, typed)]).await.expect(422);
        refused.shows("Enter a whole number from 0 to 1,000").shows("One thing needs you");
        assert_eq!(refused.value(&field), typed);
        guest.get("/basket").await.expect(200).shows("€25.00");
    }
    // who takes the line out does not care what stands in it
    let fields = [(field.as_str(), "abc"), ("remove", ids[0].as_str())];
    let none = guest.submit_and_follow(&basket, "/basket/change", &fields).await.expect(200);
    none.shows("Your basket is empty");
}

#[tokio::test]
async fn that_a_basket_takes_no_more_is_said_also_where_it_is_empty_by_then() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    for (language, full, empty) in [
        ("en", "Your basket is full", "Your basket is empty"),
        ("de", "Ihr Warenkorb ist voll", "Ihr Warenkorb ist leer"),
    ] {
        let mut guest = Browser::new(&shop.url());
        guest.says = vec![("accept-language", language.to_owned())];
        put(&mut guest, &ids[0], "1000").await;
        let basket = guest.get("/basket").await.expect(200);
        // one more by the button is said, and not left undone unsaid
        let more = [("more", ids[0].as_str())];
        guest.submit_and_follow(&basket, "/basket/change", &more).await.expect(200).shows(full);
        let product = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
        let told = guest.submit(&product, "/basket", &[("quantity", "1")]).await.expect(303).location();
        let remove = [("remove", ids[0].as_str())];
        guest.submit(&basket, "/basket/change", &remove).await.expect(303);
        guest.get(&told).await.expect(200).shows(full).shows(empty);
    }
}

#[tokio::test]
async fn more_than_there_are_is_said_at_once_and_again_at_checkout() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[0]);
    let mut guest = Browser::new(&shop.url());
    let product = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
    admin.post(&adjust, "k1", &json!({"delta": -4, "reason": "adjustment"})).await.expect(201);
    let basket = guest.submit_and_follow(&product, "/basket", &[("quantity", "5")]).await.expect(200);
    basket
        .shows("Not enough in stock")
        .shows("You selected 5, but only 1 is left.")
        .shows("Not enough stock");
    assert!(!basket.words().contains("Changed") && !basket.words().contains("changed"), "{}", basket.words());
    let checkout = guest.get("/checkout").await.expect(200);
    checkout.shows("Some items need your attention").shows("Teapot : You selected 5, but only 1 is left.");
}

/// What the button sends that takes what there is.
fn taking(page: &PageResult) -> String {
    let tags = page.tags();
    let button = tags.iter().find(|tag| tag.name == "button" && tag.get("name") == "take");
    button.unwrap_or_else(|| panic!("nothing takes less: {}", page.words())).get("value").to_owned()
}

#[tokio::test]
async fn what_there_is_is_taken_by_a_button_in_the_basket_and_at_checkout() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let admin = shop.admin().await;
    let leaves = async |n: usize, gone: i64| {
        let adjust = format!("/v1/products/{}/stock/adjustments", ids[n]);
        let key = format!("k{n}{gone}");
        admin.post(&adjust, &key, &json!({"delta": -gone, "reason": "count"})).await.expect(201);
    };
    let mut guest = Browser::new(&shop.url());
    put(&mut guest, &ids[0], "5").await;
    put(&mut guest, &ids[1], "2").await;
    leaves(0, 3).await;
    let basket = guest.get("/basket").await.expect(200);
    basket.shows("Change to 2");
    let take = [("take", &*taking(&basket))];
    let settled = guest.submit_and_follow(&basket, "/basket/change", &take).await.expect(200);
    settled.shows("€50.00");
    assert!(leads_to_checkout(&settled) && !settled.words().contains("Change to"));

    // at checkout what was typed stays
    leaves(0, 1).await;
    leaves(1, 5).await;
    let checkout = guest.get("/checkout").await.expect(200);
    checkout.shows("Change to 1").shows("Remove");
    let typed = [("email", "bea@example.com"), ("line1", "St James's Square 12"), ("note", "a gift")];
    let mut fields = typed.to_vec();
    let value = taking(&checkout);
    fields.push(("take", &value));
    let form = checkout.form("/checkout", &fields);
    let less = guest.post("/checkout", &form).await.expect(200);
    less.shows("Remove");
    assert_eq!((less.value("email"), less.value("line1")), (typed[0].1.to_owned(), typed[1].1.to_owned()));
    less.shows("a gift");
    // sent once more it takes nothing that was put in since
    put(&mut guest, &ids[0], "1").await;
    guest.post("/checkout", &form).await.expect(200);
    assert_eq!(guest.get("/basket").await.expect(200).value(&format!("q-{}", ids[0])), "2");
    let basket = guest.get("/basket").await.expect(200);
    let out = format!("{} 0", ids[1]);
    assert_eq!(basket.text.matches(&format!("value=\"{out}\"")).count(), 1, "{}", basket.words());
    let left = guest.submit_and_follow(&basket, "/basket/change", &[("take", &out)]).await.expect(200);
    assert!(!left.words().contains("Cup"), "{}", left.words());
    let forged = guest.get("/checkout").await.expect(200).form("/checkout", &[("take", &value)]);
    let forged: Vec<_> = forged.into_iter().filter(|(name, _)| name != "csrf").collect();
    guest.post("/checkout", &forged).await.expect(403);
    assert_eq!(guest.get("/basket").await.expect(200).value(&format!("q-{}", ids[0])), "2");
}

/// What does not fit into a cookie is left out and said so, and what was typed before it is not taken for it.
#[tokio::test]
async fn a_note_that_is_too_long_to_be_kept_is_said_to_be_gone() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let to_basket = |line1: &str, note: &str| {
        checkout.form("/checkout", &[("line1", line1), ("note", note), ("to", "basket")])
    };
    ada.post("/checkout", &to_basket("Old Street 1", "the older note")).await.expect(303);
    let kept = ada.get("/checkout").await.expect(200);
    kept.shows("the older note").hides("wasn’t saved");
    ada.post("/checkout", &to_basket("New Street 2", &"茶".repeat(2000))).await.expect(303);
    let kept = ada.get("/checkout").await.expect(200);
    kept.shows("Your note wasn’t saved").hides("the older note").hides("茶");
    assert_eq!(kept.value("line1"), "New Street 2");
    // the same where the form comes again because something is wrong
    let long = "茶".repeat(2000);
    let wrong = [("line1", "New Street 3"), ("city", ""), ("note", &*long)];
    ada.submit(&checkout, "/checkout", &wrong).await.expect(422).shows(&long);
    let kept = ada.get("/checkout").await.expect(200);
    assert_eq!(kept.shows("Your note wasn’t saved").value("line1"), "New Street 3");
    // and where nothing fits at all
    ada.post("/checkout", &to_basket(&"茶".repeat(2000), "")).await.expect(303);
    let kept = ada.get("/checkout").await.expect(200);
    kept.shows("Your details weren’t saved");
    assert_eq!((kept.value("line1"), kept.value("name")), (String::new(), "ada".to_owned()));
}

#[tokio::test]
async fn a_basket_that_was_forgotten_is_begun_anew() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    put(&mut guest, &ids[0], "2").await;
    // another device of theirs has taken all of it along
    let kept = guest.clone();
    let mut ada = registered(&shop, "ada").await;
    let own = ada.cookies.clone();
    ada.cookies.insert("ordo_basket".to_owned(), guest.cookies["ordo_basket"].clone());
    ada.get("/basket").await.expect(200).shows("€25.00");
    assert_ne!(ada.cookies.get("ordo_basket"), own.get("ordo_basket"));
    let mut guest = kept;
    guest.get("/basket").await.expect(200).shows("Your basket is empty");
    put(&mut guest, &ids[0], "1").await;
    guest.get("/basket").await.expect(200).shows("€12.50");
    at_checkout(&mut ada, &ids[0], "1").await.shows("€37.50");
}

#[tokio::test]
async fn one_more_and_one_less_are_buttons_that_work_without_scripts() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut guest = Browser::new(&shop.url());
    for id in &ids {
        put(&mut guest, id, "1").await;
    }
    let fields = [format!("q-{}", ids[0]), format!("q-{}", ids[1])];
    let basket = guest.get("/basket").await.expect(200);
    let steps: Vec<_> = basket.tags().into_iter().filter(|tag| !tag.get("data-step").is_empty()).collect();
    assert_eq!(steps.len(), 4);
    for step in &steps {
        assert!(!step.attributes.contains_key("hidden") && step.get("type").is_empty(), "{step:?}");
    }
    let change = "/basket/change";
    let more = guest.submit_and_follow(&basket, change, &[("more", &ids[0])]).await.expect(200);
    assert_eq!((more.value(&fields[0]), more.value(&fields[1])), ("2".to_owned(), "1".to_owned()));
    // the same press once more is the same wish
    guest.submit(&basket, change, &[("more", &ids[0])]).await.expect(303);
    // what was typed elsewhere is taken over
    let more = guest.get("/basket").await.expect(200);
    let typed = [(fields[1].as_str(), "3"), ("less", ids[0].as_str())];
    let less = guest.submit_and_follow(&more, change, &typed).await.expect(200);
    assert_eq!((less.value(&fields[0]), less.value(&fields[1])), ("1".to_owned(), "3".to_owned()));
    // and what is no number is asked for again
    let wrong = [(fields[1].as_str(), "three"), ("more", ids[1].as_str())];
    guest.submit(&less, change, &wrong).await.expect(422).shows("Enter a whole number from 0");
    let none = guest.submit_and_follow(&less, change, &[("less", &ids[0])]).await.expect(200);
    assert!(!none.words().contains("Teapot"), "{}", none.words());
}
