//! `ordo migrate`: brings the databases to the version of the program, and ends. Processes need no right to change tables then.

use crate::{
    config::Config,
    exit::Failure,
    folder::Folder,
    roles::SERVICES,
    say, shape,
    shop::{Databases, migrations},
    split,
};

/// Brings the databases of the settings to this version.
///
/// # Errors
/// When one cannot be reached or changed, or there is no embedded shop.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let env = host::env();
    if !shape::is_on_postgres(config) {
        // a new shop is for `ordo serve` to create
        if Folder::is_empty(&config.data)? {
            return Folder::look_at(&config.data).map(drop);
        }
        Databases::open(&Folder::open(&config.data)?, &env).await?.close().await?;
        say::line(format_args!("the databases are of this version"));
        return Ok(());
    }
    let facades = (!config.compat.is_empty()).then(|| (compat::NAME, compat::migrations()));
    let services =
        SERVICES.into_iter().chain([simulator::NAME]).map(|service| (service, migrations(service)));
    for (service, migrations) in services.chain(facades) {
        let (_, steps) = split::migrated(config, service, migrations, &env).await?;
        match steps {
            0 => say::line(format_args!("{service}: of this version")),
            steps => say::line(format_args!("{service}: {steps} migrations applied")),
        }
    }
    Ok(())
}
