//! One answer names all that is wrong with the form of a request, and each fault leads to its place.

use crate::{operations::fresh, shop::Shop};
use http::{HeaderName, HeaderValue, Method, Request, header};
use serde_json::{Value, json};
use testkit::http_client::{HttpClient, HttpResponse};

/// The faults of a refusal: where, and of which kind.
fn faults(said: &HttpResponse) -> Vec<(String, String)> {
    let faults = said.body["errors"].as_array().cloned().unwrap_or_default();
    let word = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    let mut faults: Vec<_> =
        faults.iter().map(|fault| (word(fault, "pointer"), word(fault, "code"))).collect();
    faults.sort();
    faults
}

#[track_caller]
fn assert_named(said: &HttpResponse, status: u16, expected: &[(&str, &str)]) {
    let mut expected: Vec<_> =
        expected.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
    expected.sort();
    assert_eq!((said.code(), faults(said)), (status, expected), "{}", said.body);
}

async fn send(
    client: &HttpClient,
    method: Method,
    path: &str,
    based_on: Option<&str>,
    body: &Value,
) -> HttpResponse {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(HeaderName::from_static("idempotency-key"), fresh("naming"));
    if let Some(etag) = based_on {
        request = request.header(header::IF_MATCH, HeaderValue::from_str(etag).unwrap());
    }
    client.send(request.body(body.to_string().into()).unwrap()).await.unwrap()
}

async fn post(client: &HttpClient, path: &str, body: &Value) -> HttpResponse {
    send(client, Method::POST, path, None, body).await
}

async fn patch(client: &HttpClient, path: &str, body: &Value) -> HttpResponse {
    send(client, Method::PATCH, path, None, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_answer_names_all_that_is_wrong_with_the_form() {
    let shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let product = shop.stock_up(&admin, &[(1000, 10)]).await[0].id.clone();
    let two = json!({"lines": [{"product_id": product}, {"product_id": product, "foo": 1}]});
    let missing = [
        ("/lines/0/quantity", "required"),
        ("/lines/1/quantity", "required"),
        ("/lines/1/foo", "unknown_member"),
    ];
    assert_named(&post(&admin, "/v1/orders", &two).await, 400, &missing);
    let mixed = json!({"lines": [{"product_id": product, "quantity": "1", "foo": 1, "baz": 2}], "note": 7});
    let all = [
        ("/lines/0/quantity", "invalid"),
        ("/lines/0/foo", "unknown_member"),
        ("/lines/0/baz", "unknown_member"),
        ("/note", "invalid"),
    ];
    assert_named(&post(&admin, "/v1/orders", &mixed).await, 400, &all);
    let product = post(&admin, "/v1/products", &json!({"price": [], "zip": 1})).await;
    let all = [("/name", "required"), ("/price", "invalid"), ("/zip", "unknown_member")];
    assert_named(&product, 400, &all);
    let listed = admin.get("/v1/orders?status=x&payment_status=y&foo=1").await;
    let all = [("?foo", "unknown_parameter"), ("?payment_status", "invalid"), ("?status", "invalid")];
    assert_named(&listed, 400, &all);
    let long = "x".repeat(41);
    let named = json!({"name": "a", "price": "1", "metadata": {"a/b~": "x\u{7}", "ok": "1"}});
    assert_named(&post(&admin, "/v1/products", &named).await, 400, &[("/metadata/a~1b~0", "invalid")]);
    let named = json!({"name": "a", "price": "1", "metadata": {(long.clone()): "x"}});
    let said = post(&admin, "/v1/products", &named).await;
    assert_named(&said, 400, &[(&format!("/metadata/{long}"), "invalid")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_are_named_with_all_else_that_is_wrong() {
    let shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let product = shop.stock_up(&admin, &[(1000, 10)]).await[0].id.clone();
    let order = json!({
        "lines": [
            {"product_id": product, "quantity": 0},
            {"title": "Engraving", "unit_price": "1.234", "quantity": 1},
        ],
        "adjustments": [{"kind": "discount", "title": "", "amount": "9.999"}],
        "expected_total": {"amount": "10.00", "currency": "USD"},
        "zip": 1,
    });
    let all = [
        ("/lines/0/quantity", "range"),
        ("/lines/1/unit_price", "invalid"),
        ("/adjustments/0/title", "length"),
        ("/adjustments/0/amount", "invalid"),
        ("/expected_total", "currency"),
        ("/zip", "unknown_member"),
    ];
    assert_named(&post(&admin, "/v1/orders", &order).await, 400, &all);
    let priced = json!({"name": "Cup", "price": "-1", "stock": -1});
    let all = [("/price", "range"), ("/stock", "range")];
    assert_named(&post(&admin, "/v1/products", &priced).await, 400, &all);
    assert_named(&patch(&admin, &format!("/v1/products/{product}"), &priced).await, 400, &all);

    // what gives nothing back is no refund, and the least that is one is said
    let lines = json!([{"product_id": product, "quantity": 1}]);
    let paid = json!({"lines": lines, "payment": {"method": "sim_ok"}});
    let paid = post(&admin, "/v1/orders", &paid).await.expect(201);
    let of_order = format!("/v1/orders/{}/refunds", paid.text("id"));
    let of_payment = format!("/v1/payments/{}/refunds", paid.body["payment"]["id"].as_str().unwrap());
    for path in [of_order, of_payment] {
        for amount in ["-5", "0", "0.00"] {
            let said = post(&admin, &path, &json!({ "amount": amount })).await;
            assert_named(&said, 400, &[("/amount", "range")]);
            let detail = said.body["errors"][0]["detail"].as_str().unwrap();
            assert!(detail.starts_with("an amount above 0 is expected"), "{path} {amount}: {detail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_days_is_a_whole_one_from_1_on() {
    let shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let whole = "a whole number from 1 to 3650 is expected";
    let (least, most) =
        ("it is too small: 1 or more is expected", "it is too large: 3650 or less is expected");
    for (days, code, detail) in [
        ("1.5", "invalid", whole),
        ("-0.5", "invalid", whole),
        ("\"90\"", "invalid", whole),
        ("true", "invalid", whole),
        ("0", "range", least),
        ("-1", "range", whole),
        ("-1e30", "range", whole),
        ("3651.0", "range", most),
        ("5000000000", "range", whole),
        ("18446744073709551616", "range", whole),
    ] {
        let body = format!(r#"{{"name": "till", "scopes": [], "expires_in_days": {days}}}"#);
        let request = Request::post("/v1/api-keys").header(header::CONTENT_TYPE, "application/json");
        let said = admin.send(request.body(body.into()).unwrap()).await.unwrap();
        assert_named(&said, 400, &[("/expires_in_days", code)]);
        assert_eq!(said.body["errors"][0]["detail"], detail, "{days}");
    }
    for days in [json!(1), json!(90.0), json!(null)] {
        post(&admin, "/v1/api-keys", &json!({"name": "till", "scopes": [], "expires_in_days": days}))
            .await
            .expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn null_takes_away_what_may_be_missing_and_is_refused_elsewhere() {
    let shop = Shop::open(&[]);
    let (admin, owner) = (shop.admin().await, shop.customer("owner").await);
    let product = shop.stock_up(&admin, &[(1000, 10)]).await[0].id.clone();
    let address =
        json!({"name": "Ada", "line1": "1 St", "city": "London", "postal_code": "N1", "country": "GB"});
    let user = owner.get("/v1/me").await.expect(200).text("id").to_owned();
    let full = json!({
        "lines": [{"product_id": product, "quantity": 1}],
        "note": "by the door", "shipping_address": address, "metadata": {"a": "b"},
    });
    let order = post(&admin, "/v1/orders", &full).await.expect(201).text("id").to_owned();
    let mut draft = full.clone();
    draft["user_id"] = json!(user);
    draft["adjustments"] = json!([{"kind": "discount", "title": "Voucher", "amount": "3"}]);
    let draft = post(&admin, "/v1/orders/drafts", &draft).await.expect(201);
    let draft_path = format!("/v1/orders/drafts/{}", draft.text("id"));
    for path in [format!("/v1/orders/{order}"), draft_path.clone()] {
        for (member, empty) in
            [("note", Value::Null), ("shipping_address", Value::Null), ("metadata", json!({}))]
        {
            let said = patch(&admin, &path, &json!({ (member): null })).await.expect(200);
            assert_eq!(said.body[member], empty, "{path} {member}: {}", said.body);
            let read = admin.get(&path).await.expect(200);
            assert_eq!(read.body[member], empty, "{path} {member}: {}", read.body);
        }
        patch(&admin, &path, &json!({"version": null})).await.expect(200);
        let blank = patch(&admin, &path, &json!({"note": "  "})).await;
        assert_named(&blank, 422, &[("/note", "blank")]);
    }
    // what is read of a discount can be sent back
    let read = admin.get(&draft_path).await.expect(200);
    assert_eq!(read.body["adjustments"][0]["amount"]["amount"], "-3.00");
    let back = json!({"adjustments": read.body["adjustments"]});
    let kept = patch(&admin, &draft_path, &back).await.expect(200);
    assert_eq!(kept.body["adjustments"], read.body["adjustments"]);
    let taxed = json!({"adjustments": [{"kind": "tax", "title": "VAT", "amount": "-3.00"}]});
    assert_named(&patch(&admin, &draft_path, &taxed).await, 422, &[("/adjustments/0/amount", "range")]);
    let none = patch(&admin, &draft_path, &json!({"adjustments": null})).await.expect(200);
    assert_eq!(none.body["adjustments"], json!([]));
    // the first version's document allows it, and there is always a line
    let same = patch(&admin, &draft_path, &json!({"lines": null})).await.expect(200);
    assert_eq!(same.body["lines"], none.body["lines"]);

    let kept = post(&owner, "/v1/me/addresses", &json!({"address": address})).await.expect(201);
    let basket = owner.post("/v1/baskets", "", &json!({})).await.text("id").to_owned();
    for (client, path, members) in [
        (&admin, format!("/v1/products/{product}"), &["sku", "name", "description", "price", "metadata"][..]),
        (&owner, "/v1/me".to_owned(), &["name"]),
        (&owner, format!("/v1/me/addresses/{}", kept.text("id")), &["address", "default"]),
        (&admin, format!("/v1/users/{user}"), &["role", "permissions", "active"]),
        (&owner, format!("/v1/baskets/{basket}"), &["lines"]),
    ] {
        for member in members {
            let said = patch(client, &path, &json!({ (*member): null })).await;
            assert_named(&said, 400, &[(&format!("/{member}"), "invalid")]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_etag_stops_a_cancellation_and_a_pending_parcel_can_be_shipped() {
    let shop = Shop::open(&[]);
    let (admin, owner) = (shop.admin().await, shop.customer("owner").await);
    let product = shop.stock_up(&admin, &[(1000, 10)]).await[0].id.clone();
    let paid = json!({
        "lines": [{"product_id": product, "quantity": 2}], "payment": {"method": "sim_ok"},
    });
    let order = post(&owner, "/v1/orders", &paid).await.expect(201).text("id").to_owned();
    let path = format!("/v1/orders/{order}");
    let etag = owner.get(&path).await.expect(200).headers["etag"].to_str().unwrap().to_owned();
    let cancel = format!("{path}/cancel");
    let stale = send(&owner, Method::POST, &cancel, Some("\"0\""), &json!({})).await.expect(412);
    // the version is what a change is based on; behind the point stands a print of what this caller is shown
    let (version, _) = etag.split_once('.').unwrap();
    assert_eq!(stale.headers["etag"].to_str().unwrap(), format!("{version}\""));
    assert_eq!(owner.get(&path).await.expect(200).text("status"), "confirmed");

    let parcel = post(&admin, &format!("{path}/fulfilments"), &json!({})).await.expect(201);
    let parcel = format!("/v1/fulfilments/{}", parcel.text("id"));
    let refused = post(&admin, &format!("{parcel}/deliver"), &json!({})).await.expect(409);
    assert_eq!(refused.body["next"], json!(["packed", "shipped", "cancelled"]), "{}", refused.body);
    post(&admin, &format!("{parcel}/ship"), &json!({})).await.expect(200);

    let other = post(&owner, "/v1/orders", &paid).await.expect(201).text("id").to_owned();
    let path = format!("/v1/orders/{other}");
    let etag = owner.get(&path).await.expect(200).headers["etag"].to_str().unwrap().to_owned();
    send(&owner, Method::POST, &format!("{path}/cancel"), Some(&etag), &json!({})).await.expect(200);
}
