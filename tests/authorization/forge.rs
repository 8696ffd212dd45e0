//! A forge of tokens. The test has two keys of its own: one that the shop takes for its own, since the test has put
//! it into the database, so that a token can be wrong in one thing only; and one that the shop has retired.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Db, params, statements};
use kernel::{Timestamp, secret::RootSecret};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use std::time::Duration;

statements! {
    FIRST = "select created_at, active_from from signing_key where generation = 1";
    PLANT = "insert into signing_key (generation, kid, x, sealed, created_at, active_from, retire_at)
             values ($1, $2, $3, $4, $5, $6, $7)";
}

/// Base64 as tokens have it.
pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn un_b64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// A key that signs access tokens.
pub struct Key {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl Key {
    pub fn new(seed: [u8; 32]) -> Key {
        Key { seed, pair: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap() }
    }
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
    /// The name that its public half gives it (RFC 7638).
    pub fn kid(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(self.public()));
        b64(digest::digest(&digest::SHA256, jwk.as_bytes()))
    }
    /// The header of a good token.
    pub fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid()})
    }
    /// A token of these texts.
    pub fn sign_texts(&self, header: &str, claims: &str) -> String {
        let text = format!("{}.{}", b64(header), b64(claims));
        format!("{text}.{}", b64(self.pair.sign(text.as_bytes())))
    }
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_texts(&header.to_string(), &claims.to_string())
    }
    /// A token that is good but for what its claims say.
    pub fn mint(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }
}

/// A token with a MAC.
pub fn mac(secret: &[u8], header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
    format!("{text}.{}", b64(tag))
}

/// What a token says.
pub fn claims(token: &str) -> Value {
    serde_json::from_slice(&un_b64(token.split('.').nth(1).unwrap())).unwrap()
}

/// The keys of a shop.
pub struct ShopKeys {
    /// The shop takes it for its own.
    pub own: Key,
    /// The shop knew it once.
    pub retired: Key,
    /// Nobody knows it.
    pub foreign: Key,
    pub secret: RootSecret,
}

impl ShopKeys {
    pub fn new(secret: &str) -> ShopKeys {
        let mut root = [0; 32];
        hex::decode_to_slice(secret, &mut root).unwrap();
        ShopKeys {
            own: Key::new([1; 32]),
            retired: Key::new([2; 32]),
            foreign: Key::new([3; 32]),
            secret: RootSecret::new(root),
        }
    }

    /// Puts the keys among those of a stopped shop, before its first one.
    pub async fn plant(&self, auth: &Db) {
        const YEAR: Duration = Duration::from_secs(365 * 86_400);
        let first = auth.query_one(&FIRST, params![]).await.unwrap();
        let at = |name| first.get::<Timestamp>(name).unwrap();
        let (made, active) = (at("created_at"), at("active_from"));
        let mut tx = auth.begin().await.unwrap();
        for (generation, key, retires) in
            [(0, &self.own, made.plus(YEAR)), (-1, &self.retired, made.minus(YEAR))]
        {
            let sealed = self.seal(generation, key);
            let (made, active) = (made.minus(2 * YEAR), active.minus(2 * YEAR));
            let values = params![generation, key.kid(), b64(key.public()), sealed, made, active, retires];
            tx.run(&PLANT, values).await.unwrap();
        }
        tx.commit("test.plant").await.unwrap();
    }

    /// The secret half, as it lies in the database.
    fn seal(&self, generation: i64, key: &Key) -> Vec<u8> {
        let aead = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.secret.key("signing-keys")).unwrap());
        let (nonce, mut text) = ([7; 12], key.seed.to_vec());
        let purpose = Aad::from(format!("signing key {generation}"));
        aead.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), purpose, &mut text).unwrap();
        [&nonce[..], &text].concat()
    }
}
