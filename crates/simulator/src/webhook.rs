//! Signs webhooks as Standard Webhooks says (standardwebhooks.com), and verifies them.

use base64::{Engine, engine::general_purpose::STANDARD};
use endpoint::{
    Raw,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use kernel::{Timestamp, secret::RootSecret};
use payment_provider::{ProviderEvent, UnverifiedWebhook};
use ring::hmac;
use std::time::Duration;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIME: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
/// A webhook that is older, or newer, is one that somebody has recorded, or a clock is wrong.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);
/// Of a list of signatures, such as one for each of the keys while they are changed.
const SIGNATURES_MAX: usize = 16;

/// What webhooks are signed with, and verified.
#[derive(Clone)]
pub struct WebhookKey(hmac::Key);

impl WebhookKey {
    /// The key of an installation.
    pub fn new(secret: &RootSecret) -> Self {
        WebhookKey(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("simulator-webhooks")))
    }

    /// A webhook that tells of this event, sent at `now`.
    pub fn sign(&self, event: &ProviderEvent, now: Timestamp) -> Raw {
        let body = serde_json::to_vec(event).unwrap_or_default();
        let time = now.as_seconds().to_string();
        let tag = hmac::sign(&self.0, &signed(&event.id, &time, &body));
        let signature = format!("v1,{}", STANDARD.encode(tag));
        let values = [(ID, &event.id), (TIME, &time), (SIGNATURE, &signature)];
        let headers =
            values.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)));
        Raw { headers: headers.collect(), body: body.into() }
    }

    /// What a webhook tells, where it was signed with this key within five minutes of `now`.
    ///
    /// # Errors
    /// [`UnverifiedWebhook`], with the reason.
    pub fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<ProviderEvent, UnverifiedWebhook> {
        let refused = |why: &str| UnverifiedWebhook(why.to_owned());
        let header = |name: &HeaderName| text(&webhook.headers, name);
        let (Some(id), Some(time), Some(signatures)) = (header(&ID), header(&TIME), header(&SIGNATURE))
        else {
            return Err(refused("it has no webhook-id, webhook-timestamp or webhook-signature"));
        };
        let signed = signed(id, time, &webhook.body);
        let is_good = |signature: &str| {
            let tag = signature.strip_prefix("v1,").and_then(|tag| STANDARD.decode(tag).ok());
            tag.is_some_and(|tag| hmac::verify(&self.0, &signed, &tag).is_ok())
        };
        if !signatures.split(' ').take(SIGNATURES_MAX).any(is_good) {
            return Err(refused("its signature is wrong"));
        }
        let sent = time.parse().map(Timestamp::from_seconds).map_err(|_| refused("its time is no number"))?;
        if sent.since(now).max(now.since(sent)) > TOLERANCE {
            return Err(UnverifiedWebhook(format!("it was signed at {sent}, and it is {now}")));
        }
        serde_json::from_slice(&webhook.body).map_err(|error| UnverifiedWebhook(format!("its body: {error}")))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn signed(id: &str, time: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", time.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> ProviderEvent {
        ProviderEvent { id: "evt_1".into(), key: "pat_1-1-submit".into(), outcome: "captured".into() }
    }

    fn key(byte: u8) -> WebhookKey {
        WebhookKey::new(&RootSecret::new([byte; 32]))
    }

    #[test]
    fn only_what_was_signed_here_lately_is_believed() {
        let (key, now) = (key(1), Timestamp::from_seconds(1_000_000));
        let good = key.sign(&event(), now);
        assert_eq!(key.verify(&good, now), Ok(event()));
        assert_eq!(key.verify(&good, now.plus(TOLERANCE)), Ok(event()));
        assert_eq!(key.verify(&good, now.minus(TOLERANCE)), Ok(event()));
        let second = Duration::from_secs(1);
        assert!(key.verify(&good, now.plus(TOLERANCE + second)).is_err());
        assert!(key.verify(&good, now.minus(TOLERANCE + second)).is_err());
        let other = super::tests::key(2);
        assert!(other.verify(&good, now).is_err());
        let forged = Raw {
            body: String::from_utf8(good.body.to_vec()).unwrap().replace("_1-1", "_2-1").into(),
            ..good.clone()
        };
        assert!(key.verify(&forged, now).is_err());
        for name in [ID, TIME, SIGNATURE] {
            for value in [None, Some(""), Some("7"), Some("v1,"), Some("v1,AAAA")] {
                let mut forged = good.clone();
                match value {
                    Some(value) => drop(forged.headers.insert(name.clone(), HeaderValue::from_static(value))),
                    None => drop(forged.headers.remove(&name)),
                }
                assert!(key.verify(&forged, now).is_err(), "{name}: {value:?}");
            }
        }
    }

    #[test]
    fn one_good_signature_among_several_is_enough() {
        let (key, now) = (key(1), Timestamp::from_seconds(1_000_000));
        let mut good = key.sign(&event(), now);
        let listed = format!("v1,AAAA v2,BBBB {}", good.headers[SIGNATURE].to_str().unwrap());
        good.headers.insert(SIGNATURE, listed.parse().unwrap());
        assert_eq!(key.verify(&good, now), Ok(event()));
    }
}
