//! A shop with something of everything, and who asks there.

use crate::{
    operations::{
        self, PASSWORD, ask, fresh,
        stage::{Precondition, Stage, StageSetter, address},
    },
    shop::Shop,
};
use db::{Sql, params};
use endpoint::Scope;
use http::Method;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::Duration,
};
use testkit::http_client::HttpClient;

/// Stages for each operation that changes something: each can be used up.
const STAGES: usize = 5;
/// Operations on addresses of the caller, and of no other account.
const OF_OWN_ADDRESSES: [&str; 3] = ["get_address", "update_address", "remove_address"];
/// The seed of what is drawn in the hooks.
const SEED: u64 = 20_260_101;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestCaller {
    Nobody,
    Customer,
    /// With all permissions.
    Staff,
    Admin,
}

/// The shop and who asks in it.
pub struct ContractTestBed {
    pub shop: Shop,
    /// A token to ask with, and one of another such account that may be spent; none for nobody.
    tokens: Option<[String; 2]>,
}

/// A refund that was refused is tried again after a minute, and cannot be withdrawn any more: here that comes later than any
/// request.
async fn leave_refunds_refused(shop: &Shop) {
    const LATER: Sql = Sql::both("update timer set due_at = $1 where kind = 'refund'");
    let in_half_an_hour = testkit::real_env::env().now().plus(Duration::from_secs(1800));
    let mut tx = shop.database("payments").await.begin().await.unwrap();
    assert!(tx.run(&LATER, params![in_half_an_hour]).await.unwrap() > 0, "each refused refund has a timer");
    tx.commit("test").await.unwrap();
}

impl ContractTestBed {
    pub async fn make(person: TestCaller, tried: &BTreeSet<&str>) -> ContractTestBed {
        let shop = Shop::open(&[]);
        let admin = shop.admin().await;
        let owner = shop.customer("owner").await;
        let owner_id = owner.get("/v1/me").await.expect(200).text("id").to_owned();
        let product = shop.stock_up(&admin, &[(1999, 1_000_000)]).await[0].id.clone();
        let setter =
            StageSetter { shop: &shop, admin: &admin, owner: &owner, owner_id: &owner_id, product: &product };
        let mut stages = BTreeMap::new();
        for operation in operations::public().into_iter().filter(|one| tried.contains(one.route.name)) {
            let name = operation.route.name;
            let asked = ask(name);
            let count = if asked.writes() { STAGES } else { 1 };
            let needs = match name {
                "withdraw_refund" | "settle_refund" => asked.granted_with,
                // a guest's is anybody's who knows its id
                "get_basket" | "add_to_basket" | "update_basket" => Precondition::GuestsBasket,
                "place_basket" if person == TestCaller::Nobody => Precondition::GuestsBasket,
                _ => asked.needs,
            };
            for _ in 0..count {
                let stage = setter.set(needs).await;
                stages.entry(name).or_insert_with(Vec::new).push(by_prefix(&stage));
            }
            if name == "withdraw_refund" {
                leave_refunds_refused(&shop).await;
            }
        }
        let mut common = Value::Object(Default::default());
        for needs in
            [Precondition::Account, Precondition::Product, Precondition::Fulfilment, Precondition::Refunded]
        {
            let stage = by_prefix(&setter.set(needs).await);
            common.as_object_mut().unwrap().extend(stage.as_object().unwrap().clone());
        }
        let tokens = match person {
            TestCaller::Nobody => None,
            TestCaller::Customer => {
                let _spare = shop.customer("spare").await;
                Some([token("owner@example.com", &shop).await, token("spare@example.com", &shop).await])
            }
            TestCaller::Staff | TestCaller::Admin => {
                Some([promoted(person, &shop, &admin).await, promoted(person, &shop, &admin).await])
            }
        };
        if let Some([token, _]) = &tokens {
            let own = HttpClient::new(&shop.url()).with_token(token);
            for name in OF_OWN_ADDRESSES {
                let mut kept = Vec::new();
                for _ in 0..STAGES {
                    let body = json!({"address": address()});
                    let said = own.post("/v1/me/addresses", &fresh("address"), &body).await.expect(201);
                    kept.push(json!({"adr": said.text("id")}));
                }
                stages.insert(name, kept);
            }
            // a caller that places has a separate basket
            let basket = own.post("/v1/baskets", "", &Value::Null).await.expect(201);
            let lines = format!("/v1/baskets/{}/lines", basket.text("id"));
            own.post(&lines, "", &json!({"product_id": product, "quantity": 1})).await.expect(200);
            stages.insert("place_basket", vec![json!({"bas": basket.text("id"), "prd": product})]);
        }
        let world = ContractTestBed { shop, tokens };
        let headers =
            world.tokens.as_ref().map(|[token, _]| json!({"Authorization": format!("Bearer {token}")}));
        let file = json!({
            "seed": SEED, "url": world.shop.url(), "headers": headers.unwrap_or_else(|| json!({})),
            "common": common, "stages": stages, "answers": world.answers(),
            "thinned": thinned_for(person),
        });
        fs::write(world.file(), file.to_string()).unwrap();
        world
    }

    /// What there is, for the hooks.
    pub fn file(&self) -> PathBuf {
        self.shop.folder.path().join("world.json")
    }
    /// Where the hooks count the answers.
    pub fn answers(&self) -> PathBuf {
        self.shop.folder.path().join("answers.json")
    }
    /// The configuration of schemathesis, with who asks.
    pub fn configuration(&self) -> PathBuf {
        let mut text = include_str!("schemathesis.toml").to_owned();
        if let Some([token, spare]) = &self.tokens {
            text = format!("headers = {{ Authorization = \"Bearer {token}\" }}\n{text}");
            // signing out ends the session that asks
            text += &format!(
                "\n[[operations]]\ninclude-operation-id = \"logout\"\nheaders = {{ Authorization = \"Bearer {spare}\" }}\n"
            );
        }
        let path = self.shop.folder.path().join("schemathesis.toml");
        fs::write(&path, text).unwrap();
        path
    }
}

/// Operations of which not each boundary is tried by this person, and of how many requests one is sent: what is refused
/// whatever is sent is refused unread, what staff do an administrator does as well, and what anybody may do is
/// tried in full by who has no account. In the long form everything is sent.
fn thinned_for(person: TestCaller) -> BTreeMap<&'static str, u32> {
    if testkit::is_long() {
        return BTreeMap::new();
    }
    let each = |scope: &Scope| match (person, scope) {
        _ if is_closed(person, scope) => Some(8),
        (TestCaller::Staff, _) | (TestCaller::Customer, Scope::NoCredential | Scope::Public) => Some(4),
        _ => None,
    };
    let public = operations::public().into_iter().map(|operation| operation.route);
    public.filter_map(|route| Some((route.name, each(&route.scope)?))).collect()
}

/// Whether this person is refused whatever is sent.
fn is_closed(person: TestCaller, scope: &Scope) -> bool {
    match (person, scope) {
        (_, Scope::NoCredential | Scope::Public) | (TestCaller::Admin, _) => false,
        (TestCaller::Nobody, _) => true,
        (TestCaller::Customer, Scope::User | Scope::Buyer | Scope::Session) => false,
        (TestCaller::Staff, scope) => *scope == Scope::Admin,
        (TestCaller::Customer, _) => true,
    }
}

/// The ids of a stage by what they begin with: `ord`, `prd`, …
fn by_prefix(stage: &Stage) -> Value {
    let ids = stage.ids().values().filter_map(|id| match id.split_once('_') {
        Some((prefix, rest)) if prefix.len() == 3 && rest.len() == 26 => {
            Some((prefix.to_owned(), id.clone().into()))
        }
        _ => None,
    });
    Value::Object(ids.collect())
}

async fn token(email: &str, shop: &Shop) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    HttpClient::new(&shop.url()).post("/v1/login", "", &body).await.expect(200).text("token").to_owned()
}

/// A token of a new account with a role.
async fn promoted(person: TestCaller, shop: &Shop, admin: &HttpClient) -> String {
    let email = format!("{}@example.com", fresh("asks"));
    let body = json!({"email": email, "password": PASSWORD});
    let said = HttpClient::new(&shop.url()).post("/v1/register", "", &body).await.expect(201);
    let path = format!("/v1/users/{}", said.body["user"]["id"].as_str().unwrap());
    let change = match person {
        TestCaller::Admin => json!({"role": "admin"}),
        _ => json!({"role": "staff", "permissions": ["orders", "payments", "products", "settings"]}),
    };
    admin.try_call(Method::PATCH, &path, "", &change).await.unwrap().expect(200);
    token(&email, shop).await
}
