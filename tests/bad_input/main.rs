//! What is wrong with a request is said, and nothing else happens.
//!
//! For every public operation requests are made from a valid one, each with one thing wrong: in its body
//! ([`bodies`], by the schema that the program serves), and in its path, query and headers ([`addresses`]). Each is
//! answered with a problem document that names what is bad, and when all are answered, nothing has changed. At the
//! end the valid requests are granted: so the others were refused for what was wrong with them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "modules of one test")]

mod addresses;
mod bodies;
mod case;
mod cursors;
mod naming;
#[path = "../operations/mod.rs"]
mod operations;
mod schema;
mod semantics;
#[path = "../shop/mod.rs"]
mod shop;
mod sizes;
mod unchanged;
mod valid;

use bytes::Bytes;
use case::{Case, Expected};
use endpoint::Scope;
use http::{Request, header};
use operations::{
    PublicOperation, SampleRequest, ask, public,
    stage::{Stage, StageSetter, events_at_rest},
};
use schema::ServedDocument;
use serde_json::{Value, json};
use shop::Shop;
use std::collections::BTreeMap;
use testkit::{http_client::HttpClient, part::Shard};

/// An operation, what is there for it, and who may ask.
struct Subject<'a> {
    document: &'a ServedDocument,
    asked: &'a SampleRequest,
    stage: &'a Stage,
    client: HttpClient,
}

impl<'a> Subject<'a> {
    fn name(&self) -> &'static str {
        self.asked.operation.route.name
    }
    /// The body of a valid request.
    fn body(&self) -> Value {
        valid::body(self.asked, self.stage)
    }
    /// A valid request.
    fn valid(&self) -> Request<Bytes> {
        match self.body() {
            Value::Null => self.asked.request(self.stage),
            body => self.with_body(body.to_string()),
        }
    }
    /// The same with another body.
    fn with_body(&self, body: impl Into<Bytes>) -> Request<Bytes> {
        let mut request = self.asked.request(self.stage);
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        *request.body_mut() = body.into();
        request
    }
    /// Its parameters in `query` or `header`, as the document has them.
    fn parameters(&self, place: &str) -> Vec<&'a Value> {
        let all = self.document.operation(self.name())["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_request_is_said_and_nothing_else_happens() {
    let shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let (owner, other) = (shop.customer("owner").await, shop.customer("other").await);
    let owner_id = owner.get("/v1/me").await.expect(200).text("id").to_owned();
    let product = shop.stock_up(&admin, &[(1999, 1_000_000)]).await[0].id.clone();
    let setter =
        StageSetter { shop: &shop, admin: &admin, owner: &owner, owner_id: &owner_id, product: &product };
    let document = ServedDocument(admin.get("/openapi.json").await.expect(200).body);

    let (mut asked, mut stages) = (Vec::new(), Vec::new());
    // a shop that has an administrator has nothing to set up, and a webhook has no form that it could break
    let has_rules = |operation: &PublicOperation| operation.route.name != "set_up" && !operation.route.is_raw;
    for operation in public().into_iter().filter(has_rules) {
        let one = ask(operation.route.name);
        stages.push(setter.set(valid::needs(&one)).await);
        asked.push(one);
    }
    let mut subjects = Vec::new();
    for (asked, stage) in asked.iter().zip(&stages) {
        let client = match asked.operation.route.name {
            "confirm_payment" | "end_session" => owner.clone(), // nobody can do that for them
            name if name.ends_with("_address") || name.ends_with("_addresses") => owner.clone(),
            name if name.ends_with("_basket") => owner.clone(),
            // other sessions end with it
            "change_password" => shop.customer("changing").await,
            "end_other_sessions" => shop.customer("elsewhere").await,
            "logout" => shop.admin().await, // a session that may be spent
            _ => admin.clone(),
        };
        subjects.push(Subject { document: &document, asked, stage, client });
    }
    let mut findings = Vec::new();
    for subject in &subjects {
        begin_second_page(subject, &admin).await;
    }
    let events = events_at_rest(&admin).await;
    let mut tried = BTreeMap::new();
    let part = Shard::of_run();
    for (_, subject) in subjects.iter().enumerate().filter(|(n, _)| part.has(*n)) {
        let before = subject.stage.seen_by(&admin).await;
        *tried.entry(subject.name()).or_insert(0) += try_all(subject, &other, &mut findings).await;
        let after = subject.stage.seen_by(&admin).await;
        let changed = before.iter().filter(|(path, seen)| after[*path] != **seen);
        findings.extend(changed.map(|(path, seen)| {
            format!("{}: {path} has changed from {seen} to {}", subject.name(), after[path])
        }));
    }
    findings.extend(cursors::all(&subjects, &owner, &other).await);
    findings.extend(semantics::all(&setter, &document).await);
    if shop.is_one_process() {
        findings.extend(sizes::all(&subjects, shop.pid()).await);
    }
    println!("{} bad requests: {tried:?}", tried.values().sum::<usize>());
    let happened = events_at_rest(&admin).await;
    let happened = happened.iter().filter(|event| !events.contains(event));
    findings
        .extend(happened.map(|event| format!("something happened, though everything was refused: {event}")));

    let mut nulls = 0;
    for subject in &subjects {
        let SampleRequest { needs, granted_with, .. } = *subject.asked;
        let own = if needs == granted_with { subject.stage.clone() } else { setter.set(granted_with).await };
        let subject = Subject { stage: &own, client: subject.client.clone(), ..*subject };
        let said = subject.client.send(subject.valid()).await.unwrap();
        findings.extend(unchanged::again(&subject, &said).await);
        if !said.status.is_success() {
            findings.push(format!(
                "{}: the valid request is refused: {} {}",
                subject.name(),
                said.status,
                said.body
            ));
        }
        for (at, request) in bodies::with_nulls(&subject) {
            let said = subject.client.send(request).await.unwrap();
            let name = subject.name();
            nulls += 1;
            findings
                .extend(case::refuses(&said, &at).then(|| format!("{name}: null at {at}: {}", said.body)));
        }
    }
    assert!(nulls > 50, "only {nulls} members can be null");
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
    shop.assert_audit_is_clean("after all that was refused");
}

/// One more thing on lists that have only one.
async fn begin_second_page(subject: &Subject<'_>, admin: &HttpClient) {
    let (path, body) = match subject.name() {
        "list_movements" => {
            ("/v1/products/{products}/stock/adjustments", json!({"delta": 1, "reason": "receipt"}))
        }
        "list_fulfilments" => ("/v1/orders/{orders}/fulfilments", json!({})),
        "list_notes" => ("/v1/orders/{orders}/notes", json!({"text": "one more"})),
        "list_refunds" | "list_refunds_of_order" => {
            ("/v1/orders/{orders}/refunds", json!({"amount": "0.25"}))
        }
        _ => return,
    };
    let ids = subject.stage.ids().iter();
    let path = ids.fold(path.to_owned(), |path, (what, id)| path.replace(&format!("{{{what}}}"), id));
    admin.post(&path, &operations::fresh("more"), &body).await.expect(201);
}

/// Tries all that can be wrong; how much that is.
async fn try_all(subject: &Subject<'_>, other: &HttpClient, findings: &mut Vec<String>) -> usize {
    findings.extend(bodies::left_out(subject));
    let mut cases = bodies::all(subject);
    cases.extend(addresses::all(subject));
    cases.extend(addresses::paths(subject));
    cases.extend(semantics::of_order(subject.name(), subject.stage));
    let count = cases.len();
    for case in cases {
        findings.extend(case.tried(subject.name(), &subject.client, subject.document).await);
    }
    let route = &subject.asked.operation.route;
    // the id of a guest's basket is a secret: any caller that knows it can take the basket over
    let is_secret = subject.name() == "merge_basket";
    if matches!(route.scope, Scope::User | Scope::Session) && route.path.contains('{') && !is_secret {
        let case = Case::new("an id of somebody else's", subject.valid(), Expected::Status(404));
        findings.extend(case.tried(subject.name(), other, subject.document).await);
    }
    count
}
