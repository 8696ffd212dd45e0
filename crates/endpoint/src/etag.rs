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

/// Whether it is a star, or ETags with commas between them.
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
}
