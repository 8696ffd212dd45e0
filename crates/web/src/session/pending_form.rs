//! What somebody sent when their session had just ended: it is kept, sealed, in their own browser for a few minutes, and
//! shown again once they have signed in. It is not sent by itself: they see that nothing was changed, and press the button.
//! What is too long to be kept so stands on the page that says so, to be copied.

use super::{
    checkout_form_state,
    cookies::Cookie,
    csrf,
    page_error::Stop,
    request::{Visit, is_page_of_ours},
    response::Shown,
    tokens::Session,
};
use crate::{
    texts::{self as t, Text, console as c},
    ui::{
        components::{AFTER_TAG, ends, post},
        form::{CSRF_FIELD, Form, is_secret},
        page::Page,
    },
};
use endpoint::http::{HeaderMap, StatusCode, header};
use kernel::id::UserId;
use maud::html;
use serde::{Deserialize, Serialize};

/// Where it is shown again.
pub(crate) const PATH: &str = "/resume";
/// Fields that people fill in, and what they are called: what is hidden from people stays so, keys and what a page was
/// based on.
const READ: [(&str, Text); 23] = [
    ("email", t::EMAIL),
    ("name", t::YOUR_NAME),
    ("line1", t::STREET),
    ("line2", t::FLOOR),
    ("postal_code", t::POSTAL_CODE),
    ("city", t::CITY),
    ("region", t::REGION),
    ("note", t::NOTE),
    ("quantity", t::QUANTITY),
    ("reason", t::WHY),
    ("amount", c::AMOUNT),
    ("description", c::DESCRIPTION),
    ("sku", c::ARTICLE_NUMBER),
    ("price", c::PRICE),
    ("stock", c::ON_HAND),
    ("pieces", c::HOW_MANY),
    ("remark", c::REMARK),
    ("text", c::NOTE_FOR_COLLEAGUES),
    ("carrier", c::CARRIER),
    ("tracking_number", c::TRACKING),
    ("what", c::ARTICLE_OR_WORDS),
    ("url", c::ADDRESS),
    ("alt", c::ALT),
];

/// A form that was not sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Whose session it was: nobody else is shown it.
    user: UserId,
    action: String,
    /// The page that it stood on.
    page: Option<String>,
    fields: Vec<(String, String)>,
}

/// A form's fields, by their names.
type Fields = [(String, String)];

/// What the fields are called that were filled in, and with what. Those of rows have the number of theirs behind their names.
fn read(fields: &Fields) -> impl Iterator<Item = (Text, &str)> {
    let base = |field: &str| match field.rsplit_once('-') {
        Some((base, row)) if row.parse::<u8>().is_ok() => base.to_owned(),
        _ => field.to_owned(),
    };
    fields.iter().filter(|(_, value)| !value.trim().is_empty()).filter_map(move |(field, value)| {
        let (_, name) = READ.iter().find(|(known, _)| *known == base(field))?;
        Some((*name, value.as_str()))
    })
}

/// Remembers what was sent by the one whose session has ended, and leads to signing in and back.
pub(crate) fn keep(visit: &Visit, lost: &Session) -> Shown {
    let page = page_before(&visit.headers);
    let fields = fields_of(&visit.form);
    let is_secret = fields.iter().any(|(name, _)| is_secret(name));
    let before = page.clone().unwrap_or_else(|| "/".to_owned());
    if is_secret || fields.is_empty() {
        // there is nothing that could be kept, or copied
        return Shown::done(format!("{}&ended=1", to_sign_in(&before)));
    }
    let Some(user) = lost.user else { return not_kept(&before, &fields) };
    let kept = Kept { user, action: visit.path.clone(), page, fields };
    match visit.remember(Cookie::Kept, &kept) {
        true => Shown::there(to_sign_in(PATH)),
        false => not_kept(&before, &kept.fields),
    }
}

/// What a form brought, but for its token.
fn fields_of(form: &Form) -> Vec<(String, String)> {
    let own = form.pairs().filter(|(name, _)| *name != CSRF_FIELD);
    own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Where one signs in, and goes on from there.
fn to_sign_in(next: &str) -> String {
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("/sign-in?{next}")
}

/// What was typed and is too long to be kept until somebody has signed in: it stands here to be copied.
fn not_kept(page: &str, fields: &Fields) -> Shown {
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::SESSION_HAS_ENDED) } p.quiet { (t::COPY_IT_FIRST) } }
            div.panel.stack {
                @for (n, (name, value)) in read(fields).enumerate() {
                    @let id = format!("typed-{n}");
                    div.field {
                        label.label for=(id) { (name) }
                        textarea.textarea id=(id) rows="4" readonly { (AFTER_TAG) (value) }
                    }
                }
            }
            div.ends { a.btn.btn-primary href=(to_sign_in(page)) { (t::SIGN_IN) } }
        }
    };
    Page::new(t::SESSION_HAS_ENDED, main).with_status(StatusCode::FORBIDDEN).into()
}

/// The page of ours on which a form stood, as the browser says.
pub(crate) fn page_before(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let path = rest.strip_prefix(text(header::HOST)?)?;
    is_page_of_ours(path).then(|| path.to_owned())
}

/// `GET /resume`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let session = visit.signed_in()?;
    let kept: Option<Kept> = visit.remembered(Cookie::Kept);
    let Some(kept) = kept.filter(|kept| session.user == Some(kept.user)) else {
        visit.forget(Cookie::Kept);
        return Ok(Shown::there("/"));
    };
    if kept.action == checkout_form_state::PATH {
        visit.forget(Cookie::Kept);
        return Ok(to_checkout(&visit, &kept.fields));
    }
    let page = kept.page.as_deref();
    let said = (t::SIGNED_IN_AGAIN, t::SIGNED_IN_AGAIN_MORE);
    Ok(to_be_sent(&visit, (&kept.action, page), &kept.fields, said).into())
}

/// What it costs stands on the page alone: nobody pays for what they do not see.
fn to_checkout(visit: &Visit, fields: &Fields) -> Shown {
    checkout_form_state::keep_all(visit, fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Shown::done(format!("{}?resumed=1", checkout_form_state::PATH))
}

/// Whether a form stood on a page that was shown to who is signed in before they were.
pub(crate) fn was_given(visit: &Visit, form: &Form) -> bool {
    csrf::is_from_here(&visit.headers) && visit.was_given(form.raw(CSRF_FIELD))
}

/// The same of a form without secrets, which may be shown again.
pub(crate) fn is_of_before(visit: &Visit, form: &Form) -> bool {
    was_given(visit, form) && !form.pairs().any(|(name, _)| is_secret(name))
}

/// Shows it once more, to be sent by who is signed in now. Nothing of it was done.
pub(crate) fn ask_again(visit: &Visit) -> Shown {
    let fields = fields_of(&visit.form);
    if visit.path == checkout_form_state::PATH {
        return to_checkout(visit, &fields);
    }
    let page = page_before(&visit.headers);
    let said = (t::SIGNED_IN_SINCE, t::SIGNED_IN_SINCE_MORE);
    let page = to_be_sent(visit, (&visit.path, page.as_deref()), &fields, said);
    page.with_status(StatusCode::CONFLICT).into()
}

/// A form that was not sent, with what stood in it, and a button that sends it.
fn to_be_sent(
    visit: &Visit,
    (action, page): (&str, Option<&str>),
    fields: &Fields,
    (title, more): (Text, Text),
) -> Page {
    let deed = html! { button.btn.btn-primary { (t::SEND_IT_NOW) } };
    let read: Vec<_> = read(fields).collect();
    let form = html! {
        @if !read.is_empty() {
            dl.facts { @for (name, value) in read { div { dt { (name) } dd.wrap-any { (value) } } } }
        }
        @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
        @match page { Some(page) => (ends(&deed, page, t::BACK_WITHOUT.say())), None => (deed) }
    };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            div.stack.gap-2 { h1 { (title) } p.quiet { (more) } }
            (post(visit.csrf(), action, "panel stack", form))
        }
    };
    Page::new(title, main)
}

/// The form whose fields may be kept.
pub(crate) fn is_ours(visit: &Visit, form: &Form, lost: &Session) -> bool {
    csrf::is_from_here(&visit.headers) && visit.web.csrf.accepts(form.raw(CSRF_FIELD), &lost.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn the_page_before_is_one_of_this_origin() {
        let of = |referer: &'static str| {
            let said = [
                (header::HOST, HeaderValue::from_static("shop.example")),
                (header::REFERER, HeaderValue::from_static(referer)),
            ];
            page_before(&said.into_iter().collect())
        };
        assert_eq!(of("https://shop.example/console/orders?q=tea").as_deref(), Some("/console/orders?q=tea"));
        for other in [
            "https://evil.example/",
            "https://shop.example.evil.example/x",
            "https://shop.example//evil.example",
            "nonsense",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
