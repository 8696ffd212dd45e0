//! Every page that there is, with what it needs to have something to show: what they cost is measured of all of them.

use super::{
    ADDRESS, Browser, address_and, api_of, at_checkout, orders_of,
    routes::{self, route},
    shop::Shop,
    waiting::booked,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use testkit::http_client::HttpClient;

/// The pages that staff look at, with what they need.
async fn pages_of_staff(shop: &Shop, order: &str) -> Vec<String> {
    let admin = shop.admin().await;
    let order_now = admin.get(&format!("/v1/orders/{order}")).await.expect(200).body;
    let user = order_now["user_id"].as_str().unwrap();
    let product = order_now["lines"][0]["product_id"].as_str().unwrap();
    let fixed = [
        "/console",
        "/console/orders",
        "/console/orders/new?since=2026-01-01T00:00:00Z&status=confirmed",
        "/console/orders?status=confirmed&fulfilment=unfulfilled",
        "/console/orders?attention=to_pack&sort=created_at",
        "/console/orders?attention=on_hold",
        "/console/orders?attention=unpaid_expiring&sort=created_at",
        "/console/orders?status=pending",
        "/console/orders?sort=-total",
        "/console/orders?sort=-updated_at",
        "/console/orders?q=lovelace",
        "/console/orders?q=ada+lovelace+teapot+example+com+te+love+a",
        "/console/orders?q=teapot+lovelace",
        "/console/orders?q=boole",
        "/console/orders?q=boole&sort=created_at",
        "/console/orders?q=boole&status=completed",
        "/console/orders?q=lapis+boole",
        "/console/orders?q=lovelace&sort=-total",
        "/console/orders?q=tone",
        "/console/orders?q=tone07",
        "/console/orders?q=shade",
        "/console/orders?q=babbage",
        "/console/orders?q=babbage&sort=created_at",
        "/console/orders?q=babbage+celadon",
        "/console/orders?q=babbage+lapis",
        "/console/orders?q=babbage+teapot",
        "/console/search?q=babbage",
        "/console/search?q=boole+lapis",
        "/console/orders?q=babbage+tone01",
        "/console/orders?q=babbage+lapis+shade00",
        "/console/orders?q=babbage+lapis+tone01",
        "/console/orders?q=lapis+tone01",
        "/console/orders?q=boole+lapis+tone01",
        "/console/orders?q=boole&sort=-total",
        "/console/orders?q=babbage&sort=-updated_at",
        "/console/orders?q=babbage&status=pending",
        "/console/orders?q=babbage+tone01&sort=-total",
        "/console/orders?q=babbage+tone01&status=confirmed",
        "/console/search?q=jd",
        "/console/orders?q=babbage&sort=-total",
        "/console/orders?status=confirmed&payment=refunded",
        "/console/orders?status=confirmed&fulfilment=delivered",
        "/console/search?q=babbage+tone01",
        "/console/orders?status=completed&payment=refunded",
        "/console/orders?attention=to_pack&payment=refunded",
        "/console/orders?sort=-total&payment=pending",
        "/console/orders?sort=-total&from=2020-01-01&to=2020-01-02",
        "/console/orders?sort=-updated_at&status=cancelled",
        "/console/orders?sort=-updated_at&payment=refunded&fulfilment=unfulfilled",
        "/console/orders/unanswered",
        "/console/orders/unknown-charges",
        "/console/search?q=teapot",
        "/console/search?q=teapot+lovelace",
        "/console/search?q=teapot+of+lovelace",
        "/console/products",
        "/console/products?stock=low",
        "/console/customers",
        "/console/customers?q=teapot+lovelace",
        "/console/customers?q=example",
        "/console/customers?q=customer",
        // by words that some hundred of many have, and few of few
        "/console/orders?q=celery+year",
        "/console/orders?q=celery+lovelace+teapot+example+com+tone+te+ada&attention=to_pack",
        "/console/orders?q=schmidt+teapot&attention=to_pack",
        "/console/orders?q=vat&attention=to_pack",
        "/console/orders?q=celery&status=confirmed&fulfilment=unfulfilled",
        "/console/orders?q=celery&sort=-updated_at&status=cancelled",
        "/console/orders?q=schmidt&payment=refunded&fulfilment=delivered",
        "/console/orders?q=faint+year",
        "/console/orders?q=faint+teapot&attention=to_pack",
        "/console/search?q=celery+year",
        "/console/search?q=schmidt+year",
        "/console/customers?q=rare+often",
        // by words that many have and nobody has together, and such as begin in many ways
        "/console/customers?q=evens+odds",
        "/console/customers?q=tone01+evens",
        "/console/customers?q=tone01+shade02",
        "/console/customers?q=tone",
        "/console/customers?q=shade",
        "/console/customers?q=shade+evens+odds",
        "/console/customers?q=customer1+customer2",
        "/console/customers?q=example+com+customer+tone+shade+t+evens+odds",
        "/console/search?q=evens+odds",
        "/console/search?q=shade",
        "/console/search?q=example",
        "/console/search?q=1001",
        "/console/orders?q=1001",
        "/console/orders?q=100&sort=-total",
        "/console/mails",
        "/console/staff",
        "/console/api-keys",
        "/console/mails?status=suppressed",
        "/console/more",
        "/console/system",
        "/console/products/new",
    ];
    let of_one = [
        format!("/console/orders/{order}"),
        format!("/console/orders/{order}/refund"),
        format!("/console/orders/{order}/cancel"),
        format!("/console/orders/{order}/hold"),
        format!("/console/orders/{order}/address"),
        format!("/console/orders/{order}/invoice"),
        format!("/console/customers/{user}"),
        format!("/console/orders?customer={user}"),
        format!("/console/orders?customer={user}&payment=refunded"),
        format!("/console/orders?customer={user}&status=cancelled&sort=-total"),
        format!("/console/orders?customer={user}&q=tone01"),
        format!("/console/orders?customer={user}&q=schmidt"),
        format!("/console/orders?customer={user}&q=vat+teapot"),
        format!("/console/products/{product}"),
        format!("/console/products/{product}/stock"),
        format!("/console/products/{product}/pictures"),
    ];
    fixed.map(str::to_owned).into_iter().chain(of_one).collect()
}
const PAGES_OF_CUSTOMERS: [&str; 15] = [
    "/",
    "/search",
    "/search?q=teapot",
    "/search?q=teapot+of+lovelace",
    "/search/suggest?q=teapot",
    "/basket",
    "/checkout",
    "/account",
    "/account/orders",
    "/account/addresses",
    "/account/addresses/new",
    "/account/profile",
    "/account/sessions",
    "/account/developer",
    "/account/developer/state",
];

/// Whoever is signed in is not asked to.
pub(crate) const PAGES_OF_NOBODY: [&str; 5] =
    ["/sign-in", "/register", "/forgot", "/reset?token=orr_x", "/verify?token=oev_x"];

/// What the router has and nobody measures, and why.
const LEFT_OUT: [(&str, &str); 7] = [
    ("/favicon.ico", "it is a part of the program, and asks nobody"),
    ("/robots.txt", "it asks nobody"),
    ("/sitemap.xml", "it is built beside the answers, once an hour"),
    ("/assets/{name}", "it is a part of the program, and asks nobody"),
    ("/orders/{id}/live", "it is a stream, and does not end"),
    ("/setup", "it is gone in a shop that is set up, and asks one thing: whether it is"),
    ("/resume", "it leads on, and shows a page only where a form was sent too late"),
];

/// A mail, once there is one.
pub(crate) async fn written(shop: &Shop) -> String {
    let admin = shop.admin().await;
    for _ in 0..400 {
        let mails = admin.get("/v1/mails?limit=1").await.expect(200).body;
        if let Some(mail) = mails["items"][0]["id"].as_str() {
            return mail.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no mail has come")
}

/// The pages of what there is one of, for staff and for Ada: an order that can still be paid, one that waits for stock, a draft,
/// a mail, an address.
async fn pages_of_one(shop: &Shop, ada: &mut Browser, product: &str) -> (Vec<String>, Vec<String>) {
    let admin = shop.admin().await;
    let scarce = json!({"sku": "S-1", "name": "Scarce", "price": "1.00", "stock": 1});
    let scarce = admin.post("/v1/products", "", &scarce).await.expect(201).text("id").to_owned();
    let mut buys = async |product: &str, method| {
        let checkout = at_checkout(ada, product, "1").await;
        let placed = ada.submit(&checkout, "/checkout", &address_and(method)).await.expect(303).location();
        placed.split('?').next().unwrap().to_owned()
    };
    let (unpaid, asked) = (buys(product, "sim_declined").await, buys(product, "sim_requires_action").await);
    let (short, packed) = (buys(&scarce, "sim_ok").await, buys(product, "sim_ok").await);
    let parcel = parcel_of(&admin, &packed.replace("/orders", "/v1/orders")).await;
    booked(shop, &scarce, -1, "k1").await;
    held(&admin, &short.replace("/orders", "/v1/orders")).await;
    let form = ada.get("/account/addresses/new").await.expect(200);
    ada.submit(&form, "/account/addresses/new", &ADDRESS).await.expect(303);
    let kept = ada.get("/account/addresses").await.expect(200).links();
    let kept = kept.into_iter().find(|link| link.contains("/adr_")).unwrap();
    let user = orders_of(&api_of(shop, "ada").await).await[0]["user_id"].as_str().unwrap().to_owned();
    let draft = json!({"user_id": user, "lines": [{"product_id": product, "quantity": 1}]});
    let draft = admin.post("/v1/orders/drafts", "", &draft).await.expect(201).text("id").to_owned();
    let mail = written(shop).await;
    let of_staff = vec![
        format!("/console{short}"),
        format!("/console{packed}/parcels/{parcel}/slip"),
        format!(
            "/console/orders/slips?pick={}",
            [&packed, &short, &unpaid].map(|order| id_of(order)).join("&pick=")
        ),
        format!("/console{unpaid}/offline"),
        format!("/console/orders/{draft}/draft"),
        format!("/console/orders/{draft}/delete"),
        format!("/console/customers/{user}/draft"),
        format!("/console/staff/{user}"),
        format!("/console/products/{product}/delete"),
        format!("/console/mails/{mail}"),
    ];
    (of_staff, vec![format!("{asked}/bank"), format!("{kept}/remove"), kept])
}

fn id_of(order: &str) -> &str {
    order.trim_start_matches("/orders/")
}

/// A parcel of all that is in an order, once that is paid.
async fn parcel_of(admin: &HttpClient, order: &str) -> String {
    for _ in 0..400 {
        if admin.get(order).await.expect(200).text("status") == "confirmed" {
            let made = admin.post(&format!("{order}/fulfilments"), "all", &json!({})).await;
            return made.expect(201).text("id").to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{order} is not paid")
}

/// Waits until an order is held.
pub(crate) async fn held(admin: &HttpClient, order: &str) {
    for _ in 0..400 {
        if !admin.get(order).await.expect(200).body["holds"].as_array().unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{order} is not held")
}

async fn told_product(shop: &Shop, order: &str) -> String {
    let order = shop.admin().await.get(&format!("/v1/orders/{order}")).await.expect(200).body;
    order["lines"][0]["product_id"].as_str().unwrap().to_owned()
}

/// Who looks at which pages.
pub(crate) struct VisitedPages {
    pub(crate) of_staff: Vec<String>,
    pub(crate) of_ada: Vec<String>,
    pub(crate) of_nobody: Vec<String>,
}

impl VisitedPages {
    /// All that there are, for an order of Ada's, who has something in her basket then.
    pub(crate) async fn all(shop: &Shop, ada: &mut Browser, order: &str) -> VisitedPages {
        let product = told_product(shop, order).await;
        let (more_of_staff, more_of_ada) = pages_of_one(shop, ada, &product).await;
        at_checkout(ada, &product, "1").await;
        let of_one = [
            format!("/orders/{order}"),
            format!("/orders/{order}/cancel"),
            format!("/orders/{order}/invoice"),
            format!("/products/{product}"),
            format!("/products/{product}/stock"),
        ];
        let of_ada = PAGES_OF_CUSTOMERS.map(str::to_owned).into_iter().chain(of_one).chain(more_of_ada);
        let pages = VisitedPages {
            of_staff: pages_of_staff(shop, order).await.into_iter().chain(more_of_staff).collect(),
            of_ada: of_ada.collect(),
            of_nobody: PAGES_OF_NOBODY.map(str::to_owned).into(),
        };
        pages.assert_none_is_left_out();
        pages
    }

    #[track_caller]
    fn assert_none_is_left_out(&self) {
        let routes = routes::pages();
        let all = self.of_staff.iter().chain(&self.of_ada).chain(&self.of_nobody);
        let seen: BTreeSet<&str> = all.map(|page| route(&routes, page)).collect();
        let left_out = LEFT_OUT.map(|(route, _)| route);
        let missing: Vec<_> = routes
            .iter()
            .filter(|page| !seen.contains(page.as_str()) && !left_out.contains(&page.as_str()))
            .collect();
        assert!(missing.is_empty(), "pages whose cost nobody looks at: {missing:?}");
        assert!(left_out.iter().all(|route| routes.contains(*route)), "there is no such page any more");
    }
}
