//! Requests that are wrong in form: 400 with pointers, and never a 5xx.

use crate::world::{OrdersTestBed, order_of};
use endpoint::http::{Request, StatusCode};
use serde_json::{Value, json};

on_both!(bad_orders_are_told_where_they_are_bad, keys_are_required, what_is_no_id_is_not_there);

async fn post(w: &OrdersTestBed, body: &Value) -> (StatusCode, Value) {
    let request = Request::post("/v1/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", w.key().0);
    let (status, _, body) = w.send(&w.customer(), request.body(body.to_string().into()).unwrap()).await;
    (status, body)
}

async fn bad_orders_are_told_where_they_are_bad(w: OrdersTestBed) {
    let tea = w.product(1000, 10);
    let line = json!({"product_id": tea, "quantity": 1});
    let cases = [
        (json!({}), "/lines"),
        (json!({"lines": []}), "/lines"),
        (json!({"lines": [{"quantity": 1}]}), "/lines/0"),
        (json!({"lines": [{"product_id": tea, "title": "x", "quantity": 1}]}), "/lines/0"),
        (json!({"lines": [{"product_id": tea, "quantity": 0}]}), "/lines/0/quantity"),
        (json!({"lines": [{"product_id": tea, "quantity": 1_000_001}]}), "/lines/0/quantity"),
        (json!({"lines": [{"product_id": tea, "quantity": 1.5}]}), "/lines/0/quantity"),
        (json!({"lines": [{"product_id": "prd_x", "quantity": 1}]}), "/lines/0/product_id"),
        (json!({"lines": [{"product_id": tea, "quantity": 1, "unit_price": "1"}]}), "/lines/0/unit_price"),
        (json!({"lines": vec![line.clone(); 101]}), "/lines"),
        (json!({"lines": [line.clone()], "expected_total": "1e3"}), "/expected_total"),
        (
            json!({"lines": [line.clone()], "expected_total": {"amount": "1", "currency": "USD"}}),
            "/expected_total",
        ),
        (json!({"lines": [line.clone()], "discount": 1}), "/discount"),
        (json!({"lines": [line], "payment": {"method": ""}}), "/payment/method"),
    ];
    for (body, pointer) in cases {
        let (status, problem) = post(&w, &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request")),
            "{body}: {problem}"
        );
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
    assert_eq!(w.number("select count(*) as n from placement").await, 0);
    assert_eq!(w.products.available(tea), 10);
}

async fn keys_are_required(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let paths = [
        "/v1/orders".to_owned(),
        format!("/v1/orders/{}/payments", order.id),
        format!("/v1/orders/{}/cancel", order.id),
    ];
    for path in paths {
        let request =
            Request::post(&path).header("content-type", "application/json").body("{}".into()).unwrap();
        let (status, _, problem) = w.send(&ada, request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        let errors = problem["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["pointer"] == "#Idempotency-Key"), "{problem}");
    }
}

async fn what_is_no_id_is_not_there(w: OrdersTestBed) {
    for path in ["/v1/orders/ord_x", "/v1/orders/1001", "/v1/fulfilments/x", "/v1/orders/user/me"] {
        let (status, _, _) = w.send(&w.admin(), Request::get(path).body(Default::default()).unwrap()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}
