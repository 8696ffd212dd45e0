//! The other services, as far as notifications knows them: their feeds, and whom to write to.

use contracts::{
    auth::{
        GetPasswordReset, LookUpUser, LookUpVerification, PasswordResetEmail, Role, User, VerificationEmail,
    },
    events::AnyEvent,
    feed::{FeedEntry, FeedPage, ReadFeed},
    orders::{CancelCode, Contact, GetContact},
};
use endpoint::{CommonError, Json, Path, Permission, Query};
use kernel::{
    BoxFuture, Id, Language, Secret, Timestamp,
    id::{OrderId, ResetId, UserId, VerificationId},
};
use ordo_http::{Api, ApiContext, Call, HandlerResult, Principal, RequestLimits, Verify, VerifyError};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Knows these credentials by heart.
pub(crate) struct NotificationsVerifier;

impl Verify for NotificationsVerifier {
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>> {
        let user = |role, permissions: &[Permission]| Principal::User {
            id: Id::from_uuid(Default::default()),
            session: Id::from_uuid(Default::default()),
            role,
            permissions: permissions.to_vec(),
        };
        let who = match credential {
            "service" => Ok(Principal::Service { name: "notifications".into(), act_for: None }),
            "gateway" => Ok(Principal::Service { name: "gateway".into(), act_for: None }),
            "staff" => Ok(user(Role::Staff, &[Permission::Orders])),
            "admin" => Ok(user(Role::Admin, &[])),
            "customer" => Ok(user(Role::Customer, &[])),
            _ => Err(VerifyError::Invalid),
        };
        Box::pin(std::future::ready(who))
    }
}

pub(crate) fn shell(service: &'static str) -> ApiContext {
    ApiContext {
        service,
        verify: Arc::new(NotificationsVerifier),
        env: testkit::real_env::env(),
        limits: RequestLimits::default(),
    }
}

/// Another service.
#[derive(Clone, Default)]
pub(crate) struct FakeService(Arc<FakeServiceState>);

#[derive(Clone, Default)]
struct TestUser {
    email: Option<String>,
    name: Option<String>,
    language: Option<Language>,
    email_verified: bool,
}

#[derive(Default)]
struct FakeServiceState {
    journal: Mutex<Vec<AnyEvent>>,
    users: Mutex<BTreeMap<UserId, TestUser>>,
    orders: Mutex<BTreeMap<OrderId, Contact>>,
    /// Wishes for a new password whose codes are good, and whose they are.
    resets: Mutex<BTreeMap<ResetId, UserId>>,
    /// Tries to verify an address whose codes are good, and whose they are.
    verifications: Mutex<BTreeMap<VerificationId, UserId>>,
    knows_nobody: AtomicBool,
    look_ups: AtomicUsize,
}

impl FakeService {
    pub(crate) fn router(&self, service: &'static str) -> axum::Router {
        let api = Api::new(self.clone(), shell(service)).on(read_feed);
        match service {
            "auth" => api.on(look_up_user).on(look_up_reset).on(look_up_verification).router(),
            "orders" => api.on(look_up_contact).router(),
            _ => api.router(),
        }
    }
    /// Writes an event into its journal, and gives its position.
    pub(crate) fn journal(&self, event: impl Into<AnyEvent>) -> i64 {
        let mut journal = self.0.journal.lock().unwrap();
        journal.push(event.into());
        journal.len() as i64
    }
    /// What it has written so far is so much older.
    pub(crate) fn ages(&self, by: Duration) {
        for event in self.0.journal.lock().unwrap().iter_mut() {
            event.time = event.time.minus(by);
        }
    }
    pub(crate) fn event(&self, position: i64) -> AnyEvent {
        self.0.journal.lock().unwrap()[position as usize - 1].clone()
    }
    pub(crate) fn has_user(&self, id: UserId, email: Option<&str>, name: Option<&str>) {
        let person = TestUser {
            email: email.map(Into::into),
            name: name.map(Into::into),
            language: None,
            ..TestUser::default()
        };
        self.0.users.lock().unwrap().insert(id, person);
    }
    pub(crate) fn has_order(&self, id: OrderId, number: i64, email: Option<&str>, name: Option<&str>) {
        let (email, name) = (email.map(Into::into), name.map(Into::into));
        let cancel_reason = Some("changed my mind".into());
        let contact = Contact {
            number,
            email,
            name,
            language: None,
            cancel_reason,
            order_key: None,
            pay_by: None,
            user_id: None,
            cancel_code: Some(CancelCode::Customer),
            provider_unavailable: false,
            version: 0,
        };
        self.0.orders.lock().unwrap().insert(id, contact);
    }
    /// The user has verified the address.
    pub(crate) fn user_has_verified(&self, id: UserId) {
        self.0.users.lock().unwrap().get_mut(&id).unwrap().email_verified = true;
    }
    /// Something of this order is otherwise.
    pub(crate) fn changes_order(&self, id: OrderId, change: impl FnOnce(&mut Contact)) {
        change(self.0.orders.lock().unwrap().get_mut(&id).unwrap());
    }
    /// From now on the user speaks this language.
    pub(crate) fn user_speaks(&self, id: UserId, language: Language) {
        self.0.users.lock().unwrap().get_mut(&id).unwrap().language = Some(language);
    }
    /// The order was placed in this language.
    pub(crate) fn is_placed_in(&self, id: OrderId, language: Language) {
        self.0.orders.lock().unwrap().get_mut(&id).unwrap().language = Some(language);
    }
    /// The code of this wish is good, or no longer.
    pub(crate) fn has_reset(&self, id: ResetId, user: Option<UserId>) {
        let mut resets = self.0.resets.lock().unwrap();
        match user {
            Some(user) => resets.insert(id, user),
            None => resets.remove(&id),
        };
    }
    /// The code of this try is good.
    pub(crate) fn has_verification(&self, id: VerificationId, user: UserId) {
        self.0.verifications.lock().unwrap().insert(id, user);
    }
    /// A guest has placed the order, which has this key.
    pub(crate) fn is_guests(&self, id: OrderId, key: &str) {
        let mut orders = self.0.orders.lock().unwrap();
        orders.get_mut(&id).unwrap().order_key = Some(Secret::new(key));
    }
    /// The order waits to be paid, until then.
    pub(crate) fn is_to_be_paid(&self, id: OrderId, by: Timestamp) {
        self.0.orders.lock().unwrap().get_mut(&id).unwrap().pay_by = Some(by);
    }
    /// From now on it cannot say whom to write to, or can again.
    pub(crate) fn knows_nobody(&self, yes: bool) {
        self.0.knows_nobody.store(yes, Ordering::SeqCst);
    }
    /// How often it was asked whom to write to.
    pub(crate) fn look_ups(&self) -> usize {
        self.0.look_ups.load(Ordering::SeqCst)
    }
    fn asked(&self) -> Result<(), CommonError> {
        self.0.look_ups.fetch_add(1, Ordering::SeqCst);
        if self.0.knows_nobody.load(Ordering::SeqCst) {
            return Err(CommonError::Unavailable { retry_after: 1 });
        }
        Ok(())
    }
}

async fn read_feed(other: FakeService, _: Call, asked: ReadFeed) -> HandlerResult<ReadFeed> {
    let Query(asked) = asked.query;
    let journal = other.0.journal.lock().unwrap();
    let numbered =
        (1..).zip(journal.iter()).map(|(position, event)| FeedEntry { position, event: event.clone() });
    let events = numbered.filter(|p| p.position > asked.after).take(asked.limit.into()).collect();
    Ok(Json(FeedPage { events, head: journal.len() as i64, at: None }))
}

async fn look_up_user(other: FakeService, _: Call, asked: LookUpUser) -> HandlerResult<LookUpUser> {
    other.asked()?;
    let Path(id) = asked.id;
    Ok(Json(user(&other, id)?))
}

/// The code of every wish.
pub(crate) const CODE: &str = "orr_of-this-wish";

/// The code of every try to verify an address.
pub(crate) const VERIFICATION: &str = "oev_of-this-try";

async fn look_up_verification(
    other: FakeService,
    _: Call,
    asked: LookUpVerification,
) -> HandlerResult<LookUpVerification> {
    other.asked()?;
    let Path(id) = asked.id;
    let owner = other.0.verifications.lock().unwrap().get(&id).copied().ok_or(CommonError::NotFound)?;
    let (token, expires_at) = (Secret::new(VERIFICATION), Timestamp::from_micros(0));
    Ok(Json(VerificationEmail { user: user(&other, owner)?, token, expires_at }))
}

async fn look_up_reset(
    other: FakeService,
    _: Call,
    asked: GetPasswordReset,
) -> HandlerResult<GetPasswordReset> {
    other.asked()?;
    let Path(id) = asked.id;
    let owner = other.0.resets.lock().unwrap().get(&id).copied().ok_or(CommonError::NotFound)?;
    let (token, expires_at) = (Secret::new(CODE), Timestamp::from_micros(0));
    Ok(Json(PasswordResetEmail { user: user(&other, owner)?, token, expires_at }))
}

fn user(other: &FakeService, id: UserId) -> Result<User, CommonError> {
    let found = other.0.users.lock().unwrap().get(&id).cloned();
    let TestUser { email, name, language, email_verified } = found.ok_or(CommonError::NotFound)?;
    let at = Timestamp::from_micros(0);
    Ok(User {
        id,
        username: None,
        email,
        email_verified,
        name,
        language,
        role: Role::Customer,
        permissions: Vec::new(),
        scopes: None,
        active: true,
        version: 1,
        created_at: at,
        updated_at: at,
    })
}

async fn look_up_contact(other: FakeService, _: Call, asked: GetContact) -> HandlerResult<GetContact> {
    other.asked()?;
    let Path(id) = asked.id;
    Ok(Json(other.0.orders.lock().unwrap().get(&id).cloned().ok_or(CommonError::NotFound)?))
}
