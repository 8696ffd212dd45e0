//! Quotes of a CSV file that are left open. Such a quote takes the rows behind it into its value, up to the next quote or to the
//! end of the file: rows that nobody would miss. So a file that has one is not read at all.

/// The most lines of one value. No address and no note has as many.
const LINES_MAX: usize = 100;

/// Whether each quote is closed where its value ends. `is_row` returns whether a line looks like a row.
///
/// # Errors
/// Where the first quote opens that is not, and what is wrong with it.
pub(super) fn check(
    text: &str,
    separator: char,
    quote: char,
    is_row: impl Fn(&str) -> bool,
) -> Result<(), (usize, String)> {
    // where a value begins
    let mut at = 0;
    while at < text.len() {
        if let Some(quoted) = text[at..].strip_prefix(quote) {
            let wrong = |what: String| {
                let how_to_fix = format!("write a quote that is part of a value twice ({quote}{quote})");
                let how_to_fix = format!("Close the quote where its value ends, and {how_to_fix}.");
                (at, format!("the quote that opens in this line {what}. {how_to_fix}"))
            };
            let end = closing(quoted, quote).ok_or_else(|| wrong("is never closed".to_owned()))?;
            let (value, behind) = (&quoted[..end], &quoted[end + 1..]);
            let ends_at_quote = behind.is_empty() || behind.starts_with([separator, '\n']);
            if let Some(what) = swallowed(value, ends_at_quote, &is_row) {
                return Err(wrong(what));
            }
            // names have apostrophes: the value would lose one, and go on behind it
            if quote == '\'' && !ends_at_quote {
                return Err(wrong("meets a quote that does not end a value".to_owned()));
            }
            at += end + 2;
        }
        at += text[at..].find([separator, '\n']).map_or(text.len(), |end| end + 1);
    }
    Ok(())
}

/// Where the quote is that closes this value.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut at = 0;
    loop {
        at += value[at..].find(quote)?;
        if !value[at + 1..].starts_with(quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// By what a value of several lines seems to be several rows.
fn swallowed(value: &str, ends_at_quote: bool, is_row: impl Fn(&str) -> bool) -> Option<String> {
    let below = |lines: usize| format!("{lines} line{} below", if lines == 1 { "" } else { "s" });
    match value.matches('\n').count() {
        0 => None,
        lines if lines >= LINES_MAX => {
            Some(format!("is closed {}; a value has at most {LINES_MAX} lines", below(lines)))
        }
        lines if !ends_at_quote => Some(format!("meets a quote {} that does not end a value", below(lines))),
        _ => {
            let row = value.split('\n').skip(1).position(is_row)?;
            Some(format!(
                "is not closed in it, and what stands {} looks like a row of its own",
                below(row + 1)
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<(), (usize, String)> {
        check(text, ',', '"', |line| line.split(',').count() == 3 && line.contains('@'))
    }

    #[test]
    fn quotes_that_are_closed_are_good() {
        let long = format!("a,\"{}\",c\n", "x\n".repeat(LINES_MAX - 1));
        for text in [
            "",
            "a,b,c\n",
            "\"a\",\"b \"\"b\"\" b\",\"\"\nx,y,5\"\n",
            "\"one\ntwo\",ann@x.com,\"Ann,\nA.\"",
            "a, \"b,c\n",
            "\"An \"Annie\" Lee\",b,c\n",
            &long,
        ] {
            assert_eq!(checked(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_quote_that_takes_rows_with_it_is_found() {
        let long = format!("a,\"{}\",c\n", "x\n".repeat(LINES_MAX));
        for (text, at, why) in [
            ("a,b,\"c\nd,e,f\n", 4, "is never closed"),
            ("a,b,\"c\"\"\n", 4, "is never closed"),
            ("a,b,\"", 4, "is never closed"),
            ("a,\"ü\",c\na,\"b\nd,e,\"f\"\n", 11, "meets a quote 1 line below"),
            ("a,b,\"c\nd@x.com,e,5\"\n", 4, "what stands 1 line below looks like a row"),
            ("a,b,\"c\nd\nd@x.com,e,f\ng,h,5\"\n", 4, "what stands 2 lines below looks like a row"),
            (&long, 2, "is closed 100 lines below"),
        ] {
            let (found, told) = checked(text).unwrap_err();
            assert!(found == at && told.contains(why), "{text}: {found} {told}");
        }
    }
}
