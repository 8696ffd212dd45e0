//! The administrators that the program makes: by command, by settings, for the demo.

use crate::{config::Config, exit::Failure, folder::Folder, roles::settings, say, shape, shop::Databases};
use auth::{AdminError, Ensured, Existing};
use kernel::{Env, Secret};

/// `ordo admin create`: on the data of a shop, running or not; where there is none yet, it is made first.
///
/// # Errors
/// When the data cannot be used, or auth refuses the account: one that is there becomes an administrator's only with
/// [`Existing::Promote`].
pub async fn create(
    config: &Config,
    email: &str,
    password: Option<String>,
    existing: Existing,
) -> Result<(), Failure> {
    let env = host::env();
    let made_up = password.is_none();
    let password = password.map_or_else(|| made_up_password(&env), Secret::new);
    // before a shop is begun for nobody
    auth::check_admin(email, &password).map_err(failure)?;
    let is_new = !shape::is_on_postgres(config) && Folder::is_empty(&config.data)?;
    let (_held, databases) = match is_new {
        true => {
            let (folder, _, databases) = Databases::begin(config, &env).await?;
            say::trouble(format_args!("a new shop begins in {}", config.data.display()));
            (Some(folder), databases)
        }
        false => (None, Databases::look_at(config, &env).await?),
    };
    let ensured = ensure(config, &databases.auth, &env, email, &password, existing).await;
    let ensured = ensured.map_err(|error| match error {
        AdminError::NotAnAdmin => Failure::Config(format!(
            "{email}: {error}. If it is the right person's, say so with --promote; else choose another address."
        )),
        error => failure(error),
    })?;
    match ensured {
        Ensured::Created(_) if made_up => {
            say::line(format_args!("administrator {email}, password {}", password.expose()))
        }
        Ensured::Created(_) => say::line(format_args!("administrator {email}")),
        Ensured::Promoted(_) => {
            say::line(format_args!(
                "{email} has an account already: it is an administrator's now, with its old password"
            ));
        }
        Ensured::Unchanged(_) => {
            say::line(format_args!(
                "{email} has an account already: it is an administrator's, and its password stays"
            ));
        }
    }
    Ok(())
}

/// The administrator of `admin_email` and `admin_password`, where they are set.
///
/// # Errors
/// When auth refuses the account.
pub async fn from_settings(config: &Config, auth_db: &db::Db) -> Result<(), Failure> {
    let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) else { return Ok(()) };
    let env = host::env();
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
) -> Result<Ensured, AdminError> {
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
