//! Canonical forms, by which names that look alike are compared.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use std::iter;
use unicode_normalization::UnicodeNormalization;

/// Returns the canonical form of all names that look alike: compatibility forms are folded (NFKC), then lower case is
/// applied, then both again, because lower case can produce characters that fold further.
pub fn key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.nfkc().collect()
}

/// Maximum number of characters of an email address, and of its key (RFC 5321 permits 254 bytes for a path without
/// brackets).
pub const EMAIL_MAX: usize = 254;

/// Returns the key of an email address. `None` if the address hides another one, with a character that folds into a second
/// `@` or a blank, or with an invisible character; and if the key is longer than an address can be, because one character
/// can fold into eighteen.
pub fn email_key(email: &str) -> Option<String> {
    let key = key(email);
    let hides = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c);
    let is_short = key.chars().count() <= EMAIL_MAX;
    (is_short && key.matches('@').count() == 1 && !key.chars().any(hides)).then_some(key)
}

/// Returns whether a character is invisible: not displayed (Default_Ignorable_Code_Point: soft hyphens, joiners, variation
/// selectors, Hangul fillers, tags), or used to format the surrounding text (category Cf).
pub fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
}

/// Returns a key of an email address with its domain decoded from `xn--`, because both forms denote the same domain.
/// Accounts are stored by this key.
pub fn with_domain_in_letters(key: &str) -> String {
    with_domain(key, |domain| {
        let (letters, read) = idna::domain_to_unicode(domain);
        read.ok().map(|()| letters)
    })
}

/// Returns the key with its domain in ASCII, by which version 0.1.0 stored an account that was registered that way.
fn with_domain_in_ascii(key: &str) -> String {
    with_domain(key, |domain| idna::domain_to_ascii(domain).ok())
}

/// Returns the keys by which a record with an email address may be stored. The given key comes first, because version 0.1.0
/// treated two spellings of a domain as different.
pub fn stored_email_keys(key: &str) -> Vec<String> {
    let mut keys = vec![key.to_owned()];
    for other in [with_domain_in_letters(key), with_domain_in_ascii(key)] {
        if !keys.contains(&other) {
            keys.push(other);
        }
    }
    keys
}

fn with_domain(address: &str, made: impl FnOnce(&str) -> Option<String>) -> String {
    let made =
        address.rsplit_once('@').and_then(|(local, domain)| Some(format!("{local}@{}", made(domain)?)));
    made.unwrap_or_else(|| address.to_owned())
}

/// Providers that ignore dots before the `@`, under all their domains.
const DOTS_IGNORED: [&str; 2] = ["gmail.com", "googlemail.com"];

/// Returns the same key for all addresses of a mailbox: case and look-alikes are folded, the domain is in ASCII, the part
/// after `+` is removed, and dots are removed for providers that ignore them.
pub fn mailbox(address: &str) -> String {
    let address = key(address);
    let Some((local, domain)) = address.rsplit_once('@') else { return address };
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
    let domain = domain.trim_end_matches('.');
    let tag = local.find('+').filter(|at| *at > 0);
    let local = tag.map_or(local, |at| &local[..at]);
    match DOTS_IGNORED.contains(&domain) {
        true => format!("{}@{}", local.replace('.', ""), DOTS_IGNORED[0]),
        false => format!("{local}@{domain}"),
    }
}

/// Trims the blanks around a text, which are often copied along with it.
pub fn trim(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Returns an SKU in its stored form: composed letters (NFC), without surrounding blanks.
pub fn sku(typed: &str) -> String {
    let composed: String = typed.nfc().collect();
    trim(&composed).to_owned()
}

/// Returns the key by which SKUs are compared: regardless of width and case, without invisible characters, with one hyphen
/// for all similar characters and one space for several.
pub fn sku_key(sku: &str) -> String {
    let mut visible = String::new();
    for c in sku.nfc().filter(|c| !is_invisible(*c)) {
        match c {
            WIDTHS_FROM..=WIDTHS_TO => visible.extend(iter::once(c).nfkc()),
            _ => visible.push(plain_hyphen(c)),
        }
    }
    // back and forth, so that ẞ, ß and ss are equal
    let cased = visible.to_lowercase().to_uppercase().to_lowercase();
    let words: Vec<&str> = cased.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

/// The start of the block of wide and narrow forms. Other compatibility forms are distinct letters: `M²` is not `M2`.
const WIDTHS_FROM: char = '\u{ff00}';
const WIDTHS_TO: char = '\u{ffef}';

/// Returns the ASCII hyphen for other hyphens, the figure dash and the minus sign.
fn plain_hyphen(c: char) -> char {
    if matches!(c, '\u{2010}'..='\u{2012}' | '\u{2212}') { '-' } else { c }
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
        for alike in ["ＴＥＡ-1", "TEA\u{2011}1", "tea\u{2010}1", "TEA－１", "TEA\u{2212}1"] {
            assert_eq!(sku_key(alike), "tea-1", "{alike}");
        }
        for (one, other) in [("M2", "M²"), ("TEA-1", "TEA 1"), ("TEA-1", "TEA1"), ("kannchen", "kännchen")]
        {
            assert_ne!(sku_key(one), sku_key(other), "{one} {other}");
        }
    }

    #[test]
    fn a_key_is_no_longer_than_an_address() {
        // a character that folds into three letters
        let of = |folding: usize, plain: usize| {
            format!("{}{}@x.com", "\u{fb03}".repeat(folding), "a".repeat(plain))
        };
        assert_eq!(email_key(&of(1, 0)).as_deref(), Some("ffi@x.com"));
        assert_eq!(email_key(&of(82, 2)).map(|key| key.len()), Some(EMAIL_MAX));
        assert_eq!(email_key(&of(82, 3)), None);
    }

    #[test]
    fn a_domain_in_ascii_is_the_one_in_letters() {
        let (letters, ascii) = ("ada@ex\u{e1}mple.example", "ada@xn--exmple-qta.example");
        for spelling in [letters, ascii, "ada@ex\u{e1}mple\u{3002}example"] {
            assert_eq!(with_domain_in_letters(spelling), letters);
            assert_eq!(with_domain_in_ascii(spelling), ascii);
        }
        // an invalid domain stays unchanged
        for spelling in ["ada@xn--a.example", "ada@exam_ple.com.", "ada"] {
            assert_eq!(with_domain_in_letters(spelling), spelling);
        }
    }

    #[test]
    fn all_spellings_of_a_mailbox_have_one_key() {
        for spelling in [
            "ada@example.org",
            "ADA@Example.ORG",
            "ada+shop@example.org",
            "Ada+a+b@example.org.",
            "ａｄａ@example.org",
        ] {
            assert_eq!(mailbox(spelling), "ada@example.org", "{spelling}");
        }
        for spelling in ["a.d.a@gmail.com", "ada+1@googlemail.com", "ADA@gmail.com"] {
            assert_eq!(mailbox(spelling), "ada@gmail.com", "{spelling}");
        }
        for spelling in
            ["ada@müller.example", "ada@xn--mller-kva.example", "ada@MU\u{308}LLER\u{3002}example"]
        {
            assert_eq!(mailbox(spelling), "ada@xn--mller-kva.example", "{spelling}");
        }
        assert_eq!(mailbox("a.da@example.org"), "a.da@example.org", "dots matter elsewhere");
        assert_ne!(mailbox("+a@example.org"), mailbox("+b@example.org"), "there is nothing before the tag");
    }

    /// The ranges of invisible characters (Default_Ignorable_Code_Point in Unicode 17). According to the standard, future
    /// ones lie within the ranges reserved here.
    const IGNORABLE: [(u32, u32); 17] = [
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x202a, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfffb),
        (0x1bca0, 0x1bca3),
        (0x1d173, 0x1d17a),
        (0xe0000, 0xe0fff),
    ];

    #[test]
    fn nothing_invisible_makes_another_address_or_sku() {
        let all = IGNORABLE.iter().flat_map(|(from, to)| (*from..=*to).filter_map(char::from_u32));
        let all: Vec<char> = all.collect();
        assert!(all.len() > 4100, "{}", all.len());
        for c in all {
            let code = format!("U+{:04X}", u32::from(c));
            assert!(is_invisible(c), "{code}");
            for email in
                [format!("ada{c}@example.com"), format!("ada@exam{c}ple.com"), format!("{c}ada@example.com")]
            {
                assert_eq!(email_key(&email), None, "{code}");
            }
            for sku in [format!("X{c}1"), format!("{c}X1"), format!("X1{c}"), format!("X1 {c}")] {
                assert_eq!(sku_key(&sku), "x1", "{code}");
            }
            assert_eq!(
                (sku(&format!("{c}X1{c}")), sku(&c.to_string())),
                ("X1".to_owned(), String::new()),
                "{code}"
            );
        }
        for visible in "aZ9éł漢हि·-_.'+ʻـ🫖\u{301}".chars() {
            assert!(!is_invisible(visible), "{visible:?}");
        }
    }
}
