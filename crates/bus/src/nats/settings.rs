//! How NATS is reached: addresses, credentials, TLS, and the size of what it keeps.

use async_nats::{ConnectOptions, ServerAddr};
use kernel::secret::Secret;
use percent_encoding::percent_decode_str;
use std::{fmt, path::PathBuf, time::Duration};

/// How NATS is reached, and what it keeps.
#[derive(Debug, Clone)]
pub struct NatsSettings {
    /// One or several servers of a cluster: `nats://host:4222`, or `tls://…`. One that carries `user:password@` or
    /// `token@` gives the credentials, where there are no others.
    pub urls: Vec<String>,
    /// Who we are.
    pub credentials: Credentials,
    /// Whom to believe besides the system's authorities; instead of them, in fact.
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and its key, where the servers want one.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Refuses a connection without TLS; a `tls://` address does so as well.
    pub requires_tls: bool,
    /// On how many servers each stream is kept: 3 in a cluster of three or more.
    pub replicas: usize,
    /// What the names of streams and subjects begin with: another one for each shop of one NATS account.
    pub prefix: String,
    /// Messages are dropped when they are as old: the feeds have them forever.
    pub max_age: Duration,
    /// And the oldest ones when a stream is as large.
    pub max_bytes: u32,
    /// What nobody acknowledges is brought again after this.
    pub act_within: Duration,
}

/// Who we are to NATS.
#[derive(Debug, Clone, Default)]
pub enum Credentials {
    /// Nobody, or whoever the address names.
    #[default]
    None,
    /// A user and a password.
    Password(String, Secret),
    /// A token.
    Token(Secret),
    /// A file with a JWT and a seed (`….creds`), or with the seed of an nkey alone (`SU…`).
    File(PathBuf),
}

impl NatsSettings {
    /// One server or several, with the rest as it is as a rule.
    pub fn new(urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        NatsSettings {
            urls: urls.into_iter().map(Into::into).collect(),
            credentials: Credentials::None,
            ca_file: None,
            certificate: None,
            requires_tls: false,
            replicas: 1,
            prefix: "ordo".to_owned(),
            max_age: Duration::from_secs(3600),
            max_bytes: 64 * 1024 * 1024,
            act_within: Duration::from_secs(10),
        }
    }

    /// The same, from the text of a setting: addresses between commas.
    pub fn parse(urls: &str) -> Self {
        NatsSettings::new(urls.split(',').map(str::trim).filter(|url| !url.is_empty()))
    }

    /// The servers' addresses without credentials.
    pub(super) fn servers(&self) -> String {
        self.urls.iter().map(|url| split(url).0).collect::<Vec<_>>().join(", ")
    }
}

/// The settings cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSettings(
    /// What is wrong, as a sentence.
    pub String,
);
impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for InvalidSettings {}

/// The servers' addresses, without credentials, and the credentials that the first of them carries.
pub(super) fn addresses(settings: &NatsSettings) -> Result<(Vec<ServerAddr>, Credentials), InvalidSettings> {
    let mut found = Credentials::None;
    let mut addresses = Vec::new();
    for url in &settings.urls {
        let (bare, credentials) = split(url);
        let address: ServerAddr = bare.parse().map_err(|_| {
            InvalidSettings(format!("The address {bare:?} of NATS is not of the form nats://HOST:PORT."))
        })?;
        addresses.push(address);
        if matches!(found, Credentials::None) {
            found = credentials;
        }
    }
    if addresses.is_empty() {
        return Err(InvalidSettings("NATS has no address.".to_owned()));
    }
    check_prefix(&settings.prefix).map_err(InvalidSettings)?;
    let given = &settings.credentials;
    Ok((addresses, if matches!(given, Credentials::None) { found } else { given.clone() }))
}

/// Whether the names of streams can begin with this.
///
/// # Errors
/// What is expected.
pub fn check_prefix(prefix: &str) -> Result<(), String> {
    let is_one = !prefix.is_empty() && prefix.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    is_one
        .then_some(())
        .ok_or_else(|| format!("letters, digits and hyphens are expected, such as ordo, and not `{prefix}`"))
}

/// An address without credentials, which would appear in logs, and those that it carries.
fn split(url: &str) -> (String, Credentials) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("nats", url));
    let Some((who, host)) = rest.rsplit_once('@') else {
        return (url.to_owned(), Credentials::None);
    };
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let credentials = match who.split_once(':') {
        Some((user, password)) => Credentials::Password(plain(user), Secret::new(plain(password))),
        None => Credentials::Token(Secret::new(plain(who))),
    };
    (format!("{scheme}://{host}"), credentials)
}

/// The client's options: it tries forever, each time a little later.
pub(super) fn options(
    settings: &NatsSettings,
    credentials: &Credentials,
) -> Result<ConnectOptions, InvalidSettings> {
    let mut options = ConnectOptions::new();
    options = match credentials {
        Credentials::None => options,
        Credentials::Password(user, password) => {
            options.user_and_password(user.clone(), password.expose().to_owned())
        }
        Credentials::Token(token) => options.token(token.expose().to_owned()),
        Credentials::File(path) => {
            let wrong = |why: &dyn fmt::Display| {
                InvalidSettings(format!(
                    "The credentials of NATS in {} cannot be read: {why}.",
                    path.display()
                ))
            };
            let text = std::fs::read_to_string(path).map_err(|e| wrong(&e))?;
            match text.trim() {
                seed if seed.starts_with("SU") => options.nkey(seed.to_owned()),
                _ => options.credentials(&text).map_err(|e| wrong(&e))?,
            }
        }
    };
    if let Some(file) = &settings.ca_file {
        readable(file)?;
        options = options.add_root_certificates(file.clone());
    }
    if let Some((certificate, key)) = &settings.certificate {
        readable(certificate)?;
        readable(key)?;
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    Ok(options
        .name("ordo")
        .require_tls(settings.requires_tls)
        .retry_on_initial_connect()
        .connection_timeout(super::CONNECT_WITHIN)
        .ping_interval(super::PING_EVERY)
        .request_timeout(Some(super::ANSWER_WITHIN))
        .reconnect_delay_callback(pause))
}

fn readable(file: &PathBuf) -> Result<(), InvalidSettings> {
    let wrong =
        |e| InvalidSettings(format!("NATS's certificates in {} cannot be read: {e}.", file.display()));
    std::fs::File::open(file).map(drop).map_err(wrong)
}

/// Before the n-th try to connect: at once, then doubling from 50 ms to 2 s.
fn pause(tries: usize) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(2)).unwrap_or(u32::MAX).min(6);
    if tries <= 1 {
        Duration::ZERO
    } else {
        (Duration::from_millis(50) * 2u32.pow(doublings)).min(super::LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_rid_of_what_it_says_about_us() {
        let (bare, who) = split("nats://ordo:p%40ss:word@nats.example:4222");
        assert_eq!(bare, "nats://nats.example:4222");
        let Credentials::Password(user, password) = who else { panic!("{who:?}") };
        assert_eq!((&*user, password.expose()), ("ordo", "p@ss:word"));
        let (bare, who) = split("tls://s3cr3t@nats.example");
        assert_eq!(bare, "tls://nats.example");
        let Credentials::Token(token) = who else { panic!("{who:?}") };
        assert_eq!(token.expose(), "s3cr3t");
        assert!(
            matches!(split("nats.example:4222"), (bare, Credentials::None) if bare == "nats.example:4222")
        );
    }

    #[test]
    fn credentials_that_are_given_win_over_those_of_the_address() {
        let mut settings = NatsSettings::parse("nats://a:b@one:4222, nats://two:4222");
        let (addresses, who) = super::addresses(&settings).unwrap();
        assert_eq!((addresses.len(), matches!(who, Credentials::Password(..))), (2, true));
        assert_eq!(settings.servers(), "nats://one:4222, nats://two:4222");
        settings.credentials = Credentials::Token(Secret::new("t"));
        assert!(matches!(super::addresses(&settings).unwrap().1, Credentials::Token(_)));
    }

    #[test]
    fn what_cannot_be_right_is_said_before_anything_is_tried() {
        assert!(addresses(&NatsSettings::parse("")).is_err());
        assert!(addresses(&NatsSettings::parse("nats://a b")).is_err());
        let mut settings = NatsSettings { prefix: "my shop".to_owned(), ..NatsSettings::parse("nats://one") };
        assert!(addresses(&settings).is_err());
        settings.ca_file = Some("/nowhere/ca.pem".into());
        assert!(options(&settings, &Credentials::None).is_err());
        let file = Credentials::File("/nowhere/ordo.creds".into());
        assert!(options(&NatsSettings::parse("nats://one"), &file).is_err());
    }

    #[test]
    fn it_is_tried_again_soon_and_then_every_two_seconds() {
        let pauses: Vec<u128> = (1..10).map(|tries| pause(tries).as_millis()).collect();
        assert_eq!(pauses, [0, 50, 100, 200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(pause(usize::MAX).as_millis(), 2000);
    }
}
