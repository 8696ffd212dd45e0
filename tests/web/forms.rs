//! Every form of the pages: without its token, with the one of somebody else or from elsewhere it does nothing, and sent once
//! more, to the byte, it does nothing more. A form that the router has and nobody tries here fails.

use super::{
    ADDRESS, Browser, PASSWORD, PageResult, address_and, api_of, at_checkout,
    console::administrator,
    registered,
    routes::{self, route},
    shop::{Shop, mailed},
    tampered_data::put_aside,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::http_client::HttpClient;

/// Between two looks.
const QUIET: Duration = Duration::from_millis(40);

/// What staff can list.
const LISTS: [&str; 6] = [
    "/v1/orders?limit=100",
    "/v1/orders/drafts",
    "/v1/products?limit=100",
    "/v1/users",
    "/v1/mails?limit=100",
    "/v1/api-keys",
];

/// Whether all events were sent and heard and no timer is due, as the page of the system has it.
fn is_at_rest(system: &PageResult) -> bool {
    let tags = system.tags();
    let waits = |what: &str| {
        let cells = tags.iter().filter(|tag| tag.get("data-l") == what).map(|tag| tag.text.as_str());
        let cells: Vec<&str> = cells.collect();
        assert_eq!(cells.len(), 5, "each service says how many: {what}");
        cells.iter().any(|count| *count != "0")
    };
    let is_heard = tags.iter().any(|tag| tag.get("aria-label").contains("all consumers are up to date"));
    is_heard && !waits("Unsent") && !waits("Timers due")
}

/// Who looks at all that there is, and which forms were tried.
struct FormTrials {
    admin: HttpClient,
    ada: HttpClient,
    /// Looks at the page of the system.
    system: Browser,
    url: String,
    /// Has a session of their own, and nothing else.
    other: Browser,
    routes: BTreeSet<String>,
    tried: BTreeSet<String>,
}

impl FormTrials {
    /// Orders with all that belongs to them, products, people, mails, and what is Ada's own.
    async fn all(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for list in LISTS {
            all.push(self.admin.get(list).await.expect(200).body);
        }
        let orders = all[..2].iter().flat_map(|list| list["items"].as_array().unwrap());
        let orders: Vec<String> = orders.map(|order| order["id"].as_str().unwrap().to_owned()).collect();
        for order in orders {
            for of in ["whole", "refunds"] {
                all.push(self.admin.get(&format!("/v1/orders/{order}/{of}")).await.expect(200).body);
            }
        }
        for own in ["/v1/me", "/v1/me/addresses", "/v1/baskets/mine"] {
            let said = self.ada.get(own).await;
            all.push(if said.code() == 200 { said.body } else { Value::Null });
        }
        all
    }

    /// The same, once what goes on by itself is over.
    async fn settled(&mut self) -> Vec<Value> {
        let mut seen = Vec::new();
        for _ in 0..200 {
            if is_at_rest(&self.system.get("/console/system").await.expect(200)) {
                let now = self.all().await;
                if now == seen {
                    return now;
                }
                seen = now;
            }
            tokio::time::sleep(QUIET).await;
        }
        panic!("it goes on for ever");
    }

    /// The token of a form that another session was shown: that of somebody else who is signed in, and of one who is not.
    async fn tokens_of_others(&mut self) -> [String; 2] {
        let mut nobody = Browser::new(&self.url);
        let seen = nobody.get("/sign-in").await.expect(200).value("csrf");
        [self.other.get("/account/profile").await.expect(200).value("csrf"), seen]
    }

    /// Takes the form of a page, forges it, sends it, and sends it once more.
    async fn each(
        &mut self,
        who: &mut Browser,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> PageResult {
        let form = who.get(page).await.expect(200).form(action, fields);
        let before = self.settled().await;
        let bare: Vec<_> = form.iter().filter(|(name, _)| name != "csrf").cloned().collect();
        assert!(bare.len() < form.len(), "{action} has no token");
        who.post(action, &bare).await.expect(403);
        for token in self.tokens_of_others().await {
            assert!(!token.is_empty());
            let forged = [&bare[..], &[("csrf".to_owned(), token)]].concat();
            who.post(action, &forged).await.expect(403);
        }
        for says in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            who.says = vec![(says.0, says.1.to_owned())];
            who.post(action, &form).await.expect(403);
        }
        who.says.clear();
        assert_eq!(self.all().await, before, "{action} was done though it was forged");
        let done = who.post(action, &form).await;
        assert!(done.status < 400, "{action}: {} {}", done.status, done.words());
        let after = self.settled().await;
        let again = who.post(action, &form).await;
        assert!(again.status < 500, "{action}, once more: {}", again.status);
        assert_eq!(self.settled().await, after, "{action} did something once more");
        self.tried.insert(route(&self.routes, action).to_owned());
        done
    }
}

/// A shop with two products, and an event that could not be acted on.
async fn shop() -> (Shop, Vec<String>) {
    // what a provider tells later comes at once
    let at_once = [("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", "10"), ("ORDO_SIMULATOR_SLOW_MS", "10")];
    let shop = Shop::open(&at_once);
    let admin = shop.admin().await;
    let mut ids = Vec::new();
    for n in 0..2 {
        let body = json!({"sku": format!("T-{n}"), "name": "Teapot", "price": "12.50", "stock": 50});
        ids.push(admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned());
    }
    put_aside(&shop, 1).await;
    (shop, ids)
}

async fn bought(ada: &mut Browser, product: &str, method: &'static str) -> String {
    let checkout = at_checkout(ada, product, "3").await;
    let placed = ada.submit(&checkout, "/checkout", &address_and(method)).await.expect(303).location();
    placed.split('?').next().unwrap().to_owned()
}

async fn of_the_shop(t: &mut FormTrials, ada: &mut Browser, product: &str) {
    let page = format!("/products/{product}");
    t.each(ada, &page, "/basket", &[("quantity", "1")]).await;
    let field = format!("q-{product}");
    t.each(ada, "/basket", "/basket/change", &[(&field, "2")]).await;
    let placed = t.each(ada, "/checkout", "/checkout", &address_and("sim_declined")).await.location();
    let order = placed.split('?').next().unwrap();
    t.each(ada, order, &format!("{order}/pay"), &[("method", "sim_ok")]).await;
    let asked = bought(ada, product, "sim_requires_action").await;
    let bank = format!("{asked}/bank");
    t.each(ada, &bank, &bank, &[]).await;
    ada.until(&asked, "Paid, preparing your order").await;
    let cancel = format!("{asked}/cancel");
    t.each(ada, &cancel, &cancel, &[("reason", "too slow")]).await;
    t.each(ada, "/", "/appearance", &[("theme", "dark")]).await;
    t.each(ada, "/", "/language", &[("language", "en")]).await;
}

async fn of_accounts(t: &mut FormTrials, shop: &Shop, ada: &mut Browser) {
    t.each(ada, "/account/profile", "/account/profile", &[("name", "Ada L.")]).await;
    t.each(ada, "/account/developer", "/account/developer", &[]).await;
    t.each(ada, "/account/addresses/new", "/account/addresses/new", &ADDRESS).await;
    let kept = ada.get("/account/addresses").await.expect(200).links();
    let kept = kept.into_iter().find(|link| link.contains("/adr_")).unwrap();
    t.each(ada, &kept, &kept, &[("line1", "1 Dorset Street")]).await;
    let remove = format!("{kept}/remove");
    t.each(ada, &remove, &remove, &[]).await;

    let mut bea = Browser::new(&shop.url());
    let fields = [("name", "Bea"), ("email", "bea@example.com"), ("password", PASSWORD)];
    t.each(&mut bea, "/register", "/register", &fields).await;
    t.each(&mut bea, "/account/profile", "/account/verify", &[]).await;
    let mut elsewhere = Browser::new(&shop.url());
    let fields = [("who", "bea@example.com"), ("password", PASSWORD)];
    t.each(&mut elsewhere, "/sign-in", "/sign-in", &fields).await;
    t.each(&mut bea, "/account/sessions", "/account/sessions/end", &[("session", "others")]).await;
    let fields = [("current_password", PASSWORD), ("new_password", "another long one")];
    t.each(&mut bea, "/account/profile", "/account/password", &fields).await;
    t.each(&mut bea, "/account", "/sign-out", &[]).await;

    let mut cleo = registered(shop, "cleo").await;
    let link = mailed(&t.admin, "to=cleo@example.com", "?token=").await;
    t.each(&mut cleo, &link, "/verify", &[]).await;
    let dora = json!({"email": "dora@example.com", "password": PASSWORD});
    t.admin.post("/v1/register", "", &dora).await.expect(201);
    let mut nobody = Browser::new(&shop.url());
    t.each(&mut nobody, "/forgot", "/forgot", &[("email", "cleo@example.com")]).await;
    let asked = nobody.get("/forgot").await.expect(200);
    nobody.submit(&asked, "/forgot", &[("email", "dora@example.com")]).await.expect(303);
    let link = mailed(&t.admin, "to=dora@example.com", "/reset?token=").await;
    t.each(&mut nobody, &link, "/reset", &[("new_password", "another long one")]).await;
}

async fn of_orders(t: &mut FormTrials, staff: &mut Browser, ada: &mut Browser, product: &str) {
    let order = format!("/console{}", bought(ada, product, "sim_ok").await);
    staff.until(&order, "Next parcel").await;
    let way = |what: &str| format!("{order}/{what}");
    t.each(staff, &order, &way("notes"), &[("text", "Regular customer.")]).await;
    t.each(staff, &way("hold"), &way("hold"), &[("reason", "asks about the address")]).await;
    t.each(staff, &order, &way("release"), &[]).await;
    t.each(
        staff,
        &way("address"),
        &way("address"),
        &[("city", "Paris"), ("country", "FR"), ("postal_code", "75001")],
    )
    .await;
    let field = |seen: &PageResult| {
        let tags = seen.tags();
        tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap().to_owned()
    };
    let line = field(&staff.get(&order).await.expect(200));
    t.each(staff, &order, &way("parcels"), &[(&line, "1"), ("do", "pack")]).await;
    let actions = staff.get(&order).await.expect(200).tags();
    let parcel = actions.iter().map(|tag| tag.get("action")).find(|action| action.contains("/parcels/"));
    t.each(staff, &order, parcel.unwrap(), &[("do", "ship")]).await;
    let number = format!("number-new-{}", parcel.unwrap().rsplit('/').next().unwrap());
    t.each(staff, &order, parcel.unwrap(), &[("do", "correct"), (&number, "JJD42")]).await;
    t.each(staff, &way("refund"), &way("refund"), &[("amount", "1.00"), ("reason", "a chip")]).await;
    let line = field(&staff.get(&way("cancel")).await.expect(200));
    t.each(staff, &way("cancel"), &way("cancel"), &[(&line, "1"), ("reason", "a dent")]).await;

    // what came back is not refunded, and nothing is left to do
    let order = format!("/console{}", bought(ada, product, "sim_ok").await);
    let way = |what: &str| format!("{order}/{what}");
    let page = staff.until(&order, "Next parcel").await;
    let mut seen = staff.submit_and_follow(&page, &way("parcels"), &[("do", "ship")]).await.expect(200);
    for deed in ["fail", "return"] {
        let actions = seen.tags();
        let parcel = actions.iter().map(|tag| tag.get("action")).find(|action| action.contains("/parcels/"));
        seen = staff.submit_and_follow(&seen, parcel.unwrap(), &[("do", deed)]).await.expect(200);
    }
    t.each(staff, &order, &way("complete"), &[]).await;
    // what came back is put in stock again where that is done, filled in
    let page = staff.get(&order).await.expect(200);
    page.shows("Restock the units that can be sold again").shows("3\u{a0}×\u{a0}Teapot");
    let stock = format!("/console/products/{product}/stock");
    let way = page.links().into_iter().find(|link| link.starts_with(&stock)).unwrap();
    let form = staff.get(&way).await.expect(200);
    assert_eq!(form.value("pieces"), "3");
    assert!(form.text.contains("value=\"restock\" selected"), "{}", form.text);
    let number = page.words().split('#').nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(form.value("remark"), format!("Order #{}, parcel 1", number.trim_end_matches(',')));
    assert!(form.links().contains(&order), "back leads to the order");
    // with a remark of one's own it is booked once, too
    let fields = form.form(&stock, &[("remark", "as new")]);
    let pieces = [("pieces", "2"), ("remark", "as new")];
    let booked = staff.submit_and_follow(&form, &stock, &pieces).await.expect(200);
    booked.shows("Restocked.").shows("Restock the units that can be sold again");
    staff.post(&stock, &fields).await.expect(409).shows("Already restocked");
    staff.submit(&form, &stock, &pieces).await.expect(409).shows("Already restocked");

    // picked in the list
    let picked = bought(ada, product, "sim_ok").await;
    staff.until(&format!("/console{picked}"), "Next parcel").await;
    let picked = picked.trim_start_matches("/orders/");
    let fields = [("pick", picked), ("do", "pack")];
    t.each(staff, "/console/orders", "/console/orders/pack", &fields).await;

    // paid by hand, and given back by hand
    let order = format!("/console{}", bought(ada, product, "sim_declined").await);
    let way = |what: &str| format!("{order}/{what}");
    t.each(staff, &way("offline"), &way("offline"), &[]).await;
    let question = staff.get(&way("cancel")).await.expect(200);
    staff.submit(&question, &way("cancel"), &[(&field(&question), "1"), ("reason", "a dent")]).await;
    let owed = staff.until(&order, "mark it as paid").await.tags();
    let refund = owed.iter().map(|tag| tag.get("action")).find(|action| action.contains("/refunds/"));
    t.each(staff, &order, refund.unwrap(), &[]).await;
}

async fn of_drafts_and_people(t: &mut FormTrials, staff: &mut Browser, user: &str) {
    let draft = format!("/console/customers/{user}/draft");
    let lines = [("what-0", "T-0"), ("pieces-0", "2")];
    let made = t.each(staff, &draft, &draft, &lines).await.location();
    let order = made.split('?').next().unwrap().to_owned();
    let way = |what: &str| format!("{order}/{what}");
    let fields: Vec<_> = ADDRESS.into_iter().chain([("pieces-0", "1")]).collect();
    t.each(staff, &way("draft"), &way("draft"), &fields).await;
    t.each(staff, &order, &way("place"), &[]).await;
    let form = staff.get(&draft).await.expect(200);
    let made = staff.submit(&form, &draft, &lines).await.expect(303).location();
    let delete = format!("{}/delete", made.split('?').next().unwrap());
    t.each(staff, &delete, &delete, &[]).await;
    let person = format!("/console/staff/{user}");
    t.each(staff, &person, &person, &[("role", "staff"), ("may-orders", "on")]).await;
    let keys = "/console/api-keys";
    t.each(staff, keys, keys, &[("name", "Shipping"), ("may-orders", "on")]).await;
    let key =
        t.admin.get("/v1/api-keys").await.expect(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    t.each(staff, keys, "/console/api-keys/revoke", &[("id", &key)]).await;
    t.each(staff, "/console/system", "/console/system/audit", &[]).await;
    t.each(staff, "/console/system", "/console/system/letters", &[("do", "drop")]).await;
}

async fn of_products(t: &mut FormTrials, staff: &mut Browser) {
    let fields = [("name", "Cup"), ("price", "9.50"), ("sku", "CUP"), ("stock", "7")];
    let made = t.each(staff, "/console/products/new", "/console/products/new", &fields).await.location();
    let page = made.split('?').next().unwrap().to_owned();
    let way = |what: &str| format!("{page}/{what}");
    t.each(staff, &page, &page, &[("price", "9.00")]).await;
    t.each(staff, &way("stock"), &way("stock"), &[("pieces", "9"), ("reason", "count")]).await;
    t.each(staff, &way("pictures"), &way("pictures"), &[("url-0", "/a.png"), ("alt-0", "A cup")]).await;
    t.each(staff, &way("delete"), &way("delete"), &[]).await;
}

#[tokio::test]
async fn no_form_is_done_when_it_is_forged_or_done_again_when_it_comes_again() {
    let (shop, ids) = shop().await;
    let mut ada = registered(&shop, "ada").await;
    let mut staff = administrator(&shop).await;
    let (admin, of_ada) = (shop.admin().await, api_of(&shop, "ada").await);
    let user = of_ada.get("/v1/me").await.expect(200).text("id").to_owned();
    let system = administrator(&shop).await;
    let (url, other, routes) = (shop.url(), registered(&shop, "eve").await, routes::forms());
    let mut t = FormTrials { admin, ada: of_ada, system, url, other, routes, tried: BTreeSet::new() };
    of_the_shop(&mut t, &mut ada, &ids[0]).await;
    of_accounts(&mut t, &shop, &mut ada).await;
    of_orders(&mut t, &mut staff, &mut ada, &ids[1]).await;
    of_products(&mut t, &mut staff).await;
    of_drafts_and_people(&mut t, &mut staff, &user).await;
    // of a shop without an administrator alone: tests/web/set_up.rs
    t.tried.insert("/setup".to_owned());
    // of a shop that was put back to an older copy alone: tests/web/unknown_charges.rs
    t.tried.insert("/console/orders/unknown-charges".to_owned());
    assert_eq!(t.tried, t.routes, "a form that nobody tries");
    shop.assert_audit_is_clean("after every form");
}
