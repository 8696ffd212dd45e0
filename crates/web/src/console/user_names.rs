//! The names of the users that a page of the console mentions, cached, so that a page does not read each of them again.

use crate::{
    session::{request::RequestContext, staff::Staff, tokens::name_of},
    texts::console as c,
};
use contracts::auth::{FoundUsers, LookUpUsers, Role, WantedUsers};
use endpoint::{Body, Context, Json, client::Client};
use kernel::{Timestamp, id::UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A changed name is shown after this time at the latest.
const KNOWN_FOR: Duration = Duration::from_secs(300);
/// With more entries, the cache is cleared.
const KNOWN_MAX: usize = 500;

/// A user.
#[derive(Debug, Clone)]
pub(super) struct NamedUser {
    pub(super) name: String,
    pub(super) is_customer: bool,
}

/// The name of an actor for this member of staff; none for a service.
pub(super) fn called<'a>(
    actor: &str,
    staff: &Staff,
    people: &'a BTreeMap<UserId, NamedUser>,
) -> Option<&'a str> {
    let id = actor.parse::<UserId>().ok()?;
    let name = || people.get(&id).map_or(c::A_COLLEAGUE.text(), |person| person.name.as_str());
    Some(if id == staff.user.id { c::YOU.text() } else { name() })
}

/// The cached names; none for a user who does not exist.
#[derive(Default)]
pub(crate) struct UserNames(Mutex<BTreeMap<UserId, (Timestamp, Option<NamedUser>)>>);

impl UserNames {
    /// The names of these users, as far as they are known; the page works without the rest.
    pub(super) async fn of(
        &self,
        visit: &RequestContext,
        ids: BTreeSet<UserId>,
    ) -> BTreeMap<UserId, NamedUser> {
        let now = visit.web.needs.env.now();
        let (mut names, unknown) = self.known(&ids, now);
        // customers never see these names, so they are read as the gateway
        let Some(auth) = visit.web.needs.as_gateway("auth") else { return names };
        let cx = visit.as_nobody();
        names.append(&mut self.learn(auth, &cx, &unknown, now).await);
        names
    }

    /// Reads all of these, with as many calls as needed: a page names the actors, up to
    /// [`Slice::MOST`](endpoint::PageParams::MOST), as many authors of notes, and the customer.
    async fn learn(
        &self,
        auth: &Client,
        cx: &Context,
        unknown: &[UserId],
        now: Timestamp,
    ) -> BTreeMap<UserId, NamedUser> {
        let (mut names, mut answered) = (BTreeMap::new(), 0);
        for ids in unknown.chunks(WantedUsers::MOST) {
            let wanted = Body(WantedUsers { ids: ids.to_vec() });
            let Ok(Json(FoundUsers { items })) = auth.call(cx, LookUpUsers { wanted }).await else { break };
            let person = |user| NamedUser { name: name_of(user), is_customer: user.role == Role::Customer };
            names.extend(items.iter().map(|user| (user.id, person(user))));
            answered += ids.len();
        }
        // in one step: clearing the cache in between would lose names of this page
        self.keep(&unknown[..answered], &names, now);
        names
    }

    fn keep(&self, ids: &[UserId], told: &BTreeMap<UserId, NamedUser>, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > KNOWN_MAX {
            kept.clear();
        }
        kept.extend(ids.iter().map(|id| (*id, (now, told.get(id).cloned()))));
    }

    fn known(&self, ids: &BTreeSet<UserId>, now: Timestamp) -> (BTreeMap<UserId, NamedUser>, Vec<UserId>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |id: &UserId| kept.get(id).filter(|(at, _)| now.since(*at) < KNOWN_FOR);
        let names = ids.iter().filter_map(|id| Some((*id, fresh(id)?.1.clone()?))).collect();
        (names, ids.iter().filter(|id| fresh(id).is_none()).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use endpoint::{
        http::{Request, Response},
        transport::{SendFuture, Transport},
    };
    use serde_json::{Value, json};
    use std::sync::Arc;
    use testkit::real_env::env;

    /// An auth that knows everybody whose id it is asked for, and answers so many questions.
    struct CountingAuth {
        answers: usize,
        asked: Mutex<Vec<usize>>,
    }

    impl Transport for CountingAuth {
        fn send<'a>(&'a self, _: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
            let wanted: WantedUsers = serde_json::from_slice(request.body()).unwrap();
            let at = "2026-11-01T00:00:00Z";
            let user = |id: &UserId| {
                json!({
                    "id": id, "name": format!("of {id}"), "email_verified": true, "role": "staff", "permissions": [],
                    "active": true, "version": 1, "created_at": at, "updated_at": at,
                })
            };
            let items: Vec<Value> = wanted.ids.iter().map(user).collect();
            let mut asked = self.asked.lock().unwrap();
            asked.push(items.len());
            let status = if asked.len() > self.answers { 403 } else { 200 };
            let body = json!({"items": items, "code": "forbidden"}).to_string();
            Box::pin(async move { Ok(Response::builder().status(status).body(body.into()).unwrap()) })
        }
    }

    async fn learned(count: usize, answers: usize) -> (usize, usize, Vec<usize>) {
        let (auth, env) = (Arc::new(CountingAuth { answers, asked: Mutex::default() }), env());
        let client = Client::new(auth.clone(), &["here"], env.clone());
        let cx = Context::background(&env, Duration::from_secs(5));
        let ids: Vec<UserId> = (0..count).map(|_| env.id()).collect();
        let colleagues = UserNames::default();
        let told = colleagues.learn(&client, &cx, &ids, env.now()).await;
        assert!(told.iter().all(|(id, person)| person.name == format!("of {id}")));
        let known = colleagues.known(&ids.iter().copied().collect(), env.now()).0.len();
        let asked = auth.asked.lock().unwrap().clone();
        (told.len(), known, asked)
    }

    #[tokio::test]
    async fn everybody_on_a_page_is_named_however_many_they_are() {
        assert_eq!(learned(0, 9).await, (0, 0, vec![]));
        assert_eq!(learned(200, 9).await, (200, 200, vec![200]));
        assert_eq!(learned(401, 9).await, (401, 401, vec![200, 200, 1]));
        // a page does without those that auth does not tell
        assert_eq!(learned(401, 1).await, (200, 200, vec![200, 200]));
    }
}
