//! A complete check of the data of an embedded shop: each page, row and index of its files, and the audit.

use super::CheckResult;
use crate::{
    anchor, audit, changed_files::changed_in, config::Config, data_dir, databases::Databases,
    exit_code::Failure, topology::Component,
};
use db::sqlite::Depth;

/// What is wrong with the data, where it is embedded.
pub(super) async fn look(config: &Config, part: &Component) -> Vec<(&'static str, CheckResult)> {
    if !part.is_embedded {
        return vec![(
            "data",
            Ok("PostgreSQL looks after its own files; `ordo audit` compares what is in them".to_owned()),
        )];
    }
    let (env, runs) = (host::env(), matches!(data_dir::holder(&config.data), Ok(Some(_))));
    // before they are opened here: a process that closes a file releases all its locks on it
    let changed = changed_in(&config.data);
    let databases = match Databases::look_at(config, &env).await {
        Ok(databases) => databases,
        Err(failure) => return vec![("data", Err(failure.to_string()))],
    };
    let files = match faults(&databases, changed).await {
        Ok(faults) if faults.is_empty() => Ok("every page, row and index can be read".to_owned()),
        Ok(faults) => Err(format!(
            "{} Restore the newest backup: docs/backup-and-restore.md says how.",
            faults.join(" ")
        )),
        Err(failure) => Err(failure.to_string()),
    };
    let findings = async || audit::findings(&databases, &env, runs, anchor::rest(&config.data)?).await;
    let audited = match findings().await {
        Ok(findings) if findings.is_empty() => Ok("I1 to I10 hold".to_owned()),
        Ok(findings) => Err(format!("{} findings; `ordo audit` names them.", findings.len())),
        Err(failure) => Err(failure.to_string()),
    };
    vec![("data", files), ("audit", audited)]
}

/// What is wrong with the files, a line for each.
async fn faults(
    databases: &Databases,
    changed: Result<Vec<String>, Failure>,
) -> Result<Vec<String>, Failure> {
    let damaged = databases.damage(Depth::Deep).await?;
    let mut faults: Vec<String> =
        damaged.iter().map(|(file, what)| format!("{file} is damaged ({what}).")).collect();
    faults.extend(changed?);
    Ok(faults)
}
