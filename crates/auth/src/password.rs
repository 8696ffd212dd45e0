//! Passwords: how they are hashed and compared. Pure and slow; who calls this does it off the async threads.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
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
    pub(crate) fn hash(&self, password: &Secret, salt: [u8; SALT_BYTES]) -> Secret {
        let hash = self.argon2().hash_password_with_salt(normal(password).expose().as_bytes(), &salt);
        Secret::new(hash.expect("lengths of password and salt are within Argon2's").to_string())
    }
}

/// Whether this password has this hash; the hash says at which cost it was made.
pub(crate) fn matches(password: &Secret, hash: &Secret) -> bool {
    Cost::default().argon2().verify_password(normal(password).expose().as_bytes(), hash.expose()).is_ok()
}

/// One form for a password that two keyboards write differently (NFKC, as NIST SP 800-63B asks).
fn normal(password: &Secret) -> Secret {
    Secret::new(password.expose().nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    #[test]
    fn only_the_same_password_matches() {
        let hash = CHEAP.hash(&Secret::new("correct horse"), [7; SALT_BYTES]);
        assert!(matches(&Secret::new("correct horse"), &hash));
        for other in ["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"] {
            assert!(!matches(&Secret::new(other), &hash), "{other:?}");
        }
    }

    #[test]
    fn the_whole_of_a_long_password_counts() {
        let long = "x".repeat(127);
        let hash = CHEAP.hash(&Secret::new(format!("{long}a")), [7; SALT_BYTES]);
        assert!(matches(&Secret::new(format!("{long}a")), &hash));
        assert!(!matches(&Secret::new(format!("{long}b")), &hash));
    }

    #[test]
    fn two_ways_to_write_a_letter_are_one_password() {
        let hash = CHEAP.hash(&Secret::new("pass-\u{e9}-word"), [7; SALT_BYTES]);
        assert!(matches(&Secret::new("pass-e\u{301}-word"), &hash));
    }

    #[test]
    fn the_cost_is_written_into_the_hash() {
        let hash = Cost::default().hash(&Secret::new("correct horse"), [7; SALT_BYTES]);
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(Cost::default().made(&hash) && !CHEAP.made(&hash));
        assert!(matches(&Secret::new("correct horse"), &hash));
    }

    #[test]
    fn the_hash_of_nobody_is_one_that_nothing_matches() {
        let nobody = Cost::default().of_nobody();
        // it can be read: a hash that cannot would be refused without any work
        assert!(argon2::password_hash::phc::PasswordHash::new(nobody.expose()).is_ok());
        assert!(!matches(&Secret::new(""), &nobody));
    }
}
