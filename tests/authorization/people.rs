//! The people who ask.

use super::table::{GUEST, PEOPLE, PROGRAMS, STAFF};
use crate::{operations::PASSWORD, shop::Shop};
use http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use testkit::http_client::HttpClient;
use tokio::time::sleep;

/// A token ends within a second once its session has.
pub const TOKENS_END_WITHIN: Duration = Duration::from_millis(1100);

/// Somebody with an account.
#[derive(Clone)]
pub struct TestAccount {
    pub email: String,
    pub id: String,
    pub client: HttpClient,
    /// The response to their sign-in.
    pub signed_in: Value,
}

/// Everybody, by the table's columns.
pub struct TestAccounts {
    url: String,
    pub admin: HttpClient,
    known: BTreeMap<&'static str, TestAccount>,
}

impl TestAccounts {
    /// Everybody registers, and gets what belongs to them.
    pub async fn gather(shop: &Shop) -> TestAccounts {
        let mut people = TestAccounts { url: shop.url(), admin: shop.admin().await, known: BTreeMap::new() };
        for name in
            PEOPLE.into_iter().filter(|name| *name != "nobody" && *name != GUEST && !PROGRAMS.contains(name))
        {
            let person = people.register(name).await;
            people.known.insert(name, person);
        }
        for name in STAFF {
            people.change(name, json!({"role": "staff", "permissions": [name]})).await;
        }
        people.change("none", json!({"role": "staff", "permissions": []})).await;
        people.change("admin", json!({"role": "admin"})).await;
        people.change("disabled", json!({"role": "admin"})).await;
        for name in STAFF.into_iter().chain(["none", "admin", "disabled"]) {
            people.known.get_mut(name).unwrap().signed_in = Value::Null; // those tokens are no good any more
            let person = people.sign_in(name).await;
            people.known.insert(name, person);
        }
        people.change("disabled", json!({"active": false})).await;
        for name in PROGRAMS {
            let program = people.program(name).await;
            people.known.insert(name, program);
        }
        let guest = people.guest().await;
        people.known.insert(GUEST, guest);
        sleep(TOKENS_END_WITHIN).await;
        people
    }

    pub fn person(&self, name: &str) -> &TestAccount {
        &self.known[name]
    }
    /// As whom they ask.
    pub fn client(&self, name: &str) -> HttpClient {
        self.known.get(name).map_or_else(|| HttpClient::new(&self.url), |person| person.client.clone())
    }
    /// The same with a session of their own, which may be spent.
    pub async fn apart(&self, name: &str) -> HttpClient {
        match name {
            "nobody" | "disabled" | "key" | "keyless" | "revoked" | GUEST => self.client(name),
            _ => self.sign_in(name).await.client,
        }
    }

    /// A new customer.
    pub async fn register(&self, name: &str) -> TestAccount {
        let email = format!("the-{name}@example.com");
        let body = json!({"email": email, "password": PASSWORD});
        let plain = HttpClient::new(&self.url);
        let said = plain.post("/v1/register", "", &body).await.expect(201);
        self.known_as(email, said.body)
    }
    /// A new session of theirs.
    pub async fn sign_in(&self, name: &str) -> TestAccount {
        let email = self.known[name].email.clone();
        let body = json!({"email": email, "password": PASSWORD});
        let said = HttpClient::new(&self.url).post("/v1/login", "", &body).await.expect(200);
        self.known_as(email, said.body)
    }
    /// A program with a key of the administrator's.
    async fn program(&self, name: &'static str) -> TestAccount {
        let maker = self.known["admin"].clone();
        let scope = if name == "keyless" { "products" } else { "orders" };
        let said = maker.client.post("/v1/api-keys", "", &json!({"name": name, "scopes": [scope]})).await;
        let made = said.expect(201).body;
        let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
        let client = HttpClient::new(&self.url).with_token(key);
        client.get("/v1/me").await.expect(200);
        if name == "revoked" {
            let path = format!("/v1/api-keys/{id}");
            maker.client.try_call(Method::DELETE, &path, "", &Value::Null).await.unwrap().expect(204);
        }
        TestAccount { client, signed_in: json!({"token": key}), ..maker }
    }

    /// Somebody without an account, who has ordered.
    async fn guest(&self) -> TestAccount {
        let (plain, email) = (HttpClient::new(&self.url), "the-guest@example.com".to_owned());
        let cup = json!({"sku": "CUP-OF-THE-GUEST", "name": "Cup", "price": "9.00", "stock": 10, "status": "active"});
        let product = self.admin.post("/v1/products", "", &cup).await.expect(201).text("id").to_owned();
        let basket = plain.post("/v1/baskets", "", &Value::Null).await.expect(201).text("id").to_owned();
        let item = json!({"product_id": product, "quantity": 1});
        plain.post(&format!("/v1/baskets/{basket}/lines"), "", &item).await.expect(200);
        let place = format!("/v1/baskets/{basket}/place");
        let order = plain.post(&place, "", &json!({"email": email})).await.expect(201).body;
        let (id, key) = (order["user_id"].as_str().unwrap().to_owned(), order["order_key"].as_str().unwrap());
        let client = plain.with_token(key);
        client.get(&format!("/v1/orders/{}", order["id"].as_str().unwrap())).await.expect(200);
        TestAccount { email, id, client, signed_in: Value::Null }
    }

    fn known_as(&self, email: String, signed_in: Value) -> TestAccount {
        let client = HttpClient::new(&self.url).with_token(signed_in["token"].as_str().unwrap());
        let id = signed_in["user"]["id"].as_str().unwrap().to_owned();
        TestAccount { email, id, client, signed_in }
    }

    async fn change(&self, name: &str, change: Value) {
        let path = format!("/v1/users/{}", self.known[name].id);
        self.admin.try_call(Method::PATCH, &path, "", &change).await.unwrap().expect(200);
    }
}
