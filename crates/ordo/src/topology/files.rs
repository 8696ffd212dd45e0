//! The files that settings name for TLS and for NATS: each holds what its setting is for.

use super::wrong;
use crate::{config::Config, exit_code::Failure};
use endpoint::mutual_tls::{self, MutualTls};
use kernel::Timestamp;
use std::{fs, path::Path};

/// What a file has to hold: the words of its PEM, and what it is called.
type Content = (&'static str, &'static str);
const CERTIFICATE: Content = ("CERTIFICATE-----", "certificate");
const KEY: Content = ("PRIVATE KEY-----", "private key");
/// A JWT and a seed, or a seed alone: the client reads it.
const CREDENTIALS: Content = ("", "user's credentials");

/// Whether the files that are set can be read, and hold that.
///
/// # Errors
/// [`Failure::Config`] with setting, file and fix of each that cannot.
fn check(files: &[(&str, Option<&Path>, Content)]) -> Result<(), Failure> {
    let mistake = |(name, file, (words, content)): &(&str, Option<&Path>, Content)| {
        let file = file.filter(|file| !file.as_os_str().is_empty())?;
        let (shown, set) = (file.display(), name.to_uppercase());
        let why = match fs::read(file) {
            Ok(bytes) if String::from_utf8_lossy(&bytes).trim().is_empty() => "is empty".to_owned(),
            Ok(bytes) if !String::from_utf8_lossy(&bytes).contains(words) => {
                format!("holds no {content} in PEM (-----BEGIN …)")
            }
            Ok(_) => return None,
            Err(error) => format!("cannot be read: {error}"),
        };
        Some(format!("`{name}`: {shown} {why}. Name the file of the {content} in ORDO_{set}"))
    };
    let mistakes: Vec<_> = files.iter().filter_map(mistake).collect();
    if mistakes.is_empty() { Ok(()) } else { wrong(mistakes.join("\n")) }
}

/// The files with which NATS is reached.
///
/// # Errors
/// [`Failure::Config`] where one cannot be used, or is missing.
pub(crate) fn check_bus_files(config: &Config) -> Result<(), Failure> {
    check(&[
        ("bus_ca", config.bus_ca.as_deref(), CERTIFICATE),
        ("bus_certificate", config.bus_certificate.as_deref(), CERTIFICATE),
        ("bus_key", config.bus_key.as_deref(), KEY),
        ("bus_credentials", config.bus_credentials.as_deref(), CREDENTIALS),
    ])?;
    match config.bus_certificate.is_some() == config.bus_key.is_some() {
        true => Ok(()),
        false => wrong(
            "`bus_certificate` and `bus_key` go together: the certificate that NATS is shown, and its key"
                .to_owned(),
        ),
    }
}

/// What processes of the shop show one another over TLS; none where they are not to.
///
/// # Errors
/// [`Failure::Config`] where only a part of it is set, or a file cannot be used.
pub(crate) fn read_mutual(config: &Config) -> Result<Option<MutualTls>, Failure> {
    let [ca, certificate, key] = shown(config);
    match (ca, certificate, key) {
        (None, None, None) => Ok(None),
        (Some(ca), Some(certificate), Some(key)) => {
            check(&[
                ("services_ca", Some(ca), CERTIFICATE),
                ("services_certificate", Some(certificate), CERTIFICATE),
                ("services_key", Some(key), KEY),
            ])?;
            match MutualTls::read(ca, certificate, key) {
                Ok(mutual) => Ok(Some(mutual)),
                Err(why) => wrong(format!(
                    "`services_certificate`: what services show one another cannot be used: {why}"
                )),
            }
        }
        _ => wrong(format!(
            "`services_ca`, `services_certificate` and `services_key` go together: the certificates of an authority, and \
             this process's own certificate, for the name `{}`, and its key",
            mutual_tls::NAME
        )),
    }
}

/// When what this process shows the others is over, where it is by then; none where it shows nothing, or longer. With the
/// file of its certificate.
///
/// # Errors
/// [`Failure::Config`] where the others would not believe it already.
pub(crate) fn shown_until(
    config: &Config,
    then: Timestamp,
) -> Result<Option<(&Path, Option<Timestamp>)>, Failure> {
    let [Some(ca), Some(certificate), _] = shown(config) else { return Ok(None) };
    match mutual_tls::over_by(ca, certificate, then) {
        Ok(over) => Ok(Some((certificate, over))),
        Err(why) => {
            wrong(format!("`services_certificate`: what services show one another cannot be used: {why}"))
        }
    }
}

/// The files of it: the authority's certificates, the own one, and its key.
pub(super) fn shown(config: &Config) -> [Option<&Path>; 3] {
    let files = [&config.services_ca, &config.services_certificate, &config.services_key];
    files.map(|file| file.as_deref().filter(|file| !file.as_os_str().is_empty()))
}
