//! Rules for values, and what is said when one is broken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Values with rules beyond their form. A type without any says `impl Check for T {}`.
pub trait Check {
    /// Adds what is wrong to `faults`, with JSON pointers from here.
    fn check(&self, faults: &mut Vec<Fault>) {
        let _ = faults;
    }
}

/// One bad member of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// Where: a JSON pointer into the body (`/lines/0/quantity`), `?name` in the query, `#Name` among the headers.
    pub pointer: String,
    /// What kind of fault, for programs.
    pub code: String,
    /// What is expected, for people.
    pub detail: String,
    /// More about it.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Fault { pointer: pointer.into(), code: code.into(), detail: detail.into(), data: Map::new() }
    }
    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }
}

/// Checks the rules of `#[derive(garde::Validate)]`, with JSON pointers.
pub fn garde(value: &impl garde::Validate<Context = ()>, faults: &mut Vec<Fault>) {
    let Err(report) = value.validate() else { return };
    for (path, error) in report.iter() {
        faults.push(Fault::new(pointer(&path.to_string()), "invalid", error.message()));
    }
}

/// `lines[0].quantity` as `/lines/0/quantity`.
fn pointer(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::garde::Validate;

    #[derive(Validate)]
    struct Order {
        #[garde(length(min = 1), dive)]
        lines: Vec<Line>,
        #[garde(length(max = 3))]
        note: String,
    }
    #[derive(Validate)]
    struct Line {
        #[garde(range(min = 1))]
        quantity: u32,
    }

    #[test]
    fn a_broken_rule_is_told_by_its_json_pointer() {
        let order = Order { lines: vec![Line { quantity: 1 }, Line { quantity: 0 }], note: "long".into() };
        let mut faults = Vec::new();
        garde(&order, &mut faults);
        let mut pointers: Vec<_> = faults.iter().map(|f| f.pointer.as_str()).collect();
        pointers.sort();
        assert_eq!(pointers, ["/lines/1/quantity", "/note"]);
    }

    #[test]
    fn a_fault_carries_more_members_on_the_wire() {
        let fault = Fault::new("/lines/0", "insufficient_stock", "2 are left").with("available", 2);
        let wire = serde_json::to_value(&fault).unwrap();
        assert_eq!(wire["available"], 2);
        assert_eq!(serde_json::from_value::<Fault>(wire).unwrap(), fault);
    }
}
