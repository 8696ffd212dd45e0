//! The text of a file: in UTF-8, or in UTF-16 where it begins by saying so. What is no text is called what it is.

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
    if let Some(text) = of_utf_16(&bytes) {
        return text.map_err(|()| format!("{file}: the file is not in UTF-16, as it says."));
    }
    if let Some(zero) = bytes.iter().position(|byte| *byte == 0) {
        // of most characters of a table in UTF-16 one byte is zero
        let zeros = bytes.iter().filter(|byte| **byte == 0).count();
        if zeros * 4 < bytes.len() {
            return Err(format!(
                "{file}:{}: there is a NUL character in this line. Remove it, or export the file anew.",
                line_at(&bytes, zero)
            ));
        }
        let order = if zero % 2 == 0 { "UTF-16BE" } else { "UTF-16LE" };
        return Err(format!(
            "{file}: the file is not in UTF-8, but probably in {order}. Convert it (iconv -f {order} -t UTF-8)."
        ));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = line_at(e.as_bytes(), e.utf8_error().valid_up_to());
        format!("{file}:{line}: the file is not in UTF-8. Export it anew, or convert it (iconv).")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
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
