//! `cargo run --example quick_start`; it needs the crates ureq (3, with the feature `json`) and `serde_json`.

use serde_json::{Value, json};
use std::{error::Error, process, time::Duration};

fn main() -> Result<(), Box<dyn Error>> {
    order_something("http://127.0.0.1:8080")
}

/// Registers a customer, who orders one of what is in stock.
pub fn order_something(api: &str) -> Result<(), Box<dyn Error>> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let post = |path: &str, token: &str, key: &str, body: Value| -> Result<Value, Box<dyn Error>> {
        let mut request = agent.post(format!("{api}{path}"));
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let mut response = request.send_json(body)?;
        let answer: Value = response.body_mut().read_json()?;
        match response.status().is_success() {
            true => Ok(answer),
            // a problem document: the code is for programs, the detail for people
            false => Err(format!("{}: {}", answer["code"], answer["detail"]).into()),
        }
    };

    let email = format!("rust-{}@example.com", process::id());
    let user = post("/v1/register", "", "", json!({"email": email, "password": "a long password"}))?;
    let token = user["access_token"].as_str().ok_or("no token")?;

    let products = agent.get(format!("{api}/v1/products?in_stock=true&limit=1")).call()?;
    let products: Value = products.into_body().read_json()?;
    let product = &products["items"][0];

    // the key makes it safe to send this again after a timeout: the answer is the same order
    let key = format!("order-{email}");
    let order = json!({
        "lines": [{"product_id": product["id"], "quantity": 1}],
        "payment": {"method": "sim_ok"},
    });
    let placed = post("/v1/orders", token, &key, order.clone())?;
    let again = post("/v1/orders", token, &key, order)?;
    assert_eq!(placed["id"], again["id"]);

    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!("order {} of {} is {}", placed["number"], text(&product["name"]), text(&placed["status"]));
    Ok(())
}
