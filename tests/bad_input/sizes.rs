//! What the largest bodies cost each operation, whatever its texts are compared with.

use super::Subject;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::cpu_time::CpuTime;

/// Nearly as much as a body may have.
const BYTES: usize = 900_000;
/// Letters of which a careless reader makes much work: one that becomes eighteen when it is normalized, one that becomes longer
/// without case, and marks that are put in order.
const COSTLY: [&str; 3] = ["\u{FDFA}", "\u{130}", "\u{315}\u{300}"];
/// What such a body may cost of the processor's time; a program that is not optimized takes three times as much.
const COST_MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 300 } else { 100 });
/// The least of so many tries counts: the shop does other work, too.
const TRIES: usize = 2;

/// What is wrong with the answers to bodies with such texts, and with what these cost the process.
pub async fn all(subjects: &[Subject<'_>], pid: u32) -> Vec<String> {
    let (mut findings, mut costs) = (Vec::new(), Vec::new());
    for subject in subjects {
        for letters in COSTLY {
            let Some(bodies) = large(subject, letters) else { continue };
            let what = format!("{}: {BYTES} bytes of {}", subject.name(), letters.escape_unicode());
            let mut least = Duration::MAX;
            for request in bodies {
                let before = CpuTime::by(pid).await;
                let said = subject.client.send(request).await.unwrap();
                let cost = CpuTime::by(pid).await.since(&before);
                least = least.min(cost.unwrap_or(Duration::MAX));
                // a token is said to be none
                if !said.status.is_client_error() && subject.name() != "validate_token" {
                    findings.push(format!("{what}: {} {}", said.status, said.body));
                }
            }
            costs.push((least, what));
        }
    }
    println!("of {} large bodies the dearest is {:?}", costs.len(), costs.iter().max().unwrap());
    let dear = costs.into_iter().filter(|(cost, _)| *cost > COST_MAX);
    findings.extend(dear.map(|(cost, what)| format!("{what} took {cost:?}")));
    findings
}

/// The same body several times, each text of it as long as all of them can be.
fn large(subject: &Subject<'_>, letters: &str) -> Option<[Request<Bytes>; TRIES]> {
    let schema = subject.document.body(subject.name())?;
    let mut body = subject.body();
    let places = subject.document.places(schema, &body);
    let is_text = |value: Option<&Value>| value.is_some_and(Value::is_string);
    let texts: Vec<_> = places.iter().filter(|place| is_text(place.value.as_ref())).collect();
    let text = json!(letters.repeat(BYTES / letters.len() / texts.len().max(1)));
    for place in &texts {
        *body.pointer_mut(&place.pointer)? = text.clone();
    }
    let body = Bytes::from(body.to_string());
    (!texts.is_empty()).then(|| std::array::from_fn(|_| subject.with_body(body.clone())))
}
