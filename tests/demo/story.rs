//! All that a demo shows, read by the public operations.

use crate::shop::all_items;
use kernel::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::http_client::HttpClient;

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) users: Vec<Value>,
    pub(crate) products: Vec<Value>,
    pub(crate) movements: Vec<Value>,
    pub(crate) orders: Vec<Value>,
    pub(crate) fulfilments: Vec<Value>,
    pub(crate) refunds: Vec<Value>,
    pub(crate) mails: Vec<Value>,
}

impl Story {
    /// As the administrator sees it.
    pub(crate) async fn read(admin: &HttpClient) -> Story {
        let mut story = Story {
            users: all_items(admin, "/v1/users").await,
            products: all_items(admin, "/v1/products").await,
            orders: all_items(admin, "/v1/orders").await,
            mails: all_items(admin, "/v1/mails").await,
            ..Story::default()
        };
        // drafts and deleted ones are listed when they are asked for
        story.orders.extend(all_items(admin, "/v1/orders?status=draft").await);
        story.products.extend(all_items(admin, "/v1/products?status=deleted").await);
        for product in &story.products {
            let path = format!("/v1/products/{}/stock", text(product, "/id"));
            if text(product, "/status") != "deleted" {
                story.movements.extend(all_items(admin, &path).await);
            }
        }
        for order in &story.orders {
            let path = format!("/v1/orders/{}/fulfilments", text(order, "/id"));
            for mut fulfilment in all_items(admin, &path).await {
                // they come in the order of their ids
                let lines = fulfilment["lines"].as_array_mut().unwrap();
                lines.sort_by_key(|line| line["quantity"].as_i64());
                story.fulfilments.push(fulfilment);
            }
            if order["payment"].is_object() {
                let path = format!("/v1/payments/{}/refunds", text(order, "/payment/id"));
                story.refunds.extend(all_items(admin, &path).await);
            }
        }
        story
    }

    /// Without what no two shops have in common: ids, and the time of its end.
    pub(crate) fn plain(&self) -> Vec<Value> {
        let newest =
            self.orders.iter().map(|order| moment(text(order, "/created_at")).unwrap()).max().unwrap();
        // mails of one moment are in the order of their ids, which begin with it and end by chance
        let plain_list = |list: &Vec<Value>| {
            let mut list: Vec<Value> = list.iter().map(|value| plain(value, newest)).collect();
            list.sort_by_key(Value::to_string);
            list
        };
        self.lists().flat_map(plain_list).collect()
    }

    fn lists(&self) -> impl Iterator<Item = &Vec<Value>> {
        let Story { users, products, movements, orders, fulfilments, refunds, mails } = self;
        [users, products, movements, orders, fulfilments, refunds, mails].into_iter()
    }
}

/// Of everything that there is.
pub(crate) fn ids(story: &Story) -> BTreeSet<String> {
    story.lists().flatten().map(|value| text(value, "/id").to_owned()).collect()
}

/// The text there; empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn plain(value: &Value, newest: Timestamp) -> Value {
    match value {
        Value::String(text) => match moment(text) {
            // deeds are done at whole minutes; what follows from one by itself may come a little later
            Some(at) => {
                Value::from((at.as_micros() - newest.as_micros() + 15_000_000).div_euclid(60_000_000))
            }
            // the provider's own name for a charge
            None if text.starts_with("https://simulator.invalid/") => Value::Null,
            None => Value::from(without_ids(&without_moments(text))),
        },
        Value::Array(values) => values.iter().map(|value| plain(value, newest)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), plain(value, newest))).collect())
        }
        other => other.clone(),
    }
}

/// A moment in words is four of them, such as “18 November 2026, 21:27”, and the zone.
fn without_moments(text: &str) -> String {
    let mut parts: Vec<String> = text.split(" UTC").map(str::to_owned).collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        *part = format!("{} …", part.rsplitn(5, ' ').nth(4).unwrap_or_default());
    }
    parts.join(" UTC")
}

/// Ids are letters, an underscore and 26 letters and digits.
fn without_ids(text: &str) -> String {
    let is_of_an_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let words = text.split_inclusive(|c| !is_of_an_id(c));
    let plain = |word: &str| {
        let end = word.trim_end_matches(|c| !is_of_an_id(c));
        match end.split_once('_') {
            Some((kind, id)) if id.len() == 26 => word.replace(end, &format!("{kind}_…")),
            _ => word.to_owned(),
        }
    };
    words.map(plain).collect()
}
