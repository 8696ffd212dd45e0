//! The session: its tokens, which the browser carries sealed and cannot read.
//!
//! An access token is exchanged shortly before it expires. A refresh token works once, and a browser sends several requests at a time:
//! a request with a refresh token that has just been exchanged gets the result of that exchange.

use crate::{
    session::{app::Web, client_headers::with_client_headers, cookies::Cookie},
    texts,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::auth::{Refresh, RefreshToken, Role, SignedIn, User};
use endpoint::{
    Body, Context, Json,
    client::CallError,
    http::{HeaderMap, HeaderValue},
};
use kernel::{Secret, Timestamp, id::UserId};
use ordo_http::ShownSession;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OnceCell, oneshot};

/// How long the cookie lasts for a browser that stays signed in; auth can end the session earlier.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long before its end an access token is exchanged; sooner where it lives for less than ten times as long.
const BEFORE_ITS_END: Duration = Duration::from_secs(60);
/// How long the result of an exchange is kept for other requests with the same refresh token.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Exchanges for one request.
const EXCHANGES_MAX: u32 = 3;

/// A session, as the cookie holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The ID of the session on the pages, to which form tokens are bound.
    pub(crate) id: String,
    access: Secret,
    refresh: Secret,
    renew_at: Timestamp,
    /// Whether the browser keeps it when it is closed.
    stays: bool,
    /// The name that pages show.
    pub(crate) name: String,
    /// Whether that is the name of the user, and not a username or a part of an email address.
    #[serde(default)]
    is_own_name: bool,
    /// The user.
    #[serde(default)]
    pub(crate) user: Option<UserId>,
    /// Whether pages link to the console. The permissions there are read from auth at each page.
    #[serde(default)]
    pub(crate) is_staff: bool,
}

impl Session {
    /// A new session after sign-in.
    pub(crate) fn new(web: &Web, signed_in: SignedIn, stays: bool) -> Self {
        let id = URL_SAFE_NO_PAD.encode(web.needs.env.random::<16>());
        Self::with(web, id, signed_in, stays)
    }
    fn with(web: &Web, id: String, signed_in: SignedIn, stays: bool) -> Self {
        let SignedIn { user, access_token, expires_in, refresh_token, .. } = signed_in;
        let life = Duration::from_secs(expires_in);
        let renew_at = web.needs.env.now().plus(life.saturating_sub(BEFORE_ITS_END.min(life / 10)));
        let (name, is_own_name) = (name_of(&user), user.name.is_some());
        let (is_staff, user) = (user.role != Role::Customer, Some(user.id));
        let (access, refresh) = (access_token, refresh_token);
        Session { id, access, refresh, renew_at, stays, name, is_own_name, user, is_staff }
    }
    /// The access token, for developers.
    pub(crate) fn access(&self) -> &Secret {
        &self.access
    }
    /// The session as the gateway counts it.
    pub(crate) fn shown(&self) -> Option<ShownSession> {
        let number = URL_SAFE_NO_PAD.decode(&self.id).ok()?.try_into().ok()?;
        Some(ShownSession { access: self.access.clone(), id: u128::from_be_bytes(number) })
    }
    /// The value of `Authorization`.
    pub(crate) fn bearer(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.access.expose())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
    /// The same session after the user has changed their name.
    pub(crate) fn renamed(&self, user: &User) -> Self {
        Session { name: name_of(user), is_own_name: user.name.is_some(), ..self.clone() }
    }
    /// The user's name, where it is known.
    pub(crate) fn own_name(&self) -> Option<&str> {
        self.is_own_name.then_some(self.name.as_str())
    }
}

/// The name that pages show for a user.
pub(crate) fn name_of(user: &User) -> String {
    let local = || user.email.as_deref().and_then(|email| email.split('@').next());
    user.name.as_deref().or(user.username.as_deref()).or_else(local).unwrap_or(texts::YOU.text()).to_owned()
}

/// Opens the value of the cookie.
pub(crate) fn open(web: &Web, sealed: &str) -> Option<Session> {
    web.seal.open("session", sealed)
}
/// The header that sets the cookie.
pub(crate) fn cookie(web: &Web, session: &Session, over_tls: bool) -> Option<HeaderValue> {
    let sealed = web.seal.close("session", session);
    Cookie::Session.set(&sealed, session.stays.then_some(KEPT), over_tls)
}

/// The outcome of checking a session.
pub(crate) enum SessionRefresh {
    Same(Session),
    New(Session),
    /// The session has ended.
    Expired,
}

/// Recent exchanges of refresh tokens, by their hashes.
#[derive(Default)]
pub(crate) struct RefreshCache(Mutex<BTreeMap<Vec<u8>, Arc<TokenExchange>>>);

/// The exchange of one refresh token: other requests with the same token wait for it.
struct TokenExchange {
    at: Timestamp,
    /// The session with its new tokens; none where it has ended.
    became: OnceCell<Option<Session>>,
}

impl RefreshCache {
    fn of(&self, token: &Secret, now: Timestamp) -> Arc<TokenExchange> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, exchange| now.since(exchange.at) < REMEMBERED);
        let print = digest(&SHA256, token.expose().as_bytes()).as_ref().to_vec();
        let new = || Arc::new(TokenExchange { at: now, became: OnceCell::new() });
        recent.entry(print).or_insert_with(new).clone()
    }
}

/// The session, with new tokens where the old ones expire soon.
pub(crate) async fn refresh(
    web: &Web,
    cx: &Context,
    headers: &HeaderMap,
    mut session: Session,
) -> SessionRefresh {
    let mut is_new = false;
    // the result of a recent exchange may expire soon, too
    for _ in 0..EXCHANGES_MAX {
        let now = web.needs.env.now();
        if now < session.renew_at {
            break;
        }
        let exchange = web.state::<RefreshCache>().of(&session.refresh, now);
        finished(web, cx, headers, &session, &exchange).await;
        match exchange.became.get() {
            Some(Some(next)) => (session, is_new) = (next.clone(), true),
            Some(None) => return SessionRefresh::Expired,
            // auth does not respond: the services decide about the old token
            None => break,
        }
    }
    if is_new { SessionRefresh::New(session) } else { SessionRefresh::Same(session) }
}

/// Waits until an exchange was tried. It continues when the browser disconnects: an exchange whose result is lost would end the
/// session.
async fn finished(
    web: &Web,
    cx: &Context,
    headers: &HeaderMap,
    session: &Session,
    exchange: &Arc<TokenExchange>,
) {
    let (tell, told) = oneshot::channel();
    let (exchange, session, cx, headers) = (exchange.clone(), session.clone(), cx.clone(), headers.clone());
    let known = web.clone();
    web.needs.env.spawn("session", async move {
        let work = exchange.became.get_or_try_init(|| exchanged(&known, &cx, &session));
        let _ = with_client_headers(&headers, work).await;
        let _ = tell.send(());
    });
    // a dropped sender means that the process ends
    let _ = told.await;
}

struct RefreshUnavailable;

async fn exchanged(
    web: &Web,
    cx: &Context,
    session: &Session,
) -> Result<Option<Session>, RefreshUnavailable> {
    let token = Body(Refresh { refresh_token: session.refresh.clone() });
    match web.needs.auth.call(cx, RefreshToken { token }).await {
        Ok(Json(signed_in)) => Ok(Some(Session::with(web, session.id.clone(), signed_in, session.stays))),
        Err(CallError::Refused(_)) => Ok(None),
        Err(_) => Err(RefreshUnavailable),
    }
}
