//! The administrators that the program makes: by command, by settings, for the demo.

use crate::{
    config::{Config, quoted},
    databases::Databases,
    exit_code::Failure,
    output,
    roles::settings,
};
use auth::{AdminError, EnsureAdminOutcome, Existing};
use kernel::{Env, Secret, canonical_name::trim};

/// `ordo admin create`: on the data of a shop, running or not. Without a password it is that of the settings, or a random
/// one, which is printed.
///
/// # Errors
/// When there is no shop, its data cannot be used, or auth rejects the account: one that exists becomes an administrator's
/// only with [`Existing::Promote`].
pub async fn create(
    config: &Config,
    email: &str,
    password: Option<Secret>,
    existing: Existing,
) -> Result<(), Failure> {
    let (email, env) = (trim(email), host::env());
    let given = password.or_else(|| config.admin_password.clone());
    let is_random = given.is_none();
    let password = given.unwrap_or_else(|| made_up_password(&env));
    auth::check_admin(email, &password).map_err(failure)?;
    let databases = Databases::look_at(config, &env).await?;
    let ensured = ensure(config, &databases.auth, &env, email, &password, existing).await;
    let ensured = ensured.map_err(|error| match error {
        AdminError::NotAnAdmin => Failure::Config(format!(
            "{email}: {error}. If it is the right person's account, confirm that with --promote; else choose another address."
        )),
        error => failure(error),
    })?;
    match ensured {
        EnsureAdminOutcome::Created(_) if is_random => {
            output::line(format_args!("administrator {email}, password {}", password.expose()))
        }
        EnsureAdminOutcome::Created(_) => output::line(format_args!("administrator {email}")),
        EnsureAdminOutcome::Promoted(_) => {
            output::line(format_args!(
                "{email} has an account already: it is an administrator's now, with its old password"
            ));
        }
        EnsureAdminOutcome::Unchanged(_) => {
            output::line(format_args!(
                "{email} has an account already: it is an administrator's, and its password stays"
            ));
        }
    }
    Ok(())
}

/// What is wrong with `admin_email` and `admin_password`, checked without a database; a line for each.
pub(crate) fn mistakes(config: &Config) -> Vec<String> {
    let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) else {
        return Vec::new();
    };
    let faults = match auth::check_admin(email, password) {
        Ok(()) => return Vec::new(),
        Err(AdminError::Invalid(faults)) => faults,
        Err(error) => return vec![format!("`admin_password`: {error}. Choose another")],
    };
    let mistake = |fault: endpoint::FieldError| match fault.pointer.as_str() {
        "/email" => format!("`admin_email`: {} is none: {}", quoted(email), fault.detail),
        _ => format!("`admin_password`: {}. Choose another", fault.detail),
    };
    faults.into_iter().map(mistake).collect()
}

/// The administrator of `admin_email` and `admin_password`, where they are set.
///
/// # Errors
/// When auth refuses the account.
pub async fn from_settings(config: &Config, auth_db: &db::Db) -> Result<(), Failure> {
    let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) else { return Ok(()) };
    let (email, env) = (trim(email), host::env());
    let ensured = ensure(config, auth_db, &env, email, password, Existing::Refuse).await;
    ensured.map(drop).map_err(|error| match error {
        AdminError::NotAnAdmin => Failure::Config(format!(
            "`admin_email`: {email}: {error}. If it is the right person's, run `ordo admin create --email {email} \
             --promote`; else set another address."
        )),
        error => failure(error),
    })
}

/// Makes an administrator's account, with this password if it is new.
pub(crate) async fn ensure(
    config: &Config,
    db: &db::Db,
    env: &Env,
    email: &str,
    password: &Secret,
    existing: Existing,
) -> Result<EnsureAdminOutcome, AdminError> {
    auth::ensure_admin(db, env, &settings::auth(config), email, password, existing).await
}

/// How the program ends where there can be no such administrator.
pub(crate) fn failure(error: AdminError) -> Failure {
    match error {
        AdminError::Db(error) => error.into(),
        error => Failure::Config(format!("the administrator cannot be made: {error}")),
    }
}

/// Twenty letters and digits: 100 bits.
pub(crate) fn made_up_password(env: &Env) -> Secret {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345679";
    let random: [u8; 20] = env.random();
    Secret::new(random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>())
}
