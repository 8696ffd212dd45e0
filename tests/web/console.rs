//! The console: what staff do to orders in it without scripts.

use super::{
    Browser, PASSWORD, PageResult, address_and, api_of, at_checkout,
    browser::Tag,
    orders_of, registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
    shop_with,
};
use http::Method;
use serde_json::{Value, json};

/// The way back from a question that stands in the page itself.
const LEAVE: &str = "Go back";

/// Somebody who signs in on the way to a page.
pub(super) async fn signed_in(shop: &Shop, who: &str, password: &str, page: &str) -> (Browser, PageResult) {
    let mut browser = Browser::new(&shop.url());
    let form = browser.open(page).await.expect(200);
    let seen = browser.submit_and_follow(&form, "/sign-in", &[("who", who), ("password", password)]).await;
    (browser, seen)
}
pub(super) async fn administrator(shop: &Shop) -> Browser {
    signed_in(shop, ADMIN_EMAIL, ADMIN_PASSWORD, "/console").await.0
}

/// Somebody who works here and may do just this, at one of the console's pages.
pub(super) async fn colleague(
    shop: &Shop,
    name: &str,
    permissions: &[&str],
    page: &str,
) -> (Browser, PageResult) {
    registered(shop, name).await;
    let id = api_of(shop, name).await.get("/v1/me").await.expect(200).text("id").to_owned();
    let (admin, may) = (shop.admin().await, json!({"role": "staff", "permissions": permissions}));
    admin.try_call(Method::PATCH, &format!("/v1/users/{id}"), "", &may).await.unwrap().expect(200);
    signed_in(shop, &format!("{name}@example.com"), PASSWORD, page).await
}

/// An order of Ada's, paid or not: where its page in the console is.
pub(super) async fn ordered(
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

pub(super) async fn order_by_api(shop: &Shop) -> Value {
    orders_of(&api_of(shop, "ada").await).await[0].clone()
}
/// The field of the one line that is to be chosen from.
fn line_field(seen: &PageResult) -> String {
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
    seen.expect(200).shows("Confirmed").shows("Paid").shows("Next parcel").shows("3 left to pack");

    let parcels = format!("{page}/parcels");
    let order = staff.get(&page).await.expect(200);
    let field = line_field(&order);
    // so many can be chosen with buttons, which a script shows, and carriers are suggested
    let tags = order.tags();
    let steps =
        |tag: &&Tag| tag.attributes.contains_key("data-step") && tag.attributes.contains_key("hidden");
    let steps: Vec<&str> = tags.iter().filter(steps).map(|tag| tag.get("aria-label")).collect();
    assert_eq!(steps, ["Decrease quantity of Teapot", "Increase quantity of Teapot"]);
    let pieces = tags.iter().find(|tag| tag.get("name") == field).unwrap();
    assert_eq!((pieces.get("min"), pieces.get("max")), ("0", "3"));
    let carrier = tags.iter().find(|tag| tag.get("name") == "carrier").unwrap().get("list");
    assert!(tags.iter().any(|tag| tag.name == "datalist" && tag.get("id") == carrier));
    assert!(tags.iter().any(|tag| tag.name == "option" && tag.get("value") == "DHL"));
    staff
        .submit(&order, &parcels, &[(&field, "0"), ("do", "ship")])
        .await
        .expect(422)
        .shows("Choose at least one unit");
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
    seen.shows("Partially shipped").shows("Parcel 1").shows("0034").shows("1 left to pack");
    assert!(!seen.words().contains("Parcel 2"), "{}", seen.words());
    assert_eq!(order_by_api(&shop).await["lines"][0]["shipped"], 2);
    // two of three are neither all that is to be packed nor all that is to be sent
    let half = ada.get(&page.replace("/console", "")).await.expect(200);
    half.shows("Packed  2 of 3 items").shows("Shipped  2 of 3 items");

    // of a carrier that is known both are led to its page of the parcel, which is not told from where
    for page in [&seen, &half] {
        let tags = page.tags();
        let number = tags.iter().find(|tag| tag.name == "a" && tag.text == "0034").unwrap();
        assert!(
            number.get("href").starts_with("https://www.dhl.de/") && number.get("href").ends_with("=0034")
        );
        assert_eq!(number.get("rel"), "noopener noreferrer");
    }

    // the second one is packed first, and shipped later
    let packed = staff.submit_and_follow(&seen, &parcels, &[("do", "pack")]).await.expect(200);
    packed.shows("Packed.").shows("Parcel 2");
    let mut steps: Vec<String> = packed
        .tags()
        .iter()
        .map(|tag| tag.get("action").to_owned())
        .filter(|a| a.contains("/parcels/ful_"))
        .collect();
    // what has left has a form for its number besides
    steps.dedup();
    let shipped = staff.submit_and_follow(&packed, &steps[1], &[("do", "ship")]).await.expect(200);
    shipped.shows("Shipped. The customer will be emailed.");
    // what cannot be undone is asked about first, without scripts, too
    let asked = shipped.tags().into_iter().filter(|tag| tag.name == "summary").map(|tag| tag.text);
    let asked: Vec<String> = asked.filter(|text| text.contains("delivered")).collect();
    assert_eq!(
        asked,
        ["Mark as delivered…", "Mark as undelivered…", "Mark as delivered…", "Mark as undelivered…"]
    );
    shipped.shows("Mark as delivered").shows("Mark as undelivered");
    // of two that are on their way neither is the next to arrive: they look alike
    let looks = |page: &PageResult| -> Vec<bool> {
        let arrives = |tag: &Tag| tag.name == "summary" && tag.text == "Mark as delivered…";
        let tags = page.tags().into_iter().filter(arrives);
        tags.map(|tag| tag.get("class").contains("btn-primary")).collect()
    };
    assert_eq!(looks(&shipped), [false, false]);
    // the deed, then the way back, in each of them; of one parcel one is open at a time
    let ends = |tag: &Tag| ["deliver", "fail", "correct"].contains(&tag.get("value")) || tag.text == LEAVE;
    let mut ends: Vec<Tag> = shipped.tags().into_iter().filter(ends).collect();
    ends.retain(|tag| tag.name == "button" || tag.get("href") == page);
    let names = ["Mark as delivered", LEAVE, "Mark as undelivered", LEAVE, "Save", LEAVE];
    assert_eq!(ends.iter().map(|tag| &*tag.text).collect::<Vec<_>>(), names.repeat(2));
    assert!(ends.iter().all(|tag| !tag.get("class").contains("btn-small")), "{ends:?}");
    let groups =
        shipped.tags().into_iter().filter(|tag| tag.name == "details" && tag.get("class") == "asked");
    let mut groups: Vec<String> = groups.map(|tag| tag.get("name").to_owned()).collect();
    groups.dedup();
    assert!(
        groups.len() == 2 && steps.iter().zip(&groups).all(|(step, of)| step.ends_with(of)),
        "{groups:?}"
    );
    let delivered = staff.submit_and_follow(&shipped, &steps[0], &[("do", "deliver")]).await.expect(200);
    delivered.shows("Partially delivered");
    assert_eq!(looks(&delivered), [true]);
    // what they were before stays in what happened
    let of_ada = page.replace("/console", "");
    let followed = ada.get(&of_ada).await.expect(200);
    followed.shows("Parcel 1 was packed").shows("Parcel 1 is on its way").shows("Parcel 1 was delivered");
    followed.shows("Parcel 2 was packed").shows("Parcel 2 is on its way");
    // each says what is in it
    followed.shows("2\u{a0}×\u{a0}Teapot").shows("1\u{a0}×\u{a0}Teapot");
    let ways = |seen: &PageResult| {
        ["Parcel 1", "Parcel 2"].map(|one| seen.words().matches(&format!("{one} is on its way")).count())
    };
    assert_eq!(ways(&followed), [1, 1], "{}", followed.words());
    let failed = staff.submit_and_follow(&delivered, &steps[1], &[("do", "fail")]).await.expect(200);
    assert_eq!(failed.words().matches("Updated by you").count(), 0, "{}", failed.words());
    // what follows is said, as it is legal now
    failed.shows("Ship it again with a new tracking number, or mark it as returned.");
    failed.shows("Mark as returned");
    let hold = staff.get(&format!("{page}/hold")).await.expect(200);
    // nothing is open: what is said is so
    hold.shows("Everything has shipped.").hides("packed or shipped until").hides("It can still");
    let held =
        staff.submit_and_follow(&hold, &format!("{page}/hold"), &[("reason", "asks")]).await.expect(200);
    held.shows("It can’t be shipped again while the order is on hold.");
    let steps_of = |seen: &PageResult| {
        let tags = seen.tags().into_iter().filter(|tag| tag.name == "button" && tag.get("name") == "do");
        tags.map(|tag| tag.get("value").to_owned()).filter(|step| step != "correct").collect::<Vec<_>>()
    };
    assert_eq!(
        (steps_of(&failed), steps_of(&held)),
        (vec!["ship".into(), "return".into()], vec!["return".to_owned()])
    );
    staff.submit(&held, &format!("{page}/release"), &[]).await.expect(303);
    let followed = ada.get(&of_ada).await.expect(200);
    followed.shows("A parcel couldn’t be delivered").shows("Parcel 2 couldn’t be delivered");
    followed.shows("We’ll resend it, or it’ll be returned to us.").shows("Delivery failed");
    // where it went stands with it, as that may be why
    followed.shows("It was addressed to: ");
    assert_eq!(ways(&followed), [1, 1], "{}", followed.words());
    // what was delivered meanwhile is not delivered again, and the page says what holds
    staff
        .submit(&shipped, &steps[0], &[("do", "fail")])
        .await
        .expect(409)
        .shows("Action not allowed in the parcel’s current status");

    let question = staff.get(&format!("{page}/refund")).await.expect(200);
    question.shows("where the customer can see it");
    question.shows("At most €37.50").shows("This can’t be undone");
    let refund = format!("{page}/refund");
    staff
        .submit(&question, &refund, &[("amount", "nothing")])
        .await
        .expect(422)
        .shows("Enter an amount above 0");
    let kept = staff.submit(&question, &refund, &[("amount", "99"), ("reason", "late")]).await.expect(422);
    // in the summary and at its field, and no hint says it besides
    kept.shows("You can refund at most €37.50");
    assert_eq!(kept.words().matches("at most").count(), 2, "{}", kept.words());
    assert_eq!((kept.value("amount"), kept.value("reason")), ("99".into(), "late".into()));
    let form = kept.form(&refund, &[("amount", "10"), ("reason", "a chip")]);
    let first = staff.post(&refund, &form).await.expect(303);
    staff.post(&refund, &form).await.expect(303);
    staff.get(&first.location()).await.expect(200).shows("a chip").shows("€10.00");
    staff.until(&page, "Partially refunded").await;
    // and so it is
    let refunds = page.replace("/console", "/v1") + "/refunds";
    let refunds = api_of(&shop, "ada").await.get(&refunds).await.expect(200).body;
    assert_eq!(refunds["items"][0]["reason"], "a chip");
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
    // in what happened, too
    assert_eq!(unpaid.words().matches("The card was declined.").count(), 2);
    let links = unpaid.links();
    assert!(
        links.contains(&way("offline")) && links.contains(&way("cancel")) && !links.contains(&way("refund"))
    );
    assert!(!unpaid.words().contains("Next parcel"));
    // what is not paid is cancelled as a whole
    let whole = staff.get(&way("cancel")).await.expect(200);
    assert!(!whole.text.contains("name=\"q-") && whole.words().contains("Cancel order"), "{}", whole.words());
    // a question about what cannot be done leads back
    assert_eq!(staff.get(&way("refund")).await.expect(303).location(), page);

    let question = staff.get(&way("offline")).await.expect(200);
    let paid = staff.submit_and_follow(&question, &way("offline"), &[]).await.expect(200);
    paid.shows("Marked as paid.").shows("Confirmed: paid  by you");
    staff.submit_and_follow(&question, &way("offline"), &[]).await.expect(200);
    assert_eq!(order_by_api(&shop).await["payment"]["captured"]["amount"], "25.00");

    let question = staff.get(&way("hold")).await.expect(200);
    staff.submit(&question, &way("hold"), &[("reason", " ")]).await.expect(422).shows("Enter a reason");
    let held = staff
        .submit_and_follow(&question, &way("hold"), &[("reason", "asks about the address")])
        .await
        .expect(200);
    held.shows("On hold").shows("asks about the address");
    assert!(!held.words().contains("Next parcel") && !held.links().contains(&way("hold")));
    // the form of another page than this: it was released by nobody yet
    let released = staff.submit_and_follow(&held, &way("release"), &[]).await.expect(200);
    released.shows("Released.").shows("Next parcel");

    // what no figure tells is told by what it was, or not at all
    let form = staff.get(&way("address")).await.expect(200);
    let corrected = staff.submit_and_follow(&form, &way("address"), &[("city", "Paris")]).await.expect(200);
    corrected.shows("Address or note updated  by you");
    assert!(!corrected.words().contains("Updated  by"), "{}", corrected.words());

    // one piece is cancelled, and its money waits to be handed back, as it was paid by hand
    let question = staff.get(&way("cancel")).await.expect(200);
    question.shows("Paid offline: refund the customer yourself. Ordo sends no money.");
    let refund = staff.get(&way("refund")).await.expect(200);
    refund.shows("Paid offline, so Ordo sends no money.").shows("A refund cancels nothing");
    assert!(!refund.words().contains("within a few days"), "{}", refund.words());
    let theirs = ada.get(&format!("{}/cancel", page.replace("/console", ""))).await.expect(200);
    theirs.shows("€25.00 will be refunded in cash or by transfer.");
    let field = line_field(&question);
    let cancelled = staff
        .submit_and_follow(&question, &way("cancel"), &[(&field, "1"), ("reason", "a dent")])
        .await
        .expect(200);
    cancelled.shows(
        "1 unit cancelled. What was paid for it is refunded. Paid offline: refund the customer yourself",
    );
    // both pages say what is left to be paid, in the same words
    cancelled.shows("Total after cancellations  €12.50");
    let theirs = ada.get(&page.replace("/console", "")).await.expect(200);
    theirs.shows("Total  €25.00").shows("Total after cancellations  €12.50");
    // what counts is the sum
    for page in [&cancelled, &theirs] {
        let sum = page.text.split("<div class=\"sum\"").nth(1).unwrap();
        assert!(sum.split("</div>").next().unwrap().contains("Total after cancellations"), "{sum}");
    }
    // what was cancelled, and why
    theirs.shows("1 × Teapot · “a dent”");
    let owed = staff.until(&page, "mark it as paid").await;
    let theirs = ada.until(&page.replace("/console", ""), "The shop will refund you €12.50 directly").await;
    theirs.shows("In cash or by transfer").shows("Refund pending  −€12.50");
    // what waits to be handed back is not promised once more
    let rest = staff.get(&way("cancel")).await.expect(200);
    rest.shows("up to €12.50").shows("Cancel and refund up to €12.50");
    let theirs = ada.get(&format!("{}/cancel", page.replace("/console", ""))).await.expect(200);
    theirs.shows("€12.50 will be refunded in cash or by transfer.");
    // what a cancellation gives back stays, and nothing else is offered
    owed.shows("Paid offline. Refund the customer yourself, then mark it as paid.").hides("Cancel refund…");
    let action = |seen: &PageResult| {
        let tags = seen.tags();
        let mut of_refunds = tags.iter().map(|tag| tag.get("action").to_owned());
        of_refunds.rfind(|action| action.contains("/refunds/ref_")).unwrap()
    };
    let withdraw = [("do", "withdraw")];
    let stays = staff.submit(&owed, &action(&owed), &withdraw).await.expect(409);
    stays.shows("The refund can no longer be cancelled");
    // what staff entered by mistake does not
    let refund = staff.get(&way("refund")).await.expect(200);
    staff.submit(&refund, &way("refund"), &[("amount", "1.00"), ("reason", "a scratch")]).await.expect(303);
    let wrong = staff.get(&page).await.expect(200);
    wrong.shows("“a scratch”").shows("Cancel refund…").shows(LEAVE);
    assert_ne!(action(&wrong), action(&owed));
    let withdrawn = staff.submit_and_follow(&wrong, &action(&wrong), &withdraw).await.expect(200);
    withdrawn.shows("Refund cancelled.");
    let refund = staff.get(&way("refund")).await.expect(200);
    refund.shows("At most €12.50");
    // all of it holds the order; the money is not gone before somebody has handed it over
    let held = staff.submit_and_follow(&refund, &way("refund"), &[("amount", "12.50")]).await.expect(200);
    held.shows("On hold: full refund in progress.");
    staff.submit(&held, &action(&held), &withdraw).await.expect(303);
    let hand_over = owed
        .tags()
        .iter()
        .map(|tag| tag.get("action").to_owned())
        .find(|a| a.contains("/refunds/rfd_") || a.contains("/refunds/ref_"));
    // the answer says so at once, and that no provider had anything to do with it
    let handed = staff.submit_and_follow(&owed, &hand_over.unwrap(), &[]).await.expect(200);
    handed.shows("Refund marked as paid.").shows("Partially refunded").hides("Refund in progress");
    handed
        .shows("Refunded  −€12.50")
        .shows("Refunded in cash or by transfer")
        .shows("€12.50 refunded manually");

    let note = way("notes");
    let order = staff.get(&page).await.expect(200);
    staff.submit(&order, &note, &[("text", "")]).await.expect(422).shows("Enter a note");
    let form = order.form(&note, &[("text", "Regular customer.")]);
    staff.post(&note, &form).await.expect(303);
    staff.post(&note, &form).await.expect(303);
    let noted = staff.get(&page).await.expect(200);
    assert_eq!(noted.words().matches("Regular customer.").count(), 1);
    shop.assert_audit_is_clean("after what was done by hand");
}
