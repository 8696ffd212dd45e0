//! The table, tried out: cell by cell on one running shop.

use super::{
    people::TestAccounts,
    table::{Cell, GUEST, PEOPLE, PROGRAMS, PermissionRow, rows},
    tokens::InvalidToken,
};
use crate::{
    operations::{
        PublicOperation, SampleRequest, ask, public,
        stage::{Stage, StageSetter, events_at_rest},
    },
    shop::Shop,
};
use endpoint::{Permission, Scope};
use http::{Request, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use testkit::http_client::{HttpClient, HttpResponse};

/// A row with what it is about.
struct Scene {
    row: PermissionRow,
    asked: SampleRequest,
    stage: Stage,
    /// The answers that the document has for the operation, by status.
    documented: Value,
}

/// What is not as the table has it.
pub type Findings = Vec<String>;

/// Tries every cell: first all that must be refused, so that at the end nothing at all has happened; then the rest.
pub async fn try_out(shop: &Shop, people: &TestAccounts, product: &str) -> Findings {
    let owner = people.person("owner");
    let (admin, client) = (&people.admin, &owner.client);
    let setter = StageSetter { shop, admin, owner: client, owner_id: &owner.id, product };
    let mut scenes = Vec::new();
    let document = admin.get("/openapi.json").await.expect(200).body;
    for row in rows() {
        let asked = ask(row.name);
        let stage = setter.set(asked.needs).await;
        let route = &asked.operation.route;
        let documented =
            document["paths"][route.path][route.method.as_str().to_lowercase()]["responses"].clone();
        scenes.push(Scene { row, asked, stage, documented });
    }
    let mut findings = Vec::new();
    let before = events_at_rest(admin).await;
    for scene in &scenes {
        scene.refusals(people, &mut findings).await;
    }
    let after = events_at_rest(admin).await;
    findings.extend(
        after
            .iter()
            .filter(|event| !before.contains(event))
            .map(|event| format!("something happened, though everything was refused: {event}")),
    );
    for scene in &scenes {
        scene.grants(people, &setter, &mut findings).await;
    }
    findings
}

impl Scene {
    fn cells(&self, wanted: impl Fn(Cell) -> bool) -> Vec<(&'static str, Cell)> {
        let cells = PEOPLE.into_iter().map(|name| (name, self.row.cells[name]));
        cells.filter(|(_, cell)| wanted(*cell)).collect()
    }

    /// Everybody who must be refused is, and what they asked about stays as it is.
    async fn refusals(&self, people: &TestAccounts, findings: &mut Findings) {
        let before = self.stage.seen_by(&people.admin).await;
        for (name, cell) in self.cells(|cell| cell != Cell::Done) {
            let client = people.client(name);
            let said = client.send(self.asked.request(&self.stage)).await.unwrap();
            let mut wrong = refused(cell, &said, &self.stage).or_else(|| self.is_undocumented(&said));
            wrong = wrong.or_else(|| match cell {
                Cell::Forbidden => self.says_another_reason(name, &said),
                Cell::Unauthenticated => challenged_otherwise(&said, name != "nobody"),
                _ => None,
            });
            if cell == Cell::NotThere {
                let other = client.send(self.asked.request(&self.stage.made_up())).await.unwrap();
                wrong = wrong.or_else(|| differs(&said, &other));
            }
            findings.extend(wrong.map(|wrong| self.finding(name, cell, &wrong, &said)));
        }
        let after = self.stage.seen_by(&people.admin).await;
        findings.extend(changes(&before, &after).map(|change| format!("{}: {change}", self.row.name)));
    }

    /// Everybody else gets what they ask for; who changes something has a stage of their own.
    async fn grants(&self, people: &TestAccounts, setter: &StageSetter<'_>, findings: &mut Findings) {
        for (name, cell) in self.cells(|cell| cell == Cell::Done) {
            let own = if self.asked.writes() {
                setter.set(self.asked.granted_with).await
            } else {
                self.stage.clone()
            };
            let spends_session = self.asked.operation.route.name == "logout";
            let client = if spends_session { people.apart(name).await } else { people.client(name) };
            let said = client.send(self.asked.request(&own)).await.unwrap();
            let shown = self.asked.shows.map(|what| own.id(what));
            // what is read is another thing to somebody else
            let scope = self.asked.operation.route.scope;
            let reads = !self.asked.writes() && scope != Scope::NoCredential;
            let vary = said.headers.get_all("vary").iter().any(|vary| vary == "Authorization, X-Api-Key");
            let wrong = match shown {
                _ if reads && !vary => Some("does not say that it goes by who asks".to_owned()),
                _ if !said.status.is_success() => Some("is refused".to_owned()),
                Some(id) if !names(&said, id) => Some(format!("does not show {id}")),
                _ => None,
            };
            findings.extend(wrong.map(|wrong| self.finding(name, cell, &wrong, &said)));
        }
    }

    fn is_undocumented(&self, said: &HttpResponse) -> Option<String> {
        let is_known = self.documented.get(said.status.as_str()).is_some();
        (!is_known).then(|| "is a status that the document does not have".to_owned())
    }

    /// A refusal says why: what is missing, or what no permission would repair.
    fn says_another_reason(&self, name: &str, said: &HttpResponse) -> Option<String> {
        let (reason, permissions) = match self.asked.operation.route.scope {
            _ if name == GUEST => ("order_key", Vec::new()),
            Scope::Session => ("person_only", Vec::new()),
            Scope::Admin => ("admin_only", Vec::new()),
            Scope::StaffSession(_) if PROGRAMS.contains(&name) => ("person_only", Vec::new()),
            Scope::Staff(permission) | Scope::StaffSession(permission) if !self.is_held(name, permission) => {
                ("permission_missing", vec![permission])
            }
            Scope::StaffWith(permissions) if !permissions.iter().any(|p| self.is_held(name, *p)) => {
                ("permission_missing", permissions.to_vec())
            }
            // a caller that passes the first check is refused only for want of one of the row's permissions
            _ => ("permission_missing", self.row.opened_by()),
        };
        let permissions: Vec<&str> = permissions.into_iter().map(Permission::name).collect();
        let listed = if permissions.is_empty() { Value::Null } else { permissions.as_slice().into() };
        let names = |name: &&str| !said.text("detail").contains(&format!("`{name}`"));
        let unnamed: Vec<&str> = permissions.iter().copied().filter(names).collect();
        let is_so = said.text("reason") == reason && said.body["permissions"] == listed;
        (!is_so || !unnamed.is_empty()).then(|| format!("does not say {reason} {permissions:?}"))
    }

    /// Whether somebody of the table holds a permission; a key has its own, and an administrator all.
    fn is_held(&self, name: &str, permission: Permission) -> bool {
        let held = match name {
            "key" => "orders",
            "keyless" => "products",
            _ => name,
        };
        name == "admin" || held == permission.name()
    }

    fn finding(&self, name: &str, cell: Cell, wrong: &str, said: &HttpResponse) -> String {
        let text = String::from_utf8_lossy(&said.bytes);
        let text: String = text.chars().take(300).collect();
        format!("{} by {name}, where {cell:?} is right: {wrong}: {} {text}", self.row.name, said.status)
    }
}

/// What is wrong with a refusal.
fn refused(cell: Cell, said: &HttpResponse, stage: &Stage) -> Option<String> {
    let (status, code) = match cell {
        Cell::Unauthenticated => (401, "unauthenticated"),
        Cell::Forbidden => (403, "forbidden"),
        Cell::NotThere => (404, "not_found"),
        Cell::Over => (410, "set_up_already"),
        Cell::Unsigned => (403, "webhook_not_verified"),
        Cell::Nothing | Cell::Done => {
            let ids = stage.ids().iter().filter(|(what, _)| **what != "numbers");
            let shown: Vec<&String> = ids.map(|(_, id)| id).filter(|id| names(said, id)).collect();
            return match said.status {
                StatusCode::OK if shown.is_empty() => None,
                StatusCode::OK => Some(format!("shows {shown:?}")),
                _ => Some("is no empty answer".to_owned()),
            };
        }
    };
    if said.code() != status || said.text("code") != code {
        return Some(format!("is not {status} {code}"));
    }
    not_a_problem(said)
}

/// What a problem document must have, and this answer has not.
pub fn not_a_problem(said: &HttpResponse) -> Option<String> {
    let header = |name: &str| said.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if header("content-type") != "application/problem+json" {
        return Some(format!("is no problem document: {}", header("content-type")));
    }
    let kind = format!("/docs/problems#{}", said.text("code"));
    let is_whole = said.body["status"] == said.code()
        && said.text("type") == kind
        && ["code", "title", "detail", "request_id"].iter().all(|member| !said.text(member).is_empty());
    if !is_whole {
        return Some("is an incomplete problem document".to_owned());
    }
    let challenged = header("www-authenticate").starts_with("Bearer");
    match said.code() == 401 {
        true if !challenged => Some("does not say how to authenticate".to_owned()),
        false if challenged => Some("asks who it is, in vain".to_owned()),
        _ => None,
    }
}

/// The response to an invalid token or key says that it is invalid; the response to none names the scheme alone.
fn challenged_otherwise(said: &HttpResponse, shows: bool) -> Option<String> {
    let right = if shows { "Bearer error=\"invalid_token\"" } else { "Bearer" };
    let told = said.headers.get("www-authenticate").and_then(|v| v.to_str().ok());
    (told != Some(right)).then(|| format!("is challenged with {told:?}, and not with {right}"))
}

/// How the answer about somebody else's thing differs from the one about nothing.
fn differs(theirs: &HttpResponse, nothing: &HttpResponse) -> Option<String> {
    let bare = |said: &HttpResponse| {
        let mut body = said.body.clone();
        let object = body.as_object_mut()?;
        object.remove("instance");
        object.remove("request_id");
        let mut headers = said.headers.clone();
        for own in ["x-request-id", "traceparent", "date"] {
            headers.remove(own);
        }
        Some((said.status, body, headers))
    };
    let (theirs, nothing) = (bare(theirs), bare(nothing));
    (theirs != nothing).then(|| format!("differs from what is said of nothing: {nothing:?}"))
}

fn names(said: &HttpResponse, id: &str) -> bool {
    String::from_utf8_lossy(&said.bytes).contains(id)
}

/// What was read twice and has changed in between.
fn changes<'a>(
    before: &'a BTreeMap<String, Value>,
    after: &'a BTreeMap<String, Value>,
) -> impl Iterator<Item = String> + use<'a> {
    before
        .iter()
        .filter(|(path, seen)| after.get(*path) != Some(seen))
        .map(|(path, seen)| format!("what was refused has changed {path} from {seen} to {}", after[path]))
}

/// Shows something bad to every operation, or to every n-th from one on. Those that look who calls refuse it, be they for
/// everybody; the others pass over it.
pub async fn taken_anywhere(
    plain: &HttpClient,
    bad: &InvalidToken,
    (from, every): (usize, usize),
) -> Findings {
    let (rows, mut findings) = (rows(), Vec::new());
    for PublicOperation { service, route } in public().into_iter().skip(from % every).step_by(every) {
        let path = route.path.replace("{id}", SOME_ORDER).replace("{user_id}", SOME_ORDER);
        let path = if bad.query.is_empty() { path } else { format!("{path}?{}", bad.query) };
        let mut request = Request::builder().method(route.method.clone()).uri(path);
        request.headers_mut().unwrap().extend(bad.headers.clone());
        let request =
            request.header("idempotency-key", "bad-token").header("content-type", "application/json");
        let body = if route.has_body { "{}" } else { "" };
        let said = plain.send(request.body(body.into()).unwrap()).await.unwrap();
        let Some(row) = rows.iter().find(|row| row.name == route.name) else { continue };
        let shows = ["authorization", "x-api-key"].iter().any(|name| bad.headers.contains_key(*name));
        let bearer = |value: &http::HeaderValue| {
            value.as_bytes().trim_ascii().to_ascii_lowercase().starts_with(b"bearer ")
        };
        let shows_token =
            bad.headers.contains_key("x-api-key") || bad.headers.get_all("authorization").iter().any(bearer);
        let wrong = match row.cells["nobody"] {
            Cell::Unauthenticated => refused(Cell::Unauthenticated, &said, &Stage::default()),
            _ if shows && route.scope == Scope::Public => {
                refused(Cell::Unauthenticated, &said, &Stage::default())
            }
            _ if matches!(said.code(), 200 | 201 | 400 | 404) => None,
            _ => Some("is not answered as nobody is".to_owned()),
        };
        let wrong = wrong.or_else(|| match said.code() {
            401 => challenged_otherwise(&said, shows_token),
            _ => None,
        });
        let told =
            |wrong| format!("{service} {}: {}: {wrong}: {} {}", route.name, bad.name, said.status, said.body);
        findings.extend(wrong.map(told));
    }
    if let Some(token) = &bad.token {
        let said = plain.post("/v1/token/validate", "", &serde_json::json!({ "token": token })).await;
        if said.body != serde_json::json!({"valid": false}) {
            findings.push(format!("{} is valid: {} {}", bad.name, said.status, said.body));
        }
    }
    findings
}

const SOME_ORDER: &str = "ord_01h455vb4pex5vsknk084sn02q";

/// Every internal endpoint, asked for from outside.
pub async fn internal_is_not_there(admin: &HttpClient) -> Findings {
    let mut findings = Vec::new();
    for (service, listing) in contracts::catalogue::endpoints() {
        let route = listing.route;
        if route.is_internal() {
            let path = route.path.replace("{id}", SOME_ORDER);
            for path in
                [path.clone(), format!("/{path}"), format!("/v1/orders/..{path}"), path.replace('l', "%6C")]
            {
                let body = serde_json::json!({});
                let said = admin.try_call(route.method.clone(), &path, "key", &body).await.unwrap();
                let wrong =
                    if said.code() == 404 { not_a_problem(&said) } else { Some("is there".to_owned()) };
                findings.extend(
                    wrong.map(|wrong| format!("{service} {path} {wrong}: {} {}", said.status, said.body)),
                );
            }
        }
    }
    findings
}
