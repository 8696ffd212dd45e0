//! What pages say and mark where other words would lead somebody astray: to send goods for nothing, to take what is sold out,
//! to blame a colleague. All that is wrong is told at once.

use super::{
    ADDRESS, Browser, address_and, api_of, at_checkout,
    browser::{PageResult, Tag},
    console::{administrator, ordered},
    orders_of, registered, shop_with,
};
use serde_json::json;

const STYLE: &str = include_str!("../../crates/web/assets/ordo.css");

/// What was looked for and is not so.
#[derive(Default)]
struct CopyMistakes(Vec<String>);

impl CopyMistakes {
    fn unless(&mut self, is_so: bool, what: &str) {
        if !is_so {
            self.0.push(what.to_owned());
        }
    }
    /// The page says this; spaces count as one another.
    fn says(&mut self, page: &PageResult, words: &str) {
        self.unless(said(page).contains(words), &format!("it does not say {words:?}: {}", said(page)));
    }
    fn keeps_from(&mut self, page: &PageResult, words: &str) {
        self.unless(!said(page).contains(words), &format!("it says {words:?}"));
    }
    /// The markup has this.
    fn has(&mut self, page: &PageResult, markup: &str) {
        self.unless(page.text.contains(markup), &format!("the markup does not have {markup}"));
    }
    fn lacks(&mut self, page: &PageResult, markup: &str) {
        self.unless(!page.text.contains(markup), &format!("the markup has {markup}"));
    }
    fn styled(&mut self, rule: &str) {
        self.unless(STYLE.contains(rule), &format!("the stylesheet does not say {rule}"));
    }
    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same page in German.
async fn in_german(browser: &mut Browser, path: &str) -> PageResult {
    browser.says = vec![("accept-language", "de".to_owned())];
    let page = browser.get(path).await.expect(200);
    browser.says.clear();
    page
}

#[tokio::test]
async fn an_account_is_told_what_it_does_before_it_does_it() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut wrong = CopyMistakes::default();
    let new = ada.get("/account/addresses/new").await.expect(200);
    wrong.says(&new, "Cancel");
    wrong.has(&new, "form-fields");
    let profile = ada.get("/account/profile").await.expect(200);
    wrong.says(&profile, "Not verified yet");
    wrong.says(&ada.get("/account/sessions").await.expect(200), "You’re only signed in here.");
    // a line that can be run as it stands
    let developer = ada.get("/account/developer").await.expect(200);
    let line = format!("curl -H \"Authorization: Bearer $TOKEN\" {}/v1/me", shop.url());
    let copied = |page: &PageResult| page.tags().iter().any(|tag| tag.get("data-copy") == line);
    wrong.unless(developer.words().contains(&line), "the example cannot be run");
    wrong.unless(copied(&developer), "the example cannot be copied");
    let verify = Browser::new(&shop.url()).get("/verify?token=oev_x").await.expect(200);
    wrong.says(
        &verify,
        "An account was created with this email address. If that was you, confirm the address;",
    );
    wrong.says(&Browser::new(&shop.url()).get("/nowhere").await.expect(404), "Go to shop");
    wrong.none();
}

#[tokio::test]
async fn the_first_page_and_the_search_show_what_can_be_had() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let admin = shop.admin().await;
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[1]);
    admin.post(&adjust, "k1", &json!({"delta": -5, "reason": "count"})).await.expect(201);
    let mut nobody = Browser::new(&shop.url());
    let mut wrong = CopyMistakes::default();
    let home = nobody.get("/").await.expect(200);
    wrong.keeps_from(&home, "Cup");
    let hero = "In stock means in stock";
    wrong.unless(said(&home).matches(hero).count() == 1, "a promise repeats the title");
    wrong.unless(home.words().contains("in\u{a0}stock"), "the title breaks anywhere");
    wrong.styled(".hero:has(> img) { grid-template-columns");
    let none = nobody.get("/search?q=nothing+like+it").await.expect(200);
    wrong.says(&none, "No products match “nothing like it”. Try fewer search terms.");
    wrong.keeps_from(&none, "Sort by");
    wrong.says(&nobody.get("/search?q=cup").await.expect(200), "Sort by");
    wrong.has(&none, "<div class=\"affix\"><span>€</span>");
    let german = in_german(&mut nobody, "/search").await;
    wrong.unless(german.text.contains("<span>€</span></div>"), "in German the sign stands behind the field");
    wrong.styled("body:has(> .shop-foot)");
    wrong.none();
}

#[tokio::test]
async fn an_order_of_a_customer_says_what_a_press_does() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut wrong = CopyMistakes::default();
    let checkout = at_checkout(&mut ada, &ids[0], "2").await;
    wrong.says(&checkout, "2 × €12.50");
    wrong.keeps_from(&checkout, "neighbours");
    let paid = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303).location();
    wrong.says(&ada.until(&paid, "Paid, preparing your order").await, "Cancel order…");
    wrong.says(&ada.get(&format!("{paid}/cancel")).await.expect(200), "Cancel and refund €25.00");
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let unpaid = ada.submit(&checkout, "/checkout", &address_and("sim_declined")).await.expect(303);
    let question = ada.get(&format!("{}/cancel", unpaid.location())).await.expect(200);
    wrong.keeps_from(&question, "Cancel and refund");
    // a guest has no list of orders above the order
    let mut bea = Browser::new(&shop.url());
    let checkout = at_checkout(&mut bea, &ids[0], "1").await;
    let fields: Vec<_> = address_and("sim_ok").into_iter().chain([("email", "bea@example.com")]).collect();
    let order = bea.submit_and_follow(&checkout, "/checkout", &fields).await.expect(200);
    wrong.lacks(&order, "class=\"crumbs\"");
    wrong.styled("time { white-space: nowrap; }");
    wrong.none();
}

#[tokio::test]
async fn an_order_says_to_staff_who_did_what_and_what_a_press_does() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let mut wrong = CopyMistakes::default();
    let page = staff.until(&order, "Next parcel").await;
    wrong.says(&page, "Confirmed: paid");
    wrong.keeps_from(&page, "secured");
    wrong.keeps_from(&page, "Confirmed: paid by");
    wrong.keeps_from(&page, "What may happen next");
    wrong.says(&page, "Edit address…");
    let cancel = staff.get(&format!("{order}/cancel")).await.expect(200);
    wrong.says(
        &cancel,
        "€25.00 is paid. Cancelled units are refunded; if you cancel the whole order, it’s refunded in full.",
    );
    wrong.says(&cancel, "Cancel and refund up to €25.00 Keep order");
    let refund = staff.get(&format!("{order}/refund")).await.expect(200);
    wrong.says(
        &refund,
        "A refund cancels nothing: unshipped units still ship unless you cancel them. If you refund everything while units are \
         unshipped, the order is put on hold until you release it.",
    );
    wrong.says(&refund, "Amount At most €25.00");
    // all of it, unless somebody wants less; one button does it
    wrong.says(&refund, "Refund Back");
    wrong.unless(refund.value("amount") == "25.00", "all that is left stands in the field");
    wrong.says(&staff.get(&format!("{order}/hold")).await.expect(200), "Put on hold Back");
    let german = in_german(&mut staff, &format!("{order}/refund")).await;
    wrong.unless(german.text.contains("<span>€</span></div>"), "in German the sign stands behind the field");
    // once all is given back there is nothing more to give
    let nothing = staff.submit(&refund, &format!("{order}/refund"), &[("amount", "0")]).await.expect(422);
    wrong.says(&nothing, "Enter an amount above 0");
    staff.submit_and_follow(&refund, &format!("{order}/refund"), &[]).await.expect(200);
    staff.until(&order, "On hold").await;
    let held = staff.until(&order, "On hold: fully refunded.").await;
    wrong.says(&held, "€25.00 refunded by you");
    wrong.keeps_from(&held, "refunded in full");
    wrong.says(&held, "Card that works");
    wrong.keeps_from(&held, "sim_ok");
    let cancel = staff.get(&format!("{order}/cancel")).await.expect(200);
    wrong.says(&cancel, "The charge has already been refunded.");
    wrong.keeps_from(&cancel, "Cancel and refund");
    // what is authorized, and not captured yet
    registered(&shop, "eve").await;
    let of_eve = api_of(&shop, "eve").await;
    let body = json!({"lines": [{"product_id": ids[0], "quantity": 1}], "payment": {"method": "sim_ok", "capture": "manual"}});
    let authorized = of_eve.post("/v1/orders", "k1", &body).await.expect(201).text("id").to_owned();
    let page = staff.until(&format!("/console/orders/{authorized}"), "Authorized").await;
    wrong.says(&page, "Confirmed: payment secured");
    wrong.keeps_from(&page, "secured by");
    wrong.none();
}

#[tokio::test]
async fn staff_see_of_people_what_they_are() {
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let mut staff = administrator(&shop).await;
    let mut wrong = CopyMistakes::default();
    let customer = format!("/console/customers/{user}");
    let page = staff.get(&customer).await.expect(200);
    wrong.says(&page, "Role Customer");
    let role = staff.get(&format!("/console/staff/{user}")).await.expect(200);
    wrong.says(&role, "Customers ada Role and permissions");
    wrong.says(&role, "Role and permissions of ada");
    wrong.unless(role.links().contains(&customer), "there is no way back to the customer");
    wrong.unless(lit(&role) == ["/console/customers"], &format!("other rooms are lit: {:?}", lit(&role)));
    wrong.styled(":not(:has([name=\"role\"][value=\"staff\"]:checked)) > .of-staff");
    wrong.has(&role, "of-staff");
    let list = staff.get("/console/staff").await.expect(200);
    wrong.says(&list, "Permissions");
    wrong.keeps_from(&list, "Can ");
    let draft = staff.get(&format!("{customer}/draft")).await.expect(200);
    wrong.says(&draft, "Customers ada Create draft order");
    wrong.says(&draft, "Leave lines you don’t need empty");
    wrong.says(&draft, "Back");
    wrong.has(&draft, "<div class=\"affix\"><span>€</span>");
    let mails = staff.get("/console/mails").await.expect(200);
    wrong.has(&mails, "placeholder=\"Full email address\"");
    wrong.says(&mails, "Such as ada@example.com");
    // on a phone what is behind “More” lights that
    for (room, is_behind) in [("mails", true), ("staff", true), ("system", true), ("orders", false)] {
        let page = staff.get(&format!("/console/{room}")).await.expect(200);
        let is_lit = lit(&page).contains(&"/console/more".to_owned());
        wrong.unless(is_lit == is_behind, &format!("{room} and “More”"));
    }
    wrong.none();
}

/// The rooms that are marked as the one that is open.
fn lit(page: &PageResult) -> Vec<String> {
    let of_rooms = |tag: &&Tag| tag.name == "a" && !tag.get("aria-current").is_empty();
    page.tags().iter().filter(of_rooms).map(|tag| tag.get("href").to_owned()).collect()
}

#[tokio::test]
async fn staff_see_of_products_and_the_system_what_holds() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    // there is something to draw, and the last piece of it is sold
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[0]);
    admin.post(&adjust, "k1", &json!({"delta": -4, "reason": "count"})).await.expect(201);
    let mut staff = administrator(&shop).await;
    let mut wrong = CopyMistakes::default();
    let product = staff.get(&format!("/console/products/{}", ids[0])).await.expect(200);
    let list = staff.get("/console/products").await.expect(200);
    for page in [&product, &list] {
        let badges = page.text.matches("class=\"badge ").count();
        wrong.unless(badges == 2, &format!("{badges} marks of a product that is sold out"));
    }
    wrong.says(&product, "No image yet Shoppers see a placeholder until you add one.");
    let stock = staff.get(&format!("/console/products/{}/stock", ids[0])).await.expect(200);
    wrong.says(&stock, "For an adjustment, use a minus to remove units, e.g. −3");
    // before the audit has run nothing holds
    let system = staff.get("/console/system").await.expect(200);
    wrong.lacks(&system, "is-good");
    staff.submit(&system, "/console/system/audit", &[]).await.expect(303);
    let mut good = 0;
    for _ in 0..200 {
        good = staff.get("/console/system").await.expect(200).text.matches("is-good").count();
        if good > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    wrong.unless(good == 10, &format!("{good} invariants are marked as those that hold"));
    wrong.styled(".checks .is-good .glyph { color: var(--good-fg); }");
    let home = staff.get("/console").await.expect(200);
    for label in ["<text x=\"0.0%\"", "<text x=\"25.0%\"", "<text x=\"50.0%\"", "<text x=\"100.0%\""] {
        wrong.has(&home, label);
    }
    wrong.none();
}

/// Tables in half of a page fold later than others.
#[tokio::test]
async fn narrow_tables_of_few_columns_stay_tables_on_a_desktop() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let mut wrong = CopyMistakes::default();
    for page in [order, format!("/console/products/{}", ids[0]), "/console/system".to_owned()] {
        wrong.has(&staff.get(&page).await.expect(200), "class=\"table fold-late");
    }
    wrong.styled("@container (max-width: 32rem)");
    // folded, several figures stand in even columns, each below its name
    wrong.styled(":is(.table-fold, .fold-late) tr:has([data-l] ~ [data-l]) > [data-l] { flex: 0 0 calc((100% - 1.25rem) / 3); }");
    wrong.styled(
        ".fold-late tr:has([data-l] ~ [data-l]) > [data-l]::before { content: attr(data-l); display: block;",
    );
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await.len(), 1);
    wrong.none();
}

/// Paper has the name of the shop and what is said, and nothing to press, to type into or to look at alone.
#[tokio::test]
async fn what_is_printed_names_the_shop_and_has_no_forms() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let mut wrong = CopyMistakes::default();
    wrong.has(&ada.get(&order.replace("/console", "")).await.expect(200), "<header class=\"shop-top\">");
    wrong.has(&staff.get(&order).await.expect(200), "<aside class=\"c-side\"");
    wrong.styled(
        ".shop-top > .page > :not(.brand), .c-side > div > :not(.brand) { display: none !important; }",
    );
    let hidden =
        STYLE.split("@media print").nth(1).and_then(|rest| rest.split("display: none !important").next());
    let hidden = hidden.unwrap_or_default();
    for part in [".lamp", ".tabs", ".filters", ".keys", ".c-main form", "[data-follow] form", ".table .pick"]
    {
        wrong.unless(hidden.contains(part), &format!("{part} is printed"));
    }
    for part in [".shop-top", ".c-side", ".money", ".lines", ".timeline", "address", ".table"] {
        let is_hidden = hidden.split(',').any(|hides| hides.trim() == part);
        wrong.unless(!is_hidden, &format!("{part} is not printed"));
    }
    wrong.styled("[data-follow] > .banner");
    wrong.none();
}

/// Whoever keeps an address is asked before it is removed, and a question that is answered twice removes one.
#[tokio::test]
async fn an_address_is_removed_by_a_question() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let here = "/account/addresses";
    for street in ["1 Dorset Street", "2 Dorset Street"] {
        let new = ada.get("/account/addresses/new").await.expect(200);
        let fields: Vec<_> = ADDRESS.into_iter().filter(|(name, _)| *name != "line1").collect();
        let fields: Vec<_> = fields.into_iter().chain([("line1", street)]).collect();
        ada.submit(&new, "/account/addresses/new", &fields).await.expect(303);
    }
    let list = ada.get(here).await.expect(200);
    list.shows("Remove…");
    let ways: Vec<String> = list.links().into_iter().filter(|link| link.ends_with("/remove")).collect();
    assert_eq!(ways.len(), 2, "{:?}", list.links());
    let question = ada.get(&ways[0]).await.expect(200);
    question.shows("Dorset Street").shows("Keep address");
    let form = question.form(&ways[0], &[]);
    assert_eq!(ada.post(&ways[0], &form).await.expect(303).location(), here);
    assert_eq!(ada.post(&ways[0], &form).await.expect(303).location(), here);
    let left = ada.get(here).await.expect(200).links();
    assert!(left.contains(&ways[1]) && !left.contains(&ways[0]), "{left:?}");
    assert_eq!(ada.get(&ways[0]).await.status, 404);
    // as it was seen: what was changed since stays, and says so
    let question = ada.get(&ways[1]).await.expect(200).form(&ways[1], &[]);
    let own = ways[1].strip_suffix("/remove").unwrap();
    let page = ada.get(own).await.expect(200);
    ada.submit(&page, own, &[("line1", "3 Dorset Street")]).await.expect(303);
    let said = ada.post(&ways[1], &question).await.expect(303).location();
    ada.get(&said).await.expect(200).shows("This was changed in another session").shows("3 Dorset Street");
}
