//! The stylesheet, the scripts and the drawings: part of the program. Each has a print of its content in its name, so that
//! browsers may keep it for ever.

use crate::Web;
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use endpoint::http::{HeaderValue, StatusCode, header};
use ring::digest::{SHA256, digest};

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
}

/// All of them.
pub(crate) struct Assets {
    pub(crate) style: Asset,
    pub(crate) script: Asset,
    pub(crate) console: Asset,
    pub(crate) look: Asset,
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
            icon: Asset::new("icon", "svg", SVG, include_bytes!("../assets/icon.svg")),
            teapot: Asset::new("teapot", "svg", SVG, include_bytes!("../assets/hero.svg")),
        }
    }
    fn find(&self, name: &str) -> Option<&Asset> {
        let all = [&self.style, &self.script, &self.console, &self.look, &self.icon, &self.teapot];
        all.into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name))
    }
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, body: &'static [u8]) -> Self {
        let print = digest(&SHA256, body);
        let print: String = print.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Asset { path: format!("/assets/{name}.{print}.{ending}"), kind, body }
    }
}

/// `GET /assets/{name}`.
pub(crate) async fn answer(State(web): State<Web>, Path(name): Path<String>) -> Response {
    let Some(asset) = web.assets.find(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(Bytes::from_static(asset.body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
