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

/// Characters without a shape or width of their own.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// A text without the blanks around it, which come along when it is copied.
pub fn trim(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// An SKU as it is stored: composed letters (NFC), without blanks around it.
pub fn sku(typed: &str) -> String {
    let composed: String = typed.nfc().collect();
    trim(&composed).to_owned()
}

/// What SKUs are compared by: without case, without invisible characters, with one blank for several.
pub fn sku_key(sku: &str) -> String {
    let visible: String = sku.nfc().filter(|c| !is_invisible(*c)).collect();
    // there and back: ẞ, ß and ss are one
    let cased = visible.to_lowercase().to_uppercase().to_lowercase();
    let words: Vec<&str> = cased.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sku_is_stored_composed_and_without_blanks_around_it() {
        for typed in ["KÄNNCHEN-1 ", "\u{a0}KA\u{308}NNCHEN-1\t", "\u{feff}KÄNNCHEN-1\u{200b}"] {
            assert_eq!(sku(typed), "KÄNNCHEN-1", "{typed:?}");
        }
        assert_eq!(sku("a  b"), "a  b");
    }

    #[test]
    fn skus_that_look_alike_have_one_key() {
        let alike = ["Kännchen 1", "KÄNNCHEN  1", "ka\u{308}nnchen\u{a0}1 ", "känn\u{200b}chen 1"];
        assert!(alike.iter().all(|sku| sku_key(sku) == "kännchen 1"));
        assert_eq!(sku_key("STRASSE"), sku_key("straße"));
        for (one, other) in [("M2", "M²"), ("TEA-1", "TEA 1"), ("TEA-1", "TEA1"), ("kannchen", "kännchen")]
        {
            assert_ne!(sku_key(one), sku_key(other), "{one} {other}");
        }
    }

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
