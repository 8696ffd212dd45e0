//! The forms of texts in requests. Each is held by a function and said in the document by a regular expression; a
//! test compares the two, character by character.

use endpoint::Form;

/// Text of one line: no control characters, which could forge a mail header or a log line, and none that turn the
/// direction of writing, with which a text shows what it does not say.
pub(crate) static LINE: Form = Form {
    regex: r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$",
    holds: |text| {
        let turns = |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        !text.chars().any(|c| c.is_control() || turns(c))
    },
    expected: "control characters and line breaks are not allowed here",
};

/// Text of several lines: no control characters but line breaks and tabs.
pub(crate) static PROSE: Form = Form {
    regex: r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
    holds: |text| !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
    expected: "control characters are not allowed here",
};

/// The name of an account.
pub(crate) static USERNAME: Form = Form {
    regex: "^[A-Za-z0-9._-]*$",
    holds: |name| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')),
    expected: "letters, digits, dots, hyphens and underscores are allowed",
};

/// The form of an e-mail address, not whether it exists: that is what a verification mail is for.
pub(crate) static EMAIL: Form = Form {
    regex: concat!(
        r"^[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000@]{1,64}@",
        r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000@.]+",
        r"(\.[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000@.]+)+$",
    ),
    holds: |address| {
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '@';
        let is_label = |label: &str| !label.is_empty() && !label.chars().any(is_odd);
        address.split_once('@').is_some_and(|(local, domain)| {
            is_label(local)
                && local.chars().count() <= 64
                && domain.contains('.')
                && domain.split('.').all(is_label)
        })
    },
    expected: "an e-mail address such as ada@example.com is expected",
};

/// A country.
pub(crate) static COUNTRY: Form = Form {
    regex: "^[A-Z]{2}$",
    holds: |code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()),
    expected: "two capital letters of ISO 3166-1 such as DE are expected",
};

/// An address that a page can show as it is: no scheme but these two, nobody's name and password, and nothing that
/// would end an attribute. What begins with two slashes is somebody else's host.
pub(crate) static PICTURE_ADDRESS: Form = Form {
    regex: concat!(
        r"^(https?://[A-Za-z0-9._-]+",
        r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?",
        // no word of a path is `.` or `..`
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

/// Whether a word of a path is `.` or `..`: browsers ask for another address then.
fn has_dot_segment(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|word| matches!(word, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FORMS: [&Form; 6] = [&LINE, &PROSE, &USERNAME, &EMAIL, &COUNTRY, &PICTURE_ADDRESS];

    #[test]
    fn what_is_held_is_what_the_document_says() {
        let around = ["", "a", "AB", "a@b.c", "a@b", "@b.c", "a@b..c", "a@@b.c", "a@b.c.", "/a", "//a"];
        let hosts = ["https://example.com:80/a.jpg", "https://example.com", "http://a:b/", "/", "/a b", "A"];
        let hosts: Vec<&str> = hosts
            .into_iter()
            .chain([
                "http://a:65535/",
                "http://a:65536/",
                "http://a:/",
                "/a/./b",
                "/..",
                "/a/%2e%2E?",
                "/a?/../",
            ])
            .collect();
        for form in FORMS {
            let schema = jsonschema::draft202012::new(&json!({"pattern": form.regex})).unwrap();
            let same = |text: &str| {
                assert_eq!((form.holds)(text), schema.is_valid(&json!(text)), "{:?} by {}", text, form.regex);
            };
            around.iter().chain(&hosts).for_each(|text| same(text));
            same(&format!("{}@b.c", "é".repeat(64)));
            same(&format!("{}@b.c", "é".repeat(65)));
            for c in (0..=0x3100).chain([0xfeff, 0xffff, 0x1f600]).filter_map(char::from_u32) {
                for text in [
                    c.to_string(),
                    format!("a{c}@b.c"),
                    format!("a@b{c}.c"),
                    format!("/a{c}"),
                    format!("{c}B"),
                ] {
                    same(&text);
                }
            }
        }
    }

    #[test]
    fn a_picture_has_an_address_that_a_page_can_show() {
        for good in [
            "https://example.com/a.jpg",
            "http://cdn.example.com:8080/a%20b.png?w=2&h=1#x",
            "https://example.com/",
            "/demo/pictures/teapot.svg",
            "https://example.com:65535/a..b/.c/...?d=/../e",
            "/a",
            "/",
        ] {
            assert!(is_picture_address(good), "{good}");
        }
        for bad in [
            "",
            "teapot.jpg",
            "//example.com/a.jpg",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "ftp://example.com/a.jpg",
            "HTTPS://example.com/a.jpg",
            "https://example.com",
            "https:///a.jpg",
            "https://ada:secret@example.com/a.jpg",
            "https://example.com:/a.jpg",
            "https://example.com:123456/a.jpg",
            "https://example.com:65536/a.jpg",
            "https://example.com/a/../b.jpg",
            "/./a",
            "/..?a",
            "https://example.com/a b.jpg",
            "/a\"b",
            "/a\\b",
            "/a\nb",
            "/kännchen.jpg",
        ] {
            assert!(!is_picture_address(bad), "{bad}");
        }
    }
}
