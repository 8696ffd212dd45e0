//! Every page that can be reached: small, well formed, guarded, and its links lead somewhere.

use super::{ADDRESS, Browser, PageResult, at_checkout, registered, shop_with};
use std::collections::BTreeSet;

/// A page and all that it needs but pictures, compressed.
pub(super) const PAGE_BYTES_MAX: usize = 100_000;

#[tokio::test]
async fn every_page_is_small_well_formed_and_leads_somewhere() {
    let names: Vec<String> = (0..30).map(|n| format!("Thing {n}")).collect();
    let (shop, ids) = shop_with(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut ada = registered(&shop, "ada").await;
    for method in ["sim_ok", "sim_declined", "sim_requires_action"] {
        let checkout = at_checkout(&mut ada, &ids[0], "1").await;
        let fields: Vec<_> = ADDRESS.into_iter().chain([("method", method)]).collect();
        ada.submit(&checkout, "/checkout", &fields).await.expect(303);
    }
    at_checkout(&mut ada, &ids[1], "1").await;
    let reached = walk(&mut ada).await;
    let nobody = walk(&mut Browser::new(&shop.url())).await;
    for page in [
        "/",
        "/search",
        "/basket",
        "/checkout",
        "/account",
        "/account/orders",
        "/account/profile",
        "/account/sessions",
    ] {
        assert!(reached.contains(page), "{page} is reached by no link");
    }
    for page in ["/sign-in", "/register", "/forgot"] {
        assert!(nobody.contains(page), "{page} is reached by no link");
    }
    assert!(reached.iter().filter(|path| path.ends_with("/cancel")).count() == 3, "{reached:?}");
    assert!(
        reached.iter().any(|path| path.ends_with("/bank"))
            && reached.iter().any(|path| path.contains("cursor="))
    );
}

/// Follows every link from the first page on.
pub(super) async fn walk(browser: &mut Browser) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec!["/".to_owned()];
    while let Some(path) = ahead.pop() {
        // the documentation is another's
        if path.starts_with("/docs") || !reached.insert(path.clone()) {
            continue;
        }
        let seen = browser.get(&path).await;
        match seen.status {
            200 => {
                look(&path, &seen);
                let bytes = weight(browser, &path, &seen).await;
                assert!(bytes < PAGE_BYTES_MAX, "{path} weighs {bytes}");
            }
            303 => ahead.push(seen.location()),
            status => panic!("{path} answers {status}"),
        }
        ahead.extend(seen.links());
        // the forms of the basket and of checkout lead on and back, too
        let tags = seen.tags();
        for to in tags.iter().filter(|tag| tag.name == "button" && tag.get("name") == "to") {
            let action = if path == "/basket" { "/basket/change" } else { "/checkout" };
            let sent = browser.submit(&seen, action, &[("to", to.get("value"))]).await.expect(303);
            ahead.push(sent.location());
        }
    }
    reached
}

#[track_caller]
fn look(path: &str, seen: &PageResult) {
    let policy = seen.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
        "{path}: {policy}"
    );
    assert_eq!(seen.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(seen.header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(seen.header("cache-control"), "no-store", "{path}");
    let tags = seen.tags();
    let ids: Vec<&str> = tags.iter().map(|tag| tag.get("id")).filter(|id| !id.is_empty()).collect();
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "{path}: an id stands there twice: {ids:?}"
    );
    assert_eq!(tags.iter().filter(|tag| tag.name == "h1" && !tag.text.is_empty()).count(), 1, "{path}");
    for tag in &tags {
        // what is copied leads nowhere by itself
        for (name, value) in tag.attributes.iter().filter(|(name, _)| *name != "data-copy") {
            // what search engines are told of a page has whole addresses, of this shop
            let is_own =
                matches!(tag.name.as_str(), "meta" | "link") && value.starts_with("http://127.0.0.1:");
            assert!(is_own || !value.contains("://"), "{path}: {name} leads elsewhere: {value}");
        }
        assert!(tag.name != "img" || tag.attributes.contains_key("alt"), "{path}: a picture without words");
        let target = tag.get("href").strip_prefix('#').filter(|_| tag.name == "a");
        assert!(target.is_none_or(|id| ids.contains(&id)), "{path}: a link to {target:?}");
        for described in tag.get("aria-describedby").split_whitespace() {
            assert!(ids.contains(&described), "{path}: described by {described}");
        }
        let label = if tag.name == "label" { tag.get("for") } else { "" };
        assert!(label.is_empty() || ids.contains(&label), "{path}: a label for {label}");
    }
}

/// What a page and its stylesheet and script weigh, compressed.
pub(super) async fn weight(browser: &mut Browser, path: &str, seen: &PageResult) -> usize {
    let tags = seen.tags();
    let files = tags.iter().flat_map(|tag| match tag.name.as_str() {
        "link" if matches!(tag.get("rel"), "stylesheet" | "icon") => Some(tag.get("href")),
        "script" => Some(tag.get("src")),
        _ => None,
    });
    let files = files.filter(|file| !file.is_empty());
    let mut bytes = 0;
    browser.says = vec![("accept-encoding", "gzip".to_owned())];
    for file in files.chain([path]) {
        let file = browser.get(file).await;
        assert!(file.status < 400, "{path}");
        bytes += file.bytes;
    }
    browser.says.clear();
    bytes
}
