//! Passwords that attackers try first.
//!
//! Lists of leaked passwords agree on how the most frequent ones are made: a word that many think of, a
//! keyboard walk or a row of digits, with little or nothing behind it. This set is generated from such words
//! and endings; those with fewer than 8 characters are refused anyway.

use unicode_normalization::UnicodeNormalization;

/// What many think of first.
const WORDS: &str = "\
    password passw0rd p@ssword p@ssw0rd pa$$word passwort motdepasse contrasena letmein welcome iloveyou \
    loveyou sunshine princess football baseball basketball superman batman spiderman pokemon starwars \
    dragon monkey shadow master michael jennifer jessica charlie jordan hunter ranger soccer hockey \
    killer george andrew daniel ashley thomas joshua matthew computer internet samsung google facebook \
    liverpool chelsea arsenal ferrari mercedes harley mustang corvette summer winter spring autumn \
    secret freedom whatever trustno admin administrator root user guest test testing login default \
    changeme change temp access system server mysql oracle qwerty qwertz azerty qwert asdf asdfgh zxcvbn \
    qazwsx 1q2w3e4r q1w2e3r4 zaq1 abc abcd abcdef a1b2c3 hello flower cookie cheese butterfly chocolate \
    purple orange banana pepper ginger tigger snoopy maggie buster pass ordo shop";

/// What many put behind it.
const ENDINGS: &str = "\
    1 2 7 12 123 1234 12345 123456 01 11 21 22 69 99 00 007 321 111 666 ! !! 1! 12! 123! 1234! . ? @1 \
    @123 #1 _1 _123 -1 2020 2021 2022 2023 2024 2025 2026 2027";

/// Rows, along which fingers and counting walk, in both directions.
const ROWS: &str = "\
    12345678901234567890 0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop[] qwertzuiop azertyuiop \
    asdfghjkl;' zxcvbnm,./ 1qaz2wsx3edc4rfv5tgb qazwsxedcrfvtgb 1q2w3e4r5t6y7u8i q1w2e3r4t5y6u7i8 \
    qweasdzxc zaq12wsx !@#$%^&*() 147258369 789456123 123qweasd qwe123asd asd123qwe";

/// The longest piece that is repeated: `abcdabcd`.
const REPEATED: usize = 4;

/// Whether a password is one that attackers try first; without regard to case.
pub(crate) fn is_common(password: &str) -> bool {
    let password: String = password.nfkc().flat_map(char::to_lowercase).collect();
    is_word(&password) || is_row(&password) || is_repeated(&password)
}

fn is_word(password: &str) -> bool {
    WORDS.split(' ').filter_map(|word| Some((word, password.strip_prefix(word)?))).any(|(word, rest)| {
        rest.is_empty() || rest == word || ENDINGS.split(' ').any(|ending| rest == ending)
    })
}

fn is_row(password: &str) -> bool {
    let backwards: String = password.chars().rev().collect();
    ROWS.split(' ').any(|row| row.contains(password) || row.contains(&backwards))
}

fn is_repeated(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    let repeats = |length: usize| chars.iter().zip(chars.iter().skip(length)).all(|(a, b)| a == b);
    (1..=REPEATED).any(|length| chars.len() >= 2 * length && repeats(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in [
            "password",
            "Password1",
            "PASSWORD123!",
            "p@ssw0rd",
            "iloveyou",
            "letmein1",
            "qwerty123",
            "1q2w3e4r",
            "12345678",
            "87654321",
            "0123456789",
            "aaaaaaaa",
            "abababab",
            "abcdabcd",
            "11111111",
            "qwertyuiop",
            "poiuytrewq",
            "asdfghjkl",
            "1qaz2wsx",
            "trustno1",
            "admin123",
            "welcome1",
            "summer2024",
            "passwordpassword",
            "ｐａｓｓｗｏｒｄ",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn what_nobody_else_thinks_of_is_taken() {
        for own in
            ["correct horse battery", "Tr0ub4dor&3", "teapot-on-monday", "passwords are hard", "x7#kQ9!mZ"]
        {
            assert!(!is_common(own), "{own}");
        }
    }

    #[test]
    fn the_set_has_thousands() {
        let with_endings = |word: &str| {
            let long = ENDINGS.split(' ').filter(|end| word.len() + end.len() >= 8).count();
            long + usize::from(word.len() >= 8)
        };
        assert!(WORDS.split(' ').map(with_endings).sum::<usize>() > 2_000);
    }
}
