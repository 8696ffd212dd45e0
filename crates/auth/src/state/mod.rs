//! What the handlers of this service share: its handles, and the parts that work behind them.

pub(crate) mod guess_pacer;
pub(crate) mod hash_buffers;
mod hash_queue;
pub(crate) mod hasher;
pub(crate) mod keyring;

use crate::{
    AuthDependencies, AuthSettings, NAME,
    email_code::EmailCodes,
    login_name::{self, LoginName},
    seal::Seal,
    workflows::token,
};
use contracts::auth::User;
use db::Db;
use flow::{Journal, Timers};
use guess_pacer::GuessPacer;
use hasher::Hasher;
use kernel::{
    Env, Secret,
    id::{ResetKind, UserId, VerificationKind},
};
use keyring::Keyring;
use ordo_http::{Cursors, TokenVerifier, token::Revocation};
use ring::hmac;
use std::{
    net::{IpAddr, Ipv6Addr},
    ops::Deref,
    sync::Arc,
};

/// Under what the failures of a name are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailureKeys {
    /// In the client's network.
    pub(crate) here: [u8; 32],
    /// Wherever they come from.
    pub(crate) anywhere: [u8; 32],
    /// It is known that the account has signed in here before: the client has shown that.
    pub(crate) is_known: bool,
}

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Auth(Arc<AuthInner>);

/// What is behind [`Auth`].
pub(crate) struct AuthInner {
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) journal: Journal,
    pub(crate) timers: Timers,
    pub(crate) keyring: Keyring,
    pub(crate) hasher: Hasher,
    pub(crate) pacer: GuessPacer,
    pub(crate) cursors: Cursors,
    pub(crate) verifier: TokenVerifier,
    pub(crate) settings: AuthSettings,
    pub(crate) reset_codes: EmailCodes<ResetKind>,
    pub(crate) verification_codes: EmailCodes<VerificationKind>,
    /// Seals whose password was forgotten, until that is looked into.
    pub(crate) wishes: Seal,
    neighbours: Vec<TokenVerifier>,
    failure_key: hmac::Key,
    device_key: hmac::Key,
    successor_key: hmac::Key,
}

impl Deref for Auth {
    type Target = AuthInner;
    fn deref(&self) -> &AuthInner {
        &self.0
    }
}

impl Auth {
    pub(crate) fn new(needs: AuthDependencies) -> Self {
        let AuthDependencies { env, db, secret, verifier, neighbours, settings, .. } = needs;
        Auth(Arc::new(AuthInner {
            journal: Journal::new(NAME, env.clone(), db.clone()),
            timers: Timers::default(),
            keyring: Keyring::new(env.clone(), db.clone(), &secret, &settings),
            hasher: Hasher::new(env.clone(), &settings),
            pacer: GuessPacer::new(&settings),
            cursors: Cursors::new(&secret),
            reset_codes: EmailCodes::of_resets(&secret),
            verification_codes: EmailCodes::of_verifications(&secret),
            wishes: Seal::new(&secret, "password-wishes"),
            failure_key: hmac::Key::new(hmac::HMAC_SHA256, &secret.key("login-failures")),
            device_key: hmac::Key::new(hmac::HMAC_SHA256, &secret.key("devices")),
            successor_key: hmac::Key::new(hmac::HMAC_SHA256, &secret.key("refresh-successor")),
            env,
            db,
            verifier,
            neighbours,
            settings,
        }))
    }

    /// Under what the failures of a name are counted, in the client's network and anywhere: not the name, which may be
    /// a person's address.
    pub(crate) fn failure_keys(&self, name: &LoginName, client: Option<IpAddr>) -> FailureKeys {
        self.failure_keys_of_text(&login_name::stored_key(name.text()), client)
    }

    /// Under what it is counted that the owner of an account, who is signed in, gave a wrong password.
    pub(crate) fn failure_keys_of_owner(&self, id: UserId, client: Option<IpAddr>) -> FailureKeys {
        // no name that an account can have has a line break
        self.failure_keys_of_text(&format!("\n{id}"), client)
    }

    /// All under which failures of this account are counted.
    pub(crate) fn failure_keys_of(&self, user: &User, client: Option<IpAddr>) -> Vec<FailureKeys> {
        let names = user.username.iter().chain(&user.email);
        let of_names = names.map(|name| self.failure_keys_of_text(&login_name::stored_key(name), client));
        of_names.chain([self.failure_keys_of_owner(user.id, client)]).collect()
    }

    /// Those of the names of an account, in a client's network.
    pub(crate) fn names_here(&self, user: &User, client: Option<IpAddr>) -> Vec<[u8; 32]> {
        let names = user.username.iter().chain(&user.email);
        names.map(|name| self.failure_keys_of_text(&login_name::stored_key(name), client).here).collect()
    }

    fn failure_keys_of_text(&self, name: &str, client: Option<IpAddr>) -> FailureKeys {
        // no name that an account can have begins like this
        let network = client.map_or_else(String::new, |network| site(network).to_string());
        let here = self.keyed(&format!("\n{network}\n{name}"));
        FailureKeys { here, anywhere: self.keyed(name), is_known: false }
    }

    /// What proves that a device token was made here.
    pub(crate) fn device_proof(&self, text: &str) -> [u8; 32] {
        signed(&self.device_key, text)
    }

    /// By what a name is known where it must not be read.
    pub(crate) fn keyed(&self, name: &str) -> [u8; 32] {
        signed(&self.failure_key, name)
    }

    /// The refresh token that a refresh token is exchanged for. It is derived, not stored: a second exchange returns the
    /// same one.
    pub(crate) fn successor(&self, refresh_token: &Secret) -> Secret {
        token::refresh(signed(&self.successor_key, refresh_token.expose()))
    }

    /// After a commit: this process hears at once which sessions have ended, and the events are sent.
    pub(crate) fn tell(&self, ended: &[Revocation]) {
        for verifier in std::iter::once(&self.verifier).chain(&self.neighbours) {
            ended.iter().for_each(|revocation| verifier.hear(revocation));
        }
        self.journal.wake();
    }
}

/// The network in which failures of one name are counted together: who has an IPv6 /64 often has a whole /48.
fn site(network: IpAddr) -> IpAddr {
    match network {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 80))),
        IpAddr::V4(_) => network,
    }
}

fn signed(key: &hmac::Key, text: &str) -> [u8; 32] {
    let mut tag = [0; 32];
    tag.copy_from_slice(hmac::sign(key, text.as_bytes()).as_ref());
    tag
}
