//! Entity tags (RFC 9110, 8.8.3): versions, quoted.

/// The ETag of these versions: `"3-9"`.
pub fn of(versions: &[i64]) -> String {
    let versions: Vec<String> = versions.iter().map(i64::to_string).collect();
    format!("\"{}\"", versions.join("-"))
}

/// Whether a header of the form `"a", W/"b"` or `*` names `etag`, a `W/` counting for nothing.
pub fn names(header: &str, etag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|tag| strong(tag) == strong(etag))
}

/// Like [`names`], but a weak tag (`W/`) names nothing, as `If-Match` demands.
pub fn names_strongly(header: &str, etag: &str) -> bool {
    header.trim() == "*" || header.split(',').any(|tag| tag.trim() == etag && !etag.starts_with("W/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_joined_and_quoted() {
        assert_eq!(of(&[3, 9]), "\"3-9\"");
    }

    #[test]
    fn a_list_names_each_of_its_tags() {
        assert!(names("\"1\", W/\"3-9\"", "\"3-9\""));
        assert!(names("*", "\"3-9\""));
        assert!(!names("\"3\"", "\"3-9\""));
        assert!(!names_strongly("W/\"3-9\"", "\"3-9\""));
        assert!(names_strongly(" \"1\" , \"3-9\"", "\"3-9\""));
    }
}
