//! Stems of words in the languages of the shop.

use frostem::{Algorithm, Stemmer};
use kernel::Language;

/// Minimum number of characters of a stem. Shorter stems would match too many words.
const STEM_MIN: usize = 3;

/// The stems of a folded word in each language, without those equal to the word. A word with digits has none.
pub(crate) fn stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    if !word.chars().all(char::is_alphabetic) {
        return stems;
    }
    for language in Language::ALL {
        let stem = stemmer(language).stem(word).into_owned();
        if stem != word && stem.chars().count() >= STEM_MIN && !stems.contains(&stem) {
            stems.push(stem);
        }
    }
    stems
}

fn stemmer(language: Language) -> Stemmer {
    Stemmer::new(match language {
        Language::English => Algorithm::English,
        Language::German => Algorithm::German,
    })
}

#[cfg(test)]
mod tests {
    use super::stems;

    #[test]
    fn forms_of_a_word_have_the_same_stem() {
        for (word, stem) in
            [("teapots", "teapot"), ("brushes", "brush"), ("hauser", "haus"), ("bucher", "buch")]
        {
            assert!(stems(word).iter().any(|found| found == stem), "{word}: {:?}", stems(word));
        }
        assert_eq!(stems("t34s"), [""; 0], "codes have no stems");
        assert_eq!(stems("茶壶"), [""; 0]);
    }
}
