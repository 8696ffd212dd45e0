//! Mutual TLS between the processes of a shop. Each process presents a certificate for the name [`NAME`], issued by an
//! authority that all of them trust. The name is not a host name, because replicas come and go and share addresses.

use kernel::Timestamp;
use rustls::{
    CertificateError, ClientConfig, RootCertStore, ServerConfig,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier, verify_server_name},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::{ParsedCertificate, WebPkiClientVerifier, danger::ClientCertVerifier},
    version::{TLS12, TLS13},
};
use std::{fmt, path::Path, sync::Arc, time::Duration};

/// The name in the certificate of every process of a shop (`subjectAltName=DNS:ordo`).
pub const NAME: &str = "ordo";

/// The certificate of a process, and the authorities that it trusts. Cheap to clone.
#[derive(Clone)]
pub struct MutualTls {
    asking: Arc<ClientConfig>,
    answering: Arc<ServerConfig>,
}

impl MutualTls {
    /// Reads three PEM files: the certificates of the authorities, the process's own certificate (with intermediate
    /// certificates, if there are any) and its key.
    ///
    /// # Errors
    /// A sentence that names the file, if it cannot be read or has other contents, if it does not match the key or
    /// [`NAME`], or if other processes would reject it: issued by another authority, expired, or not valid for both client
    /// and server.
    pub fn read(authorities: &Path, certificate: &Path, key: &Path) -> Result<MutualTls, String> {
        let roots = Arc::new(roots(authorities)?);
        let own = certificates(certificate)?;
        if !own.first().is_some_and(names_us) {
            let file = certificate.display();
            return Err(format!("the certificate in {file} is not for `{NAME}` (subjectAltName=DNS:{NAME})"));
        }
        let key_of = || PrivateKeyDer::from_pem_file(key).map_err(|e| unreadable(key, &e));
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider());
        let verifier = verifier.allow_unauthenticated().build().map_err(|e| unreadable(authorities, &e))?;
        believed(&own, &roots, &*verifier).map_err(|e| format!("{}: {e}", certificate.display()))?;
        let pair = |e: rustls::Error| format!("{} and {}: {e}", certificate.display(), key.display());
        let asking =
            ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12]);
        let asking = asking.map_err(pair)?.with_root_certificates(roots);
        let asking = asking.with_client_auth_cert(own.clone(), key_of()?).map_err(pair)?;
        let answering =
            ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12]);
        let answering = answering.map_err(pair)?.with_client_cert_verifier(verifier);
        let answering = answering.with_single_cert(own, key_of()?).map_err(pair)?;
        Ok(MutualTls { asking: Arc::new(asking), answering: Arc::new(answering) })
    }

    /// Returns the server configuration. Clients with a certificate of the authorities are trusted. Clients without one can
    /// connect, too, because liveness probes have none; the server must reject their other requests.
    pub fn answering(&self) -> Arc<ServerConfig> {
        self.answering.clone()
    }

    /// Returns the client configuration.
    pub(crate) fn asking(&self) -> ClientConfig {
        (*self.asking).clone()
    }
}

/// Returns the time at which the own certificate, or one between it and its authority, expires, if it has expired at
/// `then`. From that time on, other processes reject it.
///
/// # Errors
/// A sentence, if a file cannot be read or other processes would reject it at `then` for another reason.
pub fn over_by(authorities: &Path, certificate: &Path, then: Timestamp) -> Result<Option<Timestamp>, String> {
    let (roots, own) = (Arc::new(roots(authorities)?), certificates(certificate)?);
    let then = Duration::from_secs(then.as_seconds().unsigned_abs());
    let name = ServerName::try_from(NAME).map_err(|e| e.to_string())?;
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider()).build();
    let (first, between) = own.split_first().ok_or_else(|| unreadable(certificate, &"it is empty"))?;
    let then = UnixTime::since_unix_epoch(then);
    match verifier.map_err(|e| e.to_string())?.verify_server_cert(first, between, &name, &[], then) {
        Ok(_) => Ok(None),
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            Ok(Some(Timestamp::from_seconds(i64::try_from(not_after.as_secs()).unwrap_or(i64::MAX))))
        }
        Err(error) => Err(unreadable(certificate, &error)),
    }
}

/// Compares whether both were read at the same time. Keys are not compared.
impl PartialEq for MutualTls {
    fn eq(&self, other: &MutualTls) -> bool {
        Arc::ptr_eq(&self.asking, &other.asking)
    }
}
impl Eq for MutualTls {}

impl fmt::Debug for MutualTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutual")
    }
}

/// Returns whether a certificate was issued for a process of a shop. The handshake has already verified its issuer.
pub fn names_us(certificate: &CertificateDer<'_>) -> bool {
    let name = ServerName::try_from(NAME);
    let parsed = ParsedCertificate::try_from(certificate);
    matches!((name, parsed), (Ok(name), Ok(parsed)) if verify_server_name(&parsed, &name).is_ok())
}

/// Returns a client configuration that trusts no server, for addresses that are not reached over TLS.
pub(crate) fn believing_nobody() -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12]);
    builder
        // ring's provider has cipher suites for both versions
        .expect("ring has suites for TLS 1.2 and 1.3")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

/// Checks whether other processes accept the certificates at this time, both from a client and from a server.
fn believed(
    own: &[CertificateDer<'_>],
    roots: &Arc<RootCertStore>,
    by_servers: &dyn ClientCertVerifier,
) -> Result<(), String> {
    let Some((first, between)) = own.split_first() else { return Ok(()) };
    let name = ServerName::try_from(NAME).map_err(|e| e.to_string())?;
    let by_clients = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider()).build();
    let (by_clients, now) = (by_clients.map_err(|e| e.to_string())?, UnixTime::now());
    let not = |side, e: rustls::Error| format!("other processes would not trust {side} with it: {e}");
    by_clients.verify_server_cert(first, between, &name, &[], now).map_err(|e| not("a server", e))?;
    by_servers.verify_client_cert(first, between, now).map_err(|e| not("a client", e))?;
    Ok(())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn unreadable(file: &Path, why: &dyn fmt::Display) -> String {
    format!("{}: {why}", file.display())
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(file).map_err(|e| unreadable(file, &e))?;
    let read: Vec<_> = read.collect::<Result<_, _>>().map_err(|e| unreadable(file, &e))?;
    if read.is_empty() { Err(unreadable(file, &"it contains no certificate")) } else { Ok(read) }
}

fn roots(file: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|e| unreadable(file, &e))?;
    }
    Ok(roots)
}
