//! For developers: the personal token of this session, and a lamp that tells the state of the API by itself.

use super::account::around;
use crate::{
    session::{
        api_status::{self, Api},
        page_error::Stop,
        request::Visit,
        response::Shown,
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
/// How a token is used, at the address by which the browser came here.
fn example(visit: &Visit) -> String {
    let origin = visit.origin();
    format!("curl -H \"Authorization: Bearer $TOKEN\" {origin}/v1/me")
}
/// Characters of the token that are shown of its begin and of its end.
const SHOWN: (usize, usize) = (6, 4);

/// What the token says of its time.
#[derive(Deserialize)]
struct Times {
    iat: i64,
    exp: i64,
}

/// `GET /account/developer`: without the token, so that it is in no page that a browser, an extension or a proxy keeps.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    page(visit, false).await
}

/// `POST /account/developer`: with the token. No browser keeps the answer to a form.
pub(crate) async fn reveal(visit: Visit) -> Result<Shown, Stop> {
    page(visit, true).await
}

async fn page(visit: Visit, with_token: bool) -> Result<Shown, Stop> {
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
            div.row.spread { h2.label id="example" { (t::EXAMPLE) } (copying(&example, t::EXAMPLE.say())) }
            p.small.quiet { (t::EXAMPLE_HINT) }
            pre.code tabindex="0" aria-labelledby="example" { (example) }
        }
    };
    Ok(around(&visit, HERE, t::DEVELOPER.say(), content).into())
}

fn revealed(token: &str) -> Markup {
    html! {
        div.field {
            span.label id="token-label" { (t::PERSONAL_TOKEN) }
            div.secret {
                code aria-labelledby="token-label" { (shortened(token)) }
                (copying(token, t::PERSONAL_TOKEN.say()))
            }
        }
        details.asked data-only-without-script {
            summary.btn.btn-small { (t::WHOLE_TOKEN) }
            p.below { code.wrap-any { (token) } }
        }
    }
}

/// A button that a script shows where it can copy.
fn copying(what: &str, called: &str) -> Markup {
    html! {
        button.btn.btn-small type="button" data-copy=(what) data-copied=(t::COPIED) data-failed=(t::NOT_COPIED) hidden {
            (icons::COPY) span { (t::COPY) } span.sr { " " (called) }
        }
    }
}

/// The lamp alone, for the script that asks again.
pub(crate) async fn state(visit: Visit) -> Result<Shown, Stop> {
    visit.signed_in()?;
    // a page that was shown a moment ago has had it asked
    let api = match Api::just_now(&visit.web) {
        Some(api) => api,
        None => Api::now(&visit.web).await,
    };
    Ok(Shown::Part(lamp_of(api)))
}

/// What the services say of themselves now.
async fn lamp(visit: &Visit) -> Markup {
    lamp_of(Api::now(&visit.web).await)
}

fn lamp_of(api: Api) -> Markup {
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

/// From when until when it is good, as it says itself.
fn times(token: &str) -> Option<Times> {
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
