//! A session that has ended while a form was filled in: the way leads to signing in and back, and what was typed is there.
//! And what staff do with drafts, addresses and one another's names.

use super::{
    ADDRESS, Browser, PASSWORD, address_and, api_of, at_checkout,
    console::{administrator, colleague},
    orders_of, registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
    shop_with,
};
use serde_json::json;

async fn paid(shop: &Shop, ada: &mut Browser, product: &str) -> String {
    let checkout = at_checkout(ada, product, "1").await;
    ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    let orders = orders_of(&api_of(shop, "ada").await).await;
    format!("/console/orders/{}", orders[0]["id"].as_str().unwrap())
}

#[tokio::test]
async fn whoever_is_signed_in_no_more_still_sees_the_shop_and_is_asked_to_sign_in_for_a_basket() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let product = format!("/products/{}", ids[0]);
    let page = ada.get(&product).await.expect(200);
    let fields = page.form("/basket", &[]);
    // the session ends elsewhere
    api_of(&shop, "ada")
        .await
        .try_call(http::Method::DELETE, "/v1/me/sessions", "", &json!(null))
        .await
        .unwrap()
        .expect(204);
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    for open in ["/", "/search?q=tea", &product] {
        ada.get(open).await.expect(200).shows("Teapot");
    }
    ada.says = vec![("referer", format!("{}{product}", shop.url()))];
    let sent = ada.post("/basket", &fields).await.expect(303);
    assert_eq!(sent.location(), "/sign-in?next=%2Fresume");
    let form = ada.get(&sent.location()).await.expect(200);
    let known = [("who", "ada@example.com"), ("password", PASSWORD)];
    let kept = ada.submit_and_follow(&form, "/sign-in", &known).await.expect(200);
    kept.shows("You’re signed in again");
    ada.submit_and_follow(&kept, "/basket", &[]).await;
    ada.get("/basket").await.expect(200).shows("Teapot");
}

#[tokio::test]
async fn a_form_that_was_sent_after_the_session_had_ended_is_there_after_signing_in() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = paid(&shop, &mut ada, &ids[0]).await;
    let mut staff = administrator(&shop).await;
    let page = staff.get(&order).await.expect(200);
    let notes = format!("{order}/notes");
    let note = page.form(&notes, &[("text", "wants it on \"Friday\" & not before")]);

    // the session ends elsewhere
    let admin = shop.admin().await;
    let sessions = admin.get("/v1/me/sessions?limit=200").await.expect(200).body;
    for session in sessions["items"].as_array().unwrap() {
        if session["current"] != true {
            let path = format!("/v1/me/sessions/{}", session["id"].as_str().unwrap());
            admin.try_call(http::Method::DELETE, &path, "", &json!(null)).await.unwrap().expect(204);
        }
    }
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    staff.says = vec![("referer", format!("{}{order}", shop.url()))];
    let sent = staff.post(&notes, &note).await.expect(303);
    assert_eq!(sent.location(), "/sign-in?next=%2Fresume");
    // and nothing was done; nor does a stranger's form get that far
    assert!(!page.words().contains("wants it"));
    let form = staff.get(&sent.location()).await.expect(200);
    let fields = [("who", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
    let kept = staff.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
    kept.shows("You’re signed in again").shows("Send now");
    // what is sent stands there, under its name
    kept.shows("Internal note").shows("wants it on \"Friday\" & not before");
    assert!(kept.links().contains(&order), "{:?}", kept.links());
    let noted = staff.submit_and_follow(&kept, &notes, &[]).await.expect(200);
    noted.shows("wants it on \"Friday\" & not before");
    // sent twice it is noted once
    staff.submit_and_follow(&kept, &notes, &[]).await.expect(200);
    let again = staff.get(&order).await.expect(200);
    assert_eq!(again.words().matches("wants it on").count(), 1);
}

/// A tab that was loaded before somebody signed out and in again is not done, and loses nothing.
#[tokio::test]
async fn a_form_of_an_earlier_session_is_asked_about_and_its_text_is_still_there() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let new = "/account/addresses/new";
    let old = ada.get(new).await.expect(200);
    let old_account = ada.get("/account/profile").await.expect(200);
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    ada.submit(&old_account, "/sign-out", &[]).await.expect(303);
    let mut other = ada.clone();
    let sign_in = async |browser: &mut Browser, email: &str| {
        let page = browser.get("/sign-in").await.expect(200);
        browser.submit(&page, "/sign-in", &[("who", email), ("password", PASSWORD)]).await.expect(303);
    };
    sign_in(&mut ada, "ada@example.com").await;
    ada.says = vec![("referer", format!("{}{new}", shop.url())), ("origin", shop.url())];
    let asked = ada.submit(&old, new, &address_and("sim_ok")).await.expect(409);
    asked.shows("You’re signed in now").shows("Nothing was changed").shows("St James's Square 12");
    ada.get("/account/addresses").await.expect(200).hides("St James's Square 12");
    ada.submit(&asked, new, &[]).await.expect(303);
    ada.get("/account/addresses").await.expect(200).shows("St James's Square 12");
    // nobody pays for what they do not see
    let fields = [ADDRESS.to_vec(), vec![("method", "sim_ok"), ("note", "a gift")]].concat();
    let led = ada.submit(&checkout, "/checkout", &fields).await.expect(303);
    ada.get(&led.location()).await.expect(200).shows("nothing was changed").shows("a gift");
    assert!(orders_of(&api_of(&shop, "ada").await).await.is_empty());
    // neither from elsewhere, nor with a secret, nor as somebody else
    ada.says = vec![("origin", "https://evil.example".to_owned())];
    ada.submit(&old, new, &ADDRESS).await.expect(403);
    ada.says.clear();
    let fields = [("current_password", PASSWORD), ("new_password", "another of hers")];
    ada.submit(&old_account, "/account/password", &fields).await.expect(403);
    registered(&shop, "eve").await;
    sign_in(&mut other, "eve@example.com").await;
    other.submit(&old, new, &ADDRESS).await.expect(403);
}

/// What does not fit into a cookie is shown to be copied, and a secret is asked for again.
#[tokio::test]
async fn what_cannot_be_kept_when_a_session_has_ended_is_said_and_shown() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let product = format!("/console/products/{}", ids[0]);
    let page = staff.get(&product).await.expect(200);
    let account = staff.get("/account/profile").await.expect(200);
    let mut other = staff.clone();
    other.submit(&account, "/sign-out", &[]).await.expect(303);
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    staff.says = vec![("referer", format!("{}{product}", shop.url()))];
    let mut again = staff.clone();
    let long = "Fired twice, in wood. ".repeat(400);
    let told = staff.submit(&page, &product, &[("description", &long)]).await.expect(403);
    told.shows("Your session has ended")
        .shows("Nothing was changed")
        .shows("Copy it from here")
        .shows(long.trim());
    let way = format!("/sign-in?next={}", product.replace('/', "%2F"));
    assert!(told.links().contains(&way), "{:?}", told.links());
    // secrets are shown nowhere
    let fields = [("current_password", "one of hers"), ("new_password", "another of hers")];
    let led = again.submit(&account, "/account/password", &fields).await.expect(303);
    let seen = again.get(&led.location()).await.expect(200);
    seen.shows("Your session has ended").shows("Sign in and try again").hides("of hers");
}

#[tokio::test]
async fn what_was_kept_is_nobody_elses_to_see() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    registered(&shop, "eve").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let mut other = ada.clone();
    let account = other.get("/account").await.expect(200);
    other.submit(&account, "/sign-out", &[]).await.expect(303);
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    ada.says = vec![("referer", format!("{}/checkout", shop.url()))];
    let sent = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    assert_eq!(sent.location(), "/sign-in?next=%2Fresume");
    let form = ada.get(&sent.location()).await.expect(200);
    let mut eve = ada.clone();
    let fields = [("who", "eve@example.com"), ("password", PASSWORD)];
    let seen = eve.submit(&form, "/sign-in", &fields).await.expect(303);
    let seen = eve.get(&seen.location()).await.expect(303);
    assert_eq!(seen.location(), "/");
    let fields = [("who", "ada@example.com"), ("password", PASSWORD)];
    form.shows("Your session has ended");
    let kept = ada.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
    // nobody pays for what they do not see
    kept.shows("You’re signed in again").shows("Teapot").shows("Pay €12.50");
    let order = ada.submit_and_follow(&kept, "/checkout", &[]).await.expect(200);
    order.shows("Paid, preparing your order").shows("London");
    // a form of a session that never was ours leads nowhere
    let mut forged = checkout.form("/checkout", &ADDRESS);
    forged.retain(|(name, _)| name != "csrf");
    forged.push(("csrf".to_owned(), "AAAA".to_owned()));
    ada.post("/checkout", &forged).await.expect(403);
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await.len(), 1);
}

#[tokio::test]
async fn staff_draft_an_order_for_a_customer_change_it_and_place_it() {
    let (shop, _) = shop_with(&["Teapot", "Teacup", "Teacup, blue"]).await;
    registered(&shop, "ada").await;
    let mut staff = administrator(&shop).await;
    // from the orders one gets to who it is for, and looks for them
    let choose = "/console/customers?for=order".to_owned();
    assert!(staff.get("/console/orders").await.expect(200).links().contains(&choose));
    let list = staff.get(&choose).await.expect(200);
    assert_eq!(list.shows("Who is the order for?").value("for"), "order");
    let found = staff.get("/console/customers?q=ada&for=order").await.expect(200);
    found.shows("Who is the order for?");
    // who has no account is no customer to choose
    let nobody = staff.get("/console/customers?q=zoe&for=order").await.expect(200);
    nobody.shows("Customers without an account can order as guests").shows("open the shop");
    staff.get("/console/customers?q=zoe").await.expect(200).hides("can order as guests");
    let customer =
        found.links().into_iter().find(|link| link.starts_with("/console/customers/usr_")).unwrap();
    let draft = format!("{customer}/draft");
    assert!(staff.get(&customer).await.expect(200).links().contains(&draft));
    let form = staff.get(&draft).await.expect(200);
    staff.submit(&form, &draft, &[]).await.expect(422).shows("Enter at least one line");
    let wrong = [("what-0", "T-9"), ("pieces-0", "none")];
    let again = staff.submit(&form, &draft, &wrong).await.expect(422);
    again.shows("Enter a product’s SKU or name").shows("Enter a whole number from 1");
    // above the form: of which line, in the order of its fields
    let wrong = [&wrong[..], &[("what-1", "Engraving"), ("pieces-1", "1"), ("price-1", "much")]].concat();
    let all = staff.submit(&form, &draft, &wrong).await.expect(422).words();
    let places = ["Line 1: Enter a product’s SKU", "Line 1: Enter a whole number", "Line 2: Enter a price"];
    let places = places.map(|text| all.find(text));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {all}");
    assert_eq!((again.value("what-0"), again.value("pieces-0")), ("T-9".to_owned(), "none".to_owned()));
    // an article is no line of one's own words: its stock would not be reserved
    for called in ["t-0", "TEAPOT"] {
        let own = [("what-0", called), ("pieces-0", "200"), ("price-0", "1.00")];
        let again = staff.submit(&form, &draft, &own).await.expect(422);
        assert_eq!(again.shows("Teapot (T-0) is a product").value("price-0"), "1.00");
    }
    // words are enough where they tell which one is meant; otherwise it is said which there are
    let again = staff.submit(&form, &draft, &[("what-0", "tea"), ("pieces-0", "1")]).await.expect(422);
    again.shows("Several products match").shows("Teacup, blue (T-2)").shows("Teapot (T-0)");
    let right = [
        ("what-0", "teapot"),
        ("pieces-0", "2"),
        ("what-1", "Engraving"),
        ("pieces-1", "1"),
        ("price-1", "5.00"),
    ];
    let made = staff.submit(&again, &draft, &right).await.expect(303).location();
    let page = staff.get(&made).await.expect(200);
    page.shows("Draft created. The customer isn’t notified")
        .shows("Teapot")
        .shows("Engraving")
        .shows("Place order for €30.00");
    page.hides(" available. You can place");
    let order = made.split('?').next().unwrap().to_owned();
    let edit = format!("{order}/draft");
    // it is found by its number, although drafts are in a list of their own
    let words = page.words();
    let number: String = words.split_once('#').unwrap().1.chars().take_while(char::is_ascii_digit).collect();
    for search in ["/console/orders?q=%23", "/console/orders?q=", "/console/search?q="] {
        let found = staff.get(&format!("{search}{number}")).await.expect(200);
        assert!(found.links().contains(&order), "{search}{number}: {:?}", found.links());
    }
    // more than there is can be drafted, and one is told
    let form = staff.get(&edit).await.expect(200);
    let saved = staff.submit_and_follow(&form, &edit, &[("pieces-0", "7")]).await.expect(200);
    saved.shows("Only 5 available. You can place the order once it’s in stock.");
    let form = staff.get(&edit).await.expect(200);
    assert_eq!((form.value("what-0"), form.value("price-1")), ("T-0".to_owned(), "5.00".to_owned()));
    let mut fields = ADDRESS.to_vec();
    fields.extend([("pieces-0", "1"), ("note", "by the back door")]);
    let saved = staff.submit_and_follow(&form, &edit, &fields).await.expect(200);
    saved.shows("Saved.").shows("London").shows("by the back door").shows("Place order for €17.50");
    // whoever saw another draft changes nothing
    staff.submit(&form, &edit, &[("pieces-0", "9")]).await.expect(412);
    let place = format!("{order}/place");
    staff.submit(&page, &place, &[]).await.expect(412);
    staff.submit_and_follow(&saved, &place, &[]).await.expect(200).shows("Order placed for the customer");
    let placed = orders_of(&api_of(&shop, "ada").await).await;
    assert_eq!((placed.len(), &placed[0]["total"]["amount"]), (1, &json!("17.50")));

    // it goes elsewhere
    let address = format!("{order}/address");
    let form = staff.get(&address).await.expect(200);
    assert_eq!(
        (form.value("city"), form.value("note")),
        ("London".to_owned(), "by the back door".to_owned())
    );
    staff.submit(&form, &address, &[("city", " ")]).await.expect(422).shows("Enter a city");
    let paris = |code| [("city", "Paris"), ("country", "FR"), ("postal_code", code)];
    let wrong = staff.submit(&form, &address, &paris("SW1Y 4LB")).await.expect(422);
    wrong.shows("Enter a postal code such as 75001 (France)");
    let moved = staff.submit_and_follow(&form, &address, &paris("75001")).await;
    moved.expect(200).shows("Address updated.").shows("Paris");
    staff.submit(&form, &address, &[("city", "Rome")]).await.expect(412);

    // and one that nobody wants any more, of just this name
    let form = staff.get(&draft).await.expect(200);
    form.shows("From the latest order");
    assert_eq!((form.value("city"), form.value("postal_code")), ("Paris".to_owned(), "75001".to_owned()));
    let just = [("what-0", "teacup"), ("pieces-0", "1")];
    let made = staff.submit(&form, &draft, &just).await.expect(303).location();
    let order = made.split('?').next().unwrap().to_owned();
    staff.get(&order).await.expect(200).shows("T-1").shows("Place order for €12.50");
    let delete = format!("{order}/delete");
    let question = staff.get(&delete).await.expect(200);
    staff.submit(&question, &delete, &[]).await.expect(303);
    staff.get(&order).await.expect(404);
    staff.submit(&question, &delete, &[]).await.expect(303);
    shop.assert_audit_is_clean("after drafts");
}

#[tokio::test]
async fn the_timeline_names_colleagues() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = paid(&shop, &mut ada, &ids[0]).await;
    let (mut ines, page) = colleague(&shop, "ines", &["orders"], &order).await;
    ines.submit(&page, &format!("{order}/notes"), &[("text", "called")]).await.expect(303);
    let question = ines.get(&format!("{order}/hold")).await.expect(200);
    ines.submit(&question, &format!("{order}/hold"), &[("reason", "odd")]).await.expect(303);
    ines.get(&order).await.expect(200).shows("You noted:").shows("by you");
    // also to whoever may not look at accounts
    let (_, seen) = colleague(&shop, "kim", &["orders"], &order).await;
    seen.shows("ines noted:").shows("by ines");
}
