//! The book of the tour: what was asked and answered, in the order in which it happened.

use super::normalize::Normalizer;
use bytes::Bytes;
use endpoint::{
    Problem, Route,
    openapi::{ExampleRequest, Examples, Exchange},
};
use http::{HeaderMap, Request, Response};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The headers of requests that operations describe, and those of answers.
const ASKED: [&str; 4] = ["idempotency-key", "if-match", "if-none-match", "last-event-id"];
const ANSWERED: [&str; 4] = ["etag", "location", "retry-after", "www-authenticate"];

/// What was asked and answered so far.
#[derive(Default)]
pub(super) struct Recording(Mutex<Vec<(&'static str, Exchange)>>);

impl Recording {
    fn pages(&self) -> MutexGuard<'_, Vec<(&'static str, Exchange)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a success under what it shows.
    pub(super) fn note(
        &self,
        route: &Route,
        summary: &str,
        request: &Request<Bytes>,
        response: &Response<Bytes>,
    ) {
        let mut exchange = answer(name_of(summary), summary, response);
        exchange.request = Some(asked(route, request));
        self.pages().push((route.name, exchange));
    }

    /// Notes a refusal under its code. The first one that an operation gave stays.
    pub(super) fn note_refusal(&self, route: &Route, code: &str, response: &Response<Bytes>) {
        let mut exchange = answer(code.to_owned(), "", response);
        let title = exchange.body.as_ref().and_then(|body| body["title"].as_str()).unwrap_or_default();
        exchange.summary = title.trim_end_matches('.').to_owned();
        let mut pages = self.pages();
        if !pages.iter().any(|(name, known)| *name == route.name && known.name == exchange.name) {
            pages.push((route.name, exchange));
        }
    }

    /// Notes a refusal that does not come about here.
    ///
    /// # Errors
    /// In words, where it does come about: then that is the example.
    pub(super) fn note_untold(&self, route: &Route, problem: &Problem) -> Result<(), String> {
        let mut pages = self.pages();
        if pages.iter().any(|(name, known)| *name == route.name && known.name == problem.code) {
            return Err(format!("{} tells of {} itself", route.name, problem.code));
        }
        let after = problem.retry_after().map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
        let exchange = Exchange {
            name: problem.code.clone(),
            summary: problem.title.trim_end_matches('.').to_owned(),
            request: None,
            status: problem.status,
            headers: after.into_iter().collect(),
            body: Some(serde_json::to_value(problem).map_err(|error| error.to_string())?),
        };
        pages.push((route.name, exchange));
        Ok(())
    }

    /// All of it, with what differs from run to run or must not be shown replaced.
    pub(super) fn examples(&self) -> Examples {
        let mut plain = Normalizer::default();
        let mut examples: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
        for (operation, exchange) in self.pages().iter() {
            examples.entry((*operation).to_owned()).or_default().push(plain.exchange(exchange));
        }
        Examples(examples)
    }
}

/// `A card that is good` is `a_card_that_is_good`.
fn name_of(summary: &str) -> String {
    let words = summary.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

fn answer(name: String, summary: &str, response: &Response<Bytes>) -> Exchange {
    Exchange {
        name,
        summary: summary.to_owned(),
        request: None,
        status: response.status().as_u16(),
        headers: some_of(&ANSWERED, response.headers()),
        body: json(response.body()),
    }
}

fn asked(route: &Route, request: &Request<Bytes>) -> ExampleRequest {
    let words = route.path.split('/').zip(request.uri().path().split('/'));
    let named = |(word, value): (&str, &str)| {
        let name = word.strip_prefix('{')?.strip_suffix('}')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    ExampleRequest {
        path: words.filter_map(named).collect(),
        query: query.into_owned().collect(),
        headers: some_of(&ASKED, request.headers()),
        body: json(request.body()),
    }
}

fn some_of(names: &[&str], headers: &HeaderMap) -> BTreeMap<String, String> {
    let value = |name: &str| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.to_owned()));
    names.iter().filter_map(|name| value(name)).collect()
}

/// A body, as a value: one that is not JSON is a text, such as a stream's.
fn json(body: &Bytes) -> Option<Value> {
    let text = || std::str::from_utf8(body).ok().filter(|text| !text.is_empty()).map(Value::from);
    serde_json::from_slice(body).ok().or_else(text)
}
