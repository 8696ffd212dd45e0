//! The context of one request: the session, the form, the cookies received and the cookies to set.

mod cookies_out;

use super::{
    app::Web,
    basket_cookie::BasketCookie,
    cookies::Cookie,
    form_pages,
    guest_keys::{self, GuestKeys},
    page_error::PageError,
    tokens::{self, Session},
};
use crate::{
    texts::{
        Language, WebLanguage,
        presentation::{self, Presentation},
    },
    ui::{
        form::{CSRF_FIELD, Form, is_secret},
        metadata::{self, Location},
        page::{Appearance, PageFrame},
        print_page::Letterhead,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::{
    Context,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use kernel::id::UserId;
use ordo_http::ShutdownSignal;
use std::{
    ops::Deref,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

/// The header by which the gateway reports that a browser came over TLS. The gateway removes it from requests that come from outside.
pub(crate) const SCHEME: HeaderName = HeaderName::from_static("x-ordo-scheme");
/// Deadline of a page: a slow card is waited for.
const WITHIN: Duration = Duration::from_secs(20);
/// How long the visitor's number is kept: as long as a session can last.
const VISITOR_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// The most bytes of a sealed cookie.
pub(super) const SEALED_MAX: usize = 3500;
/// Form fields that are also part of their page's address.
const IN_ADDRESS: [&str; 2] = ["next", "token"];

/// One request; cheap to clone.
#[derive(Clone)]
pub(crate) struct RequestContext(Arc<RequestInner>);

pub(crate) struct RequestInner {
    pub(crate) web: Web,
    /// The context of the calls that it makes.
    pub(crate) cx: Context,
    /// The path.
    pub(crate) path: String,
    pub(crate) query: Form,
    query_text: String,
    /// The form, or what was typed on its page before a switch.
    pub(crate) form: Form,
    pub(crate) headers: HeaderMap,
    /// The shutdown signal: streams must end then.
    pub(crate) ending: Option<ShutdownSignal>,
    pub(crate) session: Option<Session>,
    /// The session that has just ended.
    pub(super) lost: Option<Session>,
    pub(crate) basket: BasketCookie,
    keys: GuestKeys,
    /// Whether the key of an order is sent instead of the session's token.
    pub(crate) has_key: bool,
    /// `light` or `dark`, where chosen.
    pub(crate) theme: Option<&'static str>,
    /// `off`, where single-key shortcuts are off.
    pub(crate) shortcuts: Option<&'static str>,
    /// The language of the address, the one that was chosen, or the one that the browser prefers.
    pub(crate) language: Language,
    /// The language of the address.
    asked_language: Option<Language>,
    is_safe: bool,
    over_tls: bool,
    visitor: OnceLock<String>,
    csrf: OnceLock<String>,
    left: OnceLock<()>,
    jar: Mutex<Vec<HeaderValue>>,
}
impl Deref for RequestContext {
    type Target = RequestInner;
    fn deref(&self) -> &RequestInner {
        &self.0
    }
}

impl RequestContext {
    pub(super) async fn of(web: &Web, parts: Parts) -> Self {
        let (headers, over_tls) = (&parts.headers, came_over_tls(&parts.headers));
        let mut jar = Vec::new();
        let known = session_in(web, headers);
        let before = known.clone();
        let session = match known {
            None => None,
            Some(known) => match tokens::refresh(web, &context(web, headers), headers, known).await {
                tokens::SessionRefresh::Same(session) => Some(session),
                tokens::SessionRefresh::New(session) => {
                    jar.extend(tokens::cookie(web, &session, over_tls));
                    Some(session)
                }
                tokens::SessionRefresh::Expired => {
                    // the account's basket is for nobody else
                    jar.extend(
                        [Cookie::Session, Cookie::Basket].into_iter().flat_map(|one| one.remove(over_tls)),
                    );
                    None
                }
            },
        };
        let lost = before.filter(|_| session.is_none());
        RequestContext::made(web, parts, session, lost, jar)
    }

    /// A context without any call: the session is the one in the cookie.
    pub(crate) fn without_calls(web: &Web, parts: Parts) -> Self {
        let session = session_in(web, &parts.headers);
        RequestContext::made(web, parts, session, None, Vec::new())
    }

    fn made(
        web: &Web,
        parts: Parts,
        session: Option<Session>,
        lost: Option<Session>,
        jar: Vec<HeaderValue>,
    ) -> Self {
        let Parts { method, uri, headers, extensions, .. } = parts;
        let over_tls = came_over_tls(&headers);
        let mut cx = context(web, &headers);
        let sealed_keys = Cookie::Keys.read(&headers, over_tls);
        let keys: GuestKeys =
            sealed_keys.and_then(|sealed| web.seal.open("keys", &sealed)).unwrap_or_default();
        let key = keys.of(uri.path()).and_then(|(_, key)| guest_keys::bearer(key));
        let has_key = key.is_some();
        // the key of an order takes precedence over the session, which may be another user's or not have the order yet
        cx.bearer = key.or_else(|| session.as_ref().and_then(Session::bearer));
        let sealed_basket = Cookie::Basket.read(&headers, over_tls);
        let (visitor, has_ended) = (OnceLock::new(), lost.is_some());
        if let Some(known) = Cookie::Visitor.read(&headers, over_tls).filter(|known| is_visitor(known)) {
            let _ = visitor.set(known);
        }
        let query_text = uri.query().unwrap_or_default().to_owned();
        let query = Form::of_query(&query_text);
        let asked_language = Language::named(query.text(metadata::LANGUAGE));
        RequestContext(Arc::new(RequestInner {
            web: web.clone(),
            cx,
            path: uri.path().to_owned(),
            query,
            query_text,
            form: Form::default(),
            session,
            lost,
            basket: sealed_basket
                .filter(|_| !has_ended)
                .and_then(|sealed| web.seal.open("basket", &sealed))
                .unwrap_or_default(),
            keys,
            has_key,
            theme: Cookie::Theme.read(&headers, over_tls).and_then(|theme| theme_named(&theme)),
            shortcuts: Cookie::Shortcuts.read(&headers, over_tls).map(|_| "off"),
            language: asked_language.unwrap_or_else(|| language_of(&headers, over_tls)),
            asked_language,
            is_safe: method.is_safe(),
            over_tls,
            visitor,
            csrf: OnceLock::new(),
            left: if has_ended { OnceLock::from(()) } else { OnceLock::new() },
            jar: Mutex::new(jar),
            ending: extensions.get::<ShutdownSignal>().cloned(),
            headers,
        }))
    }

    /// The same with a form.
    pub(super) fn with(self, form: Form) -> Self {
        // not shared yet
        let mut inner = self.0;
        if let Some(inner) = Arc::get_mut(&mut inner) {
            inner.form = form;
        }
        RequestContext(inner)
    }

    /// Does `work` in the language and the time zone of the request.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        presentation::during(self.presentation(), || self.language.during(work))
    }
    pub(super) fn presentation(&self) -> Presentation {
        let (settings, now) = (&self.web.needs.settings, Some(self.web.needs.env.now()));
        Presentation { zone: settings.time_zone.clone(), now, stock: settings.show_stock }
    }

    /// To what form tokens are bound: the session or the visitor.
    pub(super) fn bound(&self) -> String {
        match &self.session {
            Some(session) => session.id.clone(),
            None => self.visitor(),
        }
    }
    /// What the head of every page is made of.
    pub(crate) fn appearance(&self) -> Appearance<'_> {
        let (shop, assets) = (&self.web.needs.settings.name, &self.web.assets);
        let RequestInner { language, theme, shortcuts, .. } = **self;
        Appearance { shop, assets, language, theme, shortcuts }
    }
    /// What surrounds a page of the shop.
    pub(crate) fn frame(&self) -> PageFrame<'_> {
        let session = self.session.as_ref();
        PageFrame {
            appearance: self.appearance(),
            location: Location {
                site: self.site(),
                path: &self.path,
                language: self.language,
                asked_language: self.asked_language,
            },
            csrf: self.csrf(),
            here: self.here(),
            typed: self.typed(),
            contact: self.web.needs.settings.contact.as_deref(),
            user_name: session.map(|session| session.name.as_str()),
            is_staff: session.is_some_and(|session| session.is_staff),
            basket_units: self.basket.pieces,
            is_basket_unsold: self.basket.is_unsold,
        }
    }
    /// What every printed document has on it.
    pub(crate) fn letterhead(&self) -> Letterhead<'_> {
        Letterhead { appearance: self.appearance(), imprint: self.web.needs.settings.imprint_line() }
    }
    /// What was typed on this page, as far as a switch of language or theme can carry it; never a secret.
    fn typed(&self) -> Vec<(&str, &str)> {
        let typed = || self.form.pairs().filter(|(name, _)| *name != CSRF_FIELD && !is_secret(name));
        let fits = typed().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= SEALED_MAX;
        typed().filter(|_| fits).collect()
    }
    /// The idempotency key in the form; a new one for a form without.
    pub(crate) fn form_key(&self) -> String {
        let given =
            self.form.given("key").filter(|key| key.len() <= 64 && key.bytes().all(|b| b.is_ascii_graphic()));
        given.unwrap_or_else(|| self.web.needs.env.uuid().to_string())
    }
    /// A token for the forms on this page.
    pub(crate) fn csrf(&self) -> &str {
        self.csrf.get_or_init(|| self.web.csrf.token(&self.web.needs.env, &self.bound(), &self.owner()))
    }
    /// The signed-in user, where known.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.session.as_ref().and_then(|session| session.user)
    }
    /// Whose forms remain theirs in every session: the user or the visitor.
    fn owner(&self) -> String {
        self.user().map_or_else(|| self.bound(), |user| user.to_string())
    }
    /// Whether a form with this token was shown to the current user earlier: in another session, or before sign-in.
    pub(crate) fn was_given(&self, token: &str) -> bool {
        let was_for = |owner: &str| self.web.csrf.was_for(token, owner);
        self.session.is_some()
            && (was_for(&self.owner()) || self.visitor.get().is_some_and(|visitor| was_for(visitor)))
    }
    /// The visitor's number, the same in every window of a browser.
    pub(crate) fn visitor(&self) -> String {
        let new = || {
            let number = URL_SAFE_NO_PAD.encode(self.web.needs.env.random::<16>());
            self.set_cookie(Cookie::Visitor.set(&number, Some(VISITOR_KEPT), self.over_tls));
            number
        };
        self.visitor.get_or_init(new).clone()
    }

    /// A context without a user's token, for public data and for calls as the gateway.
    pub(crate) fn as_nobody(&self) -> Context {
        Context { bearer: None, ..self.cx.clone() }
    }
    pub(crate) fn over_tls(&self) -> bool {
        self.over_tls
    }
    /// The origin of the request, such as `https://shop.example`.
    pub(crate) fn origin(&self) -> String {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("…");
        format!("{}://{host}", if self.over_tls { "https" } else { "http" })
    }
    /// The public URL of the shop: the configured one, or the origin of the request.
    pub(crate) fn site(&self) -> Option<String> {
        if let Some(url) = &self.web.needs.settings.public_url {
            return Some(url.trim_end_matches('/').to_owned());
        }
        let host = self.headers.get(header::HOST)?.to_str().ok()?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']');
        (!host.is_empty() && host.bytes().all(is_plain)).then(|| self.origin())
    }
    /// Whether the method is safe.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_safe
    }
    /// Whether the session has ended with this request.
    pub(crate) fn has_left(&self) -> bool {
        self.left.get().is_some()
    }

    /// The session.
    ///
    /// # Errors
    /// [`PageError::SignIn`] without one.
    pub(crate) fn signed_in(&self) -> Result<&Session, PageError> {
        self.session.as_ref().ok_or(PageError::SignIn)
    }
    /// Requires a session or the key of the order.
    ///
    /// # Errors
    /// [`PageError::SignIn`] without either.
    pub(crate) fn require_order_access(&self) -> Result<(), PageError> {
        if self.has_key { Ok(()) } else { self.signed_in().map(drop) }
    }
    /// The address to come back to after something else, such as sign-in.
    pub(crate) fn here(&self) -> String {
        if self.is_safe { place_of(&self.path, &self.query_text) } else { self.page_of_form() }
    }
    /// The page with the form that was sent.
    fn page_of_form(&self) -> String {
        if let ("/basket", Some(product)) = (self.path.as_str(), self.form.given("product")) {
            return format!("/products/{product}");
        }
        let page = form_pages::form_page_of(&self.path).unwrap_or_else(|| self.path.clone());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(IN_ADDRESS.iter().filter_map(|name| Some((name, self.form.given(name)?))));
        let query = query.finish();
        if query.is_empty() { page } else { format!("{page}?{query}") }
    }
    /// The page of ours that the field `next` of the form or the query names.
    pub(crate) fn next(&self) -> Option<String> {
        let asked = self.form.given("next").or_else(|| self.query.given("next"))?;
        is_page_of_ours(&asked).then_some(asked)
    }
}

/// Bytes of an address to come back to.
const PLACE_BYTES_MAX: usize = 1024;

/// An address to come back to, without what is too long: each page contains it several times.
fn place_of(path: &str, query: &str) -> String {
    if path.len() > PLACE_BYTES_MAX {
        "/".to_owned()
    } else if query.is_empty() || path.len() + 1 + query.len() > PLACE_BYTES_MAX {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Whether it is a path of this origin that no browser takes for another host.
pub(crate) fn is_page_of_ours(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && path.len() <= PLACE_BYTES_MAX
}

fn is_visitor(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn came_over_tls(headers: &HeaderMap) -> bool {
    headers.get(SCHEME).is_some_and(|scheme| scheme == "https")
}

/// The session in the cookie, which may have ended since.
pub(crate) fn session_in(web: &Web, headers: &HeaderMap) -> Option<Session> {
    Cookie::Session.read(headers, came_over_tls(headers)).and_then(|sealed| tokens::open(web, &sealed))
}

fn context(web: &Web, headers: &HeaderMap) -> Context {
    let env = &web.needs.env;
    Context {
        request_id: ordo_http::request_id(headers, env),
        traceparent: Some(ordo_http::traceparent(headers, env)),
        ..Context::background(env, WITHIN)
    }
}

/// The chosen language, otherwise the one that the browser prefers.
fn language_of(headers: &HeaderMap, over_tls: bool) -> Language {
    let chosen = Cookie::Language.read(headers, over_tls).and_then(|code| Language::named(&code));
    chosen.or_else(|| Language::wanted(headers)).unwrap_or(Language::English)
}

/// `light` or `dark`; none for other names.
pub(crate) fn theme_named(name: &str) -> Option<&'static str> {
    ["light", "dark"].into_iter().find(|theme| *theme == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_to_come_back_to_is_short() {
        assert_eq!(place_of("/search", ""), "/search");
        assert_eq!(place_of("/search", "q=tea"), "/search?q=tea");
        assert_eq!(place_of("/search", &"&".repeat(28_000)), "/search");
        assert_eq!(place_of(&format!("/{}", "x".repeat(28_000)), "q=tea"), "/");
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        for good in ["/", "/orders/ord_1", "/search?q=tea&sort=price"] {
            assert!(is_page_of_ours(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\nb",
            "/a\\b",
            "/ä",
        ] {
            assert!(!is_page_of_ours(bad), "{bad}");
        }
    }
}
