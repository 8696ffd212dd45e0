//! Who is signed in: the tokens of a session, which the browser carries sealed and cannot read.
//!
//! An access token that is about to end is exchanged before it does. Its refresh token works once, and a browser asks for
//! several things at a time: who comes with one that has just been exchanged is given what it was exchanged for.

use crate::{
    session::{app::Web, client_headers::telling, cookies::Cookie},
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

/// So long a browser that shall stay signed in keeps the cookie; auth may end the session before.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// So long before its end an access token is exchanged; sooner where it lives for less than ten times as long.
const BEFORE_ITS_END: Duration = Duration::from_secs(60);
/// So long what a refresh token was exchanged for is given to those who come with it again.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Exchanges for one request.
const EXCHANGES_MAX: u32 = 3;

/// A session, as the browser carries it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Ours, for the tokens of forms.
    pub(crate) id: String,
    access: Secret,
    refresh: Secret,
    renew_at: Timestamp,
    /// Whether the browser keeps it when it is closed.
    stays: bool,
    /// How pages address the person.
    pub(crate) name: String,
    /// Whether that is the name that the person goes by, and not a username or a part of an e-mail address.
    #[serde(default)]
    is_own_name: bool,
    /// Whose it is.
    #[serde(default)]
    pub(crate) user: Option<UserId>,
    /// Whether pages show the way to the console. What the person may do there auth says, each time.
    #[serde(default)]
    pub(crate) is_staff: bool,
}

impl Session {
    /// A new one, for somebody who has just signed in.
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
    /// The access token, for whoever develops against the API.
    pub(crate) fn access(&self) -> &Secret {
        &self.access
    }
    /// As it counts at the gateway.
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
    /// The same, of a person with another name.
    pub(crate) fn renamed(&self, user: &User) -> Self {
        Session { name: name_of(user), is_own_name: user.name.is_some(), ..self.clone() }
    }
    /// The person's name, where it is known.
    pub(crate) fn own_name(&self) -> Option<&str> {
        self.is_own_name.then_some(self.name.as_str())
    }
}

/// What pages call somebody.
pub(crate) fn name_of(user: &User) -> String {
    let local = || user.email.as_deref().and_then(|email| email.split('@').next());
    user.name.as_deref().or(user.username.as_deref()).or_else(local).unwrap_or(texts::YOU.say()).to_owned()
}

/// From the cookie's value.
pub(crate) fn open(web: &Web, sealed: &str) -> Option<Session> {
    web.seal.open("session", sealed)
}
/// The header that sets the cookie.
pub(crate) fn cookie(web: &Web, session: &Session, over_tls: bool) -> Option<HeaderValue> {
    let sealed = web.seal.close("session", session);
    Cookie::Session.set(&sealed, session.stays.then_some(KEPT), over_tls)
}

/// What became of a session when it was looked at.
pub(crate) enum Renewed {
    Same(Session),
    New(Session),
    /// It has ended.
    Over,
}

/// What refresh tokens were exchanged for a moment ago, by their prints.
#[derive(Default)]
pub(crate) struct Refreshing(Mutex<BTreeMap<Vec<u8>, Arc<Exchange>>>);

/// An exchange of one refresh token: who comes with it waits for the first one, and is given the same.
struct Exchange {
    at: Timestamp,
    /// The session with its new tokens; nothing where it has ended.
    became: OnceCell<Option<Session>>,
}

impl Refreshing {
    fn of(&self, token: &Secret, now: Timestamp) -> Arc<Exchange> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, exchange| now.since(exchange.at) < REMEMBERED);
        let print = digest(&SHA256, token.expose().as_bytes()).as_ref().to_vec();
        let new = || Arc::new(Exchange { at: now, became: OnceCell::new() });
        recent.entry(print).or_insert_with(new).clone()
    }
}

/// The session, with new tokens where the old ones are about to end.
pub(crate) async fn renewed(web: &Web, cx: &Context, headers: &HeaderMap, mut session: Session) -> Renewed {
    let mut is_new = false;
    // what was remembered of an exchange may be about to end itself
    for _ in 0..EXCHANGES_MAX {
        let now = web.needs.env.now();
        if now < session.renew_at {
            break;
        }
        let exchange = web.state::<Refreshing>().of(&session.refresh, now);
        finished(web, cx, headers, &session, &exchange).await;
        match exchange.became.get() {
            Some(Some(next)) => (session, is_new) = (next.clone(), true),
            Some(None) => return Renewed::Over,
            // auth cannot be asked: what the session shows says the rest
            None => break,
        }
    }
    if is_new { Renewed::New(session) } else { Renewed::Same(session) }
}

/// Sees to it that an exchange has been tried. It goes on when the browser does not wait for it: what was exchanged and
/// never told would end the session.
async fn finished(web: &Web, cx: &Context, headers: &HeaderMap, session: &Session, exchange: &Arc<Exchange>) {
    let (tell, told) = oneshot::channel();
    let (exchange, session, cx, headers) = (exchange.clone(), session.clone(), cx.clone(), headers.clone());
    let known = web.clone();
    web.needs.env.spawn("session", async move {
        let work = exchange.became.get_or_try_init(|| exchanged(&known, &cx, &session));
        let _ = telling(&headers, work).await;
        let _ = tell.send(());
    });
    // that it is not told means that the process ends
    let _ = told.await;
}

struct Unasked;

async fn exchanged(web: &Web, cx: &Context, session: &Session) -> Result<Option<Session>, Unasked> {
    let token = Body(Refresh { refresh_token: session.refresh.clone() });
    match web.needs.auth.call(cx, RefreshToken { token }).await {
        Ok(Json(signed_in)) => Ok(Some(Session::with(web, session.id.clone(), signed_in, session.stays))),
        Err(CallError::Refused(_)) => Ok(None),
        Err(_) => Err(Unasked),
    }
}
