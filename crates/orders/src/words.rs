//! Enums as the one word that the wire and the database have for them.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The word for a value of an enum without data.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value that a word stands for.
pub(crate) fn parse<T: DeserializeOwned>(word: String) -> Option<T> {
    serde_json::from_value(Value::String(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::orders::Hold;

    #[test]
    fn a_word_reads_back() {
        assert_eq!(word(&Hold::StockShort), "stock_short");
        assert_eq!(parse("stock_short".to_owned()), Some(Hold::StockShort));
        assert_eq!(parse::<Hold>("nothing".to_owned()), None);
    }
}
