//! Names that look alike have one spelling, by which they are compared.

use unicode_normalization::UnicodeNormalization;

/// One spelling for all that look alike: compatibility forms folded (NFKC), then lower case, then again,
/// since lower case can bring forth what folds further.
pub fn key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.nfkc().collect()
}

/// Characters of an e-mail address, or of its key (RFC 5321 allows 254 bytes for a path without its brackets).
pub const EMAIL_MAX: usize = 254;

/// The key of an e-mail address; `None` for one that hides another: a character that folds into a second `@`
/// or a blank, or one that turns the direction of writing; and for one whose key is longer than an address can be, since
/// one character may fold into eighteen.
pub fn email_key(email: &str) -> Option<String> {
    let key = key(email);
    let hides = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let is_short = key.chars().count() <= EMAIL_MAX;
    (is_short && key.matches('@').count() == 1 && !key.chars().any(hides)).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_no_longer_than_an_address() {
        // one character that folds into three letters
        let of = |folding: usize, plain: usize| {
            format!("{}{}@x.com", "\u{fb03}".repeat(folding), "a".repeat(plain))
        };
        assert_eq!(email_key(&of(1, 0)).as_deref(), Some("ffi@x.com"));
        assert_eq!(email_key(&of(82, 2)).map(|key| key.len()), Some(EMAIL_MAX));
        assert_eq!(email_key(&of(82, 3)), None);
    }
}
