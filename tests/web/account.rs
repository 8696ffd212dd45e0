//! The account's own rooms: the addresses that it keeps, and what developers find.

use super::{
    ADDRESS, Browser, PASSWORD, PageResult, api_of, at_checkout, is_signed_out, registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD},
    shop_set, shop_with,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::http_client::{HttpClient, path_in};

const HERE: &str = "/account/addresses";

#[tokio::test]
async fn an_address_begins_with_the_name_of_whose_account_it_is() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    assert_eq!(at_checkout(&mut ada, &ids[0], "1").await.value("name"), "ada");
    let profile = ada.get("/account/profile").await.expect(200);
    ada.submit(&profile, "/account/profile", &[("name", "Ada \"the\" <b>")]).await.expect(303);
    for page in ["/checkout", "/account/addresses/new"] {
        assert_eq!(ada.get(page).await.expect(200).value("name"), "Ada \"the\" <b>", "{page}");
    }
    // what pages call somebody who has told no name is none
    let mut bea = Browser::new(&shop.url());
    let form = bea.get("/register").await.expect(200);
    let fields = [("name", ""), ("email", "bea@example.com"), ("password", PASSWORD)];
    bea.submit(&form, "/register", &fields).await.expect(303);
    assert_eq!(at_checkout(&mut bea, &ids[0], "1").await.value("name"), "");
    let mut guest = Browser::new(&shop.url());
    assert_eq!(at_checkout(&mut guest, &ids[0], "1").await.value("name"), "");
}

#[tokio::test]
async fn addresses_are_kept_changed_chosen_at_checkout_and_removed() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ada.get(HERE).await.expect(200).shows("No addresses yet");
    let new = ada.get("/account/addresses/new").await.expect(200);
    let wrong = [("name", "Ada"), ("line1", ""), ("country", "GB")];
    let again = ada.submit(&new, "/account/addresses/new", &wrong).await.expect(422);
    again.shows("Enter a street and a number").shows("Enter a city");
    let form = again.form("/account/addresses/new", &ADDRESS);
    ada.post("/account/addresses/new", &form).await.expect(303);
    // the same form again keeps no second one
    ada.post("/account/addresses/new", &form).await.expect(303);
    let office: Vec<_> = ADDRESS
        .into_iter()
        .filter(|(name, _)| *name != "line1")
        .chain([("line1", "1 Dorset Street"), ("region", "Greater London")])
        .collect();
    let new = ada.get("/account/addresses/new").await.expect(200);
    ada.submit(&new, "/account/addresses/new", &office).await.expect(303);
    let list = ada.get(HERE).await.expect(200);
    list.shows("St James's Square 12").shows("1 Dorset Street").shows("SW1Y 4LB London, Greater London");
    let of = |link: &&String| link.starts_with(&format!("{HERE}/adr_")) && !link.ends_with("/remove");
    assert_eq!(list.links().iter().filter(of).count(), 2);

    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    assert_eq!(checkout.value("line1"), "St James's Square 12");
    let links = checkout.links();
    let mut choices = links.iter().filter(|link| link.starts_with("/checkout?address="));
    let (first, second) = (choices.next().unwrap(), choices.next().unwrap());
    // the one that stands in the fields is known by its button
    for choice in [first, second] {
        let page = ada.get(choice).await.expect(200);
        let marked: Vec<_> =
            page.tags().into_iter().filter(|tag| tag.get("aria-current") == "true").collect();
        assert!(marked.iter().any(|tag| tag.get("href") == choice), "{marked:?}");
        assert_eq!(marked.iter().filter(|tag| tag.get("href").starts_with("/checkout?address=")).count(), 1);
    }
    let chosen =
        [ada.get(first).await.expect(200).value("line1"), ada.get(second).await.expect(200).value("line1")];
    assert!(chosen.contains(&"1 Dorset Street".to_owned()), "{chosen:?}");

    // the second one becomes the default, is changed, and goes
    // which is the one with a form for that
    let tags = list.tags();
    let forms =
        |link: &str| tags.iter().filter(|tag| tag.name == "form" && tag.get("action") == link).count();
    let office = list.links().into_iter().filter(|link| of(&link)).find(|link| forms(link) == 1).unwrap();
    ada.submit(&list, &office, &[("do", "default")]).await.expect(303);
    let checkout = ada.get("/checkout").await.expect(200);
    assert_eq!(
        (checkout.value("line1").as_str(), checkout.value("region").as_str()),
        ("1 Dorset Street", "Greater London")
    );
    let order = ada.submit_and_follow(&checkout, "/checkout", &[("method", "sim_ok")]).await.expect(200);
    order.shows("SW1Y 4LB London, Greater London");
    let page = ada.get(&office).await.expect(200);
    assert_eq!(page.value("line1"), "1 Dorset Street");
    ada.submit(&page, &office, &[("line1", "<b>2 Dorset Street</b>")]).await.expect(303);
    let list = ada.get(HERE).await.expect(200);
    // what nobody touched stays
    list.shows("<b>2 Dorset Street</b>").shows("SW1Y 4LB London, Greater London");
    let mut eve = registered(&shop, "eve").await;
    eve.get(&office).await.expect(404);
    let remove = format!("{office}/remove");
    eve.get(&remove).await.expect(404);
    let question = ada.get(&remove).await.expect(200);
    question.shows("<b>2 Dorset Street</b>");
    ada.submit(&question, &remove, &[]).await.expect(303);
    ada.submit(&question, &remove, &[]).await.expect(303);
    let left = ada.get(HERE).await.expect(200);
    assert!(!left.words().contains("2 Dorset Street"), "{}", left.words());
    let nobody = Browser::new(&shop.url()).get(HERE).await.expect(303).location();
    assert!(nobody.starts_with("/sign-in?"), "{nobody}");
}

#[tokio::test]
async fn developers_find_their_token_shortened_and_the_state_of_the_api() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ada.get("/account/developer").await.expect(200);
    page.shows("Personal token").shows("Expires").shows("API connected").shows("Show token");
    // not even a part of it, until it is asked for by a form of ours
    let is_token = |text: &str| text.contains("eyJ");
    assert!(!is_token(&page.text), "{}", page.text);
    let nowhere = ada.post("/account/developer", &[("x".to_owned(), "y".to_owned())]).await;
    assert!(!is_token(&nowhere.text), "{}", nowhere.text);
    assert!(!is_token(&ada.get("/account/developer?token=1").await.expect(200).text));
    let hidden = page;
    let page = ada.submit(&hidden, "/account/developer", &[]).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!is_token(&ada.get("/account/developer").await.expect(200).text), "it is asked for each time");
    let tags = page.tags();
    let token =
        tags.iter().map(|tag| tag.get("data-copy")).find(|token| !token.is_empty()).unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    for (word, claim) in [("Expires", "exp"), ("Issued", "iat")] {
        let mut behind = tags.iter().skip_while(|tag| tag.name != "dt" || tag.text != word);
        let time = behind.find(|tag| tag.name == "time").unwrap().get("datetime");
        assert_eq!(time, Timestamp::from_seconds(claims[claim].as_i64().unwrap()).to_string(), "{word}");
    }
    let left = (claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()) / 3600;
    page.shows(&format!("in {left} hours"));
    let shown = tags.iter().find(|tag| tag.name == "code").unwrap().text.clone();
    assert!(shown.len() < 30 && token.starts_with(shown.split('…').next().unwrap()), "{shown}");
    let api = HttpClient::new(&shop.url()).with_token(&token);
    assert_eq!(api.get("/v1/me").await.expect(200).text("email"), "ada@example.com");
    let lamp = ada.get("/account/developer/state").await.expect(200);
    assert!(lamp.text.contains("data-state=\"connected\""), "{}", lamp.text);
    for path in ["/account/developer", "/account/developer/state"] {
        let nobody = Browser::new(&shop.url()).get(path).await.expect(303).location();
        assert!(nobody.starts_with("/sign-in?"), "{nobody}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_new_account_is_told_at_once_and_so_is_a_new_password() {
    let set = [("ORDO_SHOP_NAME", "Mara & Tea"), ("ORDO_SHOP_CONTACT", "help@tea.example")];
    let shop = shop_set(&set, &[]).await.0;
    let mut ada = Browser::new(&shop.url());
    let page = ada.get("/register?email=ada%40example.com&next=%2Fsearch").await.expect(200);
    page.shows("Mara & Tea");
    assert!(page.text.contains("href=\"mailto:help@tea.example\""), "{}", page.text);
    assert_eq!(page.value("email"), "ada@example.com");
    let wrong = ada.submit(&page, "/register", &[("email", "x"), ("password", "short")]).await.expect(422);
    wrong
        .shows("Enter an email address")
        .shows("Enter a password of 8 to 128 characters")
        .shows("2 things need you");
    assert_eq!(wrong.value("email"), "x");
    let right = [("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(ada.submit(&page, "/register", &right).await.expect(303).location(), "/search?welcome=1");

    let mut again = Browser::new(&shop.url());
    let page = again.get("/forgot").await.expect(200);
    again.submit(&page, "/forgot", &[("email", "ada@example.com")]).await.expect(303);
    let admin = shop.admin().await;
    let mail = async |words: &str| {
        for _ in 0..200 {
            let mails = admin.get("/v1/mails?to=ada@example.com").await.expect(200).body;
            for mail in mails["items"].as_array().unwrap() {
                let mail =
                    admin.get(&format!("/v1/mails/{}", mail["id"].as_str().unwrap())).await.expect(200);
                if mail.text("subject").starts_with(words) {
                    return mail;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no mail is called {words}")
    };
    assert_eq!(mail("Welcome").await.text("subject"), "Welcome to Mara & Tea");
    let mail = mail("Reset your").await;
    let text = mail.text("text");
    assert!(text.ends_with("\n\nMara & Tea\n"), "{text}");
    let link = path_in(text).unwrap();
    let page = again.get(link).await.expect(200);
    let told = again.submit_and_follow(&page, "/reset", &[("new_password", "another long one")]).await;
    told.expect(200).shows("Password changed");
}

#[tokio::test]
async fn who_has_made_an_account_is_welcomed_once_wherever_that_leads() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    for (asked, place) in [
        ("/register", "/?welcome=1"),
        ("/register?next=%2Fsearch%3Fq%3Dteapot", "/search?q=teapot&welcome=1"),
        ("/register?next=%2Faccount%23main", "/account?welcome=1#main"),
    ] {
        let mut bea = Browser::new(&shop.url());
        let page = bea.get(asked).await.expect(200);
        let email = format!("bea{}@example.com", place.len());
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        assert_eq!(bea.submit(&page, "/register", &fields).await.expect(303).location(), place);
        let welcome = bea.get(place).await.expect(200);
        welcome.shows("Welcome. Your account is ready").shows(&format!("We’ve sent a link to {email}."));
        let again = bea.get(place).await.expect(200);
        assert!(!again.words().contains("Your account is ready"), "{place}: {}", again.words());
        assert!(!Browser::new(&shop.url()).open(place).await.words().contains("Your account is ready"));
    }
}

#[tokio::test]
async fn staff_land_in_the_console_and_customers_in_the_shop() {
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    for (who, password, page, place) in [
        (ADMIN_EMAIL, ADMIN_PASSWORD, "/sign-in", "/console"),
        (ADMIN_EMAIL, ADMIN_PASSWORD, "/sign-in?next=%2Fbasket", "/basket"),
        ("ada@example.com", PASSWORD, "/sign-in", "/"),
    ] {
        let mut browser = Browser::new(&shop.url());
        let form = browser.get(page).await.expect(200);
        let led = browser.submit(&form, "/sign-in", &[("who", who), ("password", password)]).await;
        assert_eq!(led.expect(303).location(), place, "{who} {page}");
    }
}

#[tokio::test]
async fn a_refused_form_of_the_account_says_what_did_not_happen() {
    let (shop, _) = shop_with(&[]).await;
    let (mut guest, mut ada) = (Browser::new(&shop.url()), registered(&shop, "ada").await);
    let (profile, new) = ("/account/profile", "/account/addresses/new");
    let wrong = [("current_password", "no"), ("new_password", "another long one")];
    for (is_guest, page, action, fields, said) in [
        (true, "/sign-in", "/sign-in", [("who", "")].as_slice(), "You’re not signed in."),
        (true, "/sign-in", "/sign-in", &[("who", "ada"), ("password", "no")], "You’re not signed in."),
        (true, "/forgot", "/forgot", &[("email", "nowhere")], "No email was sent."),
        (false, profile, profile, &[("name", " ")], "Your changes weren’t saved."),
        (false, profile, "/account/password", &wrong, "Your password wasn’t changed."),
        (false, new, new, &[("city", "")], "Your changes weren’t saved."),
    ] {
        let who = if is_guest { &mut guest } else { &mut ada };
        let seen = who.get(page).await.expect(200);
        who.submit(&seen, action, fields).await.expect(422).shows(said);
    }
}

/// The sessions that have a button by which they end, by the browser that it names.
fn ending(sessions: &PageResult) -> BTreeMap<String, String> {
    let tags = sessions.tags();
    let buttons = tags.iter().zip(tags.iter().skip(1));
    let ends = buttons.filter(|(button, _)| button.name == "button" && button.get("name") == "session");
    let named = ends.filter(|(button, _)| button.get("value") != "others");
    named.map(|(button, name)| (name.text.trim().to_owned(), button.get("value").to_owned())).collect()
}

#[tokio::test]
async fn a_session_is_ended_alone_and_the_others_go_on() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut elsewhere = Vec::new();
    for agent in ["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Mozilla/5.0 (Windows NT 10.0) Edg/140.0"]
    {
        let mut browser = Browser::new(&shop.url());
        browser.says = vec![("user-agent", agent.to_owned())];
        let page = browser.get("/sign-in").await.expect(200);
        let fields = [("who", "ada@example.com"), ("password", PASSWORD)];
        browser.submit(&page, "/sign-in", &fields).await.expect(303);
        elsewhere.push(browser);
    }
    let [firefox, edge] = elsewhere.as_mut_slice() else { panic!("two") };
    let sessions = ada.get("/account/sessions").await.expect(200);
    let ends = ending(&sessions);
    assert_eq!(ends.len(), 2, "no button ends the session that one is in: {ends:?}");
    let of = |browser: &str| ends.iter().find(|(name, _)| name.contains(browser)).unwrap().1.as_str();
    let end = sessions.form("/account/sessions/end", &[("session", of("Firefox"))]);
    assert_eq!(ada.post("/account/sessions/end", &end).await.expect(303).location(), "/account/sessions");
    is_signed_out(firefox).await;
    edge.get("/account").await.expect(200).shows("ada");
    let left = ada.get("/account/sessions").await.expect(200);
    assert_eq!(ending(&left).into_values().collect::<Vec<_>>(), [of("Edge")], "{}", left.words());
    // the same once more ends nothing else
    ada.post("/account/sessions/end", &end).await.expect(303);
    assert_eq!(ending(&ada.get("/account/sessions").await.expect(200)), ending(&left));
    // nobody ends a session of somebody else
    let mut eve = registered(&shop, "eve").await;
    let own = eve.get("/account/sessions").await.expect(200).value("csrf");
    let foreign = [("csrf".to_owned(), own), ("session".to_owned(), of("Edge").to_owned())];
    eve.post("/account/sessions/end", &foreign).await.expect(303);
    assert_eq!(ending(&ada.get("/account/sessions").await.expect(200)), ending(&left));
    edge.get("/account").await.expect(200);
    // and whoever is in it sees it end as well
    let end = left.form("/account/sessions/end", &[("session", of("Edge"))]);
    ada.post("/account/sessions/end", &end).await.expect(303);
    is_signed_out(edge).await;
    let alone = ada.get("/account/sessions").await.expect(200);
    assert!(ending(&alone).is_empty() && !alone.text.contains("value=\"others\""), "{}", alone.words());
}

#[tokio::test]
async fn a_session_is_called_so_and_an_address_of_mails_too() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    for (language, session, sessions, email) in [
        ("en", "This session", "Sessions", "Verify your email address"),
        ("de", "Diese Sitzung", "Sitzungen", "E‑Mail‑Adresse bestätigen"),
    ] {
        ada.says = vec![("accept-language", language.to_owned())];
        let page = ada.get("/account/sessions").await.expect(200);
        page.shows(session);
        let called =
            |name: &str| page.tags().iter().filter(|tag| tag.name == name && tag.text == sessions).count();
        assert_eq!((called("h1"), called("a")), (1, 1), "{}", page.words());
        ada.get("/account/developer").await.expect(200).shows(sessions);
        ada.get("/account/profile").await.expect(200).shows(email);
    }
}

/// An order that waits for its payment is shown however many orders were placed since, which the page lists.
#[tokio::test]
async fn an_order_that_waits_for_its_payment_is_told_behind_newer_ones() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    let api = api_of(&shop, "ada").await;
    let [lines, others] = [0, 1].map(|n| json!([{"product_id": ids[n], "quantity": 1}]));
    let waits = api.post("/v1/orders", "waits", &json!({"lines": lines})).await.expect(201);
    for n in 0..5 {
        let paid = json!({"lines": others, "payment": {"method": "sim_ok"}});
        api.post("/v1/orders", &format!("paid-{n}"), &paid).await.expect(201);
    }
    let page = ada.until("/account", "1 order is awaiting payment.").await;
    assert!(page.links().contains(&format!("/orders/{}", waits.text("id"))), "{:?}", page.links());
    page.hides(&format!("#{}", waits.body["number"]));
}

/// Nothing of what somebody typed is left out unsaid.
#[tokio::test]
async fn a_reason_to_cancel_that_is_too_long_is_refused_beside_its_field() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let api = api_of(&shop, "ada").await;
    let order = json!({"lines": [{"product_id": ids[0], "quantity": 1}]});
    let order = api.post("/v1/orders", "one", &order).await.expect(201).text("id").to_owned();
    let path = format!("/orders/{order}/cancel");
    let question = ada.get(&path).await.expect(200);
    let long = "too much, ".repeat(51);
    let long = long.trim();
    let refused = ada.submit(&question, &path, &[("reason", long)]).await.expect(422);
    let field = refused.tags().into_iter().find(|tag| tag.get("name") == "reason").expect("its field");
    assert_eq!(field.get("aria-invalid"), "true");
    assert_eq!(refused.value("reason"), long);
    assert_ne!(api.get(&format!("/v1/orders/{order}")).await.expect(200).text("status"), "cancelled");
    ada.submit(&refused, &path, &[("reason", &long[..500])]).await.expect(303);
    let cancelled = api.get(&format!("/v1/orders/{order}")).await.expect(200);
    assert_eq!(cancelled.body["cancel_reason"].as_str(), Some(long[..500].trim()));
}
