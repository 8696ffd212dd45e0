//! Accounts: registering, signing in and out, roles, and what of it is refused.

use super::guide::{Guide, Lost, SIGN_INS_PER_MINUTE, Seen};
use crate::world::World;
use bytes::Bytes;
use contracts::auth::*;
use db::Db;
use endpoint::{Body, Created, Json, Path, Permission, Slice};
use http::{HeaderValue, header};
use kernel::{
    Secret,
    id::{UserId, UserKind},
};
use std::sync::Arc;
use uuid::Uuid;

const ADMIN: &str = "admin@example.com";
const ADA: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// Who is there.
pub(super) struct People {
    pub(super) nobody: Guide,
    pub(super) admin: Guide,
    /// A customer.
    pub(super) ada: Guide,
    pub(super) ada_id: UserId,
    /// Another one.
    pub(super) grace: Guide,
}

pub(super) async fn go(world: &Arc<World>, nobody: &Guide) -> Seen<People> {
    let admin = admin(world, nobody).await?;
    let ada = account(None, Some(ADA), PASSWORD, Some("Ada Lovelace"));
    let Created { body: ada, .. } = nobody.shows("With an e-mail address", register(&ada)).await?;
    let grace = account(Some("grace"), None, PASSWORD, None);
    let Created { body: grace, .. } = nobody.shows("With a username", register(&grace)).await?;
    refusals_of_registering(nobody).await?;
    let ada_id = ada.user.id;
    let people = People {
        nobody: nobody.clone(),
        admin,
        ada: nobody.signed_in(ada.access_token.expose()),
        ada_id,
        grace: nobody.signed_in(grace.access_token.expose()),
    };
    sign_in(&people, ada.refresh_token).await?;
    staff(&people).await?;
    Ok(people)
}

/// The shop begins without an administrator: whoever started it makes the first one.
async fn admin(world: &Arc<World>, nobody: &Guide) -> Seen<Guide> {
    let parts = world.state().nodes.get(auth::NAME).map(|node| (node.env.clone(), node.database.clone()));
    let (env, database) = parts.ok_or_else(|| Lost("auth does not run".to_owned()))?;
    let token = auth::make_setup_token(&Db::from(database), &env).await;
    let token = token.map_err(|error| Lost(error.to_string()))?;
    let token = token.ok_or_else(|| Lost("there is an administrator already".to_owned()))?;
    let set_up = |setup_token: &Secret, password: &str| {
        let (email, password) = (ADMIN.to_owned(), Secret::new(password));
        SetUp { admin: Body(FirstAdmin { setup_token: setup_token.clone(), email, password, name: None }) }
    };
    nobody.is_refused("invalid_setup_token", set_up(&Secret::new("of another start"), PASSWORD)).await?;
    nobody.is_refused("too_common_password", set_up(&token, "password123")).await?;
    nobody.is_refused("invalid_request", set_up(&token, "short")).await?;
    let stranger = "owner@example.com";
    nobody.does(register(&account(None, Some(stranger), PASSWORD, None))).await?;
    let mut theirs = set_up(&token, PASSWORD);
    theirs.admin.0.email = stranger.to_owned();
    nobody.is_refused("address_taken", theirs).await?;
    let Created { body: admin, .. } =
        nobody.shows("The first administrator", set_up(&token, PASSWORD)).await?;
    nobody.is_refused("set_up_already", set_up(&token, PASSWORD)).await?;
    Ok(nobody.signed_in(admin.access_token.expose()))
}

fn account(username: Option<&str>, email: Option<&str>, password: &str, name: Option<&str>) -> NewAccount {
    let text = |text: Option<&str>| text.map(ToOwned::to_owned);
    let password = Secret::new(password);
    NewAccount { username: text(username), email: text(email), password, name: text(name) }
}

fn register(account: &NewAccount) -> Register {
    Register { account: Body(account.clone()) }
}

fn login(username: Option<&str>, email: Option<&str>, password: &str) -> Login {
    let NewAccount { username, email, password, .. } = account(username, email, password, None);
    Login { credentials: Body(Credentials { username, email, password }) }
}

async fn refusals_of_registering(nobody: &Guide) -> Seen<()> {
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

async fn sign_in(people: &People, refresh_token: Secret) -> Seen<()> {
    let People { nobody, ada, .. } = people;
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
    ada.shows("Who is signed in", GetMe {}).await?;
    nobody.is_refused("unauthenticated", GetMe {}).await?;
    let rename = |name: &str| UpdateMe { change: Body(MeChange { name: name.to_owned() }) };
    ada.shows("Another name", rename("Ada King")).await?;
    ada.is_refused("invalid_request", rename("")).await
}

async fn staff(people: &People) -> Seen<()> {
    let People { nobody, admin, ada, ada_id, .. } = people;
    let list = |limit| ListUsers { slice: Slice { limit, cursor: None } };
    admin.shows("The newest accounts", list(Some(2))).await?;
    ada.is_refused("forbidden", list(None)).await?;
    let get = |id| GetUser { id: Path(id) };
    admin.shows("One account", get(*ada_id)).await?;
    let stranger = kernel::id::Id::<UserKind>::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_0000));
    admin.is_refused("not_found", get(stranger)).await?;
    let linus = account(None, Some("linus@example.com"), PASSWORD, Some("Linus"));
    let Created { body: linus, .. } = nobody.does(register(&linus)).await?;
    let update = |id, change| UpdateUser { id: Path(id), change: Body(change) };
    let staff = UserChange {
        role: Some(Role::Staff),
        permissions: Some(vec![Permission::Orders, Permission::Products]),
        ..UserChange::default()
    };
    admin
        .shows("A member of staff who keeps the catalogue and ships orders", update(linus.user.id, staff))
        .await?;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    admin.shows("Switched off", update(linus.user.id, off)).await?;
    nobody.is_refused("account_disabled", login(None, Some("linus@example.com"), PASSWORD)).await?;
    let Json(me) = admin.does(GetMe {}).await?;
    let customer = UserChange { role: Some(Role::Customer), ..UserChange::default() };
    admin.is_refused("last_admin", update(me.id, customer)).await?;
    Ok(())
}

/// The end of the tour: signing out, and asking too often.
pub(super) async fn leave(nobody: &Guide, people: &People) -> Seen<()> {
    let Json(again) = nobody.does(login(None, Some(ADA), PASSWORD)).await?;
    nobody.signed_in(again.access_token.expose()).shows("This session ends", Logout {}).await?;
    let wrong = || login(Some("grace"), None, "a wrong password");
    for _ in 0..SIGN_INS_PER_MINUTE / 2 {
        // refused too, by one code or the other
        let _ = nobody.at_once(wrong()).await;
    }
    nobody.is_refused("too_many_failures", wrong()).await?;
    people.nobody.pauses().await;
    let refresh =
        || RefreshToken { token: Body(Refresh { refresh_token: Secret::new("ort_not-one-of-ours") }) };
    for _ in 0..2 * SIGN_INS_PER_MINUTE {
        let _ = nobody.at_once(refresh()).await;
    }
    nobody.at_once_is_refused("rate_limited", refresh()).await
}
