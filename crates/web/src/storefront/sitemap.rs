//! The documents for crawlers: which pages they may read, and the addresses of all products.

use crate::session::{app::Web, page_error::PageError, request::RequestContext, response::PageResponse};
use axum::{body::Body, response::Response};
use contracts::products::{ListProducts, ProductFilter};
use endpoint::{
    Context, Json, PageParams, Query,
    http::{HeaderValue, header},
};
use futures_util::stream;
use kernel::{Timestamp, id::ProductId};
use std::{
    convert::Infallible,
    fmt::Write,
    iter::once,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// Addresses of one document: a tenth of what the protocol allows, so that each is small. More addresses have an index.
const PART: usize = 10_000;
/// Addresses that are written at a time; a divisor of [`PART`].
const PIECE: usize = 100;
/// The most products that are listed: the newest.
const PRODUCTS_MAX: usize = 500_000;
/// The list is rebuilt after this time.
const FRESH_FOR: Duration = Duration::from_secs(3600);
/// How long a crawler waits for the first list before it is told to retry.
const WAIT: Duration = Duration::from_secs(10);
/// Deadline for one page of products when the list is built.
const PAGE_WITHIN: Duration = Duration::from_secs(10);
const ROBOTS: &str = include_str!("../../assets/robots.txt");
const SCHEMA: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A product and when its catalogue data was last changed.
type Entry = (ProductId, Timestamp);

/// The list of products, built in the background.
#[derive(Default)]
pub(crate) struct Sitemap {
    list: Mutex<List>,
    built: Notify,
}

#[derive(Default)]
struct List {
    entries: Option<Arc<Vec<Entry>>>,
    built_at: Option<Timestamp>,
    is_being_built: bool,
}

impl Sitemap {
    /// The current list; an old or missing one is rebuilt, by one task at a time.
    fn entries(&self, web: &Web) -> Option<Arc<Vec<Entry>>> {
        let now = web.needs.env.now();
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = list.built_at.is_some_and(|at| now.since(at) < FRESH_FOR && at.since(now) < FRESH_FOR);
        if !is_fresh && !list.is_being_built {
            list.is_being_built = true;
            let builder = web.clone();
            web.needs.env.spawn("sitemap", async move {
                let read = read(&builder).await;
                builder.state::<Sitemap>().keep(read, builder.needs.env.now());
            });
        }
        list.entries.clone()
    }

    fn keep(&self, read: Result<Vec<Entry>, PageError>, now: Timestamp) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.is_being_built = false;
        // without products, the old list stays
        if let Ok(read) = read {
            (list.entries, list.built_at) = (Some(Arc::new(read)), Some(now));
        }
        self.built.notify_waiters();
    }
}

/// All products on sale, newest first.
async fn read(web: &Web) -> Result<Vec<Entry>, PageError> {
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let slice = PageParams { limit: Some(PageParams::MOST), cursor };
        let request = ListProducts { filter: Query(ProductFilter::default()), slice };
        let cx = Context::background(&web.needs.env, PAGE_WITHIN);
        let Json(page) = web.needs.products.call(&cx, request).await?;
        entries.extend(page.items.iter().map(|product| (product.id, product.updated_at)));
        cursor = page.next_cursor;
        if cursor.is_none() || entries.len() >= PRODUCTS_MAX {
            entries.truncate(PRODUCTS_MAX);
            return Ok(entries);
        }
    }
}

/// `GET /sitemap.xml`: all addresses, or an index of the documents that have them.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let site = visit.site().ok_or(PageError::NotFound)?;
    let sitemap = visit.web.state::<Sitemap>();
    let mut built = std::pin::pin!(sitemap.built.notified());
    built.as_mut().enable();
    let mut entries = sitemap.entries(&visit.web);
    if entries.is_none() {
        let _ = timeout(WAIT, built).await;
        entries = sitemap.list.lock().unwrap_or_else(PoisonError::into_inner).entries.clone();
    }
    let entries = entries.ok_or(PageError::Unavailable)?;
    let document =
        document(site, entries, visit.query.given("part").as_deref()).ok_or(PageError::NotFound)?;
    Ok(PageResponse::Raw(answer(document, "application/xml; charset=utf-8")))
}

/// A document; without a part the index, or all addresses where they fit into one document. It is written as it is read, so that a
/// slow reader holds one piece.
fn document(site: String, entries: Arc<Vec<Entry>>, part: Option<&str>) -> Option<Body> {
    let parts = entries.len().div_ceil(PART);
    let mut begin = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let nth = match part {
        None if parts > 1 => {
            let _ = writeln!(begin, "<sitemapindex xmlns=\"{SCHEMA}\">");
            for n in 1..=parts {
                let _ = writeln!(begin, "<sitemap><loc>{site}/sitemap.xml?part={n}</loc></sitemap>");
            }
            begin.push_str("</sitemapindex>\n");
            return Some(Body::from(begin));
        }
        None => 0,
        Some(part) => part.parse::<usize>().ok()?.checked_sub(1).filter(|nth| *nth < parts)?,
    };
    let _ = writeln!(begin, "<urlset xmlns=\"{SCHEMA}\">");
    if nth == 0 {
        let _ = writeln!(begin, "<url><loc>{site}/</loc></url>\n<url><loc>{site}/search</loc></url>");
    }
    let listed = nth * PART..entries.len().min((nth + 1) * PART);
    let pieces = listed.step_by(PIECE).map(move |from| {
        let (mut piece, to) = (String::new(), entries.len().min(from + PIECE));
        for (id, at) in entries.get(from..to).unwrap_or_default() {
            let _ = writeln!(piece, "<url><loc>{site}/products/{id}</loc><lastmod>{at}</lastmod></url>");
        }
        piece
    });
    let pieces = once(begin).chain(pieces).chain(once("</urlset>\n".to_owned()));
    Some(Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>))))
}

/// `GET /robots.txt`.
pub(crate) async fn robots(visit: RequestContext) -> Result<PageResponse, PageError> {
    let site = visit.site().unwrap_or_default();
    Ok(PageResponse::Raw(answer(ROBOTS.replace("SITE", &site), "text/plain; charset=utf-8")))
}

fn answer(body: impl Into<Body>, kind: &'static str) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;

    fn entries(count: usize) -> Vec<Entry> {
        let id = "prd_00000000000000000000000000".parse().unwrap();
        vec![(id, Timestamp::from_seconds(0)); count]
    }

    async fn text(site: &str, entries: Vec<Entry>, part: Option<&str>) -> Option<String> {
        let body = document(site.to_owned(), Arc::new(entries), part)?;
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn few_addresses_are_one_document_and_many_have_an_index() {
        let site = "https://a.example";
        let few = text(site, entries(PART), None).await.unwrap();
        assert_eq!(few.matches("<url>").count(), PART + 2);
        assert!(few.contains("<lastmod>1970-01-01T00:00:00.000000Z</lastmod>"));
        let many = entries(2 * PART + 1);
        let index = text(site, many.clone(), None).await.unwrap();
        assert_eq!(index.matches("<sitemap>").count(), 3);
        for (part, count) in [("1", PART + 2), ("2", PART), ("3", 1)] {
            let document = text(site, many.clone(), Some(part)).await.unwrap();
            assert_eq!(document.matches("<url>").count(), count);
            assert!(document.ends_with("</url>\n</urlset>\n"));
        }
        for wrong in ["0", "4", "-1", "x", "99999999999999999999"] {
            assert_eq!(text(site, many.clone(), Some(wrong)).await, None, "{wrong}");
        }
        assert_eq!(text(site, Vec::new(), None).await.unwrap().matches("<url>").count(), 2);
    }

    #[tokio::test]
    async fn a_document_is_written_while_it_is_read() {
        let body = document("a.".repeat(128), Arc::new(entries(PART)), None).unwrap();
        let sizes: Vec<usize> = body.into_data_stream().map(|piece| piece.unwrap().len()).collect().await;
        assert!(sizes.iter().all(|bytes| *bytes < 64 << 10), "{sizes:?}");
        assert_eq!(sizes.len(), 2 + PART / PIECE);
    }
}
