//! A shop with façades, and clients that send exactly the bytes they are given.

use bytes::Bytes;
use http::{Method, Request, header};
use ordo::{data_dir::DataDir, databases::Databases};
use serde_json::{Value, json};
use std::process::Command;
use testkit::{
    http_client::{HttpClient, HttpResponse},
    server::{Launch, Server},
    temp_dir::TempDir,
};

pub const ADMIN: (&str, &str) = ("admin@example.com", "Tea-for-two-9");
/// Every service of a façade, by the façade's name.
const PARTS: [(&str, &[&str]); 5] = [
    ("two-vm", &["users", "orders"]),
    ("express-pair", &["users", "orders"]),
    ("flask-pair", &["users", "orders"]),
    ("auth-service", &["auth"]),
    ("ecommerce", &["auth", "products", "orders"]),
];

pub struct CompatTestBed {
    pub launch: Launch,
    server: Option<Server>,
    _folder: TempDir,
}

/// The names of all services of all façades.
pub fn parts() -> impl Iterator<Item = String> {
    PARTS.iter().flat_map(|(name, services)| services.iter().map(move |service| format!("{name}.{service}")))
}

/// How a shop with these façades is started, each of their services at any free port.
pub fn launch(folder: &TempDir, facades: &[&str]) -> Launch {
    let mut launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("shop"))
        .with("ORDO_ADMIN_EMAIL", ADMIN.0)
        .with("ORDO_ADMIN_PASSWORD", ADMIN.1)
        .with("ORDO_LOG", "info");
    for facade in facades {
        launch.arguments.extend(["--compat".to_owned(), (*facade).to_owned()]);
        for part in parts().filter(|part| part == facade || part.starts_with(&format!("{facade}."))) {
            launch.arguments.extend(["--compat-port".to_owned(), format!("{part}=0")]);
        }
    }
    launch
}

impl CompatTestBed {
    /// A new shop with these façades.
    pub fn with(facades: &[&str]) -> CompatTestBed {
        CompatTestBed::changed(facades, |launch| launch)
    }
    /// The same, started in another way.
    pub fn changed(facades: &[&str], change: impl FnOnce(Launch) -> Launch) -> CompatTestBed {
        let folder = TempDir::new();
        let launch = change(launch(&folder, facades));
        let server = Some(launch.start());
        CompatTestBed { launch, server, _folder: folder }
    }
    pub fn server(&mut self) -> &mut Server {
        self.server.as_mut().unwrap()
    }
    /// A client of a listener: `two-vm.users`, or `gateway`.
    pub fn at(&self, name: &str) -> ListenerClient {
        ListenerClient { plain: HttpClient::new(self.server.as_ref().unwrap().listener(name)) }
    }
    /// The address of a listener.
    pub fn url(&self, name: &str) -> String {
        self.server.as_ref().unwrap().listener(name).to_owned()
    }
    /// The administrator's token.
    pub async fn admin(&self) -> String {
        let body = json!({"email": ADMIN.0, "password": ADMIN.1});
        self.at("gateway").post("/v1/login", &body).await.expect(200).text("token").to_owned()
    }
    /// Ends the process on the spot, and starts it again on its data.
    pub fn kill_and_start(&mut self) {
        self.server().kill();
        self.server = Some(self.launch.start());
    }
    /// Starts it again on its data, once it has ended.
    pub fn start_again(&mut self) {
        self.server = Some(self.launch.start());
    }
    /// The databases of the shop, beside it.
    pub async fn databases(&self) -> Databases {
        let folder = DataDir::look_at(&self.launch.data).unwrap();
        Databases::open_existing(&folder, &testkit::real_env::env()).await.unwrap()
    }
    /// Nothing is lost, oversold or charged twice.
    pub fn assert_audit_is_clean(&self) {
        let mut audit: Command = self.launch.command(&["audit"]);
        let output = audit.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// A client of one listener.
#[derive(Clone)]
pub struct ListenerClient {
    plain: HttpClient,
}

impl ListenerClient {
    /// A client of the listener at this address.
    pub fn of(url: &str) -> ListenerClient {
        ListenerClient { plain: HttpClient::new(url) }
    }
    /// A request, byte for byte.
    pub async fn raw(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> HttpResponse {
        self.try_raw(method, path, body, headers).await.unwrap()
    }
    /// The same, of somebody who may not answer.
    pub async fn try_raw(
        &self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Result<HttpResponse, String> {
        let mut request = Request::builder().method(method.parse::<Method>().unwrap()).uri(path);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        self.plain.send(request).await.map_err(|e| e.to_string())
    }
    pub async fn get(&self, path: &str) -> HttpResponse {
        self.raw("GET", path, "", &[]).await
    }
    pub async fn post(&self, path: &str, body: &Value) -> HttpResponse {
        self.raw("POST", path, &body.to_string(), &[]).await
    }
    /// The same client, with a token.
    pub fn with_token(&self, token: &str) -> ListenerClient {
        ListenerClient { plain: self.plain.with_token(token) }
    }
    /// The same, with connections of its own.
    pub fn apart(&self) -> ListenerClient {
        ListenerClient { plain: self.plain.apart() }
    }
    pub async fn put(&self, path: &str, body: &Value) -> HttpResponse {
        self.raw("PUT", path, &body.to_string(), &[]).await
    }
}

/// An answer with this status and just this body.
#[track_caller]
pub fn assert_says(said: &HttpResponse, status: u16, body: Value) {
    assert_eq!((said.code(), &said.body), (status, &body), "{}", String::from_utf8_lossy(&said.bytes));
    assert_eq!(said.headers[header::CONTENT_TYPE], "application/json");
}

/// An error of the shape `{NAME: text}`, and nothing else in it.
#[track_caller]
pub fn assert_fails(said: &HttpResponse, status: u16, member: &str) {
    let text = String::from_utf8_lossy(&said.bytes);
    assert_eq!(said.code(), status, "{text}");
    let members: Vec<&String> = said.body.as_object().unwrap().keys().collect();
    assert_eq!(members, [member], "{text}");
    assert!(!said.text(member).is_empty(), "{text}");
}
