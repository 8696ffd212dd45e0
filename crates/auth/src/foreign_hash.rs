//! Hashes of passwords that other systems made: bcrypt's, and werkzeug's scrypt and PBKDF2. They are compared with at
//! the first sign-in, and replaced by one of ours then. What they cost was another's choice, so it is bounded: at the
//! import, and again whenever one is compared with.

use kernel::Secret;
use ring::pbkdf2;
use std::{fmt, num::NonZeroU32, str::FromStr};
use subtle::ConstantTimeEq;

/// bcrypt's costs are powers of two; 14 takes about a second.
const BCRYPT_COST: std::ops::RangeInclusive<u32> = 4..=14;
/// A bcrypt hash is as long as this.
const BCRYPT_LENGTH: usize = 60;
/// Memory that scrypt may take; werkzeug has it take 32 MiB.
const SCRYPT_BYTES_MAX: u64 = 64 << 20;
/// The work of scrypt (N × r × p); werkzeug's is a quarter of it.
const SCRYPT_WORK_MAX: u64 = 1 << 20;
/// Rounds of PBKDF2; werkzeug's are 1,000,000.
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;
/// Bytes of a salt or a hash; werkzeug's have at most 64.
const BYTES_MAX: usize = 128;

/// Why a hash cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignHashError {
    /// It is none that is known: a password as it is, perhaps.
    Unknown,
    /// It begins like one of this kind, and goes on otherwise.
    Malformed(&'static str),
    /// To compare a password with it would take too long, or too much memory.
    TooCostly {
        /// What it demands.
        demanded: String,
        /// What may be demanded.
        most: String,
    },
}

impl fmt::Display for ForeignHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForeignHashError::Unknown => f.write_str(
                "it is no hash that can be taken over: bcrypt ($2a$, $2b$, $2y$) or werkzeug's (scrypt:N:r:p$…, \
                 pbkdf2:sha256:ROUNDS$…) is expected",
            ),
            ForeignHashError::Malformed(kind) => write!(f, "it begins like {kind}, and is cut off or damaged"),
            ForeignHashError::TooCostly { demanded, most } => {
                write!(f, "it demands {demanded}, and at most {most} is taken")
            }
        }
    }
}
impl std::error::Error for ForeignHashError {}

/// Whether this can stand as the hash of an account that comes from elsewhere.
///
/// # Errors
/// Why not.
pub fn check_foreign_hash(hash: &Secret) -> Result<(), ForeignHashError> {
    ForeignHash::read(hash.expose()).map(drop)
}

/// A hash of another system, within its bounds.
pub(crate) enum ForeignHash<'a> {
    Bcrypt(&'a str),
    Scrypt { params: scrypt::Params, salt: &'a str, hash: Vec<u8> },
    Pbkdf2 { algorithm: pbkdf2::Algorithm, rounds: NonZeroU32, salt: &'a str, hash: Vec<u8> },
}

impl<'a> ForeignHash<'a> {
    /// Whether it looks like one, usable or not.
    pub(crate) fn is(hash: &str) -> bool {
        ["$2", "scrypt:", "pbkdf2:"].iter().any(|begin| hash.starts_with(begin))
    }

    pub(crate) fn read(hash: &'a str) -> Result<ForeignHash<'a>, ForeignHashError> {
        if hash.starts_with("$2") {
            return bcrypt(hash);
        }
        let mut parts = hash.split('$');
        let (method, salt, digest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let mut words = method.split(':');
        let (kind, is_scrypt) = match words.next() {
            Some("scrypt") => ("werkzeug's scrypt", true),
            Some("pbkdf2") => ("werkzeug's PBKDF2", false),
            _ => return Err(ForeignHashError::Unknown),
        };
        let malformed = ForeignHashError::Malformed(kind);
        let (Some(salt), Some(digest), None) = (salt, digest, parts.next()) else { return Err(malformed) };
        let Ok(hash) = hex::decode(digest) else { return Err(malformed) };
        let fits = |length: usize| (1..=BYTES_MAX).contains(&length);
        if !fits(salt.len()) || !fits(hash.len()) {
            return Err(malformed);
        }
        let figures: Vec<&str> = words.collect();
        match is_scrypt {
            true => scrypt(&figures, salt, hash, malformed),
            false => pbkdf2(&figures, salt, hash, malformed),
        }
    }

    /// Whether the password has it. The originals hashed what came over the wire, byte for byte.
    pub(crate) fn matches(&self, password: &Secret) -> bool {
        let password = password.expose();
        match self {
            ForeignHash::Bcrypt(hash) => ::bcrypt::verify(password, hash).unwrap_or(false),
            ForeignHash::Scrypt { params, salt, hash } => {
                let mut made = vec![0; hash.len()];
                ::scrypt::scrypt(password.as_bytes(), salt.as_bytes(), params, &mut made).is_ok()
                    && bool::from(made.ct_eq(hash))
            }
            ForeignHash::Pbkdf2 { algorithm, rounds, salt, hash } => {
                pbkdf2::verify(*algorithm, *rounds, salt.as_bytes(), password.as_bytes(), hash).is_ok()
            }
        }
    }
}

/// A number as hashes have it: digits and nothing else.
fn figure<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn bcrypt(hash: &str) -> Result<ForeignHash<'_>, ForeignHashError> {
    let malformed = ForeignHashError::Malformed("bcrypt");
    let known = ["$2a$", "$2b$", "$2y$"].iter().any(|begin| hash.starts_with(begin));
    if !known || hash.len() != BCRYPT_LENGTH || !hash.is_ascii() || hash.as_bytes()[6] != b'$' {
        return Err(malformed);
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/');
    match figure::<u32>(&hash[4..6]) {
        Some(cost) if BCRYPT_COST.contains(&cost) && hash[7..].chars().all(is_plain) => {
            Ok(ForeignHash::Bcrypt(hash))
        }
        Some(cost) if cost > *BCRYPT_COST.end() => Err(ForeignHashError::TooCostly {
            demanded: format!("a bcrypt cost of {cost}"),
            most: BCRYPT_COST.end().to_string(),
        }),
        _ => Err(malformed),
    }
}

fn scrypt<'a>(
    figures: &[&str],
    salt: &'a str,
    hash: Vec<u8>,
    malformed: ForeignHashError,
) -> Result<ForeignHash<'a>, ForeignHashError> {
    let figures: Vec<u32> = figures.iter().filter_map(|text| figure(text)).collect();
    let [n, r, p] = figures[..] else { return Err(malformed) };
    if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
        return Err(malformed);
    }
    let [wide_n, wide_r, wide_p] = [n, r, p].map(u64::from);
    let memory = wide_n.saturating_mul(wide_r).saturating_mul(128);
    let work = wide_n.saturating_mul(wide_r).saturating_mul(wide_p);
    if memory > SCRYPT_BYTES_MAX || work > SCRYPT_WORK_MAX {
        return Err(ForeignHashError::TooCostly {
            demanded: format!("scrypt with N = {n}, r = {r}, p = {p}"),
            most: format!("{} MiB and a work of {SCRYPT_WORK_MAX} (N × r × p)", SCRYPT_BYTES_MAX >> 20),
        });
    }
    let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| malformed)?;
    Ok(ForeignHash::Scrypt { params, salt, hash })
}

fn pbkdf2<'a>(
    figures: &[&str],
    salt: &'a str,
    hash: Vec<u8>,
    malformed: ForeignHashError,
) -> Result<ForeignHash<'a>, ForeignHashError> {
    let [digest, rounds] = figures[..] else { return Err(malformed) };
    let algorithm = match digest {
        "sha1" => pbkdf2::PBKDF2_HMAC_SHA1,
        "sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
        "sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Err(malformed),
    };
    let Some(rounds) = figure::<NonZeroU32>(rounds) else { return Err(malformed) };
    if rounds.get() > PBKDF2_ROUNDS_MAX {
        return Err(ForeignHashError::TooCostly {
            demanded: format!("{rounds} rounds of PBKDF2"),
            most: PBKDF2_ROUNDS_MAX.to_string(),
        });
    }
    Ok(ForeignHash::Pbkdf2 { algorithm, rounds, salt, hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python's bcrypt 5 and werkzeug 3.1 of `correct horse`.
    const HASHES: [&str; 8] = [
        "$2b$04$8g9YkhfEqiHVwSqtDTOEEe0XO2HMdOmXl/0x1z8GhbXnRIVPO33LK",
        "$2a$04$5FLBaZMD8n93KlXwyAd12.Rl2WqmP33LVcrGomwZxyKR68xj5MeU.",
        "$2y$04$8g9YkhfEqiHVwSqtDTOEEe0XO2HMdOmXl/0x1z8GhbXnRIVPO33LK",
        "scrypt:32768:8:1$DILG3SOb6jH6oqSb$703ad06988a4c1ad64ed8d013bfcf7472c3a1abe00433e7ece5aeb0a5bbe1fae7d45432b9969\
         6377a466a7012d5bef07409e3685c4931057660cd277d9090cc0",
        "scrypt:1024:8:1$02iIrXn7tm9ItLAp$ef0b06cd28b08919fe0c6d9e65f96751b534ead364d1fb0471579866e4ada5e61864a1bd5e08f1\
         92590a9ece875d0bc6c9a31d6822bcdc68ed5355fbba46a121",
        "pbkdf2:sha256:1000000$3OiEil4qytlnhqaa$4f174e4e5372f7fa5283aa5ad48e071bdcdb2c0ca3f351eeac5f9ee93ebb6fae",
        "pbkdf2:sha256:1000$dFtKxJBjNV02aajm$ad59f2ed7e5129c071f6ed3fca2055ca588ff37bcf36f957f30e5e1768446896",
        "pbkdf2:sha512:1000$zd1bugOESHsoOYLu$c4af4ded9ea7145cc876a2b93566058118793eac35980df468200f6606dc84240ed509b32f0b\
         527228d1d35bb7520f6c72aa935def640cb88f388fa2989d09a9",
    ];

    fn matches(password: &str, hash: &str) -> bool {
        ForeignHash::read(hash).unwrap_or_else(|e| panic!("{hash}: {e}")).matches(&Secret::new(password))
    }

    #[test]
    fn only_the_same_password_has_the_hash_of_another_system() {
        for hash in HASHES {
            assert!(matches("correct horse", hash), "{hash}");
            for other in ["correct hors", "Correct horse", "", "correct horse\0x"] {
                assert!(!matches(other, hash), "{hash} {other:?}");
            }
            assert!(ForeignHash::is(hash) && check_foreign_hash(&Secret::new(hash)).is_ok());
        }
    }

    #[test]
    fn the_bytes_are_compared_as_the_original_hashed_them() {
        let decomposed = "pbkdf2:sha256:1000$rARZM2lt8Vet0R57$1cd3654dd2b6bbbf7149e6d2f1c7e24fb1deb6b7bc946181303051ed046bf077";
        assert!(matches("pass-e\u{301}-word", decomposed) && !matches("pass-\u{e9}-word", decomposed));
        // bcrypt checks 72 bytes of a password, and so did the original
        let long = "$2b$04$CzXyeSTK4vG9C/QKdiDm5u7Xk3AP2iHNlOqYAbsd2pV7X1xoWFrQm";
        assert!(matches(&"x".repeat(72), long) && matches(&"x".repeat(100), long));
        assert!(!matches(&"x".repeat(71), long));
    }

    #[test]
    fn what_costs_too_much_is_refused_before_any_work() {
        let costly = [
            HASHES[0].replace("$04$", "$15$"),
            HASHES[0].replace("$04$", "$31$"),
            HASHES[3].replace("32768:8:1", "131072:8:1"),
            HASHES[3].replace("32768:8:1", "32768:8:5"),
            HASHES[3].replace("32768:8:1", "2147483648:4294967295:4294967295"),
            HASHES[3].replace("32768:8:1", "2:1:4294967295"),
            HASHES[5].replace("1000000", "2000001"),
            HASHES[5].replace("1000000", "4294967295"),
        ];
        for hash in costly {
            let refused = ForeignHash::read(&hash).map(drop).unwrap_err();
            assert!(matches!(refused, ForeignHashError::TooCostly { .. }), "{hash}: {refused}");
        }
    }

    #[test]
    fn what_is_damaged_or_no_hash_is_named() {
        let malformed = [
            HASHES[0][..59].to_owned(),
            HASHES[0].replace("$2b$", "$2x$"),
            HASHES[0].replace("$04$", "$03$"),
            HASHES[0].replace("$04$", "$+4$"),
            HASHES[0].replace("LK", "é"),
            HASHES[0].replace("LK", "$K"),
            HASHES[3].replace("32768:8:1", "32767:8:1"),
            HASHES[3].replace("32768:8:1", "32768:8"),
            HASHES[3].replace("32768:8:1", "32768:8:0"),
            HASHES[3].replace("32768:8:1", "32768:8:1:1"),
            HASHES[3].replace("$703a", "$703"),
            HASHES[6].replace(":1000$", ":0$"),
            HASHES[6].replace(":1000$", ":-1$"),
            HASHES[6].replace(":1000$", ":99999999999$"),
            HASHES[6].replace("sha256", "md5"),
            HASHES[6].replace("$dFtKxJBjNV02aajm", "$"),
            "pbkdf2:sha256:1000$salt$".to_owned(),
            "pbkdf2:sha256:1000".to_owned(),
            format!("{}$x", HASHES[6]),
        ];
        for hash in malformed {
            let refused = ForeignHash::read(&hash).map(drop).unwrap_err();
            assert!(matches!(refused, ForeignHashError::Malformed(_)), "{hash}: {refused}");
        }
        for hash in ["", "hunter2", "5f4dcc3b5aa765d61d8327deb882cf99", "sha256$salt$00", "$argon2id$v=19$x"]
        {
            assert_eq!(ForeignHash::read(hash).map(drop).unwrap_err(), ForeignHashError::Unknown, "{hash}");
        }
    }
}
