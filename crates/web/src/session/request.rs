//! One request of a browser: who asks, what they brought, and what they will carry away in their cookies.

mod cookies_out;

use super::{
    app::Web,
    basket_cookie::Carried,
    cookies::Cookie,
    form_pages,
    guest_keys::{self, Keys},
    page_error::Stop,
    tokens::{self, Session},
};
use crate::{
    texts::{
        Language, Spoken,
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

/// By this header the gateway tells that a browser came over TLS. From outside nobody sets it: the gateway takes away what
/// comes by that name.
pub(crate) const SCHEME: HeaderName = HeaderName::from_static("x-ordo-scheme");
/// How long a page may take: a slow card is waited for.
const WITHIN: Duration = Duration::from_secs(20);
/// A visitor's number lasts as long as a session may.
const VISITOR_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// No browser carries more in one cookie.
pub(super) const SEALED_MAX: usize = 3500;
/// What forms send that stands in the address of their page.
const IN_ADDRESS: [&str; 2] = ["next", "token"];

/// One request; cheap to clone.
#[derive(Clone)]
pub(crate) struct Visit(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) web: Web,
    /// What travels along with the calls that it causes.
    pub(crate) cx: Context,
    /// What it asks for.
    pub(crate) path: String,
    pub(crate) query: Form,
    query_text: String,
    /// What it brought, or what was typed on its page before a switch.
    pub(crate) form: Form,
    pub(crate) headers: HeaderMap,
    /// Tells when the server stops: what goes on must end then.
    pub(crate) ending: Option<ShutdownSignal>,
    pub(crate) session: Option<Session>,
    /// The session that was found to have ended as this came.
    pub(super) lost: Option<Session>,
    pub(crate) basket: Carried,
    keys: Keys,
    /// Whether the order that it is about is asked for with its key.
    pub(crate) has_key: bool,
    /// `light` or `dark`, where somebody has chosen.
    pub(crate) theme: Option<&'static str>,
    /// `off`, where somebody wants single keys to do nothing.
    pub(crate) shortcuts: Option<&'static str>,
    /// As the address says, as somebody has chosen, or as their browser would like it.
    pub(crate) language: Language,
    /// As the address says.
    asked_language: Option<Language>,
    is_safe: bool,
    over_tls: bool,
    visitor: OnceLock<String>,
    csrf: OnceLock<String>,
    left: OnceLock<()>,
    jar: Mutex<Vec<HeaderValue>>,
}
impl Deref for Visit {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Visit {
    pub(super) async fn of(web: &Web, parts: Parts) -> Self {
        let (headers, over_tls) = (&parts.headers, came_over_tls(&parts.headers));
        let mut jar = Vec::new();
        let known = session_in(web, headers);
        let before = known.clone();
        let session = match known {
            None => None,
            Some(known) => match tokens::renewed(web, &context(web, headers), headers, known).await {
                tokens::Renewed::Same(session) => Some(session),
                tokens::Renewed::New(session) => {
                    jar.extend(tokens::cookie(web, &session, over_tls));
                    Some(session)
                }
                tokens::Renewed::Over => {
                    // what is in the account's basket is nobody else's to see
                    jar.extend(
                        [Cookie::Session, Cookie::Basket].into_iter().flat_map(|one| one.remove(over_tls)),
                    );
                    None
                }
            },
        };
        let lost = before.filter(|_| session.is_none());
        Visit::made(web, parts, session, lost, jar)
    }

    /// One that asks nobody anything: who is signed in is as their cookie says.
    pub(crate) fn unasked(web: &Web, parts: Parts) -> Self {
        let session = session_in(web, &parts.headers);
        Visit::made(web, parts, session, None, Vec::new())
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
        let keys: Keys = sealed_keys.and_then(|sealed| web.seal.open("keys", &sealed)).unwrap_or_default();
        let key = keys.of(uri.path()).and_then(|(_, key)| guest_keys::bearer(key));
        let has_key = key.is_some();
        // whoever has the key of an order has it also where they are signed in, as somebody else or before it is theirs
        cx.bearer = key.or_else(|| session.as_ref().and_then(Session::bearer));
        let sealed_basket = Cookie::Basket.read(&headers, over_tls);
        let (visitor, has_ended) = (OnceLock::new(), lost.is_some());
        if let Some(known) = Cookie::Visitor.read(&headers, over_tls).filter(|known| is_visitor(known)) {
            let _ = visitor.set(known);
        }
        let query_text = uri.query().unwrap_or_default().to_owned();
        let query = Form::of_query(&query_text);
        let asked_language = Language::named(query.text(metadata::LANGUAGE));
        Visit(Arc::new(Inner {
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

    /// The same, with what it brought.
    pub(super) fn with(self, form: Form) -> Self {
        // nobody else holds it yet
        let mut inner = self.0;
        if let Some(inner) = Arc::get_mut(&mut inner) {
            inner.form = form;
        }
        Visit(inner)
    }

    /// Does this in the language and the time zone of the visit.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        presentation::during(self.presentation(), || self.language.during(work))
    }
    pub(super) fn presentation(&self) -> Presentation {
        let (settings, now) = (&self.web.needs.settings, Some(self.web.needs.env.now()));
        Presentation { zone: settings.time_zone.clone(), now, stock: settings.show_stock }
    }

    /// To whom the tokens of forms are bound: a session, or a visitor.
    pub(super) fn bound(&self) -> String {
        match &self.session {
            Some(session) => session.id.clone(),
            None => self.visitor(),
        }
    }
    /// What the head of every page is made of.
    pub(crate) fn appearance(&self) -> Appearance<'_> {
        let (shop, assets) = (&self.web.needs.settings.name, &self.web.assets);
        let Inner { language, theme, shortcuts, .. } = **self;
        Appearance { shop, assets, language, theme, shortcuts }
    }
    /// What stands around a page.
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
    /// What every document of the shop has on it.
    pub(crate) fn letterhead(&self) -> Letterhead<'_> {
        Letterhead { appearance: self.appearance(), imprint: self.web.needs.settings.imprint_line() }
    }
    /// What was typed on this page, as far as a switch of language or look can carry it; never a secret.
    fn typed(&self) -> Vec<(&str, &str)> {
        let typed = || self.form.pairs().filter(|(name, _)| *name != CSRF_FIELD && !is_secret(name));
        let fits = typed().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= SEALED_MAX;
        typed().filter(|_| fits).collect()
    }
    /// The idempotency key that the form came with; a new one for a form without.
    pub(crate) fn form_key(&self) -> String {
        let given =
            self.form.given("key").filter(|key| key.len() <= 64 && key.bytes().all(|b| b.is_ascii_graphic()));
        given.unwrap_or_else(|| self.web.needs.env.uuid().to_string())
    }
    /// A token for the forms on this page.
    pub(crate) fn csrf(&self) -> &str {
        self.csrf.get_or_init(|| self.web.csrf.token(&self.web.needs.env, &self.bound(), &self.owner()))
    }
    /// Who is signed in, where that is known.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.session.as_ref().and_then(|session| session.user)
    }
    /// Whose forms are theirs in every session: a person's, or a visitor's.
    fn owner(&self) -> String {
        self.user().map_or_else(|| self.bound(), |user| user.to_string())
    }
    /// Whether a form of this token was shown to who is signed in now before they were: in an earlier session of theirs, or when
    /// nobody was signed in.
    pub(crate) fn was_given(&self, token: &str) -> bool {
        let was_for = |owner: &str| self.web.csrf.was_for(token, owner);
        self.session.is_some()
            && (was_for(&self.owner()) || self.visitor.get().is_some_and(|visitor| was_for(visitor)))
    }
    /// The visitor's own number, in every window of a browser the same.
    pub(crate) fn visitor(&self) -> String {
        let new = || {
            let number = URL_SAFE_NO_PAD.encode(self.web.needs.env.random::<16>());
            self.carry(Cookie::Visitor.set(&number, Some(VISITOR_KEPT), self.over_tls));
            number
        };
        self.visitor.get_or_init(new).clone()
    }

    /// How a service is asked in nobody's name: what is told to everybody, or what the gateway itself may ask.
    pub(crate) fn as_nobody(&self) -> Context {
        Context { bearer: None, ..self.cx.clone() }
    }
    pub(crate) fn over_tls(&self) -> bool {
        self.over_tls
    }
    /// The address by which the browser came here, such as `https://shop.example`.
    pub(crate) fn origin(&self) -> String {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("…");
        format!("{}://{host}", if self.over_tls { "https" } else { "http" })
    }
    /// Where customers find the shop: the public address that is set, or the one by which the browser came.
    pub(crate) fn site(&self) -> Option<String> {
        if let Some(url) = &self.web.needs.settings.public_url {
            return Some(url.trim_end_matches('/').to_owned());
        }
        let host = self.headers.get(header::HOST)?.to_str().ok()?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']');
        (!host.is_empty() && host.bytes().all(is_plain)).then(|| self.origin())
    }
    /// Whether it only asks, and changes nothing.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_safe
    }
    /// Whether somebody was signed in as this came, and is no more.
    pub(crate) fn has_left(&self) -> bool {
        self.left.get().is_some()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Stop::SignIn`] where nobody is.
    pub(crate) fn signed_in(&self) -> Result<&Session, Stop> {
        self.session.as_ref().ok_or(Stop::SignIn)
    }
    /// Whoever may have the order that this is about: somebody who is signed in, or has its key.
    ///
    /// # Errors
    /// [`Stop::SignIn`] for everybody else.
    pub(crate) fn buyer(&self) -> Result<(), Stop> {
        if self.has_key { Ok(()) } else { self.signed_in().map(drop) }
    }
    /// Where to come back to after something else, such as signing in.
    pub(crate) fn here(&self) -> String {
        if self.is_safe { place_of(&self.path, &self.query_text) } else { self.page_of_form() }
    }
    /// The page on which the form stands that was sent: it can be asked for.
    fn page_of_form(&self) -> String {
        if let ("/basket", Some(product)) = (self.path.as_str(), self.form.given("product")) {
            return format!("/products/{product}");
        }
        let page = form_pages::page_of(&self.path).unwrap_or_else(|| self.path.clone());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(IN_ADDRESS.iter().filter_map(|name| Some((name, self.form.given(name)?))));
        let query = query.finish();
        if query.is_empty() { page } else { format!("{page}?{query}") }
    }
    /// Where the field `next` of the form or the query leads, if that is a page of ours.
    pub(crate) fn next(&self) -> Option<String> {
        let asked = self.form.given("next").or_else(|| self.query.given("next"))?;
        is_page_of_ours(&asked).then_some(asked)
    }
}

/// Bytes of the address of a page that somebody comes back to.
const PLACE_BYTES_MAX: usize = 1024;

/// The address of a page to come back to: of one that is too long as much as fits. It stands on each page several times.
fn place_of(path: &str, query: &str) -> String {
    if path.len() > PLACE_BYTES_MAX {
        "/".to_owned()
    } else if query.is_empty() || path.len() + 1 + query.len() > PLACE_BYTES_MAX {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// A path of this origin, which no browser takes for another host's.
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

/// The session that a cookie tells of, which may have ended since.
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

/// What somebody has chosen wins over what their browser would like.
fn language_of(headers: &HeaderMap, over_tls: bool) -> Language {
    let chosen = Cookie::Language.read(headers, over_tls).and_then(|code| Language::named(&code));
    chosen.or_else(|| Language::wanted(headers)).unwrap_or(Language::English)
}

/// `light` or `dark`; nothing for what is no theme.
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
