//! Encrypted connections to PostgreSQL, with the parameters of libpq: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`.
//!
//! `require` encrypts without verifying the server, unless `sslrootcert` is given; `verify-ca` requires a certificate of
//! that authority, and `verify-full` also one for the requested host. `prefer` encrypts if the server supports it. With
//! `disable`, or no mode, connections are not encrypted.

use crate::{Error, Result};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use std::sync::Arc;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The TLS parameters of a URL, and the rest of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TlsOptions {
    /// The URL without the TLS parameters.
    pub(super) address: String,
    mode: String,
    authorities: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
}

impl TlsOptions {
    /// Parses `postgres://…?sslmode=…` or `host=… sslmode=…`.
    pub(super) fn read(address: &str) -> TlsOptions {
        let mut asked = TlsOptions::default();
        asked.address = match (address.contains("://"), address.split_once('?')) {
            (true, Some((before, query))) => match asked.take(query.split('&')).join("&") {
                rest if rest.is_empty() => before.to_owned(),
                rest => format!("{before}?{rest}"),
            },
            (true, None) => address.to_owned(),
            (false, _) => asked.take(address.split_whitespace()).join(" "),
        };
        asked
    }

    /// Takes the TLS parameters, and returns the rest.
    fn take<'a>(&mut self, settings: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        settings
            .filter(|setting| {
                let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
                let value = value.trim_matches('\'').replace("%2F", "/").replace("%2f", "/");
                match name {
                    "sslmode" => self.mode = value,
                    "sslrootcert" => self.authorities = Some(value),
                    "sslcert" => self.certificate = Some(value),
                    "sslkey" => self.key = Some(value),
                    _ => return true,
                }
                false
            })
            .collect()
    }

    /// Returns whether a connection is encrypted.
    pub(super) fn ssl_mode(&self) -> SslMode {
        match self.mode.as_str() {
            "" | "disable" => SslMode::Disable,
            "prefer" => SslMode::Prefer,
            _ => SslMode::Require,
        }
    }

    /// Returns the TLS connector. None if TLS is not requested.
    ///
    /// # Errors
    /// When the mode is unknown, or a file cannot be read.
    pub(super) fn connector(&self) -> Result<Option<MakeRustlsConnect>> {
        let verifier = |trust| -> Result<Arc<dyn ServerCertVerifier>> {
            Ok(Arc::new(Verifier { trust, provider: provider() }))
        };
        let verifier = match (self.mode.as_str(), &self.authorities) {
            ("" | "disable", _) => return Ok(None),
            ("prefer", Some(_)) => {
                return Err(Error::other("sslmode=prefer believes anybody: sslrootcert needs verify-full"));
            }
            ("require" | "prefer", None) => verifier(Trust::AnyCertificate)?,
            ("require" | "verify-ca", Some(file)) => verifier(Trust::Authority(authorities(file)?))?,
            ("verify-full", Some(file)) => authorities(file)?,
            (mode @ ("verify-ca" | "verify-full"), None) => {
                let why =
                    format!("sslmode={mode} needs sslrootcert, a file with the authority's certificate");
                return Err(Error::other(why));
            }
            (mode, _) => {
                let known = "disable, prefer, require, verify-ca or verify-full";
                return Err(Error::other(format!("sslmode={mode} is unknown: {known} is expected")));
            }
        };
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|e| Error::other(e.to_string()))?;
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let config = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let key = PrivateKeyDer::from_pem_file(key).map_err(|e| unreadable(key, &e))?;
                let own = builder.with_client_auth_cert(certificates(certificate)?, key);
                own.map_err(|e| Error::other(format!("sslcert and sslkey: {e}")))?
            }
            (None, None) => builder.with_no_client_auth(),
            _ => return Err(Error::other("sslcert and sslkey go together")),
        };
        Ok(Some(MakeRustlsConnect::new(config)))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn unreadable(file: &str, why: &dyn std::fmt::Display) -> Error {
    Error::other(format!("{file}: {why}"))
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).map_err(|e| unreadable(file, &e))?;
    read.collect::<std::result::Result<_, _>>().map_err(|e| unreadable(file, &e))
}

/// Trusts certificates of these authorities.
fn authorities(file: &str) -> Result<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|e| unreadable(file, &e))?;
    }
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    built.map_err(|e| unreadable(file, &e))
}

/// A verifier that is less strict than a browser, as far as the URL permits.
#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Trust {
    AnyCertificate,
    /// Whatever the name in the certificate is.
    Authority(Arc<WebPkiServerVerifier>),
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Trust::Authority(authority) = &self.trust else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, between, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            told => told,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_encryption_is_taken_out_of_the_address() {
        let url = TlsOptions::read(
            "postgres://u:p@db/shop?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fca.pem",
        );
        assert_eq!(url.address, "postgres://u:p@db/shop?connect_timeout=3");
        assert_eq!((url.mode.as_str(), url.authorities.as_deref()), ("verify-full", Some("/ca.pem")));
        let words = TlsOptions::read("host=db sslmode=require user=u");
        assert_eq!((words.address.as_str(), words.mode.as_str()), ("host=db user=u", "require"));
        assert_eq!(TlsOptions::read("postgres://db/shop").address, "postgres://db/shop");
    }

    #[test]
    fn what_cannot_be_done_is_refused_and_never_passed_over() {
        for (address, word) in [
            ("postgres://db/shop?sslmode=verify-full", "sslrootcert"),
            ("postgres://db/shop?sslmode=verify-ca&sslrootcert=/no/such.pem", "/no/such.pem"),
            ("postgres://db/shop?sslmode=maybe", "maybe"),
            ("postgres://db/shop?sslmode=allow", "allow"),
            ("postgres://db/shop?sslmode=prefer&sslrootcert=/ca.pem", "sslrootcert"),
            ("postgres://db/shop?sslmode=require&sslcert=/a.pem", "sslkey"),
        ] {
            let told = TlsOptions::read(address).connector().map(drop).unwrap_err();
            assert!(told.message.contains(word), "{address}: {told}");
        }
        assert!(TlsOptions::read("postgres://db/shop?sslmode=disable").connector().unwrap().is_none());
        assert!(TlsOptions::read("postgres://db/shop?sslmode=prefer").connector().unwrap().is_some());
        assert!(TlsOptions::read("postgres://db/shop?sslmode=require").connector().unwrap().is_some());
    }
}
