//! Resources for a request: an order, its payment, a refund, a fulfilment, a product, an account.

use super::{PASSWORD, fresh};
use crate::shop::{Shop, all_items};
use db::{Sql, params};
use http::Method;
use kernel::id::{AttemptKind, OrderId, UnknownChargeId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use testkit::http_client::{HttpClient, path_in};
use tokio::time::sleep;
use uuid::Uuid;

/// What has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    Nothing,
    /// An account of its own, signed in.
    Account,
    /// An account of a member of staff.
    StaffAccount,
    /// An address that the owner keeps.
    Address,
    /// One more session of the owner's.
    Session,
    /// An API key of the administrator's.
    ApiKey,
    /// An account whose password was forgotten, and the code of the mail.
    Reset,
    /// An account whose address is to be verified, and the code of the mail.
    Verification,
    Product,
    /// A product that is not on sale yet.
    Draft,
    /// The owner's basket, with something in it.
    Basket,
    /// A basket of somebody who is not signed in, with something in it.
    GuestsBasket,
    /// An order that staff prepare.
    OrderDraft,
    /// An order that is not paid.
    Pending,
    /// An order whose customer has to do something for its payment.
    Action,
    /// An order whose money is authorized.
    Promised,
    Paid,
    /// A paid order, and a mail about it.
    Mail,
    /// A paid order of which some money was given back.
    Refunded,
    /// A refund that the provider refuses, and that is tried again and again.
    RefundRefused,
    /// A refund of money that was paid offline.
    RefundOffline,
    /// A charge of the provider that was forgotten. It was voided there, so that it is nothing to an audit.
    UnknownCharge,
    /// A paid order that staff keep from being shipped.
    Held,
    /// A paid order with a note of staff.
    Noted,
    /// A paid order with a fulfilment.
    Fulfilment,
    Shipped,
    /// A shipped order that could not be delivered.
    Undeliverable,
}

/// What is there, by the words of the paths: `orders`, `payments`, …
#[derive(Debug, Clone, Default)]
pub struct Stage {
    ids: BTreeMap<&'static str, String>,
}

impl Stage {
    pub fn id(&self, what: &str) -> &str {
        self.ids.get(what).unwrap_or_else(|| panic!("there are no {what} on this stage"))
    }
    pub fn ids(&self) -> &BTreeMap<&'static str, String> {
        &self.ids
    }
    /// With nothing but a product that is there.
    pub fn from_product(id: &str) -> Stage {
        let mut stage = Stage::default();
        stage.put("products", id);
        stage
    }
    /// The same, with ids of things that are not there.
    pub fn made_up(&self) -> Stage {
        let other = |(what, id): (&&'static str, &String)| (*what, made_up(id));
        Stage { ids: self.ids.iter().map(other).collect() }
    }
    fn put(&mut self, what: &'static str, id: impl Into<String>) {
        self.ids.insert(what, id.into());
    }

    /// All that can be read of it, by path, as `admin` sees it.
    pub async fn seen_by(&self, admin: &HttpClient) -> BTreeMap<String, Value> {
        let mut paths = Vec::new();
        for (what, id) in &self.ids {
            let own: &[&str] = match *what {
                "orders" => &["", "/history", "/fulfilments", "/payments", "/refunds", "/notes"],
                "payments" => &["", "/refunds"],
                "products" => &["", "/stock"],
                "refunds" | "fulfilments" | "users" | "api-keys" | "mails" => &[""],
                _ => &[],
            };
            paths.extend(own.iter().map(|rest| format!("/v1/{what}/{id}{rest}")));
        }
        let mut seen = BTreeMap::new();
        for path in paths {
            let said = admin.get(&path).await;
            seen.insert(path, json!([said.code(), said.body]));
        }
        seen
    }
}

/// Where somebody lives.
pub fn address() -> Value {
    json!({
        "name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "postal_code": "SW1Y 4JH",
        "country": "GB",
    })
}

/// An id of the same kind that names nothing; other texts stay.
pub fn made_up(id: &str) -> String {
    match id.split_once('_') {
        Some((kind, rest)) if kind.len() == 3 && rest.len() == 26 => {
            format!("{kind}_01h455vb4pex5vsknk084sn02q")
        }
        _ => id.to_owned(),
    }
}

/// Sets stages in a shop, for one customer.
pub struct StageSetter<'a> {
    pub shop: &'a Shop,
    pub admin: &'a HttpClient,
    pub owner: &'a HttpClient,
    /// The owner's account.
    pub owner_id: &'a str,
    /// Some product with enough of it.
    pub product: &'a str,
}

impl StageSetter<'_> {
    pub async fn set(&self, needs: Precondition) -> Stage {
        let mut stage = Stage::default();
        match needs {
            Precondition::Nothing => {}
            Precondition::Account => self.account(&mut stage).await,
            Precondition::StaffAccount => {
                self.account(&mut stage).await;
                let path = format!("/v1/users/{}", stage.id("users"));
                let change = json!({"role": "staff", "permissions": ["products"]});
                self.admin.try_call(Method::PATCH, &path, "", &change).await.unwrap().expect(200);
            }
            Precondition::Address => {
                let body = json!({"address": address(), "default": true});
                let said = self.owner.post("/v1/me/addresses", &fresh("address"), &body).await.expect(201);
                stage.put("addresses", said.text("id"));
            }
            Precondition::ApiKey => {
                let body = json!({"name": "a program's", "scopes": []});
                stage.put("api-keys", self.staff("/v1/api-keys", body).await);
            }
            Precondition::Session => self.session(&mut stage).await,
            Precondition::Reset => self.reset(&mut stage).await,
            Precondition::Verification => self.verification(&mut stage).await,
            Precondition::Product => self.product(&mut stage, "active").await,
            Precondition::Draft => self.product(&mut stage, "draft").await,
            Precondition::Basket => self.basket(&mut stage, self.owner).await,
            Precondition::GuestsBasket => self.basket(&mut stage, &HttpClient::new(&self.shop.url())).await,
            Precondition::OrderDraft => self.draft(&mut stage).await,
            Precondition::UnknownCharge => self.unknown_charge(&mut stage).await,
            _ => self.order(&mut stage, needs).await,
        }
        stage
    }

    async fn account(&self, stage: &mut Stage) {
        let email = format!("{}@example.com", fresh("account"));
        let body = json!({"email": email, "password": PASSWORD});
        let said = HttpClient::new(&self.shop.url()).post("/v1/register", "", &body).await.expect(201);
        stage.put("emails", email);
        stage.put("users", said.body["user"]["id"].as_str().unwrap());
        stage.put("tokens", said.text("token"));
        stage.put("refresh_tokens", said.text("refresh_token"));
    }

    async fn session(&self, stage: &mut Stage) {
        let email = self.owner.get("/v1/me").await.expect(200).text("email").to_owned();
        let body = json!({"email": email, "password": PASSWORD});
        let said = HttpClient::new(&self.shop.url()).post("/v1/login", "", &body).await.expect(200);
        let there = self.owner.with_token(said.text("token"));
        let sessions = there.get("/v1/me/sessions").await.expect(200).body;
        let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true);
        stage.put("sessions", current.unwrap()["id"].as_str().unwrap());
    }

    async fn reset(&self, stage: &mut Stage) {
        self.account(stage).await;
        let body = json!({"email": stage.id("emails")});
        HttpClient::new(&self.shop.url()).post("/v1/password/forgot", "", &body).await.expect(202);
        let mail = self.mail(stage.id("users"), "password_reset").await;
        let text = self.admin.get(&format!("/v1/mails/{mail}")).await.expect(200).text("text").to_owned();
        let code = text.split_whitespace().find(|word| word.starts_with("orr_"));
        stage.put("reset_tokens", code.unwrap_or_else(|| panic!("there is no code in {text}")));
    }

    async fn verification(&self, stage: &mut Stage) {
        self.account(stage).await;
        let mail = self.mail(stage.id("users"), "verify_email").await;
        let text = self.admin.get(&format!("/v1/mails/{mail}")).await.expect(200).text("text").to_owned();
        let code = path_in(&text).and_then(|path| path.strip_prefix("/verify?token="));
        stage.put("verification_tokens", code.unwrap_or_else(|| panic!("there is no code in {text}")));
    }

    /// The id of a mail about something, once it is there.
    async fn mail(&self, about: &str, template: &str) -> String {
        const PATIENCE: u32 = 200;
        for _ in 0..PATIENCE {
            let mails = self.admin.get(&format!("/v1/mails?about={about}")).await.expect(200).body;
            let mut mails = mails["items"].as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| template.is_empty() || mail["template"] == template) {
                return mail["id"].as_str().unwrap().to_owned();
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("there is no mail about {about}")
    }

    async fn product(&self, stage: &mut Stage, status: &str) {
        let body =
            json!({"sku": fresh("sku"), "name": "Thing", "price": "19.99", "stock": 1000, "status": status});
        let said = self.admin.post("/v1/products", "", &body).await.expect(201);
        stage.put("products", said.text("id"));
    }

    async fn basket(&self, stage: &mut Stage, of: &HttpClient) {
        let basket = of.post("/v1/baskets", "", &Value::Null).await.expect(201).text("id").to_owned();
        let item = json!({"product_id": self.product, "quantity": 1});
        of.post(&format!("/v1/baskets/{basket}/lines"), "", &item).await.expect(200);
        stage.put("baskets", basket);
        stage.put("products", self.product);
    }

    async fn unknown_charge(&self, stage: &mut Stage) {
        const CHARGE: Sql = Sql::both(
            "insert into charge (id, key, order_id, currency, capture, amount, state, created_at)
             values ($1, $2, $3, 'EUR', 'manual', 100, 'voided', $4)",
        );
        const KEY: Sql = Sql::both(
            "insert into known_key (key, operation, charge_id, refused) values ($1, 'submit', $2, false)",
        );
        const FORGOTTEN: Sql = Sql::both(
            "insert into unknown_charge (id, key, reference, order_id, currency, amount, captured, refunded, standing,
                 created_at, found_at)
             values ($1, $2, $3, $4, 'EUR', 100, 0, 0, 'authorized', $5, $5)",
        );
        let env = testkit::real_env::env();
        let (id, order, now): (Uuid, OrderId, _) = (env.uuid(), env.id(), env.now());
        let key = format!("{}-submit-1", env.id::<AttemptKind>());
        let mut tx = self.shop.database("simulator").await.begin().await.unwrap();
        tx.run(&CHARGE, params![id, &key, order, now]).await.unwrap();
        tx.run(&KEY, params![&key, id]).await.unwrap();
        tx.commit("test").await.unwrap();
        let unknown: UnknownChargeId = env.id();
        let mut tx = self.shop.database("payments").await.begin().await.unwrap();
        tx.run(&FORGOTTEN, params![unknown, &key, format!("sim_{id}"), order, now]).await.unwrap();
        tx.commit("test").await.unwrap();
        stage.put("unknown-charges", unknown.to_string());
    }

    async fn draft(&self, stage: &mut Stage) {
        let lines = json!([{"product_id": self.product, "quantity": 2}]);
        let body = json!({"user_id": self.owner_id, "lines": lines});
        let said = self.admin.post("/v1/orders/drafts", "", &body).await.expect(201);
        stage.put("orders", said.text("id"));
        stage.put("users", self.owner_id);
        stage.put("products", self.product);
    }

    async fn order(&self, stage: &mut Stage, needs: Precondition) {
        let payment = match needs {
            Precondition::Pending | Precondition::RefundOffline => Value::Null,
            Precondition::Action => json!({"method": "sim_requires_action"}),
            Precondition::Promised => json!({"method": "sim_ok", "capture": "manual"}),
            Precondition::RefundRefused => json!({"method": "sim_refund_refused"}),
            _ => json!({"method": "sim_ok"}),
        };
        let mut body = json!({"lines": [{"product_id": self.product, "quantity": 2}]});
        if !payment.is_null() {
            body["payment"] = payment;
        }
        let order = self.owner.post("/v1/orders", &fresh("place"), &body).await.expect(201).body;
        let id = order["id"].as_str().unwrap();
        stage.put("users", self.owner_id);
        stage.put("orders", id);
        stage.put("numbers", order["number"].to_string());
        stage.put("lines", order["lines"][0]["id"].as_str().unwrap());
        if !matches!(needs, Precondition::Pending | Precondition::RefundOffline | Precondition::Action) {
            self.is_confirmed(id).await;
        }
        if let Some(payment) = order["payment"]["id"].as_str() {
            stage.put("payments", payment);
        }
        if needs == Precondition::Mail {
            stage.put("mails", self.mail(id, "").await);
        }
        if needs == Precondition::RefundOffline {
            let paid = self.staff(&format!("/v1/orders/{id}/payments"), json!({"method": "offline"})).await;
            stage.put("payments", paid);
        }
        if matches!(needs, Precondition::Refunded | Precondition::RefundRefused | Precondition::RefundOffline)
        {
            let refund = self.staff(&format!("/v1/orders/{id}/refunds"), json!({"amount": "0.50"})).await;
            stage.put("refunds", refund);
        }
        if needs == Precondition::Noted {
            self.staff(&format!("/v1/orders/{id}/notes"), json!({"text": "wants it on Friday"})).await;
        }
        if needs == Precondition::Held {
            self.staff(&format!("/v1/orders/{id}/hold"), json!({"reason": "looks odd"})).await;
        }
        let ways: &[&str] = match needs {
            Precondition::Fulfilment => &[],
            Precondition::Shipped => &["ship"],
            Precondition::Undeliverable => &["ship", "fail"],
            _ => return,
        };
        let some = json!({"lines": [{"line_id": stage.id("lines"), "quantity": 1}]});
        let fulfilment = self.staff(&format!("/v1/orders/{id}/fulfilments"), some).await;
        for way in ways {
            self.staff(&format!("/v1/fulfilments/{fulfilment}/{way}"), Value::Null).await;
        }
        stage.put("fulfilments", fulfilment);
    }

    /// Waits until the payment is secured: on a busy machine its outcome may come after the order's answer.
    async fn is_confirmed(&self, id: &str) {
        for _ in 0..300 {
            let order = self.owner.get(&format!("/v1/orders/{id}")).await.expect(200);
            if order.text("status") == "confirmed" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} is not confirmed");
    }

    /// The admin asks; the id of what comes back.
    async fn staff(&self, path: &str, body: Value) -> String {
        let said = self.admin.post(path, &fresh("staff"), &body).await;
        assert!(said.status.is_success(), "{path}: {} {}", said.status, said.body);
        said.text("id").to_owned()
    }
}

/// Every event so far, once no more come; in the order of their ids, since the log may get them in another one.
pub async fn events_at_rest(admin: &HttpClient) -> Vec<String> {
    const QUIET: Duration = Duration::from_millis(1200);
    let mut before = Vec::new();
    loop {
        let events = all_items(admin, "/v1/events").await;
        let mut ids: Vec<String> = events.iter().map(|event| event.to_string()).collect();
        ids.sort();
        if ids == before {
            return ids;
        }
        before = ids;
        sleep(QUIET).await;
    }
}
