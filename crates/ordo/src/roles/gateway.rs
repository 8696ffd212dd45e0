//! The role gateway: the public door.

use super::settings;
use crate::{
    exit::Failure,
    openapi,
    shop::{Databases, Wiring},
};
use axum::Router;
use gateway::{Check, Gateway};
use ordo_http::TokenVerifier;
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
};

pub(super) fn router(
    wiring: &Wiring,
    databases: &Databases,
    services: Vec<(&'static str, Router)>,
    verifier: TokenVerifier,
) -> Result<Router, Failure> {
    let check = |(name, db): (&'static str, &db::Db)| {
        let db = db.clone();
        Check::new(name, move || {
            let db = db.clone();
            async move { db.probe().await.map_err(|e| e.to_string()) }
        })
    };
    let gateway = Gateway {
        env: wiring.env.clone(),
        settings: settings::gateway(&wiring.config)?,
        services,
        verify: Some(Arc::new(verifier)),
        document: openapi::document(),
        checks: databases.of_services().map(check).into_iter().chain([disk(wiring)]).collect(),
    };
    gateway.router().map_err(|e| Failure::Config(format!("`cors_origins`: {e}")))
}

/// So many bytes must still fit into the data folder.
const ROOM: usize = 64 << 10;

/// What is written in a transaction reaches the disk at its end: whether there is room for it is asked of the disk.
fn disk(wiring: &Wiring) -> Check {
    let (env, folder) = (wiring.env.clone(), wiring.config.data.clone());
    Check::new("disk", move || {
        let (env, folder) = (env.clone(), folder.clone());
        async move {
            let written = env.blocking(move || has_room(&folder, ROOM)).await;
            written.unwrap_or(Ok(())).map_err(|e| e.to_string())
        }
    })
}

/// Writes so many bytes into the folder, and takes them away again.
pub(crate) fn has_room(folder: &Path, bytes: usize) -> std::io::Result<()> {
    let path = folder.join("room");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0; bytes])?;
        file.sync_data()
    });
    // also what was written in part; another look may have been faster
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::folder::TempFolder;

    #[test]
    fn room_is_looked_for_and_given_back() {
        let folder = TempFolder::new();
        has_room(folder.path(), ROOM).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(has_room(&folder.path().join("missing"), ROOM).is_err());
    }
}
