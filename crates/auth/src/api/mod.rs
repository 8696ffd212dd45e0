//! The endpoints of this service, one file for each.

mod get_jwks;
mod get_me;
mod get_user;
mod list_users;
mod login;
mod logout;
mod look_up_user;
mod read_feed;
mod read_revocations;
mod refresh_token;
mod register;
mod set_up;
mod update_me;
mod update_user;
mod validate_token;

use crate::{NAME, state::Auth};
use ordo_http::{Api, Limits, Shell};
use std::sync::Arc;

/// The endpoints.
pub(crate) fn api(auth: &Auth, limits: Limits) -> Api<Auth> {
    let verify = Arc::new(auth.verifier.clone());
    let shell = Shell { service: NAME, verify, env: auth.env.clone(), limits };
    Api::new(auth.clone(), shell)
        .ready(|auth: Auth| async move { auth.db.probe().await.map_err(|e| e.to_string()) })
        .on(register::register)
        .on(set_up::set_up)
        .on(login::login)
        .on(refresh_token::refresh_token)
        .on(validate_token::validate_token)
        .on(logout::logout)
        .on(get_me::get_me)
        .on(update_me::update_me)
        .on(list_users::list_users)
        .on(get_user::get_user)
        .on(update_user::update_user)
        .on(get_jwks::get_jwks)
        .on(read_revocations::read_revocations)
        .on(look_up_user::look_up_user)
        .on(read_feed::read_feed)
}
