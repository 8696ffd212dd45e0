//! What may be done to an order (`allowed`) is what its page in the console has, state by state: no more and no less. An
//! action that the API has and no order here comes to fails.

use super::{
    Browser, PageResult, address_and, api_of, at_checkout,
    console::{administrator, colleague},
    registered,
    shop::Shop,
    shop_with,
};
use serde_json::json;
use std::collections::BTreeSet;
use testkit::http_client::HttpClient;

/// Metadata is for programs: no page has it.
const FOR_PROGRAMS: [&str; 1] = ["annotate"];
/// Where the page of an order leads for each action: a link or a form.
const WAYS: [(&str, &str); 11] = [
    ("pay", "offline"),
    ("cancel", "cancel"),
    ("fulfil", "parcels"),
    ("refund", "refund"),
    ("edit", "address"),
    ("edit", "draft"),
    ("hold", "hold"),
    ("release", "release"),
    ("place", "place"),
    ("delete", "delete"),
    ("complete", "complete"),
];

/// What the page of an order offers, in the API's words.
fn offered(page: &PageResult, order: &str) -> BTreeSet<String> {
    let (links, tags) = (page.links(), page.tags());
    let leads = |way: &str| {
        let place = format!("/console/orders/{order}/{way}");
        links.contains(&place) || tags.iter().any(|tag| tag.name == "form" && tag.get("action") == place)
    };
    let offers = WAYS.iter().filter(|(_, way)| leads(way)).map(|(action, _)| (*action).to_owned());
    // a step of a parcel, which has a form of its own
    let delivers = tags.iter().any(|tag| tag.name == "button" && tag.get("value") == "deliver");
    offers.chain(delivers.then(|| "deliver".to_owned())).collect()
}

struct OrderVisit {
    api: HttpClient,
    staff: Browser,
    seen: BTreeSet<String>,
}
impl OrderVisit {
    /// The page of an order offers what may be done to it now.
    async fn at(&mut self, order: &str, when: &str) -> PageResult {
        let now = self.api.get(&format!("/v1/orders/{order}")).await.expect(200).body;
        let allowed = now["allowed"].as_array().unwrap().iter().map(|action| action.as_str().unwrap());
        let allowed: BTreeSet<String> =
            allowed.filter(|action| !FOR_PROGRAMS.contains(action)).map(str::to_owned).collect();
        let page = self.staff.get(&format!("/console/orders/{order}")).await.expect(200);
        assert_eq!(offered(&page, order), allowed, "{when}");
        self.seen.extend(allowed);
        page
    }
    async fn does(&self, path: &str, body: &serde_json::Value) -> String {
        let said = self.api.post(path, path, body).await;
        assert!(said.code() < 300, "{path}: {} {}", said.code(), said.body);
        said.body["id"].as_str().unwrap_or_default().to_owned()
    }
}

/// Every action that the API knows.
async fn actions(api: &HttpClient) -> BTreeSet<String> {
    let document = api.get("/openapi.json").await.expect(200).body;
    let known = document["components"]["schemas"]["Action"]["enum"].as_array().unwrap().clone();
    known.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

async fn bought(shop: &Shop, ada: &mut Browser, product: &str, method: &'static str) -> String {
    let checkout = at_checkout(ada, product, "2").await;
    ada.submit(&checkout, "/checkout", &address_and(method)).await.expect(303);
    super::orders_of(&api_of(shop, "ada").await).await[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_action_that_an_order_offers_stands_on_its_page() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let (api, staff) = (shop.admin().await, administrator(&shop).await);
    let mut looked = OrderVisit { api, staff, seen: BTreeSet::new() };

    let lines = json!([{"product_id": ids[0], "quantity": 1}]);
    let draft = looked.does("/v1/orders/drafts", &json!({"user_id": user, "lines": lines})).await;
    looked.at(&draft, "a draft").await;
    let unpaid = bought(&shop, &mut ada, &ids[0], "sim_declined").await;
    looked.at(&unpaid, "not paid").await;

    let order = bought(&shop, &mut ada, &ids[0], "sim_ok").await;
    let way = |what: &str| format!("/v1/orders/{order}/{what}");
    looked.at(&order, "paid").await;
    looked.does(&way("hold"), &json!({"reason": "asks about the address"})).await;
    looked.at(&order, "held").await;
    looked.does(&way("release"), &json!({})).await;
    let parcel = looked.does(&way("fulfilments"), &json!({})).await;
    looked.at(&order, "in a parcel").await;
    for (step, when) in [("ship", "on its way"), ("fail", "not delivered")] {
        looked.does(&format!("/v1/fulfilments/{parcel}/{step}"), &json!({})).await;
        looked.at(&order, when).await;
    }
    looked.does(&format!("/v1/fulfilments/{parcel}/return"), &json!({})).await;
    let back = looked.at(&order, "back").await;
    back.shows("Parcel returned").shows("isn’t refunded").shows("Complete without refunding");
    // what is to be done next is offered once
    let refunds = back.links().into_iter().filter(|link| link.ends_with("/refund")).count();
    assert_eq!(refunds, 1, "{}", back.words());
    let home = looked.staff.get("/console").await.expect(200);
    home.shows("returned, not refunded");
    let list = looked.staff.get("/console/orders?attention=came_back").await.expect(200);
    let words = list.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Confirmed Paid Returned"), "{words}");

    // and it is complete when staff say so: of the order as they saw it, and no other
    let complete = format!("/console/orders/{order}/complete");
    let form = back.form(&complete, &[]);
    let done = looked.staff.post(&complete, &form).await.expect(303).location();
    let done = looked.staff.get(&done).await.expect(200);
    done.shows("Completed.");
    looked.staff.get("/console").await.expect(200).hides("returned, not refunded");
    assert!(!done.words().contains("Parcel returned"), "{}", done.words());
    // what came back has not been shipped again by that
    let words = done.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Completed Paid Returned"), "{words}");
    // once more it is done; to somebody else, who saw it before, it is another order by now
    let again = looked.staff.post(&complete, &form).await.expect(303).location();
    looked.staff.get(&again).await.expect(200).shows("Completed.");
    let (mut other, _) = colleague(&shop, "grace", &["orders"], "/console/orders").await;
    let seen = other.get(&format!("/console/orders/{order}")).await.expect(200);
    let token = seen.form("/sign-out", &[]).into_iter().find(|(name, _)| name == "csrf").unwrap();
    let theirs = form.iter().filter(|(name, _)| name != "csrf").cloned().chain([token]);
    let late = other.post(&complete, &theirs.collect::<Vec<_>>()).await.expect(409);
    late.shows("The order is already complete").shows("No action needed.").hides("send it once more");
    looked.at(&order, "completed").await;
    let now = looked.api.get(&format!("/v1/orders/{order}")).await.expect(200).body;
    assert_eq!((&now["status"], &now["allowed"]), (&json!("completed"), &json!(["refund", "annotate"])));

    let known = actions(&looked.api).await;
    let seen = looked.seen.iter().map(String::as_str).chain(FOR_PROGRAMS).map(str::to_owned).collect();
    assert_eq!(known, seen, "an action that no order came to");
    shop.assert_audit_is_clean("after it was completed");
}
