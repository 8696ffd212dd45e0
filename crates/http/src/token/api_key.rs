//! The format of API keys: `ordo_sk_`, 43 random characters and 6 characters of a checksum.
//!
//! The prefix lets scanners find leaked keys; the checksum lets verifiers reject a mistyped one without calling auth.

use kernel::Secret;

/// The prefix of API keys.
pub const API_KEY_PREFIX: &str = "ordo_sk_";

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Number of digits for 256 bits, and for 32 bits.
const RANDOM_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;

/// Creates the key from random bytes.
pub fn api_key(random: [u8; 32]) -> Secret {
    let body = format!("{API_KEY_PREFIX}{}", in_base_62::<RANDOM_DIGITS>(&random));
    Secret::new(format!("{body}{}", checksum(&body)))
}

/// Returns whether the text has the format of an API key, with a valid checksum.
pub fn is_api_key(text: &str) -> bool {
    let is_long_enough = text.len() == API_KEY_PREFIX.len() + RANDOM_DIGITS + CHECK_DIGITS;
    let digits = text.strip_prefix(API_KEY_PREFIX).filter(|_| is_long_enough);
    if !digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return false;
    }
    let (body, check) = text.split_at(text.len() - CHECK_DIGITS);
    checksum(body) == check
}

fn checksum(body: &str) -> String {
    in_base_62::<CHECK_DIGITS>(&crc_32(body.as_bytes()).to_be_bytes())
}

/// Encodes a big-endian number in `N` digits, which must be sufficient for it.
fn in_base_62<const N: usize>(bytes: &[u8]) -> String {
    let mut number = bytes.to_vec();
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// The CRC-32 of Ethernet and zip.
fn crc_32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_has() {
        assert_eq!(crc_32(b"123456789"), 0xcbf4_3926);
        assert_eq!(in_base_62::<6>(&u32::MAX.to_be_bytes()), "4gfFC3");
    }

    #[test]
    fn no_key_is_taken_for_another_and_none_that_is_mistyped() {
        for random in [[0; 32], [0xff; 32], [7; 32]] {
            let key = api_key(random);
            let key = key.expose();
            assert!(is_api_key(key) && key.len() == 57, "{key}");
            for at in 0..key.len() {
                let other = if key.as_bytes()[at] == b'x' { "y" } else { "x" };
                let mistyped = format!("{}{other}{}", &key[..at], &key[at + 1..]);
                assert!(!is_api_key(&mistyped), "{mistyped}");
            }
            for other in [&key[1..], &key[..56], &format!("{key}0"), "", "ordo_sk_"] {
                assert!(!is_api_key(other), "{other}");
            }
        }
        assert_ne!(api_key([1; 32]).expose(), api_key([2; 32]).expose());
        // bytes that are not whole characters
        assert!(!is_api_key(&format!("ordo_sk_{}", "é".repeat(24))));
    }
}
