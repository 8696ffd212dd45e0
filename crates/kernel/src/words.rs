//! Search words: the words of a text, written so that a search can compare them. Letters have no case, and Latin letters no
//! accents, so that "Łódź" is found by "lodz"; the same on every engine.

use crate::{
    canonical_name::is_invisible,
    typed_letters::{is_passed_over, typed},
};
use std::collections::BTreeSet;
use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, decompose_canonical, is_combining_mark},
};

/// The most words that a search looks for; the rest of it is passed over.
pub const ASKED_MAX: usize = 8;
/// The most characters of a word that count.
pub const WORD_MAX: usize = 40;
/// The most characters of a word that is found inside a text without blanks between words.
pub const INNER_MAX: usize = 6;
/// No text that was folded to be compared should hold it: none sorts after it.
pub const LAST: char = '\u{10FFFF}';

/// A text without case and without accents. Marks that make another letter or syllable stay: vowel signs and viramas of Indic
/// scripts, vowels and tones of Thai, the voicing marks of Japanese.
pub fn fold(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut base = ' ';
    let mut letters = text.nfkd().filter(|c| !is_invisible(*c) && !is_passed_over(*c)).peekable();
    while let Some(c) = letters.next() {
        // Catalan writes two letters l with a point between them
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
    // there and back: ẞ and ß are ss, and both small sigmas one
    let cased = bare.to_lowercase().to_uppercase().to_lowercase();
    let mut folded = String::with_capacity(cased.len());
    for c in cased.nfc() {
        match typed(c) {
            Some(letters) => folded.push_str(letters),
            // a syllable of Hangul begins as its letters do
            None if matches!(c, '\u{ac00}'..='\u{d7a3}') => {
                decompose_canonical(c, |letter| folded.push(letter))
            }
            None => folded.push(c),
        }
    }
    folded
}

/// Whether a combining mark is an accent or a point that people leave out when they type.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
        || matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
        // points of Hebrew, vowels of Arabic
        || matches!(c, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
        || matches!(c, '\u{6d6}'..='\u{6ed}')
}

/// Whether an accent makes a Cyrillic letter of its own: й and ў, and ї.
fn makes_a_letter(base: char, accent: char) -> bool {
    compose(base, accent).is_some_and(|c| matches!(c, 'й' | 'Й' | 'ў' | 'Ў' | 'ї' | 'Ї'))
}

/// Whether words of this letter's script are written without blanks between them: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}')
        || matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        || matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// A part of a text: a word between blanks, or letters of scripts without blanks.
struct Run {
    letters: Vec<char>,
    is_unspaced: bool,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
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
            None => runs.push(Run { letters: vec![c], is_unspaced }),
        }
        is_open = true;
    }
    runs
}

/// The words by which a text is found, in their order. Of scripts without blanks a word begins with each letter: so what is
/// looked for is found inside the text.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let of_run = |run: Run| -> Vec<String> {
        if !run.is_unspaced {
            return vec![run.letters.into_iter().take(WORD_MAX).collect()];
        }
        let begins = (0..run.letters.len()).filter(|at| !is_combining_mark(run.letters[*at]));
        begins.map(|at| run.letters[at..].iter().take(INNER_MAX).collect()).collect()
    };
    runs(text).into_iter().flat_map(of_run)
}

/// The words that are looked for, in their order. Of scripts without blanks a long one is several.
fn typed_words(q: &str) -> impl Iterator<Item = String> {
    let of_run = |run: Run| -> Vec<String> {
        if !run.is_unspaced {
            return vec![run.letters.into_iter().take(WORD_MAX).collect()];
        }
        // a part begins with a letter, as each word of a text does
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

/// What the words of something must begin with, each of them one word or another, to be found by `q`.
pub fn asked(q: &str) -> Vec<String> {
    typed_words(q).take(ASKED_MAX).collect()
}

/// Whether something is looked for in which there is no word (`!!!`): nothing is found by it, since a list of everything
/// would look like an answer. Blanks alone look for nothing.
pub fn finds_nothing(q: Option<&str>) -> bool {
    q.is_some_and(|q| !q.trim().is_empty() && typed_words(q).next().is_none())
}

/// Where words that begin with this one end: they all sort before it.
pub fn end_of(word: &str) -> String {
    format!("{word}{LAST}")
}

/// Whether each of `asked` is what one of these words begins with.
pub fn has_all(words: &BTreeSet<String>, asked: &[String]) -> bool {
    let begins = |asked: &String| words.range(asked.clone()..).next().is_some_and(|w| w.starts_with(asked));
    asked.iter().all(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a text is found by what is typed.
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
        // letters of Korean are found as they are typed
        assert!(finds("하", "한국") && finds("한", "한국") && !finds("국", "한국"));
    }
}
