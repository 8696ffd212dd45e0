//! Requests of the right form that make no sense: sums beyond all numbers, amounts that are none, ids of others.

use super::{
    case::{Case, Expected},
    schema::ServedDocument,
};
use crate::operations::{
    fresh, named,
    stage::{Stage, StageSetter, made_up},
};
use http::{Request, header};
use serde_json::{Value, json};

/// What is wrong with the answers to them.
pub async fn all(setter: &StageSetter<'_>, document: &ServedDocument) -> Vec<String> {
    let product = Stage::from_product(setter.product);
    let mut findings = Vec::new();
    let all = placings(setter.product).into_iter().chain(products()).chain(stocks()).chain(accounts());
    for (name, what, body, expected) in all.chain(coded()) {
        findings
            .extend(case(name, what, &product, &body, expected).tried(name, setter.admin, document).await);
    }
    findings
}

/// The same for what is there of an order: its stages are set before anything is tried.
pub fn of_order(name: &'static str, stage: &Stage) -> Vec<Case> {
    let bad: Vec<(String, Value, Expected)> = match name {
        "refund_order" | "refund_payment" => {
            let too_much = json!({"amount": "100000.00"});
            let amounts = bad_amounts().into_iter().chain([json!("0"), json!(0), json!("0.00")]);
            let mut bad: Vec<_> = amounts
                .map(|amount| (format!("amount {amount}"), json!({ "amount": amount }), at("/amount")))
                .collect();
            bad.push(("more than was taken".to_owned(), too_much, Expected::Status(409)));
            for amount in [json!(0), json!("0.00"), json!({"amount": "0", "currency": "EUR"})] {
                let expected = Expected::Coded(400, "/amount".to_owned(), "range");
                bad.push((format!("a refund of {amount}"), json!({ "amount": amount }), expected));
            }
            let dollars = json!({"amount": {"amount": "1.00", "currency": "USD"}});
            let expected = Expected::Coded(400, "/amount".to_owned(), "currency");
            bad.push(("a refund of dollars".to_owned(), dollars, expected));
            bad
        }
        "create_fulfilment" | "cancel_order" => {
            let line = |id: &str, quantity: i64| json!({"line_id": id, "quantity": quantity});
            let (own, none) = (stage.id("lines"), made_up(stage.id("lines")));
            vec![
                (
                    "a line that is not there".to_owned(),
                    json!({"lines": [line(&none, 1)]}),
                    at("/lines/0/line_id"),
                ),
                ("more than there is".to_owned(), json!({"lines": [line(own, 3)]}), Expected::Status(409)),
                (
                    "twice, together more than there is".to_owned(),
                    json!({"lines": [line(own, 2), line(own, 2)]}),
                    Expected::Refused,
                ),
                (
                    "a sum beyond all numbers".to_owned(),
                    json!({"lines": vec![line(own, 1_000_000); 100]}),
                    Expected::Refused,
                ),
                ("101 lines".to_owned(), json!({"lines": vec![line(own, 1); 101]}), at("/lines")),
                ("no lines".to_owned(), json!({"lines": []}), at("/lines")),
            ]
        }
        "pay_order" => ["sim_unknown", "SIM_OK", " sim_ok", "4242424242424242", "none"]
            .map(|method| (format!("method {method}"), json!({ "method": method }), at("/method")))
            .into(),
        "hold_order" | "add_note" => {
            let member = if name == "add_note" { "text" } else { "reason" };
            let blank = || Expected::Coded(422, format!("/{member}"), "blank");
            BLANK.map(|text| (format!("{member} {text:?}"), json!({ member: text }), blank())).into()
        }
        _ => Vec::new(),
    };
    bad.into_iter().map(|(what, body, expected)| case(name, what, stage, &body, expected)).collect()
}

fn case(name: &str, what: impl Into<String>, stage: &Stage, body: &Value, expected: Expected) -> Case {
    let operation = named(name);
    let request = Request::builder().method(operation.route.method.clone()).uri(operation.path(stage));
    let request =
        request.header("idempotency-key", fresh("key")).header(header::CONTENT_TYPE, "application/json");
    Case::new(what, request.body(body.to_string().into()).unwrap(), expected)
}

/// Texts of which there is nothing to see.
const BLANK: [&str; 5] = [" ", "   ", "\u{a0}", "\u{200b}", "\u{feff} \u{2060}"];

fn at(pointer: &str) -> Expected {
    Expected::At(pointer.to_owned())
}

/// The same mistake has the same response in each operation.
fn coded() -> Vec<InvalidRequest> {
    let dollars = json!({"amount": "1.00", "currency": "USD"});
    let yen = json!({"amount": "1.5", "currency": "JPY"});
    let coded = |status, pointer: &str, code| Expected::Coded(status, pointer.to_owned(), code);
    let line = |price: &Value| json!({"title": "Engraving", "unit_price": price, "quantity": 1});
    let mut bad: Vec<InvalidRequest> = Vec::new();
    for amount in [dollars, yen] {
        let what = || format!("another currency, {amount}");
        for name in ["create_product", "replace_product", "update_product"] {
            let body = json!({"name": "Pot", "price": amount});
            bad.push((name, what(), body, coded(400, "/price", "currency")));
        }
        let body = json!({"lines": [line(&amount)]});
        bad.push(("place_order", what(), body, coded(400, "/lines/0/unit_price", "currency")));
        let body = json!({"lines": [line(&json!("1.00"))], "expected_total": amount});
        bad.push(("place_order", what(), body, coded(400, "/expected_total", "currency")));
        let tax = json!({"kind": "tax", "title": "VAT", "amount": amount});
        let body = json!({"lines": [line(&json!("1.00"))], "adjustments": [tax]});
        bad.push(("place_order", what(), body, coded(400, "/adjustments/0/amount", "currency")));
    }
    let too_much = json!({"name": "Pot", "price": "10000000000.01"});
    bad.push(("create_product", "a price beyond all".to_owned(), too_much, coded(400, "/price", "range")));
    let home = |country: &str, city: &str| json!({"name": "Ada", "line1": "1 Dorset Street", "city": city, "postal_code": "W1U 4EG", "country": country});
    for country in ["ZZ", "AA", "QM", "XX", "UK"] {
        let body = json!({"lines": [line(&json!("1.00"))], "shipping_address": home(country, "London")});
        let expected = coded(422, "/shipping_address/country", "no_such_country");
        bad.push(("place_order", format!("the country {country}"), body, expected));
        let body = json!({"address": home(country, "London")});
        let expected = coded(422, "/address/country", "no_such_country");
        bad.push(("add_address", format!("the country {country}"), body, expected));
    }
    bad.push((
        "add_address",
        "a town of blanks".to_owned(),
        json!({"address": home("GB", "  ")}),
        coded(422, "/address/city", "blank"),
    ));
    for blank in BLANK {
        for name in ["create_product", "replace_product", "update_product"] {
            let body = json!({"name": blank, "price": "1.00"});
            bad.push((name, format!("the name {blank:?}"), body, coded(422, "/name", "blank")));
        }
        for name in ["register", "update_me", "create_api_key"] {
            let body = match name {
                "register" => json!({"email": "b@example.com", "password": "a good password", "name": blank}),
                "update_me" => json!({ "name": blank }),
                _ => json!({"name": blank, "scopes": []}),
            };
            bad.push((name, format!("the name {blank:?}"), body, coded(422, "/name", "blank")));
        }
    }
    for name in ["create_product", "replace_product", "update_product"] {
        // errors of form are reported along with it
        let body = json!({"name": " ", "price": "1.00", "images": [{"url": ""}]});
        bad.push((name, "a name of blanks, and more".to_owned(), body, coded(400, "/name", "blank")));
    }
    let body = json!({"delta": 0, "reason": "receipt"});
    bad.push(("adjust_stock", "by nothing".to_owned(), body, coded(400, "/delta", "range")));
    bad
}

/// What an amount cannot be, in a shop of euros.
fn bad_amounts() -> Vec<Value> {
    let mut amounts: Vec<Value> = [
        "",
        " ",
        "-1",
        "-0.01",
        "1e3",
        "1E3",
        "1,50",
        "1.",
        ".5",
        "1.234",
        "0x10",
        "1_000",
        "+1",
        " 1",
        "1 ",
        "١",
        "NaN",
        "Infinity",
        "99999999999999999999",
        "10000000000.01",
        "9223372036854775807",
        "1.50 EUR",
        "€1",
    ]
    .map(Value::from)
    .into();
    amounts.extend([json!(-1), json!(-0.01), json!(1.234), json!(1e30), json!(i64::MAX), json!(u64::MAX)]);
    for currency in ["USD", "eur", "XXX", "ZZZ", "", "EURO", "€"] {
        amounts.push(json!({"amount": "1.00", "currency": currency}));
    }
    for amount in ["-1.00", "1e3", "1.234", "", "99999999999999999999"] {
        amounts.push(json!({"amount": amount, "currency": "EUR"}));
    }
    amounts.push(json!({"amount": 1, "currency": "EUR"}));
    amounts.push(json!({"amount": "1.00", "currency": "EUR", "more": 1}));
    amounts
}

type InvalidRequest = (&'static str, String, Value, Expected);

fn placings(product: &str) -> Vec<InvalidRequest> {
    let name = "place_order";
    let dear = json!({"title": "Everything", "unit_price": "10000000000.00", "quantity": 100});
    let line = |id: &str, quantity: i64| json!({"product_id": id, "quantity": quantity});
    let mut bad = vec![
        (
            name,
            "a total beyond all numbers".to_owned(),
            json!({"lines": vec![dear.clone(); 100]}),
            at("/lines/10"),
        ),
        (
            name,
            "discounts beyond the total".to_owned(),
            json!({"lines": [line(product, 1)], "adjustments": [{"kind": "discount", "title": "All", "amount": "1000.00"}]}),
            at("/adjustments"),
        ),
        (
            name,
            "a product that is not there".to_owned(),
            json!({"lines": [line(&made_up(product), 1)]}),
            Expected::Status(409),
        ),
        (name, "101 lines".to_owned(), json!({"lines": vec![line(product, 1); 101]}), at("/lines")),
        (name, "a line of nothing".to_owned(), json!({"lines": [{"quantity": 1}]}), at("/lines/0")),
        (
            name,
            "a product with a title".to_owned(),
            json!({"lines": [{"product_id": product, "title": "x", "quantity": 1}]}),
            at("/lines/0"),
        ),
        (
            name,
            "a product with a price".to_owned(),
            json!({"lines": [{"product_id": product, "unit_price": "1.00", "quantity": 1}]}),
            at("/lines/0/unit_price"),
        ),
        (
            name,
            "much metadata".to_owned(),
            json!({"lines": [line(product, 1)], "metadata": entries(51, "k", "v")}),
            at("/metadata"),
        ),
        (
            name,
            "a long name of metadata".to_owned(),
            json!({"lines": [line(product, 1)], "metadata": entries(1, &"k".repeat(41), "v")}),
            at("/metadata"),
        ),
        (
            name,
            "a long value of metadata".to_owned(),
            json!({"lines": [line(product, 1)], "metadata": entries(1, "k", &"v".repeat(501))}),
            at("/metadata"),
        ),
    ];
    for amount in bad_amounts() {
        let body = json!({"lines": [{"title": "x", "unit_price": amount, "quantity": 1}]});
        bad.push((name, format!("unit price {amount}"), body, at("/lines/0/unit_price")));
        let body = json!({"lines": [line(product, 1)], "expected_total": amount});
        bad.push((name, format!("expected total {amount}"), body, at("/expected_total")));
        let body = json!({"lines": [line(product, 1)], "adjustments": [{"kind": "tax", "title": "x", "amount": amount}]});
        bad.push((name, format!("adjustment {amount}"), body, at("/adjustments/0/amount")));
    }
    bad
}

fn entries(count: usize, name: &str, value: &str) -> Value {
    (0..count).map(|n| (format!("{name}{n}"), Value::from(value))).collect::<serde_json::Map<_, _>>().into()
}

fn products() -> Vec<InvalidRequest> {
    let mut bad = Vec::new();
    for amount in bad_amounts() {
        for name in ["create_product", "replace_product", "update_product"] {
            bad.push((
                name,
                format!("price {amount}"),
                json!({"name": "Pot", "price": amount}),
                at("/price"),
            ));
        }
    }
    for name in ["create_product", "replace_product", "update_product"] {
        let body = json!({"name": "Pot", "price": "1.00", "status": "deleted"});
        bad.push((name, "made as a deleted one".to_owned(), body, at("/status")));
        for url in [
            "",
            "a.jpg",
            "//host/a.jpg",
            "javascript:alert(1)",
            "data:,a",
            "https://host",
            "/a b",
            "/\"",
            "/ü",
        ] {
            let body = json!({"name": "Pot", "price": "1.00", "images": [{"url": "/a.jpg"}, { "url": url }]});
            bad.push((name, format!("a picture at {url:?}"), body, at("/images/1/url")));
        }
        let long = format!("/{}", "a".repeat(2_048));
        let body = json!({"name": "Pot", "price": "1.00", "images": [{ "url": long }]});
        bad.push((name, "a picture at a long address".to_owned(), body, at("/images/0/url")));
        let body =
            json!({"name": "Pot", "price": "1.00", "images": [{"url": "/a.jpg", "alt": "a".repeat(501)}]});
        bad.push((name, "a picture that is described at length".to_owned(), body, at("/images/0/alt")));
        let body = json!({"name": "Pot", "price": "1.00", "images": vec![json!({"url": "/a.jpg"}); 9]});
        bad.push((name, "nine pictures".to_owned(), body, at("/images")));
    }
    bad
}

fn stocks() -> Vec<InvalidRequest> {
    [
        ("nothing", json!({"delta": 0, "reason": "receipt"}), at("/delta")),
        ("a sale by hand", json!({"delta": 1, "reason": "sale"}), at("/reason")),
        ("more than there is", json!({"delta": -1_000_000_000, "reason": "count"}), Expected::Status(409)),
        (
            "more than there is, with a word",
            json!({"delta": -1_000_000_000, "reason": "count", "accept_shortfall": true}),
            Expected::Status(409),
        ),
    ]
    .map(|(what, body, expected)| ("adjust_stock", what.to_owned(), body, expected))
    .into()
}

fn accounts() -> Vec<InvalidRequest> {
    let mut bad = Vec::new();
    for email in [
        "",
        "x",
        "@",
        "a@",
        "@b.example",
        "a@b",
        "a@b..example",
        "a b@c.example",
        "a@b@c.example",
        "a@.example",
        "a@b.example.",
        "a\n@b.example",
        "\"a\"@@b.example",
        "a@b .example",
        "a,b@c.example",
        "Ada <ada@c.example>",
        "ada@c.example;d",
        "a\\@b.example",
    ] {
        let body = json!({"email": email, "password": "a good password"});
        bad.push(("register", format!("e-mail {email:?}"), body, at("/email")));
    }
    for username in ["", "ab", "a b", "ä".repeat(3).as_str(), "a@b", "a/b/c", "аdmin", &"u".repeat(65)] {
        let body = json!({"username": username, "password": "a good password"});
        bad.push(("register", format!("username {username:?}"), body, at("/username")));
    }
    for password in ["", "short", &"p".repeat(129)] {
        let body = json!({"email": "p@example.com", "password": password});
        bad.push(("register", format!("password {password:?}"), body, at("/password")));
    }
    bad.push((
        "register",
        "a common password".to_owned(),
        json!({"email": "p@example.com", "password": "password123"}),
        Expected::Status(422),
    ));
    bad.push(("register", "no name".to_owned(), json!({"password": "a good password"}), at("/email")));
    bad.push((
        "register",
        "a taken address".to_owned(),
        json!({"email": "OWNER@example.com", "password": "a good password"}),
        Expected::Status(409),
    ));
    bad.push((
        "login",
        "two names".to_owned(),
        json!({"email": "a@b.example", "username": "abc", "password": "x"}),
        at("/email"),
    ));
    bad.push(("login", "no name".to_owned(), json!({"password": "x"}), at("/email")));
    bad.push((
        "login",
        "a wrong password".to_owned(),
        json!({"email": "owner@example.com", "password": "wrong"}),
        Expected::Status(401),
    ));
    bad
}
