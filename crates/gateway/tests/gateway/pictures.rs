//! The pictures of a folder: who is counted for them, and what is told where the disk does not say what there is.

use crate::world::{GatewayResponse, gateway_of, got, open_gate};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use futures_util::future::join_all;
use gateway::GatewaySettings;
use http_body_util::BodyExt;
use kernel::{BoxFuture, Env, Host, Timestamp};
use ordo_http::{Peer, metrics};
use std::{
    fmt, fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use testkit::temp_dir::TempDir;
use tower::ServiceExt;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// What waits for the disk.
type DiskTask = Box<dyn FnOnce() + Send>;

/// A world whose checks the disk are counted, and kept waiting where it is silent.
struct Disk {
    system: Env,
    looks: AtomicUsize,
    waiting: Option<Mutex<Vec<DiskTask>>>,
}
impl Disk {
    fn new(waiting: Option<Mutex<Vec<DiskTask>>>) -> Arc<Disk> {
        Arc::new(Disk { system: testkit::real_env::env(), looks: AtomicUsize::new(0), waiting })
    }
    fn looks(&self) -> usize {
        self.looks.load(SeqCst)
    }
}

struct DiskHost(Arc<Disk>);
impl Host for DiskHost {
    fn now(&self) -> Timestamp {
        self.0.system.now()
    }
    fn random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.0.system.random::<32>()[..part.len()]);
        }
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.0.system.spawn(name, task);
    }
    fn blocking(&self, work: DiskTask) -> BoxFuture<()> {
        self.0.looks.fetch_add(1, SeqCst);
        match &self.0.waiting {
            Some(waiting) => {
                waiting.lock().unwrap().push(work);
                Box::pin(std::future::pending())
            }
            None => {
                let system = self.0.system.clone();
                Box::pin(async move { system.blocking(work).await.unwrap() })
            }
        }
    }
}

fn door(disk: &Arc<Disk>, folder: &Path, per_minute: Option<u32>) -> Router {
    let pictures = Some(folder.to_owned());
    let settings =
        GatewaySettings { pictures, requests_per_minute: per_minute, ..GatewaySettings::default() };
    gateway_of(Env::new(DiskHost(disk.clone())), settings, open_gate(), Vec::new())
}

fn request(path: &str) -> Request<Body> {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer("192.0.2.1:4711".parse().unwrap()));
    request
}

async fn asks(door: &Router, path: &str) -> GatewayResponse {
    got(door, request(path)).await
}

fn counted(class: &str) -> String {
    format!("ordo_requests_total{{service=\"gateway\",endpoint=\"any\",status=\"{class}\"}}")
}

#[tokio::test]
async fn pictures_are_counted_like_all_else_that_is_asked_for() {
    let (folder, disk) = (TempDir::new(), Disk::new(None));
    fs::write(folder.path().join("cup.png"), "a cup").unwrap();
    let door = door(&disk, folder.path(), Some(3));
    let shown = asks(&door, "/pictures/cup.png").await;
    assert_eq!((shown.status, shown.text.as_str()), (200, "a cup"));
    assert_eq!(shown.header("ratelimit-policy"), "\"requests\";q=3;w=60");
    assert!(shown.header("ratelimit").starts_with("\"requests\";r=2;"), "{}", shown.header("ratelimit"));
    // one that is not there is counted once
    let missing = asks(&door, "/pictures/can.png").await;
    assert_eq!((missing.status, missing.code().as_str()), (404, "not_found"));
    assert!(missing.header("ratelimit").starts_with("\"requests\";r=1;"), "{}", missing.header("ratelimit"));
    assert_eq!(asks(&door, "/v1/products").await.status, 200);
    let looks = disk.looks();
    for name in ["cup.png", "can.png"] {
        let refused = asks(&door, &format!("/pictures/{name}")).await;
        assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"), "{name}");
        assert_eq!(refused.header("retry-after"), "20");
    }
    assert_eq!(disk.looks(), looks, "nobody looks for who is refused");
    let meters = kernel::metrics::text(metrics::ALL);
    for (class, count) in [("2xx", 2), ("4xx", 3)] {
        assert!(meters.contains(&format!("{} {count}\n", counted(class))), "{meters}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_says_nothing_is_not_taken_for_a_folder_without_the_picture() {
    let (folder, disk) = (TempDir::new(), Disk::new(Some(Mutex::default())));
    let door = door(&disk, folder.path(), None);
    // one more than look at a time: it waits for its turn, and no longer than they do
    for refused in join_all((0..5).map(|_| asks(&door, "/pictures/a.png"))).await {
        assert_eq!((refused.status, refused.code().as_str()), (503, "unavailable"));
        assert_eq!(refused.header("retry-after"), "10");
        assert_ne!(refused.header("cache-control"), "public, max-age=300");
    }
    assert_eq!(disk.looks(), 4);
    // what is no name of a picture is not looked for
    assert_eq!(asks(&door, "/pictures/a.svg").await.status, 404);
}

#[tokio::test]
async fn a_folder_that_cannot_be_looked_into_has_no_missing_pictures() {
    let folder = TempDir::new();
    let path = folder.path().join("pictures");
    let door = door(&Disk::new(None), &path, None);
    // whoever has pictures makes it
    assert_eq!(asks(&door, "/pictures/cup.png").await.status, 404);
    fs::write(&path, "no folder").unwrap();
    let refused = asks(&door, "/pictures/cup.png").await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "unavailable"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("cup.png"), "a cup").unwrap();
    assert_eq!(asks(&door, "/pictures/cup.png").await.text, "a cup");
}

#[tokio::test]
async fn the_log_tells_of_a_picture_that_breaks_off() {
    let folder = TempDir::new();
    let file = folder.path().join("cup.png");
    fs::write(&file, vec![7; 200 << 10]).unwrap();
    let door = door(&Disk::new(None), folder.path(), None);
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let mut response: Response = door.oneshot(request("/pictures/cup.png")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let piece = response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(!piece.is_empty() && !log.text().contains("image cannot be served"), "{}", log.text());
    fs::write(&file, "another one").unwrap();
    let broken = loop {
        match response.body_mut().frame().await {
            Some(Ok(_)) => {}
            other => break other,
        }
    };
    assert!(broken.unwrap().is_err(), "it is not taken for whole");
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("image cannot be served").count(), 1, "{text}");
    assert!(
        text.contains("name=\"cup.png\"") && text.contains("it was changed during the transfer"),
        "{text}"
    );
}

/// What is logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);
impl Log {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}
impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Fields<'a>(&'a mut String);
impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}
