//! Forms that come once more, to the byte, when something else was done since: nothing changes.

use super::{
    ADDRESS, Browser, PASSWORD, address_and, api_of, at_checkout, console::administrator, orders_of,
    registered, shop_with,
};

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
    again.shows("It was changed elsewhere meanwhile");
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
    ada.get(&said).await.expect(200).shows("It was changed elsewhere meanwhile");
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
    ada.post(place, &first).await.expect(422).shows("It was changed elsewhere meanwhile");
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
    assert!(!ada.get(place).await.expect(200).words().contains("End all others"));
    let later = api_of(&shop, "ada").await;
    ada.post("/account/sessions/end", &all).await.expect(303);
    later.get("/v1/me").await.expect(200);
}
