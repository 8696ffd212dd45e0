//! Pages of the originals: opened from a file, or from any static server.

use crate::world::{CompatTestBed, ListenerClient};
use http::header;
use serde_json::{Value, json};
use testkit::http_client::HttpResponse;

const PATHS: [(&str, &str, &str); 10] = [
    ("two-vm.users", "POST", "/users"),
    ("two-vm.orders", "GET", "/orders/1"),
    ("express-pair.users", "GET", "/api/user"),
    ("express-pair.orders", "GET", "/api/order"),
    ("flask-pair.users", "POST", "/users"),
    ("flask-pair.orders", "GET", "/orders/1"),
    ("auth-service.auth", "POST", "/login"),
    ("ecommerce.auth", "POST", "/register/"),
    ("ecommerce.products", "PUT", "/products/x"),
    ("ecommerce.orders", "GET", "/orders/user/ann/"),
];
const FACADES: [&str; 5] = ["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_any_origin_may_ask_and_read_the_answers() {
    let world = CompatTestBed::with(&FACADES);
    for (part, method, path) in PATHS {
        let client = world.at(part);
        for origin in ["null", "http://localhost:8000", "https://shop.example"] {
            let asks = [
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", "authorization,content-type"),
            ];
            let said = client.raw("OPTIONS", path, "", &asks).await.expect(204);
            let of = |name| said.headers[name].to_str().unwrap().to_owned();
            assert_eq!(of(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*", "{part}");
            assert!(of(header::ACCESS_CONTROL_ALLOW_METHODS).split(", ").any(|one| one == method));
            for name in ["Authorization", "Content-Type"] {
                assert!(of(header::ACCESS_CONTROL_ALLOW_HEADERS).contains(name));
            }
            // the answer itself, be it a refusal
            let said = client.raw(method, path, "", &[("origin", origin)]).await;
            assert_eq!(said.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*", "{part} {}", said.code());
            let said = client.raw("GET", "/nowhere", "", &[("origin", origin)]).await.expect(404);
            assert_eq!(said.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*", "{part}");
        }
        let said = client.raw(method, path, "", &[]).await;
        assert!(!said.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
        assert!(!said.headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_may_send_whatever_headers_it_likes() {
    let world = CompatTestBed::with(&["two-vm"]);
    let asks = async |wanted: &str| {
        let headers = [
            ("origin", "null"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", wanted),
        ];
        let said = world.at("two-vm.orders").raw("OPTIONS", "/orders", "", &headers).await.expect(204);
        said.headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap().to_owned()
    };
    let usual = asks("").await;
    assert_eq!(asks("authorization,content-type").await, usual);
    assert_eq!(
        asks("cache-control, x-client-version,x-y").await,
        format!("{usual}, cache-control, x-client-version, x-y")
    );
    // what is no name of a header is left out, and so is what comes after many
    assert_eq!(asks("a b, x@y, (x), ,x-good").await, format!("{usual}, x-good"));
    let many: Vec<String> = (0..200).map(|n| format!("x-{n}")).collect();
    assert_eq!(asks(&many.join(",")).await, format!("{usual}, {}", many[..50].join(", ")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn origins_can_be_narrowed() {
    let world = CompatTestBed::changed(&["two-vm"], |mut launch| {
        launch.arguments.extend(
            ["--compat-origin", "http://localhost:8000", "--compat-origin", "null"].map(str::to_owned),
        );
        launch
    });
    for (origin, allowed) in
        [("http://localhost:8000", true), ("null", true), ("https://evil.example", false)]
    {
        let said = world.at("two-vm.users").raw("GET", "/users", "", &[("origin", origin)]).await.expect(403);
        let told = said.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap());
        assert_eq!(told, allowed.then_some(origin));
        assert_eq!(said.headers[header::VARY], "Origin");
    }
}

/// A page in a browser: what it sends with each request, and what the browser lets it read.
struct BrowserPage<'a> {
    origin: &'a str,
    /// What Chromium sends about the origin of the page.
    site: &'a str,
}

impl BrowserPage<'_> {
    fn headers(&self) -> Vec<(&str, &str)> {
        vec![
            ("origin", self.origin),
            ("accept", "*/*"),
            ("accept-language", "en-US,en;q=0.9"),
            ("sec-fetch-site", self.site),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
            ),
        ]
    }

    /// `fetch(path, {method, headers: {Authorization}, body})`: the browser asks first where the page sends more than a
    /// form could, and lets the page read the answer only where the server says that it may.
    async fn fetch(
        &self,
        at: &ListenerClient,
        method: &str,
        path: &str,
        body: &Value,
        token: Option<&str>,
    ) -> HttpResponse {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut asks: Vec<&str> = Vec::new();
        asks.extend(token.map(|_| "authorization"));
        asks.extend((!body.is_empty()).then_some("content-type"));
        if !asks.is_empty() || !["GET", "HEAD", "POST"].contains(&method) {
            let wanted = asks.join(",");
            let mut headers = self.headers();
            headers.extend([
                ("access-control-request-method", method),
                ("access-control-request-private-network", "true"),
            ]);
            headers
                .extend((!wanted.is_empty()).then_some(("access-control-request-headers", wanted.as_str())));
            let said = at.raw("OPTIONS", path, "", &headers).await;
            assert!(said.status.is_success(), "the browser asks first for {method} {path}: {}", said.code());
            self.assert_readable(&said);
            let list = |name: &str| said.headers[name].to_str().unwrap().to_lowercase();
            let allowed = list("access-control-allow-headers");
            assert!(asks.iter().all(|name| allowed.split(", ").any(|one| one == *name)), "{allowed}");
            assert!(
                list("access-control-allow-methods").split(", ").any(|one| one.eq_ignore_ascii_case(method))
            );
            assert_eq!(said.headers["access-control-allow-private-network"], "true");
        }
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = self.headers();
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        let said = at.raw(method, path, &body, &headers).await;
        self.assert_readable(&said);
        said
    }

    #[track_caller]
    fn assert_readable(&self, said: &HttpResponse) {
        let allowed = said.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN].to_str().unwrap();
        assert!(
            allowed == "*" || allowed == self.origin,
            "the browser keeps the answer from the page: {allowed}"
        );
    }
}

/// The page of two-vm, opened from a file: it distinguishes success from failure by `message` and `error`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_two_vm_works_from_a_file() {
    let world = CompatTestBed::with(&["two-vm"]);
    let page = BrowserPage { origin: "null", site: "cross-site" };
    let (users, orders) = (world.at("two-vm.users"), world.at("two-vm.orders"));
    let ann =
        json!({"name": "Ann", "email": "ann@example.com", "password": "pw", "address": "1 Main Street"});
    let none = Value::Null;
    let said = page.fetch(&users, "POST", "/users", &ann, None).await;
    assert_eq!(said.body["message"], "User Ann added successfully!");
    let said = page.fetch(&users, "POST", "/users", &ann, None).await;
    assert!(said.body["error"].is_string() && said.body["message"].is_null());
    let wrong = json!({"email": "ann@example.com", "password": "no"});
    assert!(page.fetch(&users, "POST", "/users/login", &wrong, None).await.body["error"].is_string());
    let token = page.fetch(&users, "POST", "/users/login", &ann, None).await.text("token").to_owned();
    let order = json!({"item": "Tea", "token": token});
    let said = page.fetch(&orders, "POST", "/orders", &order, None).await;
    assert_eq!(said.body["message"], "Order placed successfully!");
    let said = page.fetch(&orders, "GET", &format!("/orders?token={token}"), &none, None).await;
    assert_eq!(
        (&said.body["orders"][0]["item"], &said.body["orders"][0]["status"]),
        (&json!("Tea"), &json!("Pending"))
    );
    let said = page.fetch(&orders, "GET", "/orders/1", &none, Some(&token)).await;
    assert_eq!(said.body["order_id"], 1);
    assert!(page.fetch(&orders, "GET", "/orders", &none, None).await.body["error"].is_string());
    // the page reads that there is nothing, where the browser asks first, too
    let said = page.fetch(&orders, "DELETE", "/basket/1", &json!({}), Some(&token)).await.expect(404);
    assert!(said.body["error"].is_string());
    orders.raw("OPTIONS", "/basket/1", "", &[("origin", "null")]).await.expect(404);
}

/// The page of auth-service, from any static server: it checks the health, registers, signs in, shows the profile and
/// checks the token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_auth_service_works_from_a_static_server() {
    let world = CompatTestBed::with(&["auth-service"]);
    let auth = world.at("auth-service.auth");
    for (n, origin) in ["http://127.0.0.1:8000", "http://localhost:8000"].into_iter().enumerate() {
        let page = BrowserPage { origin, site: "same-site" };
        let none = Value::Null;
        assert_eq!(page.fetch(&auth, "GET", "/health", &none, None).await.body["status"], "healthy");
        let name = format!("john{n}");
        let john =
            json!({"username": name, "email": format!("{name}@example.com"), "password": "SecurePass123"});
        let said = page.fetch(&auth, "POST", "/register", &john, None).await;
        assert_eq!(said.body["user"]["username"], json!(name));
        assert!(page.fetch(&auth, "POST", "/register", &john, None).await.body["error"].is_string());
        let token = page.fetch(&auth, "POST", "/login", &john, None).await.text("token").to_owned();
        let said = page.fetch(&auth, "GET", "/me", &none, Some(&token)).await;
        assert_eq!(said.body["user"]["email"], json!(format!("{name}@example.com")));
        assert_eq!(
            page.fetch(&auth, "POST", "/validate", &json!({"token": token}), None).await.body["valid"],
            true
        );
        assert!(page.fetch(&auth, "GET", "/me", &none, Some("nonsense")).await.body["error"].is_string());
    }
}
