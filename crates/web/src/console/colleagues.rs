//! What people are called whom an order's page names, for those who work with them: remembered for a while, so that a page about an order does not
//! ask for each of them again.

use crate::{session::name_of, visit::Visit};
use contracts::auth::{FoundUsers, LookUpUsers, Role, WantedUsers};
use endpoint::{Body, Context, Json};
use kernel::{Timestamp, id::UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Who is renamed is called so within this.
const KNOWN_FOR: Duration = Duration::from_secs(300);
/// So many are remembered, and so many are asked for at once.
const KNOWN_MAX: usize = 500;
const ASKED_MAX: usize = 100;

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) is_customer: bool,
}

/// Who they are; nothing where there is no such account.
#[derive(Default)]
pub(crate) struct Colleagues(Mutex<BTreeMap<UserId, (Timestamp, Option<Person>)>>);

impl Colleagues {
    /// Who these are, as far as it is known. A page does without those that auth does not tell.
    pub(super) async fn of(&self, visit: &Visit, ids: BTreeSet<UserId>) -> BTreeMap<UserId, Person> {
        let now = visit.web.needs.env.now();
        let (mut names, unknown) = self.known(&ids, now);
        // whom customers never see: the door asks for those who stand behind it
        let auth = visit.web.needs.states.iter().find(|(name, _)| *name == "auth");
        let Some(auth) = auth.and_then(|(_, clients)| clients.first()) else { return names };
        let cx = Context { bearer: None, ..visit.cx.clone() };
        let ids: Vec<UserId> = unknown.into_iter().take(ASKED_MAX).collect();
        if ids.is_empty() {
            return names;
        }
        let wanted = Body(WantedUsers { ids: ids.clone() });
        let Ok(Json(FoundUsers { items })) = auth.call(&cx, LookUpUsers { wanted }).await else {
            return names;
        };
        let person = |user| Person { name: name_of(user), is_customer: user.role == Role::Customer };
        let mut told: BTreeMap<UserId, Person> = items.iter().map(|user| (user.id, person(user))).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > KNOWN_MAX {
            kept.clear();
        }
        kept.extend(ids.into_iter().map(|id| (id, (now, told.get(&id).cloned()))));
        names.append(&mut told);
        names
    }

    fn known(&self, ids: &BTreeSet<UserId>, now: Timestamp) -> (BTreeMap<UserId, Person>, Vec<UserId>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |id: &UserId| kept.get(id).filter(|(at, _)| now.since(*at) < KNOWN_FOR);
        let names = ids.iter().filter_map(|id| Some((*id, fresh(id)?.1.clone()?))).collect();
        (names, ids.iter().filter(|id| fresh(id).is_none()).copied().collect())
    }
}
