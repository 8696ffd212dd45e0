//! Forms that come once more, to the byte, when something else was done since: nothing changes.

use super::{
    ADDRESS, Browser, PASSWORD, address_and, api_of, at_checkout, console::administrator, orders_of,
    registered, shop_with,
};
use serde_json::json;

const HERE: &str = "/account/addresses";

#[tokio::test]
async fn a_name_and_an_address_stay_as_they_were_saved_last() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let place = "/account/profile";
    let first = ada.get(place).await.expect(200).form(place, &[("name", "Ada the first")]);
    ada.post(place, &first).await.expect(303);
    let second = ada.get(place).await.expect(200).form(place, &[("name", "Ada the second")]);
    ada.post(place, &second).await.expect(303);
    let again = ada.post(place, &first).await.expect(422);
    again.shows("This was changed in another session");
    assert_eq!(ada.get(place).await.expect(200).value("name"), "Ada the second");
    // what the page says then can be saved
    ada.submit(&again, place, &[]).await.expect(303);
    assert_eq!(ada.get(place).await.expect(200).value("name"), "Ada the first");

    for _ in 0..2 {
        let new = ada.get("/account/addresses/new").await.expect(200);
        ada.submit(&new, "/account/addresses/new", &ADDRESS).await.expect(303);
    }
    // the one that is not the default has a form to make it that, too
    let other = async |ada: &mut Browser| {
        let list = ada.get(HERE).await.expect(200);
        let tags = list.tags();
        let forms =
            |link: &str| tags.iter().filter(|tag| tag.name == "form" && tag.get("action") == link).count();
        let other = list.links().into_iter().find(|link| link.contains("adr_") && forms(link) == 1).unwrap();
        (list.form(&other, &[("do", "default")]), other)
    };
    let (form, first) = other(&mut ada).await;
    ada.post(&first, &form).await.expect(303);
    let (back, second) = other(&mut ada).await;
    assert_ne!(first, second);
    ada.post(&second, &back).await.expect(303);
    let said = ada.post(&first, &form).await.expect(303).location();
    ada.get(&said).await.expect(200).shows("This was changed in another session");
    assert_eq!(other(&mut ada).await.1, first, "the default is another one again");
    let street = ada.get(&first).await.expect(200).form(&first, &[("line1", "1 Dorset Street")]);
    ada.post(&first, &street).await.expect(303);
    let later = ada.get(&first).await.expect(200).form(&first, &[("line1", "2 Dorset Street")]);
    ada.post(&first, &later).await.expect(303);
    ada.post(&first, &street).await.expect(422);
    assert_eq!(ada.get(&first).await.expect(200).value("line1"), "2 Dorset Street");
}

#[tokio::test]
async fn a_basket_stays_as_it_was_changed_last() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    at_checkout(&mut guest, &ids[0], "1").await;
    let (place, field) = ("/basket/change", format!("q-{}", ids[0]));
    let three = guest.get("/basket").await.expect(200).form(place, &[(&field, "3")]);
    guest.post(place, &three).await.expect(303);
    let one = guest.get("/basket").await.expect(200).form(place, &[(&field, "1")]);
    guest.post(place, &one).await.expect(303);
    guest.post(place, &three).await.expect(303);
    assert_eq!(guest.get("/basket").await.expect(200).value(&field), "1");
    let removing = guest.get("/basket").await.expect(200).form(place, &[("remove", &ids[0])]);
    guest.post(place, &removing).await.expect(303);
    guest.get("/basket").await.expect(200).shows("Your basket is empty");
    at_checkout(&mut guest, &ids[0], "1").await;
    guest.post(place, &removing).await.expect(303);
    assert_eq!(guest.get("/basket").await.expect(200).value(&field), "1");
}

#[tokio::test]
async fn an_order_that_was_let_go_is_not_held_again() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    let order = async || orders_of(&api_of(&shop, "ada").await).await[0].clone();
    let page = format!("/console/orders/{}", order().await["id"].as_str().unwrap());
    let mut staff = administrator(&shop).await;
    staff.until(&page, "Next parcel").await;
    let way = format!("{page}/hold");
    let hold = staff.get(&way).await.expect(200).form(&way, &[("reason", "asks about the address")]);
    staff.post(&way, &hold).await.expect(303);
    let held = staff.get(&page).await.expect(200);
    held.shows("On hold");
    let release = held.form(&format!("{page}/release"), &[]);
    staff.post(&format!("{page}/release"), &release).await.expect(303);
    staff.post(&way, &hold).await.expect(412);
    assert_eq!(order().await["hold"], serde_json::Value::Null);
    staff.get(&page).await.expect(200).shows("Next parcel");
}

#[tokio::test]
async fn what_was_ordered_does_not_come_into_the_basket_again() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let page = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
    let putting = page.form("/basket", &[("quantity", "2")]);
    guest.post("/basket", &putting).await.expect(303);
    let checkout = guest.get("/checkout").await.expect(200);
    let fields = [&address_and("sim_ok")[..], &[("email", "ada@example.com")]].concat();
    guest.submit(&checkout, "/checkout", &fields).await.expect(303);
    guest.post("/basket", &putting).await.expect(303);
    guest.get("/basket").await.expect(200).shows("Your basket is empty");
    // another number of pieces on the same page is another wish
    let another = page.form("/basket", &[("quantity", "3")]);
    guest.post("/basket", &another).await.expect(303);
    assert_eq!(guest.get("/basket").await.expect(200).value(&format!("q-{}", ids[0])), "3");
}

#[tokio::test]
async fn a_price_and_a_password_stay_as_they_were_changed_last() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let page = format!("/console/products/{}", ids[0]);
    let seen = staff.get(&page).await.expect(200);
    let dear = seen.form(&page, &[("price", "20.00")]);
    staff.post(&page, &dear).await.expect(303);
    let back = staff.get(&page).await.expect(200).form(&page, &[("price", "12.50")]);
    staff.post(&page, &back).await.expect(303);
    staff.post(&page, &dear).await.expect(303);
    assert_eq!(staff.get(&page).await.expect(200).value("price"), "12.50");
    // what else is typed into that form is another wish
    staff.post(&page, &seen.form(&page, &[("price", "21.00")])).await.expect(303);
    assert_eq!(staff.get(&page).await.expect(200).value("price"), "21.00");

    let mut ada = registered(&shop, "ada").await;
    let place = "/account/password";
    let changing = async |ada: &mut Browser, from: &str, to: &str| {
        let fields = [("current_password", from), ("new_password", to)];
        let form = ada.get("/account/profile").await.expect(200).form(place, &fields);
        ada.post(place, &form).await.expect(303);
        form
    };
    let first = changing(&mut ada, PASSWORD, "another password of hers").await;
    changing(&mut ada, "another password of hers", PASSWORD).await;
    ada.post(place, &first).await.expect(422).shows("This was changed in another session");
    api_of(&shop, "ada").await;
}

#[tokio::test]
async fn a_session_that_has_begun_since_is_not_ended() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    api_of(&shop, "ada").await;
    let place = "/account/sessions";
    let page = ada.get(place).await.expect(200);
    let seen = page.tags().into_iter().filter(|tag| tag.get("name") == "seen");
    let seen = seen.map(|tag| ("seen".to_owned(), tag.get("value").to_owned()));
    let mut all = page.form("/account/sessions/end", &[("session", "others")]);
    all.extend(seen);
    assert!(all.iter().any(|(name, _)| name == "seen"), "{all:?}");
    ada.post("/account/sessions/end", &all).await.expect(303);
    assert!(!ada.get(place).await.expect(200).words().contains("Sign out all other sessions"));
    let later = api_of(&shop, "ada").await;
    ada.post("/account/sessions/end", &all).await.expect(303);
    later.get("/v1/me").await.expect(200);
}

/// The fields of a form, of which one holds something else.
fn with(form: &[(String, String)], field: &str, value: &str) -> Vec<(String, String)> {
    let other = |(name, was): &(String, String)| {
        let value = if name == field { value.to_owned() } else { was.clone() };
        (name.clone(), value)
    };
    form.iter().map(other).collect()
}

#[tokio::test]
async fn who_registers_or_signs_in_twice_is_led_on_twice() {
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "eve").await;
    let (mut ada, mut stranger) = (Browser::new(&shop.url()), Browser::new(&shop.url()));
    let fields = [("name", "ada"), ("email", "Ada@example.com"), ("password", PASSWORD)];
    let registering = ada.get("/register").await.expect(200).form("/register", &fields);
    let welcome = ada.post("/register", &registering).await.expect(303).location();
    assert_eq!(ada.post("/register", &registering).await.expect(303).location(), welcome);
    ada.get(&welcome).await.expect(200).shows("Your account is ready").shows("ada");

    let sessions = async || {
        let all = api_of(&shop, "ada").await.get("/v1/me/sessions").await.expect(200).body;
        all["items"].as_array().unwrap().len()
    };
    let mut again = Browser::new(&shop.url());
    let page = again.get("/sign-in?next=%2Faccount%2Fsessions").await.expect(200);
    let signing_in = page.form("/sign-in", &[("who", "ada@EXAMPLE.com"), ("password", PASSWORD)]);
    let before = sessions().await;
    for _ in 0..2 {
        assert_eq!(again.post("/sign-in", &signing_in).await.expect(303).location(), "/account/sessions");
    }
    assert_eq!(sessions().await, before + 2, "one of the browser, and one of the question");
    again.get("/account/sessions").await.expect(200).shows("This session");

    // of another account, of another browser's page, without a token or from another site it is refused
    for (who, path, form, field) in
        [(&mut ada, "/register", registering, "email"), (&mut again, "/sign-in", signing_in, "who")]
    {
        who.post(path, &with(&form, field, "eve@example.com")).await.expect(403);
        let token = stranger.get(path).await.expect(200).value("csrf");
        who.post(path, &with(&form, "csrf", &token)).await.expect(403);
        who.post(path, &with(&form, "csrf", "")).await.expect(403);
        who.says = vec![("sec-fetch-site", "cross-site".to_owned())];
        who.post(path, &form).await.expect(403);
        who.says = vec![];
        // and it opens no other form
        who.post("/account/password", &form).await.expect(403);
    }
}

#[tokio::test]
async fn a_checkout_without_what_is_bought_keeps_what_was_typed() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    for (language, said) in [
        ("en", "We couldn’t tell which basket you saw."),
        ("de", "Es war nicht erkennbar, welchen Warenkorb"),
    ] {
        let mut guest = Browser::new(&shop.url());
        let checkout = at_checkout(&mut guest, &ids[0], "1").await;
        guest.says = vec![("accept-language", language.to_owned())];
        let fields =
            [&address_and("sim_ok")[..], &[("email", "ada@example.com"), ("note", "rings")]].concat();
        let whole = checkout.form("/checkout", &fields);
        let without: Vec<_> = whole.iter().filter(|(name, _)| name != "offer").cloned().collect();
        for form in [without, with(&whole, "offer", "made-up")] {
            let again = guest.post("/checkout", &form).await.expect(409);
            again.shows(said);
            for (field, value) in
                [("line1", "St James's Square 12"), ("email", "ada@example.com"), ("note", "rings")]
            {
                assert_eq!(again.value(field), value);
            }
        }
        assert!(guest.get("/basket").await.expect(200).words().contains("12"), "nothing was ordered");
        let again = guest.post("/checkout", &with(&whole, "offer", "")).await.expect(409);
        let placed = guest.submit(&again, "/checkout", &[]).await.expect(303).location();
        assert!(placed.starts_with("/orders/"), "{placed}");
    }
}

#[tokio::test]
async fn a_draft_that_is_saved_twice_is_saved_and_not_over_something_else() {
    let (shop, ids) = shop_with(&["Teapot", "Teacup"]).await;
    registered(&shop, "ada").await;
    let (admin, mut staff) = (shop.admin().await, administrator(&shop).await);
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let lines = json!([{"product_id": ids[0], "quantity": 2}, {"title": "Work", "unit_price": "5.00", "quantity": 1}]);
    let made =
        admin.post("/v1/orders/drafts", "", &json!({"user_id": user, "lines": lines})).await.expect(201);
    let id = made.text("id").to_owned();
    let edit = format!("/console/orders/{id}/draft");
    let stored = async || admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
    let new =
        [("pieces-0", "3"), ("price-1", "7.50"), ("what-2", "T-1"), ("pieces-2", "1"), ("note", "rings")];
    let fields = [&ADDRESS[..], &new].concat();
    let form = staff.get(&edit).await.expect(200).form(&edit, &fields);
    let saved = staff.post(&edit, &form).await.expect(303).location();
    let first = stored().await;
    assert_eq!((&first["lines"].as_array().unwrap().len(), &first["note"]), (&3, &json!("rings")));
    assert_eq!(staff.post(&edit, &form).await.expect(303).location(), saved);
    staff.get(&saved).await.expect(200).shows("Saved.");
    assert_eq!(stored().await, first);
    // what differs from it by anything is another wish
    for (field, value) in
        [("pieces-0", "4"), ("price-1", "8.00"), ("what-2", "T-0"), ("note", "knocks"), ("city", "Leeds")]
    {
        staff.post(&edit, &with(&form, field, value)).await.expect(412);
    }
    // and over what somebody has changed since nothing is saved
    let later = staff.get(&edit).await.expect(200).form(&edit, &[("pieces-0", "5")]);
    staff.post(&edit, &later).await.expect(303);
    staff.post(&edit, &form).await.expect(412).shows("since you opened this page");
    assert_eq!(stored().await["lines"][0]["quantity"], 5);
}
