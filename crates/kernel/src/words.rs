//! Search words: the words of a text in a form that searches can compare, without case and, for Latin letters, without
//! accents, so that "lodz" finds "Łódź". The same in every database engine.

use crate::{
    canonical_name::is_invisible,
    typed_letters::{is_passed_over, typed},
};
use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, decompose_canonical, is_combining_mark},
};

/// The maximum number of search words. Further words are ignored.
pub const ASKED_MAX: usize = 8;
/// The maximum number of significant characters of a word.
pub const WORD_MAX: usize = 40;
/// The maximum number of characters of a word within a text of a script without spaces.
pub const INNER_MAX: usize = 6;
/// A character that sorts after every folded text.
pub const LAST: char = '\u{10FFFF}';

/// Returns a text without case and accents. Marks that form another letter or syllable are kept: vowel signs and viramas of
/// Indic scripts, vowels and tones of Thai, and Japanese voicing marks.
pub fn fold(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut base = ' ';
    let mut letters = text.nfkd().filter(|c| !is_invisible(*c) && !is_passed_over(*c)).peekable();
    while let Some(c) = letters.next() {
        // Catalan writes two letters l with a dot between them
        let is_l = |c: Option<&char>| matches!(c, Some('l' | 'L'));
        if c == '·' && is_l(Some(&base)) && is_l(letters.peek()) {
            continue;
        }
        if !is_combining_mark(c) {
            base = c;
        } else if is_accent(c) && !makes_a_letter(base, c) {
            continue;
        }
        bare.push(c);
    }
    // back and forth, so that ẞ and ß become ss, and both small sigmas are equal
    let cased = bare.to_lowercase().to_uppercase().to_lowercase();
    let mut folded = String::with_capacity(cased.len());
    for c in cased.nfc() {
        match typed(c) {
            Some(letters) => folded.push_str(letters),
            // a Hangul syllable starts with its letters
            None if matches!(c, '\u{ac00}'..='\u{d7a3}') => {
                decompose_canonical(c, |letter| folded.push(letter))
            }
            None => folded.push(c),
        }
    }
    folded
}

/// Returns whether a combining mark is an accent or a dot that people omit when they type.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
        || matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
        // points of Hebrew, vowels of Arabic
        || matches!(c, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
        || matches!(c, '\u{6d6}'..='\u{6ed}')
}

/// Returns whether an accent forms a separate Cyrillic letter: й, ў and ї.
fn makes_a_letter(base: char, accent: char) -> bool {
    compose(base, accent).is_some_and(|c| matches!(c, 'й' | 'Й' | 'ў' | 'Ў' | 'ї' | 'Ї'))
}

/// Returns whether the script of the letter has no spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}')
        || matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        || matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// A part of a text: a word between spaces, or letters of a script without spaces.
struct CharRun {
    letters: Vec<char>,
    is_unspaced: bool,
}

fn runs(text: &str) -> Vec<CharRun> {
    let mut runs: Vec<CharRun> = Vec::new();
    let mut is_open = false;
    for c in fold(text).chars() {
        let is_mark = is_combining_mark(c);
        if !(c.is_alphanumeric() || is_mark && is_open) {
            is_open = false;
            continue;
        }
        let is_unspaced = is_unspaced(c);
        match runs.last_mut().filter(|last| is_open && (is_mark || last.is_unspaced == is_unspaced)) {
            Some(last) => last.letters.push(c),
            None => runs.push(CharRun { letters: vec![c], is_unspaced }),
        }
        is_open = true;
    }
    runs
}

/// Returns the words by which a text is found, in order. In scripts without spaces, a word starts at each letter, so that
/// searches match within the text.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let of_run = |run: CharRun| -> Vec<String> {
        if !run.is_unspaced {
            return vec![run.letters.into_iter().take(WORD_MAX).collect()];
        }
        let begins = (0..run.letters.len()).filter(|at| !is_combining_mark(run.letters[*at]));
        begins.map(|at| run.letters[at..].iter().take(INNER_MAX).collect()).collect()
    };
    runs(text).into_iter().flat_map(of_run)
}

/// Returns the search words, in order. In scripts without spaces, a long word is split.
fn typed_words(q: &str) -> impl Iterator<Item = String> {
    let of_run = |run: CharRun| -> Vec<String> {
        if !run.is_unspaced {
            return vec![run.letters.into_iter().take(WORD_MAX).collect()];
        }
        // a part starts with a letter, as each word of a text does
        let mut parts: Vec<String> = Vec::new();
        let mut rest = run.letters.as_slice();
        while !rest.is_empty() {
            parts.push(rest.iter().take(INNER_MAX).collect());
            rest = rest.get(INNER_MAX..).unwrap_or_default();
            rest = rest.iter().position(|c| !is_combining_mark(*c)).map_or(&[], |at| &rest[at..]);
        }
        parts
    };
    runs(q).into_iter().flat_map(of_run)
}

/// Returns the prefixes that the words of a resource must all match to be found by `q`.
pub fn asked(q: &str) -> Vec<String> {
    typed_words(q).take(ASKED_MAX).collect()
}

/// Returns whether the search contains no word (`!!!`). Such a search finds nothing, because a complete list would look
/// like a result. A search of only blanks is no search.
pub fn finds_nothing(q: Option<&str>) -> bool {
    q.is_some_and(|q| !q.trim().is_empty() && typed_words(q).next().is_none())
}

/// Returns the end of the range of words with this prefix: all of them sort before it.
pub fn end_of(word: &str) -> String {
    format!("{word}{LAST}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Returns whether each of `asked` is a prefix of one of the words.
    fn has_all(words: &BTreeSet<String>, asked: &[String]) -> bool {
        let begins =
            |asked: &String| words.range(asked.clone()..).next().is_some_and(|w| w.starts_with(asked));
        asked.iter().all(begins)
    }

    /// Returns whether a text is found by a search.
    fn finds(typed: &str, text: &str) -> bool {
        let asked = asked(typed);
        !asked.is_empty() && has_all(&words(text).collect(), &asked)
    }

    #[test]
    fn latin_letters_are_found_without_their_marks() {
        for (typed, text) in [
            ("lodzka", "Ulica Łódzka"),
            ("łódzka", "Lodzka"),
            ("smorrebrod", "Smørrebrød"),
            ("strasse", "Straße"),
            ("STRAẞE", "strasse"),
            ("aeroskobing", "Ærøskøbing"),
            ("coeur", "Cœur"),
            ("thorshofn", "Þórshöfn"),
            ("reydarfjordur", "Reyðarfjörður"),
            ("diyarbakir", "Diyarbakır"),
            ("istanbul", "İstanbul"),
            ("ISTANBUL", "ıstanbul"),
            ("dordevic", "Đorđević"),
            ("hamrun", "Ħamrun"),
            ("nguyen", "Nguyễn"),
            ("zazolc gesla jazn", "Zażółć gęślą jaźń"),
            ("tea1", "ｔｅａ１"),
            ("елка", "Ёлка"),
            ("σισυφοσ", "Σίσυφος"),
            ("שלום", "שָׁלוֹם"),
            ("محمد", "مُحَمَّد"),
            ("cafe", "cafe\u{301}"),
            ("hawaii", "Hawai\u{2bb}i"),
            ("cristalleria", "Cristal·leria"),
            ("TILLA", "til·la"),
            ("tilla", "ti\u{140}la"),
            ("cup", "tea·cup"),
            ("tanu", "Ⱦanu"),
            ("ganu", "Ɣanu"),
            ("zhiro", "ʒiro"),
            ("محمد", "محـــمد"),
            ("علی", "علي"),
            ("كتاب", "کتاب"),
            ("teapot", "tea\u{ad}pot"),
        ] {
            assert!(finds(typed, text), "{typed} in {text}: {:?}", words(text).collect::<Vec<_>>());
        }
    }

    #[test]
    fn marks_that_make_another_word_stay() {
        for (typed, text) in [
            ("दल", "दाल"),
            ("दिन", "दीन"),
            ("कम", "काम"),
            ("เสือ", "เสื้อ"),
            ("ข้าว", "ข่าว"),
            ("はは", "ばば"),
            ("かき", "かぎ"),
            ("ハス", "バス"),
            ("мои", "мой"),
            ("கல", "கால்"),
        ] {
            assert!(!finds(typed, text) && !finds(text, typed), "{typed} and {text}");
            assert!(finds(text, text) && finds(typed, typed), "{typed} and {text}");
        }
    }

    #[test]
    fn a_word_of_an_indic_script_is_one_word() {
        for word in ["हिन्दी", "क्षत्रिय", "தமிழ்", "বাংলা", "కన్నడ"]
        {
            assert_eq!(words(word).count(), 1, "{word}");
        }
    }

    #[test]
    fn words_are_found_inside_chinese_japanese_and_thai_text() {
        for (typed, text) in [
            ("急須", "青い急須セット"),
            ("セット", "青い急須セット"),
            ("ｾｯﾄ", "青い急須セット"),
            ("ガラス", "耐熱ｶﾞﾗｽ製"),
            ("茶壶", "景德镇青花瓷茶壶"),
            ("壶", "茶壶"),
            ("青花瓷茶壶套装礼盒", "景德镇青花瓷茶壶套装礼盒"),
            ("iphoneケース", "新型iPhone用ケース"),
            ("ชา", "กาน้ำชา"),
        ] {
            assert!(finds(typed, text), "{typed} in {text}: {:?}", words(text).collect::<Vec<_>>());
        }
        assert!(!finds("壶茶", "茶壶") && !finds("バス", "ハス") && !finds("急用", "急須用"));
        // Korean letters match as they are typed
        assert!(finds("하", "한국") && finds("한", "한국") && !finds("국", "한국"));
    }
}
