//! The rooms of the console: to whom each is open, and what nobody can do or smuggle in.

use super::{
    Browser, PASSWORD, api_of,
    console::{administrator, order_by_api, ordered, signed_in},
    crawl::walk,
    registered,
    shop::Shop,
    shop_with,
};
use serde_json::json;

/// A member of staff with these permissions, made in the console by the administrator.
async fn member(shop: &Shop, admin: &mut Browser, name: &str, permissions: &[&str]) -> Browser {
    registered(shop, name).await;
    let found = admin.get(&format!("/console/customers?q={name}")).await.expect(200);
    let customer =
        found.links().into_iter().find(|link| link.starts_with("/console/customers/usr_")).unwrap();
    let page = customer.replace("customers", "staff");
    let form = admin.get(&page).await.expect(200);
    let named: Vec<String> = permissions.iter().map(|permission| format!("may-{permission}")).collect();
    let mut fields = vec![("role", "staff")];
    fields.extend(named.iter().map(|name| (name.as_str(), "on")));
    admin.submit_and_follow(&form, &page, &fields).await.expect(200).shows("Saved.");
    signed_in(shop, &format!("{name}@example.com"), PASSWORD, "/console").await.0
}

#[tokio::test]
async fn rooms_are_open_to_those_with_the_permission_only() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut nobody = Browser::new(&shop.url());
    let asked = nobody.get(&order).await.expect(303).location();
    assert!(asked.starts_with("/sign-in?next=%2Fconsole%2Forders%2F"), "{asked}");
    let product = format!("/console/products/{}", ids[0]);
    let rooms = [
        "/console",
        "/console/orders",
        "/console/orders/unanswered",
        "/console/orders/unknown-charges",
        "/console/products",
        "/console/customers",
        "/console/mails",
        "/console/staff",
        "/console/api-keys",
    ];
    for page in
        rooms.into_iter().chain([order.as_str(), product.as_str(), "/console/search?q=tea", "/console/more"])
    {
        let refused = ada.get(page).await.expect(403);
        refused.shows("Staff access only");
    }
    assert!(!ada.get("/").await.links().contains("/console"));

    let mut admin = administrator(&shop).await;
    let mut seller = member(&shop, &mut admin, "tom", &["products"]).await;
    let home = seller.get("/console").await.expect(200);
    assert!(home.links().contains("/console/products") && !home.links().contains("/console/orders"));
    assert!(seller.get("/").await.links().contains("/console"));
    seller.get(&product).await.expect(200);
    for page in ["/console/orders", order.as_str(), "/console/customers", "/console/mails", "/console/staff"]
    {
        let refused = seller.get(page).await.expect(403);
        refused.shows("You don’t have permission").shows("Ask an administrator for access");
        assert!(refused.links().contains("/console") && refused.links().contains("/console/products"));
    }
    for nowhere in ["/console/nowhere", "/console/products/prd_00000000000000000000000000"] {
        let missing = seller.get(nowhere).await.expect(404);
        missing.shows("Page not found").shows("may have been deleted");
        assert!(missing.links().contains("/console") && !missing.links().contains("/search"), "{nowhere}");
    }
    let token = seller.get(&product).await.value("csrf");
    let forged = |more: &[(&str, &str)]| -> Vec<(String, String)> {
        let token = [("csrf", token.as_str())];
        token.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    for (action, fields) in [
        ("cancel", vec![("reason", "x")]),
        ("refund", vec![("amount", "1")]),
        ("hold", vec![("reason", "x")]),
    ] {
        seller.post(&format!("{order}/{action}"), &forged(&fields)).await.expect(403);
    }
    seller.post("/console/staff/usr_x", &forged(&[("role", "admin")])).await.expect(403);
    assert_eq!(order_by_api(&shop).await["status"], "confirmed");

    // whoever handles orders, and no money, sees no refund, and makes none
    let mut packer = member(&shop, &mut admin, "uma", &["orders"]).await;
    let seen = packer.get(&order).await.expect(200);
    assert!(!seen.links().contains(&format!("{order}/refund")) && seen.words().contains("Next parcel"));
    packer.get(&format!("{order}/refund")).await.expect(403);
    packer.get(&product).await.expect(403);
    // what was taken away is gone with the next page
    let page = admin.get("/console/staff").await.expect(200);
    let uma = page
        .tags()
        .iter()
        .find(|tag| tag.text.contains("uma"))
        .map(|tag| tag.get("href").to_owned())
        .unwrap();
    let form = admin.get(&uma).await.expect(200);
    admin.submit_and_follow(&form, &uma, &[("role", "customer")]).await.expect(200).shows("Saved.");
    // made on what was seen: the form of before is refused
    admin.submit(&form, &uma, &[("role", "admin")]).await.expect(412);
    let gone = packer.get(&order).await;
    assert!(gone.status == 303 || gone.status == 403, "{}", gone.status);
    let last = admin.get("/console/staff").await.expect(200);
    let own = last.links().into_iter().find(|link| link.starts_with("/console/staff/usr_") && *link != uma);
    assert!(own.is_some());
}

#[tokio::test]
async fn a_form_of_the_console_without_its_token_changes_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let page = format!("/console/products/{}", ids[0]);
    let seen = staff.get(&page).await.expect(200);
    let mut form = seen.form(&page, &[("price", "1.00")]);
    form.retain(|(name, _)| name != "csrf");
    staff.post(&page, &form).await.expect(403).shows("Nothing was changed.");
    let form = seen.form(&page, &[("price", "1.00")]);
    staff.says = vec![("origin", "https://evil.example".to_owned())];
    staff.post(&page, &form).await.expect(403);
    let product = shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
    assert_eq!(product["price"]["amount"], "12.50");
}

/// What would run where it is not written as the text that it is.
const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

#[tokio::test]
async fn what_people_wrote_is_shown_as_text() {
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    let of = |field: &str| format!("{field} {SCRIPT}");
    let product = json!({"sku": "<b>x</b>\"'", "name": of("name"), "description": of("description"), "price": "5.00", "stock": 9,
        "images": [{"url": "/a.png", "alt": of("alt")}]});
    let product = admin.post("/v1/products", "", &product).await.expect(201).text("id").to_owned();
    let adjustment = json!({"delta": 1, "reason": "count", "note": of("movement")});
    admin.post(&format!("/v1/products/{product}/stock/adjustments"), "k", &adjustment).await.expect(201);
    let mut ada = registered(&shop, "ada").await;
    let profile = ada.get("/account/profile").await.expect(200);
    ada.submit(&profile, "/account/profile", &[("name", &of("person"))]).await.expect(303);
    let api = api_of(&shop, "ada").await;
    let address = json!({"name": of("receiver"), "line1": of("street"), "line2": of("floor"), "postal_code": "<i>1</i>", "region": of("region"), "city": of("city"), "country": "DE"});
    let body = json!({"lines": [{"product_id": product, "quantity": 2}], "shipping_address": address, "note": of("wish"), "payment": {"method": "sim_ok"}});
    let order = api.post("/v1/orders", "k1", &body).await.expect(201).text("id").to_owned();
    let page = format!("/console/orders/{order}");
    let mut staff = administrator(&shop).await;
    let seen = staff.until(&page, "Confirmed").await;
    staff.submit(&seen, &format!("{page}/notes"), &[("text", &of("note"))]).await.expect(303);
    let hold = staff.get(&format!("{page}/hold")).await.expect(200);
    staff.submit(&hold, &format!("{page}/hold"), &[("reason", &of("hold"))]).await.expect(303);
    let seen = staff.get(&page).await.expect(200);
    staff.submit(&seen, &format!("{page}/release"), &[]).await.expect(303);
    let seen = staff.get(&page).await.expect(200);
    let parcel = [("carrier", of("carrier")), ("tracking_number", of("number")), ("do", "pack".to_owned())];
    let parcel: Vec<(&str, &str)> = parcel.iter().map(|(name, value)| (*name, value.as_str())).collect();
    staff.submit(&seen, &format!("{page}/parcels"), &parcel).await.expect(303);

    let shown = [
        (
            page.clone(),
            vec![
                "name", "person", "receiver", "street", "floor", "city", "wish", "note", "carrier", "number",
            ],
        ),
        (format!("/console/products/{product}"), vec!["name", "description", "movement"]),
        ("/console/products".to_owned(), vec!["name"]),
        ("/console/orders".to_owned(), vec!["person"]),
        ("/console/customers".to_owned(), vec!["person"]),
        (format!("/console/search?q={}", "receiver%3Cscript%3E"), vec![]),
    ];
    for (path, fields) in &shown {
        let seen = staff.get(path).await.expect(200);
        for field in fields {
            assert!(seen.words().contains(&of(field)), "{path} does not show {field}: {}", seen.words());
        }
    }
    // reflected, as a filter and in what was typed wrongly
    let path = format!(
        "/console/orders?q={}",
        form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect::<String>()
    );
    staff.get(&path).await.expect(200).shows(SCRIPT);
    let form = staff.get(&format!("{page}/refund")).await.expect(200);
    let again = staff
        .submit(&form, &format!("{page}/refund"), &[("amount", SCRIPT), ("reason", SCRIPT)])
        .await
        .expect(422);
    assert_eq!((again.value("amount"), again.value("reason")), (SCRIPT.to_owned(), SCRIPT.to_owned()));
    // no page has a script but our own; the walk reads each as strictly as can be
    let reached = walk(&mut staff).await;
    for path in reached.iter().filter(|path| path.starts_with("/console")) {
        let tags = staff.open(path).await.expect(200).tags();
        let scripts = tags.iter().filter(|tag| tag.name == "script" && !tag.is_end);
        let scripts: Vec<_> = scripts.filter_map(|tag| tag.get("src").split('.').next()).collect();
        let is_paper = ["/invoice", "/slip"].iter().any(|paper| path.ends_with(paper));
        let own = if is_paper { "/assets/paper" } else { "/assets/console" };
        assert_eq!(scripts, [own, "/assets/look"], "{path}");
        assert!(
            !tags
                .iter()
                .any(|tag| tag.attributes.keys().any(|name| name.starts_with("on") || name == "style")),
            "{path}"
        );
    }
    for room in [
        "/console",
        "/console/orders",
        "/console/products",
        "/console/customers",
        "/console/mails",
        "/console/staff",
        "/console/api-keys",
        "/console/more",
        "/console/system",
    ] {
        assert!(reached.contains(room), "{room} is reached by no link");
    }
}
