//! A NATS with accounts, whose users come in with a file of credentials: a token that their account has signed, and the
//! seed of their own key (docs.nats.io, "JWT Authentication").

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nkeys::KeyPair;
use serde_json::{Value, json};

/// What a server is told so that it knows an account, and what a user of that account shows.
#[derive(Debug)]
pub struct Access {
    /// Settings of the server.
    pub settings: String,
    /// The text of a `….creds` file.
    pub credentials: String,
}

impl Access {
    /// An account with all of JetStream, and a user of it; with keys that nobody else has.
    ///
    /// # Panics
    /// Never: keys that were made can sign.
    #[must_use]
    pub fn make() -> Access {
        let (operator, user) = (KeyPair::new_operator(), KeyPair::new_user());
        let (system, shop) = (KeyPair::new_account(), KeyPair::new_account());
        let operators = signed(&operator, &operator, &json!({"type": "operator", "version": 2}));
        // its own account a server does not let use JetStream
        let systems = signed(&system, &operator, &account(false));
        let shops = signed(&shop, &operator, &account(true));
        let users = json!({"type": "user", "version": 2, "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1});
        let users = signed(&user, &shop, &users);
        let (system, shop) = (system.public_key(), shop.public_key());
        let settings = format!(
            "operator: \"{operators}\"\nsystem_account: {system}\nresolver: MEMORY\n\
             resolver_preload {{ {system}: \"{systems}\", {shop}: \"{shops}\" }}\n"
        );
        let seed = user.seed().expect("it was made with one");
        let credentials = format!(
            "-----BEGIN NATS USER JWT-----\n{users}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        );
        Access { settings, credentials }
    }
}

/// What an account may do: whatever it likes.
fn account(with_streams: bool) -> Value {
    let mut limits = json!({"wildcards": true});
    let streams = ["mem_storage", "disk_storage", "streams", "consumer"];
    let all = ["subs", "data", "payload", "imports", "exports", "conn", "leaf"];
    for name in all.iter().chain(streams.iter().filter(|_| with_streams)) {
        limits[*name] = json!(-1);
    }
    json!({"type": "account", "version": 2, "limits": limits, "default_permissions": {"pub": {}, "sub": {}}})
}

/// A token that says this of whoever has `of`, by whoever has `by`.
fn signed(of: &KeyPair, by: &KeyPair, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let header = json!({"typ": "JWT", "alg": "ed25519-nkey"});
    let (sub, iat) = (of.public_key(), crate::real_env::env().now().as_seconds());
    let claims =
        json!({"jti": sub, "iat": iat, "iss": by.public_key(), "name": "test", "sub": sub, "nats": claims});
    let text = format!("{}.{}", part(&header), part(&claims));
    let signature = by.sign(text.as_bytes()).expect("it was made with a seed");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}
