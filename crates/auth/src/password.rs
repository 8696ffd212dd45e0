//! Passwords: how they are hashed and compared. Pure and slow; who calls this does it off the async threads.

use crate::{foreign_hash::ForeignHash, state::hash_buffers::HashBuffer};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use kernel::Secret;
use unicode_normalization::UnicodeNormalization;

/// What one hash costs (Argon2id, RFC 9106).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}
impl Default for Cost {
    /// What OWASP recommends: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// A hash is as long as this, in bytes.
const HASH_BYTES: usize = 32;
/// A salt is as long as this, in bytes.
pub(crate) const SALT_BYTES: usize = 16;

impl Cost {
    /// Argon2id with this cost; figures below what it demands are raised to that.
    fn argon2(&self) -> Argon2<'static> {
        let lanes = self.lanes.clamp(Params::MIN_P_COST, Params::MAX_P_COST);
        let memory = self.memory_kib.max(8 * lanes);
        let params = Params::new(memory, self.passes.max(Params::MIN_T_COST), lanes, Some(HASH_BYTES));
        let params = params.expect("the figures were raised to what Argon2 demands");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// What such a hash begins with: algorithm, version and figures, in PHC's form.
    fn prefix(&self) -> String {
        let argon2 = self.argon2();
        let params = argon2.params();
        format!("$argon2id$v=19$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost())
    }

    /// A hash of no password, which costs as much to compare with as any other.
    pub(crate) fn of_nobody(&self) -> Secret {
        // base64 of 16 and 32 zeros, as PHC writes them
        Secret::new(format!("{}{}${}", self.prefix(), "A".repeat(22), "A".repeat(43)))
    }

    /// Whether a hash was made at this cost.
    pub(crate) fn made(&self, hash: &Secret) -> bool {
        hash.expose().starts_with(&self.prefix())
    }

    /// The hash of a password, in PHC's form.
    pub(crate) fn hash(&self, password: &Secret, salt: [u8; SALT_BYTES], memory: &mut HashBuffer) -> Secret {
        let fits = "salt, hash and figures are of lengths that PHC's form has room for";
        let argon2 = self.argon2();
        let hash =
            output(&argon2, password, &salt, HASH_BYTES, memory).expect("the lengths are within Argon2's");
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params()).expect(fits),
            salt: Some(Salt::new(&salt).expect(fits)),
            hash: Some(hash),
        };
        Secret::new(hash.to_string())
    }
}

/// Whether this password has this hash; the hash says how it was made, and at which cost.
pub(crate) fn matches(password: &Secret, hash: &Secret, memory: &mut HashBuffer) -> bool {
    if ForeignHash::is(hash.expose()) {
        return ForeignHash::read(hash.expose()).is_ok_and(|foreign| foreign.matches(password));
    }
    made_again(password, hash, memory).unwrap_or(false)
}

/// Whether the password, hashed as this hash was, becomes it; `None` for what is no such hash.
fn made_again(password: &Secret, hash: &Secret, memory: &mut HashBuffer) -> Option<bool> {
    let hash = PasswordHash::new(hash.expose()).ok()?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let made = output(&argon2, password, &salt, expected.len(), memory)?;
    // takes as long wherever they differ
    Some(made == expected)
}

/// What Argon2 makes of a password; `None` for lengths that it does not take.
fn output(
    argon2: &Argon2<'_>,
    password: &Secret,
    salt: &[u8],
    length: usize,
    memory: &mut HashBuffer,
) -> Option<Output> {
    let mut bytes = [0; Output::MAX_LENGTH];
    let bytes = bytes.get_mut(..length)?;
    let blocks = memory.blocks(argon2.params().block_count());
    argon2.hash_password_into_with_memory(normal(password).expose().as_bytes(), salt, bytes, blocks).ok()?;
    Output::new(bytes).ok()
}

/// One form for a password that two keyboards write differently (NFKC, as NIST SP 800-63B asks).
fn normal(password: &Secret) -> Secret {
    Secret::new(password.expose().nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(cost: &Cost, password: &str) -> Secret {
        cost.hash(&Secret::new(password), [7; SALT_BYTES], &mut HashBuffer::default())
    }

    /// In memory in which something else was hashed before.
    fn matches(password: &str, hash: &Secret) -> bool {
        let mut memory = HashBuffer::default();
        CHEAP.hash(&Secret::new("something else"), [8; SALT_BYTES], &mut memory);
        let is_so = super::matches(&Secret::new(password), hash, &mut memory);
        assert_eq!(is_so, super::matches(&Secret::new(password), hash, &mut memory), "once more");
        is_so
    }

    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    #[test]
    fn only_the_same_password_matches() {
        let hash = hash(&CHEAP, "correct horse");
        assert!(matches("correct horse", &hash));
        for other in ["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"] {
            assert!(!matches(other, &hash), "{other:?}");
        }
    }

    #[test]
    fn the_whole_of_a_long_password_counts() {
        let long = "x".repeat(127);
        let hash = hash(&CHEAP, &format!("{long}a"));
        assert!(matches(&format!("{long}a"), &hash));
        assert!(!matches(&format!("{long}b"), &hash));
    }

    #[test]
    fn two_ways_to_write_a_letter_are_one_password() {
        let hash = hash(&CHEAP, "pass-\u{e9}-word");
        assert!(matches("pass-e\u{301}-word", &hash));
    }

    #[test]
    fn the_cost_is_written_into_the_hash() {
        let hash = hash(&Cost::default(), "correct horse");
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(Cost::default().made(&hash) && !CHEAP.made(&hash));
        assert!(matches("correct horse", &hash));
    }

    #[test]
    fn the_hash_of_nobody_is_one_that_nothing_matches() {
        let nobody = Cost::default().of_nobody();
        // it can be read: a hash that cannot would be refused without any work
        assert!(argon2::password_hash::phc::PasswordHash::new(nobody.expose()).is_ok());
        assert!(!matches("", &nobody));
    }

    /// What `argon2` makes by itself, with memory that it allocates.
    #[test]
    fn hashes_are_the_same_as_in_memory_of_their_own() {
        use argon2::{PasswordHasher, PasswordVerifier};
        for cost in [Cost::default(), CHEAP, Cost { memory_kib: 64, passes: 3, lanes: 2 }] {
            let own = cost.argon2().hash_password_with_salt(b"correct horse", &[7; SALT_BYTES]).unwrap();
            let ours = hash(&cost, "correct horse");
            assert_eq!(ours.expose(), own.to_string());
            assert!(Argon2::default().verify_password(b"correct horse", ours.expose()).is_ok());
        }
    }

    #[test]
    fn the_hash_of_another_system_is_compared_with_and_is_none_of_ours() {
        let bcrypt = Secret::new("$2b$04$8g9YkhfEqiHVwSqtDTOEEe0XO2HMdOmXl/0x1z8GhbXnRIVPO33LK");
        assert!(matches("correct horse", &bcrypt) && !matches("correct hors", &bcrypt));
        assert!(!CHEAP.made(&bcrypt), "it is to be made anew");
        let costly = Secret::new(bcrypt.expose().replace("$04$", "$31$"));
        assert!(!matches("correct horse", &costly), "without work that takes days");
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        let good = hash(&CHEAP, "correct horse");
        assert!(matches("correct horse", &good));
        let good = good.expose();
        let cut = &good[..good.rfind('$').unwrap()];
        let others =
            ["", "x", "$argon2id$", cut, &good.replace("argon2id", "scrypt"), &good.replace("v=19", "v=7")];
        for other in others {
            assert!(!matches("correct horse", &Secret::new(other)), "{other:?}");
        }
    }
}
