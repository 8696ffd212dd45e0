//! Ids for what comes from elsewhere: made of what it is called there, so that a second import finds what the first has
//! brought. They are UUIDv7 in form: what is older comes first, by the time at which it was made there.

use kernel::{Id, IdKind, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The id of what is called `name` in the system `of`.
pub(super) fn id_of<K: IdKind>(of: &str, name: &str, made_at: Option<Timestamp>) -> Id<K> {
    let mut hash = Sha256::new();
    // each part with its length: no two texts run into one
    for part in ["ordo import", K::PREFIX, of, name] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    let millis = made_at.map_or(0, |at| at.as_micros().div_euclid(1000).max(0));
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Id::from_uuid(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::{OrderKind, UserKind};

    #[test]
    fn an_id_follows_from_the_name_and_is_as_old_as_the_thing() {
        let at = |seconds| Some(Timestamp::from_seconds(seconds));
        let one = id_of::<UserKind>("mongo", "a", at(1_700_000_000));
        assert_eq!(one, id_of("mongo", "a", at(1_700_000_000)));
        assert_eq!(one.uuid().get_version_num(), 7);
        assert_ne!(one, id_of("mongo", "b", at(1_700_000_000)));
        assert_ne!(one, id_of("customers", "a", at(1_700_000_000)));
        assert_ne!(one.uuid(), id_of::<OrderKind>("mongo", "a", at(1_700_000_000)).uuid());
        assert!(one < id_of("mongo", "0", at(1_700_000_001)));
        assert_eq!(id_of::<UserKind>("mongo", "a", at(-5)), id_of("mongo", "a", None));
    }
}
