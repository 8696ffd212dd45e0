//! Cursors that were given out, shown where they do not belong.

use super::{
    Subject,
    case::{Case, Expected},
};
use http::Request;
use testkit::http_client::HttpClient;

/// What is wrong with the answers to them.
pub async fn all(subjects: &[Subject<'_>], owner: &HttpClient, other: &HttpClient) -> Vec<String> {
    let mut findings = Vec::new();
    let mut lists = Vec::new();
    for subject in subjects.iter().filter(|s| s.parameters("query").iter().any(|p| p["name"] == "cursor")) {
        let path = subject.asked.operation.path(subject.stage);
        let page = subject.client.get(&format!("{path}?limit=1")).await.expect(200);
        match page.body["next_cursor"].as_str() {
            Some(cursor) => lists.push((subject, path, cursor.to_owned())),
            // an order has one payment
            None if subject.name() == "list_payments_of_order" => {}
            None => findings.push(format!("{}: too little is there for a second page", subject.name())),
        }
    }
    for (subject, path, own) in &lists {
        subject.client.get(&format!("{path}?limit=1&cursor={own}")).await.expect(200);
        let mut bad: Vec<(String, String)> = Vec::new();
        for (from, _, cursor) in lists.iter().filter(|(from, ..)| from.name() != subject.name()) {
            bad.push((format!("a cursor of {}", from.name()), cursor.clone()));
        }
        bad.push(("half a cursor".to_owned(), own[..own.len() / 2].to_owned()));
        bad.push(("a cursor without its last letter".to_owned(), own[..own.len() - 1].to_owned()));
        bad.push(("a cursor with one more letter".to_owned(), format!("{own}A")));
        bad.push(("a cursor twice".to_owned(), format!("{own}{own}")));
        for at in [0, own.len() / 2, own.len() - 2] {
            let letter = if own.as_bytes()[at] == b'A' { "B" } else { "A" };
            bad.push((
                format!("a cursor with another letter {at}"),
                format!("{}{letter}{}", &own[..at], &own[at + 1..]),
            ));
        }
        for (what, cursor) in bad {
            let case = shown(what, &format!("{path}?cursor={cursor}"));
            findings.extend(case.tried(subject.name(), &subject.client, subject.document).await);
        }
        for filter in filters(subject.name()) {
            let case = shown(
                format!("a cursor without the filter {filter}"),
                &format!("{path}?{filter}&cursor={own}"),
            );
            findings.extend(case.tried(subject.name(), &subject.client, subject.document).await);
        }
    }
    let page = owner.get("/v1/orders?limit=1").await.expect(200);
    let case = shown(
        "a cursor of another customer".to_owned(),
        &format!("/v1/orders?cursor={}", page.text("next_cursor")),
    );
    findings.extend(case.tried("list_orders", other, subjects[0].document).await);
    findings
}

fn shown(what: String, uri: &str) -> Case {
    let request = Request::builder().uri(uri).body(Default::default()).unwrap();
    Case::new(what, request, Expected::At("?cursor".to_owned()))
}

/// Filters that the cursor was not given out for.
fn filters(name: &str) -> &'static [&'static str] {
    match name {
        "list_products" => &["status=active", "q=thing"],
        "list_orders" => &["status=confirmed"],
        "list_events" => &["type=order.placed"],
        "list_mails" => &["to=owner%40example.com"],
        _ => &[],
    }
}
