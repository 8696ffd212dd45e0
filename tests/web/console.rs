//! The console: what staff do in it without scripts, two at a time too, and what it keeps from whom.

use super::{
    Browser, PASSWORD, Seen, address_and, api_of, at_checkout, orders_of, registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
    shop_with,
    walked::walk,
};
use serde_json::{Value, json};

/// Somebody who signs in on the way to a page.
async fn signed_in(shop: &Shop, who: &str, password: &str, page: &str) -> (Browser, Seen) {
    let mut browser = Browser::new(&shop.url());
    let form = browser.open(page).await.expect(200);
    let seen = browser.submit_and_follow(&form, "/sign-in", &[("who", who), ("password", password)]).await;
    (browser, seen)
}
pub(super) async fn administrator(shop: &Shop) -> Browser {
    signed_in(shop, ADMIN_EMAIL, ADMIN_PASSWORD, "/console").await.0
}

/// An order of Ada's, paid or not: where its page in the console is.
async fn ordered(
    shop: &Shop,
    ada: &mut Browser,
    product: &str,
    pieces: &str,
    method: &'static str,
) -> String {
    let checkout = at_checkout(ada, product, pieces).await;
    ada.submit(&checkout, "/checkout", &address_and(method)).await.expect(303);
    let orders = orders_of(&api_of(shop, "ada").await).await;
    format!("/console/orders/{}", orders[0]["id"].as_str().unwrap())
}

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

async fn order_by_api(shop: &Shop) -> Value {
    orders_of(&api_of(shop, "ada").await).await[0].clone()
}
/// The field of the one line that is to be chosen from.
fn line_field(seen: &Seen) -> String {
    let tags = seen.tags();
    tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap().to_owned()
}

#[tokio::test]
async fn staff_pack_ship_in_two_parcels_and_refund_in_part() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let (mut staff, seen) = signed_in(&shop, ADMIN_EMAIL, ADMIN_PASSWORD, &page).await;
    // signing in led back to where one was
    seen.expect(200).shows("Confirmed").shows("Paid").shows("Next parcel").shows("3 open");

    let parcels = format!("{page}/parcels");
    let order = staff.get(&page).await.expect(200);
    let field = line_field(&order);
    staff
        .submit(&order, &parcels, &[(&field, "0"), ("do", "ship")])
        .await
        .expect(422)
        .shows("Choose at least one piece");
    staff
        .submit(&order, &parcels, &[(&field, "many"), ("do", "ship")])
        .await
        .expect(422)
        .shows("Enter a whole number");
    let first = order
        .form(&parcels, &[(&field, "2"), ("carrier", "DHL"), ("tracking_number", "0034"), ("do", "ship")]);
    let mut other = staff.clone();
    let (one, two) = tokio::join!(staff.post(&parcels, &first), other.post(&parcels, &first));
    assert!(one.status == 303 || two.status == 303, "{} {}", one.status, two.status);
    // and once more, later: the same parcel
    let again = staff.post(&parcels, &first).await.expect(303);
    let seen = staff.get(&again.location()).await.expect(200);
    seen.shows("Partly shipped").shows("Parcel 1").shows("0034").shows("1 open");
    assert!(!seen.words().contains("Parcel 2"), "{}", seen.words());
    assert_eq!(order_by_api(&shop).await["lines"][0]["shipped"], 2);

    // the second one is packed first, and shipped later
    let packed = staff.submit_and_follow(&seen, &parcels, &[("do", "pack")]).await.expect(200);
    packed.shows("Packed.").shows("Parcel 2");
    let steps: Vec<String> = packed
        .tags()
        .iter()
        .map(|tag| tag.get("action").to_owned())
        .filter(|a| a.contains("/parcels/ful_"))
        .collect();
    let shipped = staff.submit_and_follow(&packed, &steps[1], &[("do", "ship")]).await.expect(200);
    shipped.shows("Shipped. The customer gets a mail.");
    let delivered = staff.submit_and_follow(&shipped, &steps[0], &[("do", "deliver")]).await.expect(200);
    delivered.shows("Partly delivered");
    // what they were before stays in what happened
    let of_ada = page.replace("/console", "");
    let followed = ada.get(&of_ada).await.expect(200);
    followed.shows("A parcel was packed").shows("A parcel is on its way").shows("A parcel has arrived");
    assert_eq!(followed.words().matches("A parcel is on its way").count(), 2, "{}", followed.words());
    let failed = staff.submit_and_follow(&delivered, &steps[1], &[("do", "fail")]).await.expect(200);
    assert_eq!(failed.words().matches("Changed by you").count(), 0, "{}", failed.words());
    let followed = ada.get(&of_ada).await.expect(200);
    followed.shows("Could not be delivered").shows("A parcel could not be delivered");
    assert_eq!(followed.words().matches("A parcel is on its way").count(), 2, "{}", followed.words());
    // what was delivered meanwhile is not delivered again, and the page says what holds
    staff
        .submit(&shipped, &steps[0], &[("do", "fail")])
        .await
        .expect(409)
        .shows("cannot be done to a fulfilment in this state");

    let question = staff.get(&format!("{page}/refund")).await.expect(200);
    question.shows("Up to €37.50 can go back");
    let refund = format!("{page}/refund");
    staff
        .submit(&question, &refund, &[("amount", "nothing")])
        .await
        .expect(422)
        .shows("Enter an amount above 0");
    let kept = staff.submit(&question, &refund, &[("amount", "99"), ("reason", "late")]).await.expect(409);
    kept.shows("There is not that much left");
    assert_eq!((kept.value("amount"), kept.value("reason")), ("99".into(), "late".into()));
    let form = kept.form(&refund, &[("amount", "10"), ("reason", "a chip")]);
    let first = staff.post(&refund, &form).await.expect(303);
    staff.post(&refund, &form).await.expect(303);
    staff.get(&first.location()).await.expect(200).shows("a chip").shows("€10.00");
    staff.until(&page, "Partly refunded").await;
    let order = order_by_api(&shop).await;
    assert_eq!(order["payment"]["refunded"]["amount"], "10.00");
    assert_eq!(order["payment"]["captured"]["amount"], "37.50");
    staff.get("/console").await.expect(200).shows("Orders today").shows("1 of them paid").shows("€37.50");
    shop.assert_audit_is_clean("after two parcels and a refund");
}

#[tokio::test]
async fn only_what_is_legal_now_is_offered() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_declined").await;
    let mut staff = administrator(&shop).await;
    let way = |what: &str| format!("{page}/{what}");
    let unpaid = staff.get(&page).await.expect(200);
    unpaid.shows("Payment failed");
    let links = unpaid.links();
    assert!(
        links.contains(&way("offline")) && links.contains(&way("cancel")) && !links.contains(&way("refund"))
    );
    assert!(!unpaid.words().contains("Next parcel"));
    // a question about what cannot be done leads back
    assert_eq!(staff.get(&way("refund")).await.expect(303).location(), page);

    let question = staff.get(&way("offline")).await.expect(200);
    let paid = staff.submit_and_follow(&question, &way("offline"), &[]).await.expect(200);
    paid.shows("Recorded as paid.").shows("Confirmed");
    staff.submit_and_follow(&question, &way("offline"), &[]).await.expect(200);
    assert_eq!(order_by_api(&shop).await["payment"]["captured"]["amount"], "25.00");

    let question = staff.get(&way("hold")).await.expect(200);
    staff.submit(&question, &way("hold"), &[("reason", " ")]).await.expect(422).shows("Enter why");
    let held = staff
        .submit_and_follow(&question, &way("hold"), &[("reason", "asks about the address")])
        .await
        .expect(200);
    held.shows("On hold").shows("asks about the address");
    assert!(!held.words().contains("Next parcel") && !held.links().contains(&way("hold")));
    // the form of another page than this: it was released by nobody yet
    let released = staff.submit_and_follow(&held, &way("release"), &[]).await.expect(200);
    released.shows("Released.").shows("Next parcel");

    // one piece is cancelled, and its money waits to be handed back, as it was paid by hand
    let question = staff.get(&way("cancel")).await.expect(200);
    let field = line_field(&question);
    let cancelled = staff
        .submit_and_follow(&question, &way("cancel"), &[(&field, "1"), ("reason", "a dent")])
        .await
        .expect(200);
    cancelled.shows("Cancelled.");
    let owed = staff.until(&page, "Handed over").await;
    let hand_over = owed
        .tags()
        .iter()
        .map(|tag| tag.get("action").to_owned())
        .find(|a| a.contains("/refunds/rfd_") || a.contains("/refunds/ref_"));
    staff.submit_and_follow(&owed, &hand_over.unwrap(), &[]).await.expect(200).shows("handed over");
    staff.until(&page, "Partly refunded").await;

    let note = way("notes");
    let order = staff.get(&page).await.expect(200);
    staff.submit(&order, &note, &[("text", "")]).await.expect(422).shows("Enter what colleagues should know");
    let form = order.form(&note, &[("text", "Regular customer.")]);
    staff.post(&note, &form).await.expect(303);
    staff.post(&note, &form).await.expect(303);
    let noted = staff.get(&page).await.expect(200);
    assert_eq!(noted.words().matches("Regular customer.").count(), 1);
    shop.assert_audit_is_clean("after what was done by hand");
}

#[tokio::test]
async fn two_who_edit_one_product_lose_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let page = format!("/console/products/{}", ids[0]);
    let (mut ines, mut tom) = (administrator(&shop).await, administrator(&shop).await);
    let of_ines = ines.get(&page).await.expect(200);
    let of_tom = tom.get(&page).await.expect(200);
    tom.submit_and_follow(&of_tom, &page, &[("price", "66.00"), ("description", "Two\nlines")])
        .await
        .expect(200)
        .shows("Saved.");
    // she changed another field: both hold
    let merged = ines.submit_and_follow(&of_ines, &page, &[("name", "Blue teapot")]).await.expect(200);
    merged.shows("Saved.").shows("Blue teapot");
    assert_eq!(merged.value("price"), "66.00");

    // both change the price
    let (of_ines, of_tom) = (ines.get(&page).await, tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("price", "64.00")]).await.expect(303);
    let asked = ines.submit(&of_ines, &page, &[("price", "62.50"), ("sku", "TEA-1")]).await.expect(409);
    asked
        .shows("Somebody saved this product while you were editing")
        .shows("66.00")
        .shows("64.00")
        .shows("62.50");
    assert_eq!((asked.value("price"), asked.value("sku")), ("62.50".into(), "TEA-1".into()));
    let product = async || shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
    assert_eq!(product().await["price"]["amount"], "64.00");
    ines.submit_and_follow(&asked, &page, &[("choose-price", "theirs")]).await.expect(200).shows("Saved.");
    assert_eq!(
        (&product().await["price"]["amount"], &product().await["sku"]),
        (&json!("64.00"), &json!("TEA-1"))
    );
    let (of_ines, of_tom) = (ines.get(&page).await, tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("price", "61.00")]).await.expect(303);
    let asked = ines.submit(&of_ines, &page, &[("price", "60.00")]).await.expect(409);
    ines.submit_and_follow(&asked, &page, &[("choose-price", "mine")]).await.expect(200).shows("Saved.");
    let now = product().await;
    assert_eq!((&now["price"]["amount"], &now["name"]), (&json!("60.00"), &json!("Blue teapot")));
    assert_eq!(now["description"], "Two\nlines");
    // pictures are saved as they were seen, or not
    let (seen, of_tom) = (ines.get(&page).await.expect(200), tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("name", "Green teapot")]).await.expect(303);
    let pictures = format!("{page}/pictures");
    ines.submit(&seen, &pictures, &[("url-0", "/a.png"), ("alt-0", "A teapot")]).await.expect(412);
    let seen = ines.get(&page).await.expect(200);
    ines.submit(&seen, &pictures, &[("url-0", "javascript:alert(1)")]).await.expect(422);
    ines.submit_and_follow(&seen, &pictures, &[("url-0", "/a.png"), ("alt-0", "A teapot")])
        .await
        .expect(200)
        .shows("Pictures saved.");
}

#[tokio::test]
async fn products_are_added_counted_and_taken_off_sale() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "4", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let new = staff.get("/console/products/new").await.expect(200);
    let wrong = staff
        .submit(&new, "/console/products/new", &[("name", ""), ("price", "free"), ("stock", "-1")])
        .await
        .expect(422);
    wrong
        .shows("3 things need you")
        .shows("Enter a name")
        .shows("Enter a price")
        .shows("Enter a whole number");
    let fields = [("name", "Cup"), ("price", "9.50"), ("sku", "T-0"), ("stock", "7")];
    staff
        .submit(&wrong, "/console/products/new", &fields)
        .await
        .expect(422)
        .shows("Another product has this article number");
    let fields = [("name", "Cup"), ("price", "9.50"), ("sku", "CUP"), ("stock", "7")];
    let form = new.form("/console/products/new", &fields);
    let added = staff.post("/console/products/new", &form).await.expect(303).location();
    assert_eq!(staff.post("/console/products/new", &form).await.expect(303).location(), added);
    staff.get(&added).await.expect(200).shows("Added.").shows("Receipt");
    staff.get("/console/products?q=cup").await.expect(200).shows("CUP").shows("€9.50");

    let page = format!("/console/products/{}", ids[0]);
    let stock = format!("{page}/stock");
    let seen = staff.get(&page).await.expect(200);
    staff.submit(&seen, &stock, &[("delta", "0")]).await.expect(422).shows("other than 0");
    staff
        .submit(&seen, &stock, &[("delta", "-9"), ("reason", "count")])
        .await
        .expect(422)
        .shows("Only 5 pieces on hand");
    let short = staff
        .submit(&seen, &stock, &[("delta", "−2"), ("reason", "count"), ("remark", "two broken")])
        .await
        .expect(422);
    short.shows("Orders have reserved 4 pieces");
    let form = short.form(&stock, &[("accept", "on")]);
    staff.post(&stock, &form).await.expect(303);
    let booked = staff.post(&stock, &form).await.expect(303);
    staff.get(&booked.location()).await.expect(200).shows("Booked.").shows("two broken");
    let product = shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
    assert_eq!(product["stock"], 3);
    staff.get(&stock).await.expect(200).shows("two broken").shows("−2");

    let question = staff.get(&format!("{page}/delete")).await.expect(200);
    question.shows("4 pieces of it are reserved");
    staff.submit_and_follow(&question, &format!("{page}/delete"), &[]).await.expect(200).shows("Deleted");
    staff.get(&page).await.expect(404);
    shop.assert_audit_is_clean("after stock was booked");
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
        "/console/products",
        "/console/customers",
        "/console/mails",
        "/console/staff",
    ];
    for page in
        rooms.into_iter().chain([order.as_str(), product.as_str(), "/console/search?q=tea", "/console/more"])
    {
        let refused = ada.get(page).await.expect(403);
        refused.shows("The console is for the staff of this shop");
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
        seller.get(page).await.expect(403).shows("The console is for the staff");
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
    let address = json!({"name": of("receiver"), "line1": of("street"), "line2": of("floor"), "postal_code": "<i>1</i>", "city": of("city"), "country": "DE"});
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
            vec!["name", "receiver", "street", "floor", "city", "wish", "note", "carrier", "number"],
        ),
        (format!("/console/products/{product}"), vec!["name", "description", "movement"]),
        ("/console/products".to_owned(), vec!["name"]),
        ("/console/orders".to_owned(), vec!["receiver"]),
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
        let scripts: Vec<_> = tags.iter().filter(|tag| tag.name == "script" && !tag.is_end).collect();
        assert!(scripts.len() == 1 && scripts[0].get("src").starts_with("/assets/console."), "{path}");
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
        "/console/more",
        "/console/system",
    ] {
        assert!(reached.contains(room), "{room} is reached by no link");
    }
}
