//! The text of a file: in UTF-8, or in UTF-16 where it begins by saying so. What is neither is called what it is.

use std::{fs, path::Path};

/// How files begin that are no text, and what to do with them.
const NO_TEXTS: [(&[u8], &str); 3] = [
    (
        b"PK\x03\x04",
        "this is an Excel workbook (.xlsx) or another zip file, not text. Export the table as CSV, or unpack the zip file.",
    ),
    (b"\xd0\xcf\x11\xe0", "this is an Excel workbook (.xls), not text. Export the table as CSV."),
    (b"\x1f\x8b", "this is a gzip file, not text. Unpack it (gunzip)."),
];

/// Reads it.
///
/// # Errors
/// When it cannot be read, or is not text: what it is instead, and what to do.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let file = path.display();
    let bytes = fs::read(path).map_err(|e| format!("{file}: {e}"))?;
    if let Some((_, what)) = NO_TEXTS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return Err(format!("{file}: {what}"));
    }
    if is_utf_32(&bytes) {
        return Err(format!("{file}: the file is UTF-32; save it as UTF-8."));
    }
    let text = match of_utf_16(&bytes) {
        Some(text) => text.map_err(|()| format!("{file}: the file is not in UTF-16, as it says."))?,
        None if let Some(order) = unmarked_utf_16(&bytes) => {
            return Err(format!(
                "{file}: the file is not in UTF-8, but probably in {order}. Convert it (iconv -f {order} -t UTF-8)."
            ));
        }
        None => String::from_utf8(bytes).map_err(|e| {
            let line = line_at(e.as_bytes(), e.utf8_error().valid_up_to());
            format!("{file}:{line}: the file is not in UTF-8. Export it anew, or convert it (iconv).")
        })?,
    };
    if let Some(nul) = text.find('\0') {
        return Err(format!(
            "{file}:{}: there is a NUL character in this line. Remove it, or export the file anew.",
            line_at(text.as_bytes(), nul)
        ));
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Whether a file is in UTF-32: each four bytes are a character, which is never so in other texts.
fn is_utf_32(bytes: &[u8]) -> bool {
    let (units, left) = bytes.as_chunks::<4>();
    let is_of = |order: fn([u8; 4]) -> u32| {
        // two characters of UTF-16 can look like one that no text begins with
        let begins = units.first().is_some_and(|unit| (1..=0xffff).contains(&order(*unit)));
        begins && units.iter().all(|unit| char::from_u32(order(*unit)).is_some())
    };
    let is_marked = bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff");
    is_marked || left.is_empty() && (is_of(u32::from_le_bytes) || is_of(u32::from_be_bytes))
}

/// So many characters are enough to tell UTF-16: as a rule, they are names of columns or members.
const BEGINNING: usize = 16;

/// The order of bytes of a file that seems to be in UTF-16, and does not say so.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static str> {
    let zero = bytes.iter().position(|byte| *byte == 0)?;
    let (order, high) = if zero % 2 == 0 { ("UTF-16BE", 0) } else { ("UTF-16LE", 1) };
    // of most characters of a table in UTF-16 one byte is zero; where the rows have other letters, of those of its first line
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    let (pairs, _) = bytes.as_chunks::<2>();
    let first = &pairs[..pairs.len().min(BEGINNING)];
    let ascii = first.iter().filter(|pair| pair[high] == 0 && pair[1 - high] != 0).count();
    (zeros * 4 >= bytes.len() || ascii * 2 > first.len()).then_some(order)
}

/// In which line this byte is, whatever ends the lines.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    let breaks = before.iter().enumerate().filter(|(n, byte)| match byte {
        b'\n' => true,
        b'\r' => before.get(n + 1) != Some(&b'\n'),
        _ => false,
    });
    1 + breaks.count()
}

/// The text of a file that says of itself that it is in UTF-16, as spreadsheets write "Unicode text".
fn of_utf_16(bytes: &[u8]) -> Option<Result<String, ()>> {
    let (order, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let (pairs, left) = rest.as_chunks::<2>();
    let units = pairs.iter().map(|pair| order(*pair));
    let text = char::decode_utf16(units).collect::<Result<String, _>>().map_err(drop);
    Some(if left.is_empty() { text } else { Err(()) })
}
