//! Entity tags (RFC 9110, 8.8.3): quoted versions, optionally followed by a dot and a content hash.
//!
//! Sent as `If-None-Match`, a tag is compared with the content, and sent as `If-Match`, with the versions. If the content
//! depends on more than the versions, the tag has both parts, and `If-Match` ignores the content hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest;
use serde::Serialize;

/// Length of a content hash in bytes, which is sufficient to make collisions practically impossible.
const PRINT_BYTES: usize = 16;

/// Returns the ETag of these versions, such as `"3-9"`.
pub fn of(versions: &[i64]) -> String {
    let versions: Vec<String> = versions.iter().map(i64::to_string).collect();
    format!("\"{}\"", versions.join("-"))
}

/// Returns the ETag of these versions with a content hash, for a `body` that depends on more than the versions, such as
/// data that others can change or that only some callers see: `"3.Hs0…"`.
pub fn of_shown(versions: &[i64], body: &impl Serialize) -> String {
    let mut tag = of(versions);
    tag.pop();
    // serde_json fails only for maps with keys that are not strings
    let body = serde_json::to_vec(body).expect("the types of contracts have text as keys");
    format!("{tag}.{}\"", print(&body))
}

/// Returns the content hash of a body.
pub fn print(body: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, body).as_ref()[..PRINT_BYTES])
}

/// Returns a tag without its content hash.
fn of_versions(tag: &str) -> String {
    match tag.strip_suffix('"').and_then(|tag| tag.split_once('.')) {
        Some((versions, _)) => format!("{versions}\""),
        None => tag.to_owned(),
    }
}

/// Returns whether a header of the form `"a", W/"b"` or `*` contains `etag`, ignoring `W/` (weak comparison).
pub fn names(header: &str, etag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|tag| strong(tag) == strong(etag))
}

/// Returns whether a header of the form `"a", "b"` or `*` contains the versions of `etag`. Weak tags (`W/`) never match, as
/// required for `If-Match`, and content hashes are ignored.
pub fn names_strongly(header: &str, etag: &str) -> bool {
    let etag = of_versions(etag);
    header.trim() == "*"
        || header.split(',').any(|tag| of_versions(tag.trim()) == etag && !etag.starts_with("W/"))
}

/// Returns whether the text is `*`, or a comma-separated list of ETags.
pub fn is_list(header: &str) -> bool {
    let blank = [' ', '\t'];
    let mut rest = header.trim_matches(blank);
    if rest == "*" {
        return true;
    }
    loop {
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"');
        let Some((tag, after)) = quoted.and_then(|quoted| quoted.split_once('"')) else { return false };
        if !tag.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        match after.trim_start_matches(blank).strip_prefix(',') {
            Some(next) => rest = next.trim_start_matches(blank),
            None => return after.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_joined_and_quoted() {
        assert_eq!(of(&[3, 9]), "\"3-9\"");
    }

    #[test]
    fn what_is_no_list_of_etags_is_told_apart() {
        for list in ["*", " * ", "\"1\"", "W/\"1\"", "\"1\",\"2-3\"", "\"1\" , W/\"a,b\"", "\"\"", "\"1\" "] {
            assert!(is_list(list), "{list}");
        }
        for other in
            ["", "1", "\"1", "\"1\",", "\"1\" \"2\"", "\"a b\"", "w/\"1\"", "*, \"1\"", ",\"1\"", "\"é\""]
        {
            assert!(!is_list(other), "{other}");
        }
    }

    #[test]
    fn a_list_names_each_of_its_tags() {
        assert!(names("\"1\", W/\"3-9\"", "\"3-9\""));
        assert!(names("*", "\"3-9\""));
        assert!(!names("\"3\"", "\"3-9\""));
        assert!(!names_strongly("W/\"3-9\"", "\"3-9\""));
        assert!(names_strongly(" \"1\" , \"3-9\"", "\"3-9\""));
    }

    #[test]
    fn a_print_counts_for_reading_and_not_for_changing() {
        let (one, other) = (of_shown(&[3, 9], &"as it is"), of_shown(&[3, 9], &"as it was"));
        assert!(one.starts_with("\"3-9.") && is_list(&one), "{one}");
        assert!(names(&one, &one) && !names(&one, &other) && !names("\"3-9\"", &one));
        for known in [&one, &other, "\"3-9\""] {
            assert!(names_strongly(known, "\"3-9\"") && names_strongly(known, &one), "{known}");
        }
        for known in [&format!("W/{one}"), "\"3\"", "\"3-8.print\""] {
            assert!(!names_strongly(known, "\"3-9\"") && !names_strongly(known, &one), "{known}");
        }
    }
}
