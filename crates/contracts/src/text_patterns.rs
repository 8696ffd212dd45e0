//! Patterns of strings in requests. Each is enforced by a function and documented by a regular expression; a test compares
//! the two for every character.

use endpoint::TextPattern;
use kernel::canonical_name::trim;

/// The characters of a single-line string.
macro_rules! one_line {
    () => {
        r"[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*"
    };
}

/// A single-line string without control characters, which could forge an email header or a log line, and without
/// bidirectional formatting characters, which can make a string display differently from its content.
pub static LINE: TextPattern = TextPattern {
    regex: concat!("^", one_line!(), "$"),
    holds: |text| {
        let turns = |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        !text.chars().any(|c| c.is_control() || turns(c))
    },
    expected: "control characters and line breaks are not allowed here",
};

/// A multi-line string without control characters, except line breaks and tabs.
pub static PROSE: TextPattern = TextPattern {
    regex: r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
    holds: |text| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
    expected: "control characters are not allowed here",
};

/// Blanks and invisible characters around a string, which are trimmed when it is read. Limited to the Basic Multilingual
/// Plane, because not every regular expression engine supports other characters in a pattern.
macro_rules! blanks {
    () => {
        concat!(
            r"[\u0009-\u000d\u0020\u0085\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f",
            r"\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f",
            r"\ufeff\uffa0\ufff0-\ufffb]*"
        )
    };
}

/// An SKU, with optional blanks around it.
pub static SKU: TextPattern = TextPattern {
    regex: concat!("^", blanks!(), one_line!(), blanks!(), "$"),
    holds: |sku| (LINE.holds)(trim(sku)),
    expected: LINE.expected,
};

/// A username, with optional blanks around it.
pub static USERNAME: TextPattern = TextPattern {
    regex: concat!("^", blanks!(), "[A-Za-z0-9._-]{3,64}", blanks!(), "$"),
    holds: |name| {
        let name = trim(name);
        (3..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    },
    expected: "letters, digits, dots, hyphens and underscores are allowed",
};

/// The pattern of an email address: no blanks or control characters within it, and none of the given characters.
macro_rules! email {
    ($not:literal) => {
        concat!(
            "^",
            blanks!(),
            "[^",
            odd!(),
            $not,
            "]{1,64}@",
            "[^",
            odd!(),
            $not,
            ".]+",
            r"(\.[^",
            odd!(),
            $not,
            ".]+)+",
            blanks!(),
            "$"
        )
    };
}
/// The characters that no part of an email address contains, for use within brackets.
macro_rules! odd {
    () => {
        r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000@"
    };
}

/// An email address, with optional blanks around it. Only the format is checked; a verification email checks that it
/// exists.
pub static EMAIL: TextPattern = TextPattern {
    regex: email!(""),
    holds: |address| {
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '@';
        let is_label = |label: &str| !label.is_empty() && !label.chars().any(is_odd);
        trim(address).split_once('@').is_some_and(|(local, domain)| {
            is_label(local)
                && local.chars().count() <= 64
                && domain.contains('.')
                && domain.split('.').all(is_label)
        })
    },
    expected: "an e-mail address such as ada@example.com is expected",
};

/// An email address that is accepted for new accounts and orders: without characters that must be quoted (RFC 5322, 3.2.3),
/// because `a,b@example.com` in an email header would be read as two addresses.
pub static NEW_EMAIL: TextPattern = TextPattern {
    regex: email!(r#""(),:;<>\[\\\]"#),
    holds: |address| {
        (EMAIL.holds)(address) && !address.contains(['"', '(', ')', ',', ':', ';', '<', '>', '[', '\\', ']'])
    },
    expected: EMAIL.expected,
};

/// A two-letter country code.
pub static COUNTRY: TextPattern = TextPattern {
    regex: "^[A-Z]{2}$",
    holds: |code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()),
    expected: "two capital letters of ISO 3166-1 such as DE are expected",
};

/// A URL that a page can embed as it is: a path, http or https, without user information and without characters that could
/// end an attribute. A path that begins with two slashes is rejected, because it refers to another host.
pub static PICTURE_ADDRESS: TextPattern = TextPattern {
    regex: concat!(
        r"^(https?://[A-Za-z0-9._-]+",
        r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?",
        // no path segment is `.` or `..`
        r"/(\.{0,2}[A-Za-z0-9_~:@!$&'()*+,;=%-][A-Za-z0-9._~:@!$&'()*+,;=%-]*|\.{3}[A-Za-z0-9._~:@!$&'()*+,;=%-]*)?",
        r"(/(\.{0,2}[A-Za-z0-9_~:@!$&'()*+,;=%-][A-Za-z0-9._~:@!$&'()*+,;=%-]*|\.{3}[A-Za-z0-9._~:@!$&'()*+,;=%-]*)?)*",
        r"|/((\.{0,2}[A-Za-z0-9_~:@!$&'()*+,;=%-][A-Za-z0-9._~:@!$&'()*+,;=%-]*|\.{3}[A-Za-z0-9._~:@!$&'()*+,;=%-]*)(/(\.{0,2}[A-Za-z0-9_~:@!$&'()*+,;=%-][A-Za-z0-9._~:@!$&'()*+,;=%-]*|\.{3}[A-Za-z0-9._~:@!$&'()*+,;=%-]*)?)*)?)",
        r"([?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?$"
    ),
    holds: is_picture_address,
    expected: "an address such as https://example.com/teapot.jpg or a path such as /teapot.jpg is expected, with \
        other characters as %…",
};

fn is_picture_address(url: &str) -> bool {
    let is_of_an_address = |b: u8| b.is_ascii_alphanumeric() || b"._~:/?#@!$&'()*+,;=%-".contains(&b);
    let is_host = |host: &str| {
        let (name, port) = host.split_once(':').unwrap_or((host, "0"));
        let is_port =
            port.bytes().all(|b| b.is_ascii_digit()) && port.len() <= 5 && port.parse::<u16>().is_ok();
        let of_a_name = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        is_port && !name.is_empty() && name.bytes().all(of_a_name)
    };
    let absolute = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let path = match absolute {
        Some(rest) => rest.split_once('/').filter(|(host, _)| is_host(host)).map(|(_, path)| path),
        None => url.strip_prefix('/').filter(|path| !path.starts_with('/')),
    };
    path.is_some_and(|path| !has_dot_segment(path)) && url.bytes().all(is_of_an_address)
}

/// Returns whether a path segment is `.` or `..`, in which case browsers would request a different path.
fn has_dot_segment(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|word| matches!(word, "." | ".."))
}
