//! Forms that were sent after their session had ended: stored sealed in the user's browser for 15 minutes, and shown again after
//! sign-in. They are not sent automatically: the page says that nothing was changed, and has a button. A form that is too long to be
//! stored is shown on the page that says so, to be copied.

use super::{
    checkout_form_state,
    cookies::Cookie,
    csrf,
    page_error::PageError,
    request::{RequestContext, is_page_of_ours},
    response::PageResponse,
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

/// Where a pending form is shown again.
pub(crate) const PATH: &str = "/resume";
/// Fields that users fill in, and their labels. Hidden fields, such as keys and ETags, are not shown.
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

/// A form that was not applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PendingForm {
    /// The user of the session: nobody else is shown the form.
    user: UserId,
    action: String,
    /// The page with the form.
    page: Option<String>,
    fields: Vec<(String, String)>,
}

/// The fields of a form, by their names.
type Fields = [(String, String)];

/// The labels and values of the fields that were filled in. Fields of rows have the number of their row as a suffix.
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

/// Stores the form of a session that has ended, and redirects to the sign-in page, which leads back.
pub(crate) fn keep(visit: &RequestContext, lost: &Session) -> PageResponse {
    let page = page_before(&visit.headers);
    let fields = fields_of(&visit.form);
    let is_secret = fields.iter().any(|(name, _)| is_secret(name));
    let before = page.clone().unwrap_or_else(|| "/".to_owned());
    if is_secret || fields.is_empty() {
        // there is nothing to store or to copy
        return PageResponse::redirect_with_flash(format!("{}&ended=1", to_sign_in(&before)));
    }
    let Some(user) = lost.user else { return show_for_copying(&before, &fields) };
    let kept = PendingForm { user, action: visit.path.clone(), page, fields };
    match visit.remember(Cookie::PendingForm, &kept) {
        true => PageResponse::redirect(to_sign_in(PATH)),
        false => show_for_copying(&before, &kept.fields),
    }
}

/// The fields of a form without its token.
fn fields_of(form: &Form) -> Vec<(String, String)> {
    let own = form.pairs().filter(|(name, _)| *name != CSRF_FIELD);
    own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The sign-in page that leads on to `next`.
fn to_sign_in(next: &str) -> String {
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("/sign-in?{next}")
}

/// The page with input that is too long to be stored until sign-in, to be copied.
fn show_for_copying(page: &str, fields: &Fields) -> PageResponse {
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

/// The previous page, if it is one of this origin.
pub(crate) fn page_before(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let path = rest.strip_prefix(text(header::HOST)?)?;
    is_page_of_ours(path).then(|| path.to_owned())
}

/// `GET /resume`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let session = visit.signed_in()?;
    let kept: Option<PendingForm> = visit.remembered(Cookie::PendingForm);
    let Some(kept) = kept.filter(|kept| session.user == Some(kept.user)) else {
        visit.forget(Cookie::PendingForm);
        return Ok(PageResponse::redirect("/"));
    };
    if kept.action == checkout_form_state::PATH {
        visit.forget(Cookie::PendingForm);
        return Ok(to_checkout(&visit, &kept.fields));
    }
    let page = kept.page.as_deref();
    let said = (t::SIGNED_IN_AGAIN, t::SIGNED_IN_AGAIN_MORE);
    Ok(to_be_sent(&visit, (&kept.action, page), &kept.fields, said).into())
}

/// Only the checkout page shows the total, so its form is never sent from another page.
fn to_checkout(visit: &RequestContext, fields: &Fields) -> PageResponse {
    checkout_form_state::keep_all(visit, fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    PageResponse::redirect_with_flash(format!("{}?resumed=1", checkout_form_state::PATH))
}

/// Whether the page with this form was shown to the current user before sign-in.
pub(crate) fn was_given(visit: &RequestContext, form: &Form) -> bool {
    csrf::is_from_here(&visit.headers) && visit.was_given(form.raw(CSRF_FIELD))
}

/// The same for a form without secrets, which can be shown again.
pub(crate) fn is_from_before_sign_in(visit: &RequestContext, form: &Form) -> bool {
    was_given(visit, form) && !form.pairs().any(|(name, _)| is_secret(name))
}

/// Shows the form again, for the current user to send. Nothing was changed.
pub(crate) fn show_again(visit: &RequestContext) -> PageResponse {
    let fields = fields_of(&visit.form);
    if visit.path == checkout_form_state::PATH {
        return to_checkout(visit, &fields);
    }
    let page = page_before(&visit.headers);
    let said = (t::SIGNED_IN_SINCE, t::SIGNED_IN_SINCE_MORE);
    let page = to_be_sent(visit, (&visit.path, page.as_deref()), &fields, said);
    page.with_status(StatusCode::CONFLICT).into()
}

/// The page with a pending form, its values, and the button that sends it.
fn to_be_sent(
    visit: &RequestContext,
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
        @match page { Some(page) => (ends(&deed, page, t::BACK_WITHOUT.text())), None => (deed) }
    };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            div.stack.gap-2 { h1 { (title) } p.quiet { (more) } }
            (post(visit.csrf(), action, "panel stack", form))
        }
    };
    Page::new(title, main)
}

/// Whether the form belongs to the session that has ended.
pub(crate) fn is_ours(visit: &RequestContext, form: &Form, lost: &Session) -> bool {
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
