//! The stylesheet, the scripts and the drawings, built into the binary. Each has a hash of its content in its name, so that browsers
//! can cache it permanently, and is compressed once, at the first request. Comments and indentation are left out: a tenth of the
//! weight of a page.

use axum::{
    body::Body,
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

/// One asset.
pub(crate) struct Asset {
    /// Its path: `/assets/ordo.0123456789abcdef.css`.
    pub(crate) path: String,
    kind: &'static str,
    body: Bytes,
    gzip: OnceLock<Option<Bytes>>,
}

/// All assets.
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
            style: Asset::new("ordo", "css", CSS, include_str!("../../assets/ordo.css")),
            script: Asset::new("shop", "js", JS, include_str!("../../assets/shop.js")),
            console: Asset::new("console", "js", JS, include_str!("../../assets/console.js")),
            look: Asset::new("look", "js", JS, include_str!("../../assets/look.js")),
            paper: Asset::new("paper", "js", JS, include_str!("../../assets/paper.js")),
            icon: Asset::new("icon", "svg", SVG, include_str!("../../assets/icon.svg")),
            teapot: Asset::new("teapot", "svg", SVG, include_str!("../../assets/hero.svg")),
        }
    }
    /// The paths of all assets.
    pub(crate) fn paths(&self) -> Vec<String> {
        let all = self.all().map(|asset| asset.path.clone());
        all.into_iter().chain([FAVICON.to_owned()]).collect()
    }
    /// `GET /assets/{name}`. The gateway reduces `Accept-Encoding` to gzip or nothing.
    pub(crate) fn respond(&self, name: &str, asked: &HeaderMap) -> Response {
        let Some(asset) = self.find(name) else { return StatusCode::NOT_FOUND.into_response() };
        let takes_gzip = asked.get(header::ACCEPT_ENCODING).is_some_and(|taken| taken == "gzip");
        let gzip = takes_gzip.then(|| asset.gzip()).flatten();
        let is_gzip = gzip.is_some();
        let mut response = Response::new(Body::from(gzip.unwrap_or(asset.body.clone())));
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
    fn find(&self, name: &str) -> Option<&Asset> {
        self.all().into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name))
    }
    fn all(&self) -> [&Asset; 7] {
        [&self.style, &self.script, &self.console, &self.look, &self.paper, &self.icon, &self.teapot]
    }
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, written: &str) -> Self {
        let body = Bytes::from(bare(kind, written));
        let print = digest(&SHA256, &body);
        let print: String = print.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Asset { path: format!("/assets/{name}.{print}.{ending}"), kind, body, gzip: OnceLock::new() }
    }

    /// The compressed content; none where compression fails.
    fn gzip(&self) -> Option<Bytes> {
        let compressed = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&self.body).and_then(|()| encoder.finish()).ok().map(Bytes::from)
        };
        self.gzip.get_or_init(compressed).clone()
    }
}

/// Without comments, indentation and empty lines. A script's comments are in lines of their own, and no string continues over the
/// end of a line.
fn bare(kind: &str, written: &str) -> String {
    let mut code = String::with_capacity(written.len());
    let mut rest = written;
    // in a script these two characters can be part of a pattern
    while let Some((before, comment)) = rest.split_once("/*").filter(|_| kind == CSS) {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let is_comment = |line: &&str| kind == JS && line.starts_with("//");
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Where browsers look for an icon that a page does not name.
pub(crate) const FAVICON: &str = "/favicon.ico";
const ICO: &[u8] = include_bytes!("../../assets/favicon.ico");

/// `GET /favicon.ico`: the icon for browsers that do not show SVG.
pub(crate) async fn favicon() -> Response {
    let mut response = Response::new(Body::from(ICO));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/x-icon"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_for_us_alone_is_left_out() {
        let css = "/* all\n   of it */\na {\n  b: \"c\"; /* d */\n}\n";
        assert_eq!(bare(CSS, css), "a {\nb: \"c\";\n}\n");
        let js = "// first\n\nf();\n  // then\n  g('//', /a/*2); // there\n";
        assert_eq!(bare(JS, js), "f();\ng('//', /a/*2); // there\n");
    }

    /// What would change by it is nowhere: a text of several lines, or one with the signs of a comment.
    #[test]
    fn nothing_else_is() {
        let css = include_str!("../../assets/ordo.css");
        for line in css.lines().filter(|line| line.contains("/*")) {
            let before = line.split("/*").next().unwrap_or_default();
            assert!(before.matches('"').count() % 2 == 0 && !before.contains("url("), "{line}");
        }
        assert_eq!(css.matches("/*").count(), css.matches("*/").count());
        for written in [
            include_str!("../../assets/shop.js"),
            include_str!("../../assets/console.js"),
            include_str!("../../assets/look.js"),
            include_str!("../../assets/paper.js"),
        ] {
            for line in written.lines() {
                assert!(line.matches('`').count() % 2 == 0, "a text of several lines: {line}");
            }
        }
    }
}
