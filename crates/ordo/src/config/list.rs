//! A setting of several values: between commas, or as a list in `ordo.toml`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Several values; written between commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List(pub Vec<String>);

impl List {
    /// The values of a text, between commas.
    pub fn of(text: &str) -> List {
        let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
        List(members.map(str::to_owned).collect())
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.join(","))
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a text, or a list of texts")]
        enum ListInput {
            One(String),
            Several(Vec<String>),
        }
        Ok(match ListInput::deserialize(deserializer)? {
            ListInput::One(text) => List::of(&text),
            ListInput::Several(texts) => List(texts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_between_commas_or_as_one() {
        let read = |json: &str| serde_json::from_str::<List>(json).unwrap();
        assert_eq!(read(r#""a:1, b:2,""#), read(r#"["a:1", "b:2"]"#));
        assert_eq!(read(r#""""#), List::default());
        assert_eq!(serde_json::to_string(&List::of("a:1,b:2")).unwrap(), r#""a:1,b:2""#);
    }
}
