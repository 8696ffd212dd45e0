//! What the console refuses is said at its fields, in words and with figures of the shop, and the page leads there; what was
//! typed stays. A form that is too old is refused within the console.

use super::{
    Browser, PageResult, api_of,
    console::{administrator, order_by_api, ordered},
    registered, shop_with,
};

/// The page begins with what is wrong, and each of it leads to a field that is there.
#[track_caller]
fn leads_to(seen: &PageResult, field: &str, what: &str) {
    let tags = seen.tags();
    let is_summary =
        |tag: &&super::browser::Tag| tag.get("class") == "banner bad" && tag.get("tabindex") == "-1";
    assert!(tags.iter().any(|tag| is_summary(&tag)), "nothing to begin with: {}", seen.words());
    let links = tags.iter().filter(|tag| tag.name == "a" && tag.get("href").starts_with('#'));
    let links: Vec<&str> = links.map(|tag| &tag.get("href")[1..]).filter(|link| *link != "main").collect();
    for link in &links {
        assert!(tags.iter().any(|tag| tag.get("id") == *link), "nothing is called {link}: {}", seen.words());
    }
    assert!(links.contains(&field), "nothing leads to {field}: {links:?}");
    // above the form and beside the field
    assert_eq!(seen.words().matches(what).count(), 2, "{what:?} in {}", seen.words());
}

/// Where a form stands, where it leads, what is typed, and which field is wrong.
type InvalidFieldCase<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

fn line_field(seen: &PageResult) -> String {
    let tags = seen.tags();
    tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap().to_owned()
}

#[tokio::test]
async fn too_much_and_too_many_are_said_at_their_fields_with_what_there_is() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let way = |what: &str| format!("{page}/{what}");

    let refund = staff.get(&way("refund")).await.expect(200);
    let fields = [("amount", "99"), ("reason", "late")];
    let seen = staff.submit(&refund, &way("refund"), &fields).await.expect(422);
    leads_to(&seen, "amount", "You can refund at most €37.50");
    assert_eq!((seen.value("amount"), seen.value("reason")), ("99".to_owned(), "late".to_owned()));

    let (order, before) = (staff.get(&page).await.expect(200), staff.get(&page).await.expect(200));
    let (field, parcels) = (line_field(&order), way("parcels"));
    let fields = [(field.as_str(), "5"), ("carrier", "DHL"), ("do", "pack")];
    let seen = staff.submit(&order, &parcels, &fields).await.expect(422);
    leads_to(&seen, &field, "Only 3 left to pack");
    assert_eq!((seen.value(&field), seen.value("carrier")), ("5".to_owned(), "DHL".to_owned()));
    staff.submit(&seen, &parcels, &[(&field, "2"), ("do", "pack")]).await.expect(303);
    // whoever saw it before that
    let seen = staff.submit(&before, &parcels, &[("do", "pack")]).await.expect(422);
    leads_to(&seen, &field, "Only 1 left to pack");

    let cancel = staff.get(&way("cancel")).await.expect(200);
    let seen =
        staff.submit(&cancel, &way("cancel"), &[(&field, "2"), ("reason", "a dent")]).await.expect(422);
    leads_to(&seen, &field, "Only 1 unit is neither in a parcel nor shipped");
    seen.shows("Teapot: Only 1 unit is neither in a parcel nor shipped");
    assert_eq!((seen.value(&field), seen.value("reason")), ("2".to_owned(), "a dent".to_owned()));

    staff.submit(&seen, &way("cancel"), &[(&field, "1")]).await.expect(303);
    // the line comes to what is left of it, and to what it came to before
    for seen in [staff.get(&page).await, ada.get(&page.replace("/console", "")).await] {
        let words = seen.expect(200).words().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("€37.50 €25.00") && words.contains("1 × Teapot · “a dent”"), "{words}");
    }
    // and none is left for who comes later: what they chose is still there
    let seen = staff.submit(&before, &parcels, &[(&field, "1"), ("do", "ship")]).await.expect(422);
    leads_to(&seen, &field, "No units left to pack");
    assert_eq!(order_by_api(&shop).await["lines"][0]["shipped"], 0);
    shop.assert_audit_is_clean("after what was too much");
}

#[tokio::test]
async fn each_field_that_is_refused_is_led_to() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let mut staff = administrator(&shop).await;
    let (long, longer) = ("x".repeat(300), "x".repeat(600));
    let product = format!("/console/products/{}", ids[0]);
    let (new, draft) = ("/console/products/new".to_owned(), format!("/console/customers/{user}/draft"));
    let (hold, notes) = (format!("{page}/hold"), format!("{page}/notes"));
    let (stock, pictures) = (format!("{product}/stock"), format!("{product}/pictures"));
    let forms: [InvalidFieldCase<'_>; 9] = [
        (&hold, &hold, &[("reason", " ")], "reason"),
        (&page, &notes, &[("text", " ")], "text"),
        (&new, &new, &[("name", ""), ("price", "1.00")], "name"),
        (&new, &new, &[("name", &long), ("price", "1.00"), ("sku", &long)], "sku"),
        (&stock, &stock, &[("reason", "receipt"), ("pieces", "0")], "pieces"),
        (&stock, &stock, &[("reason", "none"), ("pieces", "1")], "reason"),
        (&pictures, &pictures, &[("url-0", "/a.png"), ("alt-0", &longer)], "alt-0"),
        (&draft, &draft, &[("what-0", &longer), ("pieces-0", "1"), ("price-0", "1.00")], "what-0"),
        (&draft, &draft, &[("what-0", "T-0"), ("pieces-0", "2000000000")], "pieces-0"),
    ];
    for (place, action, fields, field) in forms {
        let form = staff.get(place).await.expect(200);
        let seen = staff.submit(&form, action, fields).await.expect(422);
        let tags = seen.tags();
        let error = tags.iter().position(|tag| tag.get("id") == format!("{field}-error"));
        let error = error.unwrap_or_else(|| panic!("nothing is said at {field}: {}", seen.words()));
        let said = tags[error..].iter().find(|tag| tag.name == "span" && !tag.is_end).unwrap();
        leads_to(&seen, field, &said.text);
    }
    let form = staff.get(&new).await.expect(200);
    let labels = form.tags();
    let label =
        |field: &str| labels.iter().position(|tag| tag.name == "label" && tag.get("for") == field).unwrap();
    for (field, is_optional) in [("name", false), ("sku", true), ("description", true), ("price", false)] {
        let said = labels[label(field)..].iter().take(2).any(|tag| tag.text.contains("(optional)"));
        assert_eq!(said, is_optional, "{field}");
    }
}

/// What only the service would find is said with what the form finds by itself.
#[tokio::test]
async fn all_that_is_wrong_in_rows_and_addresses_is_said_at_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let mut staff = administrator(&shop).await;
    let longer = "x".repeat(600);
    let pictures = format!("/console/products/{}/pictures", ids[0]);
    let (draft, address) = (format!("/console/customers/{user}/draft"), format!("{page}/address"));
    let wrong = async |browser: &mut Browser, place: &str, fields: &[(&str, &str)], expected: &[&str]| {
        let form = browser.get(place).await.expect(200);
        let seen = browser.submit(&form, place, fields).await.expect(422);
        let marked = seen.tags().into_iter().filter(|tag| tag.get("aria-invalid") == "true");
        let marked: Vec<String> = marked.map(|tag| tag.get("name").to_owned()).collect();
        assert_eq!(marked, expected, "{place}: {}", seen.words());
        for (field, value) in fields {
            assert_eq!(&seen.value(field), value, "{place}");
        }
    };
    let rows = [
        ("what-0", &longer[..]),
        ("pieces-0", "1"),
        ("price-0", "1.00"),
        ("what-1", "T-0"),
        ("pieces-1", "none"),
        ("name", &longer),
        ("city", ""),
    ];
    let expected = ["what-0", "pieces-1", "name", "line1", "postal_code", "city"];
    let to = [("line1", ""), ("postal_code", "")];
    wrong(&mut staff, &draft, &[&rows[..], &to].concat(), &expected).await;
    wrong(&mut staff, &address, &[("name", &longer), ("city", "")], &["name", "city"]).await;
    // words that belong to no picture are not dropped unsaid, nor is anything else of the form
    let two = [("alt-0", "Its lid")];
    wrong(&mut staff, &pictures, &two, &["url-0"]).await;
    let new = "/account/addresses/new";
    let fields = [("name", &longer[..]), ("line1", ""), ("postal_code", "12345"), ("city", "Bonn")];
    wrong(&mut ada, new, &fields, &["name", "line1"]).await;
}

#[tokio::test]
async fn a_form_that_is_too_old_is_refused_within_the_console() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let form = [("text".to_owned(), "hello".to_owned()), ("csrf".to_owned(), "AAAA".to_owned())];
    staff.says = vec![("referer", format!("{}{page}", shop.url()))];
    let seen = staff.post(&format!("{page}/notes"), &form).await.expect(403);
    seen.shows("This form has expired").shows("Nothing was changed.").shows("Reload page");
    assert!(seen.links().contains(&page) && seen.links().contains("/console/orders"), "{:?}", seen.links());
    // nobody is led elsewhere, and everybody else is told so in the shop
    staff.says = vec![("referer", "https://evil.example/console".to_owned())];
    let seen = staff.post(&format!("{page}/notes"), &form).await.expect(403);
    seen.shows("Back to the console");
    for who in [&mut ada, &mut Browser::new(&shop.url())] {
        let seen = who.post(&format!("{page}/notes"), &form).await.expect(403);
        seen.shows("This form has expired").shows("All products");
        assert!(!seen.links().contains("/console/orders"), "{:?}", seen.links());
    }
    assert!(!staff.get(&page).await.expect(200).words().contains("hello"));
}
