//! URLs that forms are sent to and that show nothing: a GET request is redirected to the page with the form, as is switching
//! the language or the theme on an error page.

use super::{
    Browser, address_and, at_checkout,
    console::{administrator, ordered},
    registered,
    routes::{self, route},
    shop_with,
};
use testkit::http_client::HttpClient;

#[tokio::test]
async fn every_address_that_is_only_sent_to_leads_to_its_page() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let order = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303).location();
    let order = order.rsplit('/').next().unwrap();
    let mut staff = administrator(&shop).await;
    let plain = HttpClient::new(&shop.url());
    let pages = routes::pages();
    let only_sent_to: Vec<String> = routes::forms().difference(&pages).cloned().collect();
    assert!(only_sent_to.len() > 10, "{only_sent_to:?}");
    for address in only_sent_to {
        let id = if address.contains("/products/") { &ids[0] } else { order };
        let part = |part: &str| if part.starts_with('{') { id.to_owned() } else { part.to_owned() };
        let path = address.split('/').map(part).collect::<Vec<_>>().join("/");
        let page = staff.get(&path).await.expect(303).location();
        route(&pages, &page);
        staff.get(&page).await.expect(200);
        assert_eq!(plain.get(&path).await.expect(405).text("code"), "method_not_allowed", "{path}");
    }
}

#[tokio::test]
async fn a_form_that_goes_nowhere_is_answered_by_a_page() {
    let (shop, _) = shop_with(&[]).await;
    let mut guest = Browser::new(&shop.url());
    let form = guest.get("/").await.expect(200).form("/language", &[]);
    for (path, status) in [("/search", 405), ("/nowhere", 404)] {
        let page = guest.post(path, &form).await.expect(status);
        assert_eq!(page.tags().iter().filter(|tag| tag.name == "h1" && !tag.is_end).count(), 1, "{path}");
        assert!(page.links().contains("/search"), "{path}");
    }
}

/// Sends a form that is refused, and switches the language: that leads to `back`, where there is a page.
async fn switches(who: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)], back: &str) {
    let seen = who.get(page).await.expect(200);
    let refused = who.submit(&seen, action, fields).await.expect(422);
    for (switch, field) in [("/language", ("language", "en")), ("/appearance", ("theme", "dark"))] {
        let led = who.submit(&refused, switch, &[field]).await.expect(303).location();
        assert_eq!(led, back, "{action} by {switch}");
    }
    who.get(back).await.expect(200);
}

#[tokio::test]
async fn from_a_page_of_errors_a_switch_leads_to_where_one_was() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let product = format!("/products/{}", ids[0]);
    switches(&mut guest, &product, "/basket", &[("quantity", "none")], &product).await;
    at_checkout(&mut guest, &ids[0], "1").await;
    switches(&mut guest, "/checkout", "/checkout", &[("city", "")], "/checkout").await;
    let field = format!("q-{}", ids[0]);
    switches(&mut guest, "/basket", "/basket/change", &[(&field, "none")], "/basket").await;
    let sign_in = "/sign-in?next=%2Fcheckout";
    switches(&mut guest, sign_in, "/sign-in", &[("who", "")], sign_in).await;
    let register = "/register?next=%2Fcheckout";
    switches(&mut guest, register, "/register", &[("email", "")], register).await;
    let reset = "/reset?token=orr_x";
    switches(&mut guest, reset, "/reset", &[("new_password", "")], reset).await;

    let mut ada = registered(&shop, "ada").await;
    let profile = "/account/profile";
    let fields = [("current_password", ""), ("new_password", "x")];
    switches(&mut ada, profile, "/account/password", &fields, profile).await;
    let new = "/account/addresses/new";
    switches(&mut ada, new, new, &[("city", "")], new).await;
    let mut staff = administrator(&shop).await;
    let product = format!("/console{product}");
    let pictures = format!("{product}/pictures");
    switches(&mut staff, &pictures, &pictures, &[("url-0", "elsewhere")], &pictures).await;
}

/// Without scripts, too, what was typed stands there again in another language: once, and no secret.
#[tokio::test]
async fn what_was_typed_into_a_refused_form_outlasts_a_switch() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let register = guest.get("/register").await.expect(200);
    let typed = [("name", "Bea \"the\" <b>"), ("email", "nowhere"), ("password", "pw-bea")];
    let refused = guest.submit(&register, "/register", &typed).await.expect(422);
    assert!(!refused.text.contains("pw-bea"), "a password stands in the page");
    let german = [("language", "de")];
    assert_eq!(guest.submit(&refused, "/language", &german).await.expect(303).location(), "/register");
    assert!(!guest.cookies["ordo_switched"].contains("Bea"));
    let page = guest.get("/register").await.expect(200);
    page.shows("Konto anlegen");
    assert_eq!((page.value("name"), page.value("email")), ("Bea \"the\" <b>".into(), "nowhere".into()));
    // and through another switch
    guest.submit(&page, "/appearance", &[("theme", "dark")]).await.expect(303);
    assert_eq!(guest.get("/register").await.expect(200).value("email"), "nowhere");
    assert_eq!(guest.get("/register").await.expect(200).value("email"), "", "it is there once");
    // on no other page
    guest.submit(&refused, "/language", &german).await.expect(303);
    assert_eq!(guest.get("/forgot").await.expect(200).value("email"), "");
    // and nothing that is longer than a cookie
    let long = "n".repeat(5000);
    let refused = guest.submit(&register, "/register", &[("name", &long)]).await.expect(422);
    guest.submit(&refused, "/language", &german).await.expect(303);
    guest.get("/register").await.expect(200);

    let mut staff = administrator(&shop).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let new = "/account/addresses/new";
    let form = ada.get(new).await.expect(200);
    let refused = ada.submit(&form, new, &[("city", "Leipzig"), ("name", "")]).await.expect(422);
    ada.submit(&refused, "/language", &german).await.expect(303);
    assert_eq!(ada.get(new).await.expect(200).value("city"), "Leipzig");
    let refund = format!("{order}/refund");
    let form = staff.get(&refund).await.expect(200);
    let refused = staff.submit(&form, &refund, &[("amount", "999")]).await.expect(422);
    staff.submit(&refused, "/language", &german).await.expect(303);
    assert_eq!(staff.get(&refund).await.expect(200).value("amount"), "999");
    assert_eq!(staff.get(&refund).await.expect(200).value("amount"), "12,50");
}
