//! What people are called whom an order's page names, for those who work with them: remembered for a while, so that a page about an order does not
//! ask for each of them again.

use crate::{session::name_of, visit::Visit};
use contracts::auth::{LookUpUser, Role};
use endpoint::{Context, Json, Path, client::CallError};
use futures_util::future::join_all;
use kernel::{Timestamp, id::UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Who is renamed is called so within this.
const KNOWN_FOR: Duration = Duration::from_secs(300);
/// So many are remembered, and so many are asked for on one page.
const KNOWN_MAX: usize = 500;
const ASKED_MAX: usize = 6;

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
        let ask = async |id: UserId| match auth.call(&cx, LookUpUser { id: Path(id) }).await {
            Ok(Json(user)) => {
                Some((id, Some(Person { name: name_of(&user), is_customer: user.role == Role::Customer })))
            }
            Err(CallError::Problem(problem)) if problem.status == 404 => Some((id, None)),
            Err(_) => None,
        };
        let told = join_all(unknown.into_iter().take(ASKED_MAX).map(ask)).await;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > KNOWN_MAX {
            kept.clear();
        }
        for (id, person) in told.into_iter().flatten() {
            kept.insert(id, (now, person.clone()));
            names.extend(person.map(|person| (id, person)));
        }
        names
    }

    fn known(&self, ids: &BTreeSet<UserId>, now: Timestamp) -> (BTreeMap<UserId, Person>, Vec<UserId>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |id: &UserId| kept.get(id).filter(|(at, _)| now.since(*at) < KNOWN_FOR);
        let names = ids.iter().filter_map(|id| Some((*id, fresh(id)?.1.clone()?))).collect();
        (names, ids.iter().filter(|id| fresh(id).is_none()).copied().collect())
    }
}
