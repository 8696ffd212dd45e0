//! `ordo migrate`: brings the databases to the version of the program, and ends. Processes need no right to change tables then.

use crate::{
    config::Config, data_dir::DataDir, databases::Databases, distributed, exit_code::Failure, output,
    service_names::SERVICES, stores::migrations, topology,
};

/// Brings the databases of the settings to this version.
///
/// # Errors
/// When one cannot be reached or changed, or there is no embedded shop.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let env = host::env();
    if !topology::is_on_postgres(config) {
        // a new shop is for `ordo serve` to create
        if DataDir::is_empty(&config.data)? {
            return DataDir::look_at(&config.data).map(drop);
        }
        Databases::open(&DataDir::open(&config.data)?, &env).await?.close().await?;
        output::line(format_args!("the databases are of this version"));
        return Ok(());
    }
    let facades = (!config.compat.is_empty()).then(|| (compat::NAME, compat::migrations()));
    let services =
        SERVICES.into_iter().chain([simulator::NAME]).map(|service| (service, migrations(service)));
    for (service, migrations) in services.chain(facades) {
        let (_, steps) = distributed::migrated(config, service, migrations, &env).await?;
        match steps {
            0 => output::line(format_args!("{service}: of this version")),
            steps => output::line(format_args!("{service}: {steps} migrations applied")),
        }
    }
    Ok(())
}
