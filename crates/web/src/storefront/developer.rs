//! The page for developers: the access token of this session, and a lamp with the status of the API that updates itself.

use super::account::around;
use crate::{
    session::{
        api_status::{self, ApiStatus},
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
    },
    texts as t,
    ui::{
        components::{moment, post},
        icons,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

const HERE: &str = "/account/developer";
/// An example of a call, with the origin of the request.
fn example(visit: &RequestContext) -> String {
    let origin = visit.origin();
    format!("curl -H \"Authorization: Bearer $TOKEN\" {origin}/v1/me")
}
/// Characters of the token that are shown, of its beginning and of its end.
const SHOWN: (usize, usize) = (6, 4);

/// The claims of the token about its time.
#[derive(Deserialize)]
struct TokenTimes {
    iat: i64,
    exp: i64,
}

/// `GET /account/developer`: without the token, so that it is in no page that a browser, an extension or a proxy stores.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    page(visit, false).await
}

/// `POST /account/developer`: with the token. Browsers do not store the response to a form.
pub(crate) async fn reveal(visit: RequestContext) -> Result<PageResponse, PageError> {
    page(visit, true).await
}

async fn page(visit: RequestContext, with_token: bool) -> Result<PageResponse, PageError> {
    let token = visit.signed_in()?.access().expose().to_owned();
    let example = example(&visit);
    let content = html! {
        div.stack.gap-2 {
            div.row.spread {
                h1 { (t::DEVELOPER) }
                div data-state-of=(api_status::PATH) data-offline=(t::API_OFFLINE) { (lamp(&visit).await) }
            }
            p.quiet { (t::TOKEN_MORE) a href="/docs" { (t::API) } "." }
        }
        div.card {
            div.card-body.stack {
                @if with_token { (revealed(&token)) }
                @else {
                    div.stack.gap-2 {
                        h2.label { (t::PERSONAL_TOKEN) }
                        p.small.quiet { (t::TOKEN_NOT_SHOWN) }
                        (post(visit.csrf(), HERE, "", html! { button.btn { (t::SHOW_TOKEN) } }))
                    }
                }
                @if let Some(times) = times(&token) {
                    @let now = visit.web.needs.env.now().as_seconds();
                    dl.facts.facts-row {
                        div { dt { (t::EXPIRES) } dd { (moment(Timestamp::from_seconds(times.exp))) ", " span.nowrap { (t::expires_in(times.exp - now)) } } }
                        div { dt { (t::ISSUED) } dd { (moment(Timestamp::from_seconds(times.iat))) } }
                    }
                }
            }
            div.card-foot { span.small.quiet { (t::TOKEN_ENDS) a href="/account/sessions" { (t::SESSIONS) } "." } }
        }
        section.stack.gap-2 aria-labelledby="example" {
            div.row.spread { h2.label id="example" { (t::EXAMPLE) } (copying(&example, t::EXAMPLE.text())) }
            p.small.quiet { (t::EXAMPLE_HINT) }
            pre.code tabindex="0" aria-labelledby="example" { (example) }
        }
    };
    Ok(around(&visit, HERE, t::DEVELOPER.text(), content).into())
}

fn revealed(token: &str) -> Markup {
    html! {
        div.field {
            span.label id="token-label" { (t::PERSONAL_TOKEN) }
            div.secret {
                code aria-labelledby="token-label" { (shortened(token)) }
                (copying(token, t::PERSONAL_TOKEN.text()))
            }
        }
        details.asked data-only-without-script {
            summary.btn.btn-small { (t::WHOLE_TOKEN) }
            p.below { code.wrap-any { (token) } }
        }
    }
}

/// A copy button, which a script shows.
fn copying(what: &str, called: &str) -> Markup {
    html! {
        button.btn.btn-small type="button" data-copy=(what) data-copied=(t::COPIED) data-failed=(t::NOT_COPIED) hidden {
            (icons::COPY) span { (t::COPY) } span.sr { " " (called) }
        }
    }
}

/// The lamp alone, for the script that updates it.
pub(crate) async fn state(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    // a page that was just shown has read the status
    let api = match ApiStatus::just_now(&visit.web) {
        Some(api) => api,
        None => ApiStatus::now(&visit.web).await,
    };
    Ok(PageResponse::Fragment(lamp_of(api)))
}

/// The lamp with the current status.
async fn lamp(visit: &RequestContext) -> Markup {
    lamp_of(ApiStatus::now(&visit.web).await)
}

fn lamp_of(api: ApiStatus) -> Markup {
    let (state, words) = api.shown();
    html! { span.lamp role="status" data-state=(state) { (words) } }
}

fn shortened(token: &str) -> String {
    let (begin, end) = SHOWN;
    match (token.get(..begin), token.len().checked_sub(end).and_then(|at| token.get(at..))) {
        (Some(first), Some(last)) if token.len() > begin + end => format!("{first}…{last}"),
        _ => "…".to_owned(),
    }
}

/// The validity of the token by its own claims.
fn times(token: &str) -> Option<TokenTimes> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_by_its_ends_alone() {
        assert_eq!(shortened("eyJhbGciOiJFZERTQSJ9.eyJz.Vq3kP0"), "eyJhbG…3kP0");
        for short in ["", "eyJ", "eyJhbGciOi"] {
            assert_eq!(shortened(short), "…");
        }
        let claims = URL_SAFE_NO_PAD.encode(br#"{"iat":1,"exp":2,"sub":"usr_x"}"#);
        let times = times(&format!("a.{claims}.b")).unwrap();
        assert_eq!((times.iat, times.exp), (1, 2));
    }
}
