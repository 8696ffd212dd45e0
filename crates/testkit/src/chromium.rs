//! A real Chromium without a window, driven by its own driver (W3C WebDriver) on loopback.

mod print;

use crate::{
    http_client::{HttpClient, HttpResponse},
    temp_dir::TempDir,
};
use http::{Method, Request, header};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// The first of these that is installed.
const BROWSERS: [&str; 2] = ["chromium-headless-shell", "chromium"];
/// What WebDriver calls an element in its answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Longer than any page takes, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const A_WHILE: Duration = Duration::from_millis(50);

/// A browser with one window; ended when it is dropped.
pub struct Chromium {
    driver: Driver,
    plain: HttpClient,
    session: String,
    /// Whether things may move.
    motion: AtomicBool,
}

/// The driver, which ends its browser when it ends, and the folder in which the two keep what they need.
struct Driver(Child, #[allow(dead_code, reason = "it is gone with the driver")] TempDir);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How pages are shown.
#[derive(Debug, Clone, Copy)]
pub struct Viewport {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Whether the person likes it dark.
    pub dark: bool,
    /// Whether scripts run.
    pub scripts: bool,
    /// Whether things may move, which not everybody likes.
    pub motion: bool,
}

impl Chromium {
    /// Starts the driver, and a browser with a profile of its own.
    ///
    /// # Panics
    /// When Chromium or its driver is not installed, or does not start.
    pub async fn open(look: Viewport) -> Chromium {
        let (driver, port) = start_driver();
        let plain = HttpClient::new(&format!("http://127.0.0.1:{port}"));
        let size = format!("--window-size={},{}", look.width, look.height);
        // a pipe instead of a port: the browser ends with its driver, however that ends
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-breakpad",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--remote-debugging-pipe",
            // a name in the shop's own network, which a browser trusts less than this machine
            "--host-resolver-rules=MAP shop.test 127.0.0.1",
            &size,
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": arguments,
                "binary": installed(),
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let said = asked(&plain, Method::POST, "/session", &wanted).await;
        let session = said["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {said}")).to_owned();
        let browser = Chromium { driver, plain, session, motion: AtomicBool::new(look.motion) };
        // what a page in front of a person may do without a question
        let copying = json!({"permission": {"name": "clipboard-write"}, "setting": "granted"});
        browser.devtools("Browser.setPermission", copying).await;
        browser.shown(look).await;
        browser
    }

    /// The same browser as if it were somebody else's, whom no site knows: starting another one takes seconds.
    pub async fn anew(&self, look: Viewport) {
        self.go("about:blank").await;
        for what in ["Network.clearBrowserCookies", "Network.clearBrowserCache"] {
            self.devtools(what, json!({})).await;
        }
        let all = json!({"origin": "*", "storageTypes": "all"});
        self.devtools("Storage.clearDataForOrigin", all).await;
        self.shown(look).await;
    }

    /// Shows pages in this look from now on.
    pub async fn shown(&self, look: Viewport) {
        self.motion.store(look.motion, Relaxed);
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !look.scripts})).await;
        self.sized(look.width, look.height, look.dark).await;
    }

    /// Shows pages so wide and high from now on, light or dark.
    pub async fn sized(&self, width: u32, height: u32, dark: bool) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if dark { "dark" } else { "light" };
        let motion = if self.motion.load(Relaxed) { "no-preference" } else { "reduce" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Is in this time zone from now on, such as `Asia/Kolkata`.
    pub async fn in_zone(&self, zone: &str) {
        self.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
    }

    /// Has no network from now on, or has it again.
    pub async fn offline(&self, is: bool) {
        self.devtools("Network.enable", json!({})).await;
        let all = json!({"offline": is, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", all).await;
    }

    /// Loads nothing from now on whose address fits one of these, with `*` for whatever stands there: as where somebody's
    /// browser blocks it. None of them: it loads everything again.
    pub async fn blocks(&self, addresses: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setBlockedURLs", json!({ "urls": addresses })).await;
    }

    /// Runs a script on each page that is loaded from now on, before the page's own.
    pub async fn on_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Goes to an address, and waits until the page is loaded.
    pub async fn go(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    /// Goes back to the page before, as by the browser's own button. Whoever needs that page waits for what is on it.
    pub async fn back(&self) {
        self.post("/back", json!({})).await;
    }

    /// Where it is.
    pub async fn url(&self) -> String {
        self.get("/url").await.as_str().unwrap_or_default().to_owned()
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.get("/title").await.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a function's body in the page; its arguments are `arguments`, and what it promises is waited for.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             Promise.resolve((function() {{ {script} }}).apply(null, arguments)).then(done, e => done('' + e))"
        );
        self.post("/execute/async", json!({"script": script, "args": arguments})).await
    }

    /// Presses the first element that a CSS selector finds, once it is there.
    ///
    /// What is new on the page may take the element's place just then, as nobody notices who checks it.
    pub async fn press(&self, selector: &str) {
        self.of_element(Method::POST, selector, "click", &json!({})).await;
    }

    /// What an element is asked, again where another page or part comes in between.
    async fn of_element(&self, method: Method, selector: &str, what: &str, body: &Value) -> Value {
        loop {
            let element = self.find(selector).await;
            let path = format!("/session/{}/element/{element}/{what}", self.session);
            let said = answered(&self.plain, method.clone(), &path, body).await;
            if !is_gone(&said.body) {
                return said.expect(200).body["value"].clone();
            }
        }
    }

    /// Types into a field, in the place of what is in it.
    pub async fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector).await;
        self.post(&format!("/element/{element}/clear"), json!({})).await;
        self.post(&format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Hits keys as somebody does who has only these, wherever the focus is: letters, and those that WebDriver has signs for
    /// (w3.org/TR/webdriver2, "Keyboard actions").
    pub async fn keys(&self, keys: &str) {
        let hit = |key: char| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        };
        let hits: Vec<Value> = keys.chars().flat_map(hit).collect();
        self.post("/actions", json!({"actions": [{"type": "key", "id": "keys", "actions": hits}]})).await;
    }

    /// What an element says to a reader, once it is there.
    pub async fn text(&self, selector: &str) -> String {
        let said = self.of_element(Method::GET, selector, "text", &Value::Null).await;
        said.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says this.
    ///
    /// # Panics
    /// When it does not within a minute.
    #[track_caller]
    pub fn says<'a>(&'a self, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let begun = Instant::now();
            let mut last = String::new();
            while begun.elapsed() < PATIENCE {
                last = self.text("body").await;
                if last.contains(text) {
                    return;
                }
                sleep(A_WHILE).await;
            }
            panic!("{caller}: the page does not say “{text}”: {last}");
        }
    }

    /// Waits until it has gone on from this path, whatever is asked for there.
    ///
    /// # Panics
    /// When it is still there after a minute.
    pub async fn leaves(&self, path: &str) {
        let begun = Instant::now();
        let is_there = |url: String| url.split('?').next().is_some_and(|place| place.ends_with(path));
        while is_there(self.url().await) {
            if begun.elapsed() >= PATIENCE {
                // what the text does not tell: what stands in the fields, where the focus is, whether something is loading
                let state = self.run(
                    "const name = (e) => `${e.localName}[${e.name}=${e.value}]`;
                     return [document.readyState, performance.now(), name(document.activeElement),
                         ...[...document.querySelectorAll('main input, main [aria-busy]')].map(name)]",
                    json!([]),
                );
                panic!("still at {path}: {}: {}", state.await, self.text("body").await);
            }
            sleep(A_WHILE).await;
        }
    }

    /// What its console says since the last time, but for what is only information.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let loud = entries.iter().filter(|entry| !matches!(entry["level"].as_str(), Some("INFO" | "DEBUG")));
        loud.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The same, but for its note that a page was answered with this status, as a form that is refused is: the browser writes one
    /// for every such document, whatever stands in it. One begun as `4` is any that begins so.
    pub async fn complaints_but_for(&self, status: &str) -> Vec<String> {
        self.complaints().await.into_iter().filter(|one| !notes_page(one, status)).collect()
    }

    /// A picture of the whole page, as a WebP file.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub async fn picture(&self, file: &Path) {
        let options = json!({"format": "webp", "quality": 80, "captureBeyondViewport": true});
        let taken = self.devtools("Page.captureScreenshot", options).await;
        let picture = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            taken["data"].as_str().unwrap_or_default(),
        );
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, picture.expect("the driver writes base64")).unwrap();
    }

    async fn find(&self, selector: &str) -> String {
        let begun = Instant::now();
        loop {
            let found = self.post("/elements", json!({"using": "css selector", "value": selector})).await;
            if let Some(element) = found[0][ELEMENT].as_str() {
                return element.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "there is no {selector} on {}", self.url().await);
            sleep(A_WHILE).await;
        }
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    async fn get(&self, path: &str) -> Value {
        asked(&self.plain, Method::GET, &format!("/session/{}{path}", self.session), &Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        asked(&self.plain, Method::POST, &format!("/session/{}{path}", self.session), &body).await
    }

    /// Ends the browser and its driver.
    pub async fn close(self) {
        asked(&self.plain, Method::DELETE, &format!("/session/{}", self.session), &Value::Null).await;
        drop(self.driver);
    }
}

/// The browser without the parts that show windows, which takes a quarter less time for a page; or the whole one.
fn installed() -> PathBuf {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let named = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    let found = BROWSERS.into_iter().find_map(named);
    found.unwrap_or_else(|| panic!("none of {BROWSERS:?} is there; `cargo xtask test` installs one"))
}

/// The driver, and the port that it has chosen. It takes a free one for one family of addresses, and ends where the same one of
/// the other is taken: then it chooses again.
fn start_driver() -> (Driver, u16) {
    (0..3).find_map(|_| try_driver()).expect("the driver tells its port")
}

/// None where it has ended before it told its port.
#[allow(clippy::disallowed_methods, reason = "a pipe is read by a thread of its own")]
fn try_driver() -> Option<(Driver, u16)> {
    let mut command = Command::new("chromedriver");
    // the browser's profile and what it shares with itself
    let folder = TempDir::new();
    command.args(["--port=0", "--log-level=WARNING"]).env("TMPDIR", folder.path());
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let child = spawned.unwrap_or_else(|e| panic!("chromedriver: {e}; `cargo xtask test` installs it"));
    let mut driver = Driver(child, folder);
    let mut lines = BufReader::new(driver.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let port = lines
        .find_map(|line| line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())?;
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port))
}

/// What the driver answers, which must be that it is done.
#[track_caller]
fn asked<'a>(
    plain: &'a HttpClient,
    method: Method,
    path: &'a str,
    body: &'a Value,
) -> impl Future<Output = Value> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let said = answered(plain, method, path, body).await;
        assert_eq!(said.code(), 200, "{caller}: {path}: {}", said.body["value"]["message"]);
        said.body["value"].clone()
    }
}

async fn answered(plain: &HttpClient, method: Method, path: &str, body: &Value) -> HttpResponse {
    let bytes = if body.is_null() { Default::default() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json").body(bytes).unwrap();
    plain.send(request).await.unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Whether the element was another page's or another part's, which has gone in the meantime: the driver says so in two
/// ways.
fn is_gone(said: &Value) -> bool {
    let (error, message) = (&said["value"]["error"], &said["value"]["message"]);
    error == "stale element reference"
        || message.as_str().is_some_and(|text| text.contains("does not belong to the document"))
}

/// Whether a complaint is just the note that a page has this status; of what a page is made of none may have it.
pub fn notes_page(complaint: &str, status: &str) -> bool {
    const NOTE: &str = " - Failed to load resource: the server responded with a status of ";
    complaint.split_once(NOTE).is_some_and(|(url, said)| {
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let is_part = ["assets/", "pictures/"].iter().any(|part| path.starts_with(part));
        said.starts_with(status) && !is_part
    })
}
