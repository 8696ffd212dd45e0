//! The stylesheet, the scripts and the drawings: part of the program. Each has a print of its content in its name, so that
//! browsers may keep it for ever. Each is compressed once, when it is first asked for.

use crate::Web;
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use endpoint::http::{HeaderMap, HeaderValue, StatusCode, header};
use flate2::{Compression, write::GzEncoder};
use ring::digest::{SHA256, digest};
use std::{io::Write, sync::OnceLock};

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// One of them.
pub(crate) struct Asset {
    /// Where it is: `/assets/ordo.0123456789abcdef.css`.
    pub(crate) path: String,
    kind: &'static str,
    body: &'static [u8],
    gzip: OnceLock<Option<Bytes>>,
}

/// All of them.
pub(crate) struct Assets {
    pub(crate) style: Asset,
    pub(crate) script: Asset,
    pub(crate) console: Asset,
    pub(crate) look: Asset,
    pub(crate) paper: Asset,
    pub(crate) icon: Asset,
    pub(crate) teapot: Asset,
}

impl Assets {
    pub(crate) fn new() -> Self {
        Assets {
            style: Asset::new("ordo", "css", CSS, include_bytes!("../assets/ordo.css")),
            script: Asset::new("shop", "js", JS, include_bytes!("../assets/shop.js")),
            console: Asset::new("console", "js", JS, include_bytes!("../assets/console.js")),
            look: Asset::new("look", "js", JS, include_bytes!("../assets/look.js")),
            paper: Asset::new("paper", "js", JS, include_bytes!("../assets/paper.js")),
            icon: Asset::new("icon", "svg", SVG, include_bytes!("../assets/icon.svg")),
            teapot: Asset::new("teapot", "svg", SVG, include_bytes!("../assets/hero.svg")),
        }
    }
    /// The addresses of all of them.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.all().map(|asset| asset.path.clone()).to_vec()
    }
    fn find(&self, name: &str) -> Option<&Asset> {
        self.all().into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name))
    }
    fn all(&self) -> [&Asset; 7] {
        [&self.style, &self.script, &self.console, &self.look, &self.paper, &self.icon, &self.teapot]
    }
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, body: &'static [u8]) -> Self {
        let print = digest(&SHA256, body);
        let print: String = print.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Asset { path: format!("/assets/{name}.{print}.{ending}"), kind, body, gzip: OnceLock::new() }
    }

    /// As small as it gets; nothing, where it cannot be compressed.
    fn gzip(&self) -> Option<Bytes> {
        let compressed = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(self.body).and_then(|()| encoder.finish()).ok().map(Bytes::from)
        };
        self.gzip.get_or_init(compressed).clone()
    }
}

/// `GET /assets/{name}`. The gateway has made `Accept-Encoding` say gzip or nothing.
pub(crate) async fn answer(State(web): State<Web>, Path(name): Path<String>, asked: HeaderMap) -> Response {
    let Some(asset) = web.assets.find(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let takes_gzip = asked.get(header::ACCEPT_ENCODING).is_some_and(|taken| taken == "gzip");
    let gzip = takes_gzip.then(|| asset.gzip()).flatten();
    let is_gzip = gzip.is_some();
    let mut response = Response::new(Body::from(gzip.unwrap_or(Bytes::from_static(asset.body))));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
