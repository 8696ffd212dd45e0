//! Accounts: registering, signing in and out, roles, and what of it is refused.

use super::tour_client::{SIGN_INS_PER_MINUTE, TourClient, TourResult, UnexpectedResponse};
use crate::world::Simulation;
use bytes::Bytes;
use contracts::{Address, auth::*, notifications::*};
use db::Db;
use endpoint::{
    Body, Conditional, Created, CreatedWithoutEtag, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey,
    PageParams, Path, Permission, Query, WithEtag,
};
use http::{HeaderValue, header};
use kernel::{
    Language, Secret,
    id::{UserId, UserKind},
};
use std::sync::Arc;
use uuid::Uuid;

const ADMIN: &str = "admin@example.com";
const ADA: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// Who is there.
pub(super) struct TourClients {
    pub(super) nobody: TourClient,
    pub(super) admin: TourClient,
    /// A customer.
    pub(super) ada: TourClient,
    pub(super) ada_id: UserId,
    /// Another one.
    pub(super) grace: TourClient,
}

pub(super) async fn go(world: &Arc<Simulation>, nobody: &TourClient) -> TourResult<TourClients> {
    let admin = admin(world, nobody).await?;
    let ada = account(None, Some(ADA), PASSWORD, Some("Ada Lovelace"));
    let CreatedWithoutEtag { body: ada, .. } = nobody.shows("With an e-mail address", register(&ada)).await?;
    let grace = account(Some("grace"), None, PASSWORD, None);
    let CreatedWithoutEtag { body: grace, .. } = nobody.shows("With a username", register(&grace)).await?;
    refusals_of_registering(nobody).await?;
    let ada_id = ada.user.id;
    let mut people = TourClients {
        nobody: nobody.clone(),
        admin,
        ada: nobody.signed_in(ada.access_token.expose()),
        ada_id,
        grace: nobody.signed_in(grace.access_token.expose()),
    };
    sign_in(&people, ada.refresh_token).await?;
    sessions(&people).await?;
    addresses(&people).await?;
    passwords(&people).await?;
    let Json(again) = nobody.does(login(None, Some(ADA), PASSWORD)).await?;
    people.ada = nobody.signed_in(again.access_token.expose());
    staff(&people).await?;
    api_keys(&people).await?;
    Ok(people)
}

/// The shop begins without an administrator: whoever started it makes the first one.
async fn admin(world: &Arc<Simulation>, nobody: &TourClient) -> TourResult<TourClient> {
    let parts = world.state().nodes.get(auth::NAME).map(|node| (node.env.clone(), node.database.clone()));
    let (env, database) = parts.ok_or_else(|| UnexpectedResponse("auth does not run".to_owned()))?;
    let token = auth::make_setup_token(&Db::from(database), &env).await;
    let token = token.map_err(|error| UnexpectedResponse(error.to_string()))?;
    let token = token.ok_or_else(|| UnexpectedResponse("there is an administrator already".to_owned()))?;
    let set_up = |setup_token: &Secret, password: &str| {
        let (email, password) = (ADMIN.to_owned(), Secret::new(password));
        CompleteSetup {
            admin: Body(FirstAdmin { setup_token: setup_token.clone(), email, password, name: None }),
        }
    };
    nobody.is_refused("invalid_setup_token", set_up(&Secret::new("of another start"), PASSWORD)).await?;
    nobody.is_refused("common_password", set_up(&token, "password123")).await?;
    nobody.is_refused("invalid_request", set_up(&token, "short")).await?;
    let stranger = "owner@example.com";
    nobody.does(register(&account(None, Some(stranger), PASSWORD, None))).await?;
    let mut theirs = set_up(&token, PASSWORD);
    theirs.admin.0.email = stranger.to_owned();
    nobody.is_refused("email_taken", theirs).await?;
    let CreatedWithoutEtag { body: admin, .. } =
        nobody.shows("The first administrator", set_up(&token, PASSWORD)).await?;
    nobody.is_refused("set_up_already", set_up(&token, PASSWORD)).await?;
    Ok(nobody.signed_in(admin.access_token.expose()))
}

fn account(username: Option<&str>, email: Option<&str>, password: &str, name: Option<&str>) -> NewAccount {
    let text = |text: Option<&str>| text.map(ToOwned::to_owned);
    let password = Secret::new(password);
    NewAccount { username: text(username), email: text(email), password, name: text(name), language: None }
}

fn register(account: &NewAccount) -> Register {
    Register { account: Body(account.clone()) }
}

fn login(username: Option<&str>, email: Option<&str>, password: &str) -> Login {
    let NewAccount { username, email, password, .. } = account(username, email, password, None);
    Login { credentials: Body(Credentials { username, email, password, device_token: None }) }
}

async fn refusals_of_registering(nobody: &TourClient) -> TourResult<()> {
    let same = account(None, Some(ADA), PASSWORD, None);
    nobody.is_refused("email_taken", register(&same)).await?;
    let same = account(Some("grace"), None, PASSWORD, None);
    nobody.is_refused("username_taken", register(&same)).await?;
    let common = account(None, Some("linus@example.com"), "password123", None);
    nobody.is_refused("common_password", register(&common)).await?;
    let short = account(None, Some("linus"), "short", None);
    nobody.is_refused("invalid_request", register(&short)).await?;
    let whole = register(&account(None, Some("linus@example.com"), PASSWORD, None));
    nobody
        .altered_is_refused("unsupported_media_type", whole, |request| {
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        })
        .await?;
    let whole = register(&account(None, Some("linus@example.com"), PASSWORD, None));
    let larger = |request: &mut http::Request<Bytes>| *request.body_mut() = vec![b' '; 2 << 20].into();
    nobody.altered_is_refused("body_too_large", whole, larger).await
}

async fn sign_in(people: &TourClients, refresh_token: Secret) -> TourResult<()> {
    let TourClients { nobody, ada, .. } = people;
    nobody.shows("By e-mail address", login(None, Some(ADA), PASSWORD)).await?;
    nobody.shows("By username", login(Some("grace"), None, PASSWORD)).await?;
    nobody.is_refused("invalid_credentials", login(None, Some(ADA), "a wrong password")).await?;
    nobody.is_refused("invalid_request", login(None, None, PASSWORD)).await?;
    let refresh = |token: &Secret| RefreshToken { token: Body(Refresh { refresh_token: token.clone() }) };
    let Json(again) = nobody.shows("New tokens", refresh(&refresh_token)).await?;
    nobody.is_refused("invalid_refresh_token", refresh(&Secret::new("ort_not-one-of-ours"))).await?;
    let validate = |token: Secret| ValidateToken { token: Body(Token { token }) };
    nobody.shows("A token that is good", validate(again.access_token)).await?;
    nobody.shows("A token that is not", validate(Secret::new("not.a.token"))).await?;
    nobody.shows("The keys", GetJwks {}).await?;
    let deletes = |request: &mut http::Request<Bytes>| *request.method_mut() = http::Method::DELETE;
    nobody.altered_is_refused("method_not_allowed", GetJwks {}, deletes).await?;
    let seen = ada.shows("Who is signed in", me(None)).await?;
    if let Conditional::New { etag, .. } = seen {
        ada.shows("It is known already", me(Some(etag))).await?;
    }
    nobody.is_refused("unauthenticated", me(None)).await?;
    let rename = |etag: Option<&str>, name: &str| UpdateMe {
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
        change: Body(MeChange { name: Some(name.to_owned()), ..MeChange::default() }),
    };
    ada.shows("Another name", rename(None, "Ada King")).await?;
    ada.is_refused("precondition_failed", rename(Some("\"0\""), "Ada Byron")).await?;
    ada.is_refused("invalid_request", rename(None, "")).await?;
    let change = Body(MeChange { language: Some(Language::English), ..MeChange::default() });
    ada.shows("Another language for mails", UpdateMe { based_on: IfMatch(None), change }).await?;
    Ok(())
}

async fn sessions(people: &TourClients) -> TourResult<()> {
    let TourClients { nobody, ada, grace, .. } = people;
    let sign_in = async || -> TourResult<TourClient> {
        let Json(there) = nobody.does(login(None, Some(ADA), PASSWORD)).await?;
        Ok(nobody.signed_in(there.access_token.expose()))
    };
    sign_in().await?;
    let list = || ListSessions { slice: PageParams { limit: None, cursor: None } };
    let Json(listed) = ada.shows("Where the account is signed in", list()).await?;
    nobody.is_refused("unauthenticated", list()).await?;
    let other = listed.items.iter().find(|session| !session.current);
    let id = other.ok_or_else(|| UnexpectedResponse("there is one session only".to_owned()))?.id;
    grace.is_refused("not_found", EndSession { id: Path(id) }).await?;
    ada.shows("Another session ends", EndSession { id: Path(id) }).await?;
    sign_in().await?;
    ada.shows("Signed out everywhere else", EndOtherSessions {}).await?;
    Ok(())
}

async fn addresses(people: &TourClients) -> TourResult<()> {
    let TourClients { nobody, ada, grace, .. } = people;
    let add = |key: &str, line1: &str, default| AddAddress {
        key: OptionalIdempotencyKey(Some(key.to_owned())),
        address: Body(NewAddress { address: Address { line1: line1.to_owned(), ..home() }, default }),
    };
    let Created { body: home, .. } =
        ada.shows("The first one is the default", add("home", "12 St James's Square", false)).await?;
    let Created { body: work, .. } = ada.does(add("work", "1 Dorset Street", false)).await?;
    ada.is_refused("key_reused", add("work", "2 Dorset Street", false)).await?;
    ada.is_refused("invalid_request", add("nowhere", "", false)).await?;
    nobody.is_refused("unauthenticated", add("home", "1 Dorset Street", false)).await?;
    ada.shows("The addresses of the account", ListAddresses { slice: PageParams::default() }).await?;
    let read = |id, etag| GetAddress { id: Path(id), known: IfNoneMatch(etag) };
    if let Conditional::New { etag, .. } = ada.shows("One of them", read(work.id, None)).await? {
        ada.shows("It is known already", read(work.id, Some(etag))).await?;
    }
    grace.is_refused("not_found", read(work.id, None)).await?;
    let default = |default, etag: Option<&str>| UpdateAddress {
        id: Path(work.id),
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
        change: Body(AddressChange { default: Some(default), ..AddressChange::default() }),
    };
    ada.shows("Another one is the default", default(true, None)).await?;
    ada.is_refused("precondition_failed", default(true, Some("\"1\""))).await?;
    ada.is_refused("unprocessable", default(false, None)).await?;
    let remove = |etag: Option<&str>| RemoveAddress {
        id: Path(home.id),
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
    };
    ada.is_refused("precondition_failed", remove(Some("\"0\""))).await?;
    ada.shows("Nobody lives there any more", remove(None)).await?;
    ada.is_refused("not_found", remove(None)).await?;
    for n in 0..49 {
        let more = add(&format!("more-{n}"), "1 Dorset Street", false);
        ada.at_once(more).await.map_err(|error| UnexpectedResponse(error.to_string()))?;
    }
    ada.is_refused("too_many_addresses", add("one-more", "1 Dorset Street", false)).await
}

fn home() -> Address {
    Address {
        name: "Ada Lovelace".to_owned(),
        line1: String::new(),
        line2: None,
        city: "London".to_owned(),
        postal_code: "SW1Y 4JH".to_owned(),
        region: None,
        country: "GB".to_owned(),
    }
}

async fn passwords(people: &TourClients) -> TourResult<()> {
    let TourClients { nobody, admin, ada, ada_id, grace } = people;
    const NEW: &str = "battery staple correct";
    let change = |current: &str, new: &str| {
        let (current_password, new_password) = (Secret::new(current), Secret::new(new));
        ChangePassword { change: Body(PasswordChange { current_password, new_password }) }
    };
    ada.shows("Another password", change(PASSWORD, NEW)).await?;
    ada.is_refused("wrong_password", change(PASSWORD, NEW)).await?;
    ada.is_refused("common_password", change(NEW, "password123")).await?;
    ada.is_refused("invalid_request", change(NEW, "short")).await?;
    let forgot =
        |email: &str| ForgotPassword { account: Body(ForgotPasswordRequest { email: email.to_owned() }) };
    nobody.shows("A mail is on its way, if there is such an account", forgot(ADA)).await?;
    nobody.is_refused("invalid_request", forgot("ada")).await?;
    nobody.pauses().await;
    let filter = MailFilter { about: Some(ada_id.to_string()), ..MailFilter::default() };
    let slice = PageParams { limit: None, cursor: None };
    let Json(mails) = admin.does(ListMails { filter: Query(filter), slice }).await?;
    let mail = mails.items.into_iter().find(|mail| mail.template == "password_reset");
    let mail =
        mail.ok_or_else(|| UnexpectedResponse("there is no mail about a forgotten password".to_owned()))?;
    let Json(mail) = admin.does(GetMail { id: Path(mail.id) }).await?;
    let code = mail.text.split_whitespace().find(|word| word.starts_with("orr_"));
    let code = code.ok_or_else(|| UnexpectedResponse("there is no code in the mail".to_owned()))?;
    let reset = |code: &str, new: &str| {
        let (token, new_password) = (Secret::new(code), Secret::new(new));
        ResetPassword { reset: Body(PasswordReset { token, new_password }) }
    };
    nobody.is_refused("common_password", reset(code, "password123")).await?;
    nobody.shows("With the code of the mail", reset(code, PASSWORD)).await?;
    nobody.is_refused("invalid_reset_token", reset(code, PASSWORD)).await?;
    admin.shows("A mail", GetMail { id: Path(mail.id) }).await?;
    // a new password has ended all of one's sessions
    grace.is_refused("forbidden", GetMail { id: Path(mail.id) }).await
}

fn me(etag: Option<String>) -> GetMe {
    GetMe { known: IfNoneMatch(etag) }
}

fn update(id: UserId, etag: Option<&str>, change: UserChange) -> UpdateUser {
    UpdateUser { id: Path(id), based_on: IfMatch(etag.map(ToOwned::to_owned)), change: Body(change) }
}

async fn staff(people: &TourClients) -> TourResult<()> {
    let TourClients { nobody, admin, ada, ada_id, .. } = people;
    let list = |limit| ListUsers { filter: Query::default(), slice: PageParams { limit, cursor: None } };
    admin.shows("The newest accounts", list(Some(2))).await?;
    ada.is_refused("forbidden", list(None)).await?;
    let sought = UserFilter { q: Some("ada".to_owned()), ..UserFilter::default() };
    let slice = PageParams { limit: Some(2), cursor: None };
    admin.shows("Those whose names begin like this", ListUsers { filter: Query(sought), slice }).await?;
    let get = |id, etag| GetUser { id: Path(id), known: IfNoneMatch(etag) };
    let seen = admin.shows("One account", get(*ada_id, None)).await?;
    if let Conditional::New { etag, .. } = seen {
        admin.shows("It is known already", get(*ada_id, Some(etag))).await?;
    }
    let stranger = kernel::id::Id::<UserKind>::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_0000));
    admin.is_refused("not_found", get(stranger, None)).await?;
    let linus = account(None, Some("linus@example.com"), PASSWORD, Some("Linus"));
    let CreatedWithoutEtag { body: linus, .. } = nobody.does(register(&linus)).await?;
    let staff = UserChange {
        role: Some(Role::Staff),
        permissions: Some(vec![Permission::Orders, Permission::Products]),
        ..UserChange::default()
    };
    let WithEtag { etag, .. } = admin
        .shows(
            "A member of staff who keeps the catalogue and ships orders",
            update(linus.user.id, None, staff.clone()),
        )
        .await?;
    admin.is_refused("precondition_failed", update(linus.user.id, Some("\"0\""), staff)).await?;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    admin.shows("Switched off, as it was read", update(linus.user.id, Some(&etag), off)).await?;
    nobody.is_refused("account_disabled", login(None, Some("linus@example.com"), PASSWORD)).await?;
    let Conditional::New { body: me, .. } = admin.does(me(None)).await? else {
        return Err(UnexpectedResponse("nothing was known of the administrator".to_owned()));
    };
    let customer = UserChange { role: Some(Role::Customer), ..UserChange::default() };
    admin.is_refused("last_admin", update(me.id, None, customer)).await?;
    Ok(())
}

async fn api_keys(people: &TourClients) -> TourResult<()> {
    const CLERK: &str = "clerk@example.com";
    const AT_MOST: usize = 100;
    let TourClients { nobody, admin, ada, .. } = people;
    let create = |key: Option<&str>, name: &str, scopes: &[Permission]| CreateApiKey {
        key: OptionalIdempotencyKey(key.map(ToOwned::to_owned)),
        api_key: Body(NewApiKey {
            name: name.to_owned(),
            expires_in_days: Some(90),
            expires_at: None,
            scopes: scopes.to_vec(),
        }),
    };
    let till = |name: &str| create(Some("till"), name, &[Permission::Orders, Permission::Products]);
    let CreatedWithoutEtag { body: made, .. } = admin.shows("For a till", till("The till")).await?;
    admin.shows("A repeat is not told the key again", till("The till")).await?;
    admin.is_refused("key_reused", till("The door")).await?;
    admin.is_refused("invalid_request", create(None, "", &[])).await?;
    ada.is_refused("forbidden", create(None, "Mine", &[])).await?;
    let key = made.key.ok_or_else(|| UnexpectedResponse("the key was not told".to_owned()))?;
    let program = nobody.signed_in(key.expose());
    program.shows("A program with an API key", me(None)).await?;
    program.is_refused("forbidden", create(None, "Another", &[])).await?;
    admin.shows("All keys", ListApiKeys { slice: PageParams { limit: None, cursor: None } }).await?;
    admin.shows("One key", GetApiKey { id: Path(made.id) }).await?;
    admin.shows("A key that was lost", RevokeApiKey { id: Path(made.id) }).await?;
    admin.is_refused("not_found", RevokeApiKey { id: Path(made.id) }).await?;
    program.is_refused("unauthenticated", me(None)).await?;

    let clerk = account(None, Some(CLERK), PASSWORD, None);
    let CreatedWithoutEtag { body: clerk, .. } = nobody.does(register(&clerk)).await?;
    let settings = UserChange {
        role: Some(Role::Staff),
        permissions: Some(vec![Permission::Settings]),
        ..UserChange::default()
    };
    admin.does(update(clerk.user.id, None, settings)).await?;
    let Json(clerk) = nobody.does(login(None, Some(CLERK), PASSWORD)).await?;
    let clerk = nobody.signed_in(clerk.access_token.expose());
    clerk.is_refused("scope_not_held", create(None, "More", &[Permission::Orders])).await?;
    for _ in 0..AT_MOST {
        clerk
            .at_once(create(None, "One of many", &[]))
            .await
            .map_err(|error| UnexpectedResponse(error.to_string()))?;
    }
    clerk.is_refused("too_many_api_keys", create(None, "One too many", &[])).await
}

/// The end of the tour: signing out, and asking too often.
pub(super) async fn leave(nobody: &TourClient, people: &TourClients) -> TourResult<()> {
    let Json(again) = nobody.does(login(None, Some(ADA), PASSWORD)).await?;
    nobody.signed_in(again.access_token.expose()).shows("This session ends", Logout {}).await?;
    let change = || ChangePassword {
        change: Body(PasswordChange {
            current_password: Secret::new("a wrong password"),
            new_password: Secret::new("battery staple correct"),
        }),
    };
    for _ in 0..SIGN_INS_PER_MINUTE / 4 {
        // refused too, by one code or the other
        let _ = people.grace.at_once(change()).await;
    }
    people.grace.at_once_is_refused("too_many_failures", change()).await?;
    people.nobody.pauses().await;
    let wrong = || login(Some("grace"), None, "a wrong password");
    for _ in 0..SIGN_INS_PER_MINUTE / 2 {
        // refused too, by one code or the other
        let _ = nobody.at_once(wrong()).await;
    }
    nobody.at_once_is_refused("too_many_failures", wrong()).await?;
    people.nobody.pauses().await;
    let refresh =
        || RefreshToken { token: Body(Refresh { refresh_token: Secret::new("ort_not-one-of-ours") }) };
    for _ in 0..2 * SIGN_INS_PER_MINUTE {
        let _ = nobody.at_once(refresh()).await;
    }
    nobody.at_once_is_refused("rate_limited", refresh()).await
}
