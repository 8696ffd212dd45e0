//! The endpoints of this service, one file for each.

mod add_address;
mod ask_for_verification;
mod change_password;
mod create_api_key;
mod end_other_sessions;
mod end_session;
mod find_user;
mod forgot_password;
mod get_address;
mod get_api_key;
mod get_jwks;
mod get_me;
mod get_user;
mod keep_account;
mod list_addresses;
mod list_api_keys;
mod list_sessions;
mod list_users;
mod login;
mod logout;
mod look_up_api_key;
mod look_up_reset;
mod look_up_user;
mod look_up_users;
mod look_up_verification;
mod look_up_verified;
mod read_feed;
mod read_revocations;
mod read_set_up;
mod read_state;
mod refresh_token;
mod register;
mod remove_address;
mod reset_password;
mod revoke_api_key;
mod set_up;
mod treat_letter;
mod update_address;
mod update_me;
mod update_user;
mod validate_token;
mod verify_email;

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
        .on(read_set_up::read_set_up)
        .on(login::login)
        .on(refresh_token::refresh_token)
        .on(validate_token::validate_token)
        .on(logout::logout)
        .on(change_password::change_password)
        .on(forgot_password::forgot_password)
        .on(reset_password::reset_password)
        .on(get_me::get_me)
        .on(update_me::update_me)
        .on(list_sessions::list_sessions)
        .on(end_session::end_session)
        .on(end_other_sessions::end_other_sessions)
        .on(list_addresses::list_addresses)
        .on(get_address::get_address)
        .on(add_address::add_address)
        .on(update_address::update_address)
        .on(remove_address::remove_address)
        .on(list_users::list_users)
        .on(get_user::get_user)
        .on(update_user::update_user)
        .on(create_api_key::create_api_key)
        .on(list_api_keys::list_api_keys)
        .on(get_api_key::get_api_key)
        .on(revoke_api_key::revoke_api_key)
        .on(get_jwks::get_jwks)
        .on(read_revocations::read_revocations)
        .on(look_up_api_key::look_up_api_key)
        .on(look_up_user::look_up_user)
        .on(look_up_users::look_up_users)
        .on(find_user::find_user)
        .on(keep_account::keep_account)
        .on(look_up_reset::look_up_reset)
        .on(ask_for_verification::ask_for_verification)
        .on(verify_email::verify_email)
        .on(look_up_verification::look_up_verification)
        .on(look_up_verified::look_up_verified)
        .on(read_feed::read_feed)
        .on(read_state::read_state)
        .on(treat_letter::treat_letter)
}
