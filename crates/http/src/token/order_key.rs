//! Order keys of guests. A caller with such a key acts as the guest who has placed an order, with the permissions of its
//! buyer.
//!
//! A key is derived from the guest's ID and the installation's secret, so that it is stored nowhere: no database, event or
//! queued email contains one, and every service can verify it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{
    IdKind, Secret,
    id::{UserId, UserKind},
    secret::RootSecret,
};
use ring::hmac;
use uuid::Uuid;

/// The purposes for which the keys are derived.
const USAGE: &str = "order-keys";
const USAGE_OF_IDS: &str = "order-ids";
/// The prefix of order keys, by which people and scanners recognize a leaked one.
pub const ORDER_KEY_PREFIX: &str = "ork_";
/// Number of characters of an ID after its prefix.
const ID_CHARS: usize = 26;

/// Creates and verifies order keys.
#[derive(Clone)]
pub struct OrderKeys {
    guests: hmac::Key,
    ids: hmac::Key,
}

impl OrderKeys {
    /// Uses the installation's secret.
    pub fn new(secret: &RootSecret) -> Self {
        let key = |usage| hmac::Key::new(hmac::HMAC_SHA256, &secret.key(usage));
        OrderKeys { guests: key(USAGE), ids: key(USAGE_OF_IDS) }
    }

    /// Returns what the ID of an order is derived from: without the secret, nobody can choose requests whose orders have the same
    /// derived part, so that the payment of one would count for the other.
    pub fn id_source(&self, request: Uuid) -> Uuid {
        let tag = hmac::sign(&self.ids, request.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&tag.as_ref()[..16]);
        Uuid::from_bytes(first)
    }

    /// Returns the key of a guest.
    pub fn of(&self, guest: UserId) -> Secret {
        let id = guest.to_string();
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&self.guests, id.as_bytes()));
        // the ID without its prefix, which is always the same here
        let (_, bare) = id.split_at(id.len() - ID_CHARS);
        Secret::new(format!("{ORDER_KEY_PREFIX}{bare}{tag}"))
    }

    /// Returns the guest of a key. `None` for an invalid key. Compared in constant time.
    pub fn guest(&self, key: &str) -> Option<UserId> {
        let (bare, tag) = key.strip_prefix(ORDER_KEY_PREFIX)?.split_at_checked(ID_CHARS)?;
        let guest: UserId = format!("{}_{bare}", UserKind::PREFIX).parse().ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.guests, guest.to_string().as_bytes(), &tag).ok()?;
        Some(guest)
    }
}

impl std::fmt::Debug for OrderKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_an_order_id_depends_on_the_request_and_the_secret() {
        let [keys, others] = [7, 8].map(|byte| OrderKeys::new(&RootSecret::new([byte; 32])));
        let request = Uuid::from_u128(1);
        assert_eq!(keys.id_source(request), keys.id_source(request));
        assert_ne!(keys.id_source(request), keys.id_source(Uuid::from_u128(2)));
        assert_ne!(keys.id_source(request), others.id_source(request));
    }

    #[test]
    fn a_key_is_good_for_its_own_guest_and_installation_only() {
        let keys = OrderKeys::new(&RootSecret::new([7; 32]));
        let guest: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let key = keys.of(guest);
        let text = key.expose();
        assert_eq!(keys.guest(text), Some(guest));
        assert_eq!(OrderKeys::new(&RootSecret::new([8; 32])).guest(text), None);
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
            let other = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert_eq!(keys.guest(&other), None, "{other}");
        }
        for other in ["", "ork_", &text[..text.len() - 2], &format!("{text}AA"), &text[4..]] {
            assert_eq!(keys.guest(other), None, "{other}");
        }
    }
}
