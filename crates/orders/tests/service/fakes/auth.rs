//! Auth, as orders knows it: it names users, all but the one of the nil id, and knows whose addresses are verified.

use contracts::auth::{FindVerifiedAccount, LookUpUser, User, VerifiedAccount, VerifiedAddress};
use endpoint::{Body, CommonError, Json, Path, Role};
use kernel::{Language, Timestamp, canonical_name::email_key, id::UserId};
use ordo_http::{Api, ApiContext, Call, HandlerResult};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const ADA: &str = "ada@example.com";

/// Who has verified which address (everybody else has one that is not), and who speaks which language.
#[derive(Clone, Default)]
pub(crate) struct FakeAuth(Arc<Mutex<BTreeMap<String, UserId>>>, Arc<Mutex<BTreeMap<UserId, Language>>>);

impl FakeAuth {
    /// From now on this user has this address, verified.
    pub(crate) fn verifies(&self, user: UserId, email: &str) {
        self.0.lock().unwrap().insert(email_key(email).unwrap(), user);
    }

    /// From now on this user speaks this language.
    pub(crate) fn speaks(&self, user: UserId, language: Language) {
        self.1.lock().unwrap().insert(user, language);
    }

    pub(crate) fn router(&self, shell: ApiContext) -> axum::Router {
        Api::new(self.clone(), shell).on(look_up_user).on(look_up_verified).router()
    }
}

async fn look_up_user(auth: FakeAuth, _: Call, asked: LookUpUser) -> HandlerResult<LookUpUser> {
    let LookUpUser { id: Path(id) } = asked;
    if id.uuid().is_nil() {
        return Err(CommonError::NotFound.into());
    }
    let at = Timestamp::from_seconds(0);
    let verified =
        auth.0.lock().unwrap().iter().find(|(_, user)| **user == id).map(|(email, _)| email.clone());
    Ok(Json(User {
        id,
        username: None,
        email_verified: verified.is_some(),
        email: Some(verified.unwrap_or_else(|| ADA.to_owned())),
        name: Some("Ada".to_owned()),
        language: auth.1.lock().unwrap().get(&id).copied(),
        role: Role::Customer,
        permissions: Vec::new(),
        scopes: None,
        active: true,
        version: 1,
        created_at: at,
        updated_at: at,
    }))
}

async fn look_up_verified(
    auth: FakeAuth,
    _: Call,
    asked: FindVerifiedAccount,
) -> HandlerResult<FindVerifiedAccount> {
    let FindVerifiedAccount { address: Body(VerifiedAddress { email }) } = asked;
    let user_id = auth.0.lock().unwrap().get(&email).copied();
    Ok(Json(VerifiedAccount { user_id }))
}
