//! Letters that are typed differently from how they are written: Latin letters without a Unicode decomposition, and Arabic
//! letters with one shape and several code points.

/// Returns what is typed for a lower-case letter, if that is not the letter itself. Glottal stops are not typed; letters of
/// African and American languages map to the letters that resemble their sound or shape, and digraphs to both of their
/// letters.
pub(crate) fn typed(c: char) -> Option<&'static str> {
    Some(match c {
        'ɂ' | 'ʔ' | 'ʕ' | 'ʖ' | 'ʡ' | 'ʢ' | 'ꜣ' | 'ꜥ' | 'ꜫ' | 'ꜭ' | 'ꜯ' | 'ꞌ' => "",
        'ɐ' | 'ɑ' | 'ɒ' | 'ⱥ' | 'ꞻ' => "a",
        'ƀ' | 'ƃ' | 'ɓ' | 'ʙ' | 'ꞗ' | 'ꞵ' => "b",
        'ƈ' | 'ȼ' | 'ɕ' | 'ʗ' | 'ꜿ' | 'ꞓ' | 'ꞔ' => "c",
        'ð' | 'đ' | 'ƌ' | 'ȡ' | 'ɖ' | 'ɗ' | 'ẟ' | 'ꝺ' | 'ꟈ' => "d",
        'ǝ' | 'ɇ' | 'ɘ' | 'ə' | 'ɚ' | 'ɛ' | 'ɜ' | 'ɝ' | 'ɞ' | 'ʚ' | 'ⱸ' | 'ⱻ' => "e",
        'ƒ' | 'ꜰ' | 'ꝼ' | 'ꞙ' => "f",
        'ǥ' | 'ɠ' | 'ɡ' | 'ɢ' | 'ɣ' | 'ʛ' | 'ᵹ' | 'ꝿ' | 'ꞡ' | 'ꟑ' => "g",
        'ħ' | 'ƅ' | 'ɥ' | 'ɦ' | 'ɧ' | 'ʜ' | 'ʮ' | 'ʯ' | 'ⱨ' | 'ⱶ' | 'ꜧ' | 'ꞕ' => "h",
        'ɨ' | 'ɩ' | 'ɪ' | 'ꞽ' => "i",
        'ȷ' | 'ɉ' | 'ɟ' | 'ʄ' | 'ʝ' => "j",
        'ĸ' | 'ƙ' | 'ʞ' | 'ⱪ' | 'ꝁ' | 'ꝃ' | 'ꝅ' | 'ꞣ' => "k",
        'ł' | 'ƚ' | 'ȴ' | 'ɫ' | 'ɬ' | 'ɭ' | 'ʟ' | 'ⱡ' | 'ꝇ' | 'ꝉ' | 'ꞁ' | 'ꞎ' => "l",
        'ɱ' | 'ꟺ' => "m",
        'ŋ' | 'ƞ' | 'ȵ' | 'ɲ' | 'ɳ' | 'ɴ' | 'ꞑ' | 'ꞥ' => "n",
        'ø' | 'ɔ' | 'ɤ' | 'ɵ' | 'ⱺ' | 'ꝋ' | 'ꝍ' | 'ꞷ' | 'ꟁ' => "o",
        'ƥ' | 'ᵽ' | 'ꝑ' | 'ꝓ' | 'ꝕ' => "p",
        'ƽ' | 'ɋ' | 'ʠ' | 'ꝗ' | 'ꝙ' | 'ꞯ' => "q",
        'ɍ' | 'ɹ' | 'ɺ' | 'ɻ' | 'ɼ' | 'ɽ' | 'ɾ' | 'ɿ' | 'ʀ' | 'ʁ' | 'ⱹ' | 'ꝛ' | 'ꞃ' | 'ꞧ' => {
            "r"
        }
        'ȿ' | 'ʂ' | 'ẜ' | 'ẝ' | 'ꜱ' | 'ꞅ' | 'ꞩ' | 'ꟊ' | 'ꟗ' | 'ꟙ' => "s",
        'ŧ' | 'ƫ' | 'ƭ' | 'ȶ' | 'ʇ' | 'ʈ' | 'ⱦ' | 'ꞇ' => "t",
        'ɷ' | 'ʉ' | 'ʊ' | 'ꞹ' | 'ꞿ' => "u",
        'ʋ' | 'ʌ' | 'ỽ' | 'ⱱ' | 'ⱴ' | 'ꝟ' | 'ꝩ' => "v",
        'ƿ' | 'ɯ' | 'ɰ' | 'ʍ' | 'ⱳ' | 'ꟃ' => "w",
        'ƴ' | 'ɏ' | 'ʎ' | 'ʏ' | 'ỿ' => "y",
        'ƍ' | 'ƨ' | 'ƶ' | 'ȥ' | 'ɀ' | 'ʐ' | 'ʑ' | 'ᶎ' | 'ⱬ' | 'ꝣ' => "z",
        'ꜳ' => "aa",
        'æ' | 'ꞛ' => "ae",
        'ꜵ' => "ao",
        'ꜷ' => "au",
        'ꜹ' | 'ꜻ' => "av",
        'ꜽ' => "ay",
        'ȸ' => "db",
        'ƻ' | 'ʣ' | 'ʥ' => "dz",
        'ʩ' => "fn",
        'ƣ' | 'ȝ' => "gh",
        'ƕ' => "hv",
        'ỻ' => "ll",
        'ʪ' => "ls",
        'ʫ' => "lz",
        'œ' | 'ɶ' | 'ꞝ' => "oe",
        'ꝏ' => "oo",
        'ȣ' => "ou",
        'ɸ' | 'ⱷ' => "ph",
        'ȹ' => "qp",
        'ƪ' | 'ʃ' | 'ʅ' | 'ʆ' => "sh",
        'ʨ' => "tc",
        'þ' | 'ꝥ' | 'ꝧ' => "th",
        'ƛ' => "tl",
        'ƾ' | 'ʦ' => "ts",
        'ꜩ' => "tz",
        'ꞟ' => "ue",
        'ꝡ' => "vy",
        'ƹ' | 'ƺ' | 'ʒ' | 'ʓ' => "zh",
        'ʤ' => "dzh",
        'ɮ' => "lzh",
        'ʧ' => "tsh",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        _ => return None,
    })
}

/// Returns whether a character within words is not typed: apostrophes and glottal stops that are letters (the ʻ of
/// Hawaiʻi), and the Arabic kashida, which extends a word.
pub(crate) fn is_passed_over(c: char) -> bool {
    matches!(c, '\u{2b9}'..='\u{2c1}' | '\u{2ee}' | '\u{640}' | '\u{a78b}' | '\u{a78c}')
}

#[cfg(test)]
mod tests {
    use crate::words::fold;

    /// Letters without a corresponding letter on a keyboard: clicks and percussive consonants stay unchanged. The dot of
    /// `ŀ` ends a word unless another `l` follows.
    const EXCEPTIONS: &str = "ǀǁǂǃʘʬʭĿŀ";

    #[test]
    fn every_latin_letter_is_found_by_what_a_plain_keyboard_types() {
        // Latin-1, Extended-A and -B, IPA, Additional, Extended-C
        let letters = ('\u{c0}'..='\u{2af}').chain('\u{1e00}'..='\u{1eff}').chain('\u{2c60}'..='\u{2c7f}');
        let letters: Vec<char> = letters.filter(|c| c.is_alphabetic()).collect();
        assert!(letters.len() > 700, "{}", letters.len());
        for letter in letters {
            let folded = fold(&letter.to_string());
            let is_plain = folded.chars().all(|c| c.is_ascii_lowercase());
            assert!(
                is_plain != EXCEPTIONS.contains(letter),
                "{letter} U+{:04X} is {folded:?}",
                u32::from(letter)
            );
            assert_eq!(fold(&folded), folded, "{letter}");
        }
    }
}
