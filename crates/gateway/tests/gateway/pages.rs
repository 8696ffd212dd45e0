//! The OpenAPI document and the page that shows it.

use crate::world::{ask, ordinary};

#[tokio::test]
async fn the_document_is_the_catalogues_and_need_not_be_sent_twice() {
    let gateway = ordinary();
    let got = ask(&gateway, "GET /openapi.json", &[]).await;
    assert_eq!((got.status, got.header("content-type")), (200, "application/json"));
    assert_eq!(got.json(), contracts::catalogue::document("1.2.3").finish());
    assert_eq!(got.header("cache-control"), "no-cache");
    let etag = got.header("etag").to_owned();
    let same = ask(&gateway, "GET /openapi.json", &[("if-none-match", &etag)]).await;
    assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", etag.as_str()));
    let other = ask(&gateway, "GET /openapi.json", &[("if-none-match", "\"0\"")]).await;
    assert_eq!(other.status, 200);
    let head = ask(&gateway, "HEAD /openapi.json", &[]).await;
    assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", etag.as_str()));
}

#[tokio::test]
async fn the_first_page_is_the_documentation() {
    let got = ask(&ordinary(), "GET /", &[]).await;
    assert_eq!((got.status, got.header("location")), (307, "/docs"));
}

#[tokio::test]
async fn the_pages_need_nothing_but_this_server() {
    for page in ["/docs", "/docs/guide", "/docs/events", "/docs/problems"] {
        assert!(files_of(page).await >= 14, "{page}");
    }
}

#[tokio::test]
async fn the_guide_can_be_read_without_scripts() {
    let gateway = ordinary();
    let got = ask(&gateway, "GET /docs/guide.md", &[]).await;
    assert_eq!((got.status, got.header("content-type")), (200, "text/markdown; charset=utf-8"));
    assert!(got.text.contains("\n## "), "{}", got.text);
    let document = ask(&gateway, "GET /openapi.json", &[]).await.json();
    assert_eq!(document["x-guide"], got.text, "what a shop adds is in both");
}

#[tokio::test]
async fn a_page_is_found_with_a_slash_behind_it() {
    let gateway = ordinary();
    for page in ["/docs", "/docs/guide", "/docs/events", "/docs/problems"] {
        let got = ask(&gateway, &format!("GET {page}/"), &[]).await;
        assert_eq!((got.status, got.header("location")), (308, page));
    }
}

/// How many files a page has, each of which is here and fetches nothing from elsewhere.
async fn files_of(page: &str) -> usize {
    let gateway = ordinary();
    let page = ask(&gateway, &format!("GET {page}"), &[]).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    for source in policy.split("; ") {
        assert!(source.ends_with(" 'self'") || source.ends_with(" 'none'"), "{source}");
    }
    let mut files = Vec::new();
    for attribute in ["src=\"", "href=\""] {
        let found = page.text.split(attribute).skip(1).filter_map(|rest| rest.split_once('"'));
        files.extend(found.map(|(file, _)| file.to_owned()).filter(|file| !file.starts_with('#')));
    }
    for file in &files {
        let got = ask(&gateway, &format!("GET {file}"), &[]).await;
        assert_eq!(got.status, 200, "{file}");
        assert!(!got.text.is_empty());
        // what is fetched from elsewhere, or stands in the page itself, is forbidden by its policy
        let links = got.text.replace("http://www.w3.org/2000/svg", "");
        assert!(!links.contains("http://") && !links.contains("https://"), "{file}");
        if file.ends_with(".js") {
            assert!(!got.text.contains("innerHTML") && !got.text.contains("eval("), "{file}");
        }
    }
    assert!(
        !page.text.contains("<style") && !page.text.contains("style=") && !page.text.contains(" onclick")
    );
    files.len()
}

#[tokio::test]
async fn every_problem_names_a_page_that_is_there() {
    let gateway = ordinary();
    let kind = ask(&gateway, "GET /nowhere", &[]).await.json()["type"].as_str().unwrap().to_owned();
    let (page, code) = kind.split_once('#').unwrap();
    assert_eq!((page, code), ("/docs/problems", "not_found"));
    assert_eq!(ask(&gateway, &format!("GET {page}"), &[]).await.status, 200);
}

#[tokio::test]
async fn pages_are_read_and_not_written() {
    let gateway = ordinary();
    for path in ["/docs", "/openapi.json", "/health", "/ready", "/"] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let got = ask(&gateway, &format!("{method} {path}"), &[]).await;
            assert_eq!((got.status, got.code().as_str()), (405, "method_not_allowed"), "{method} {path}");
            assert_eq!(got.header("allow"), "GET,HEAD");
        }
    }
}
