//! The endpoints of this service, one file for each.

mod add_address;
mod change_password;
mod complete_setup;
mod create_api_key;
mod end_other_sessions;
mod end_session;
mod ensure_account;
mod find_user;
mod find_verified_account;
mod forgot_password;
mod get_address;
mod get_api_key;
mod get_jwks;
mod get_me;
mod get_password_reset;
mod get_service_status;
mod get_setup_status;
mod get_user;
mod list_addresses;
mod list_api_keys;
mod list_sessions;
mod list_users;
mod login;
mod logout;
mod look_up_api_key;
mod look_up_user;
mod look_up_users;
mod look_up_verification;
mod read_feed;
mod read_revocations;
mod refresh_token;
mod register;
mod remove_address;
mod request_email_verification;
mod reset_password;
mod resolve_dead_letter;
mod revoke_api_key;
mod update_address;
mod update_me;
mod update_user;
mod validate_token;
mod verify_email;

use crate::{NAME, state::Auth};
use ordo_http::{Api, ApiContext, RequestLimits};
use std::sync::Arc;

/// The endpoints.
pub(crate) fn api(auth: &Auth, limits: RequestLimits) -> Api<Auth> {
    let verify = Arc::new(auth.verifier.clone());
    let shell = ApiContext { service: NAME, verify, env: auth.env.clone(), limits };
    Api::new(auth.clone(), shell)
        .ready(|auth: Auth| async move { auth.db.probe().await.map_err(|e| e.to_string()) })
        .on(register::register)
        .on(complete_setup::complete_setup)
        .on(get_setup_status::get_setup_status)
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
        .on(ensure_account::ensure_account)
        .on(get_password_reset::get_password_reset)
        .on(request_email_verification::request_email_verification)
        .on(verify_email::verify_email)
        .on(look_up_verification::look_up_verification)
        .on(find_verified_account::find_verified_account)
        .on(read_feed::read_feed)
        .on(get_service_status::get_service_status)
        .on(resolve_dead_letter::resolve_dead_letter)
}
