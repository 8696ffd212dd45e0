//! Names that look alike have one spelling, by which they are compared.

use unicode_normalization::UnicodeNormalization;

/// One spelling for all that look alike: compatibility forms folded (NFKC), then lower case, then again,
/// since lower case can bring forth what folds further.
pub fn key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.nfkc().collect()
}

/// The key of an e-mail address; `None` for one that hides another: a character that folds into a second `@`
/// or a blank, or one that turns the direction of writing.
pub fn email_key(email: &str) -> Option<String> {
    let key = key(email);
    let hides = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    (key.matches('@').count() == 1 && !key.chars().any(hides)).then_some(key)
}
