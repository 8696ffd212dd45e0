//! Generates the keys of the texts from the English messages, so that a misspelt key does not compile: a constant for a message
//! without parameters, a function for one with parameters. `src/texts/mod.rs` describes them.

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, VariantKey},
    parser,
};
use std::{
    env,
    error::Error,
    fmt::{self, Write},
    fs, io,
    path::PathBuf,
};

/// Prefixes of message IDs whose keys are in a module of their own, without the prefix.
const ROOMS: [(&str, &str); 2] = [("console-", "console"), ("paper-", "papers")];
/// Prefixes of message IDs that are composed at run time: they have no keys.
const FAMILIES: [&str; 6] = ["country-", "month-", "weekday-", "refused-", "fault-", "declined-"];
/// The parameter that every message can use without receiving it.
const ZONE: &str = "zone";
/// The plural categories: a message that selects by them selects by a number.
const PLURALS: [&str; 5] = ["zero", "one", "two", "few", "many"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=texts");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("files.rs"), files()?)?;
    let mut keys = MessageKeys::default();
    for file in entries("texts/en")? {
        let text = fs::read_to_string(format!("texts/en/{file}"))?;
        keys.read(&text).map_err(|wrong| format!("{file}: {wrong}"))?;
    }
    fs::write(out.join("keys.rs"), keys.to_string())?;
    Ok(())
}

/// The list of each language's files.
fn files() -> Result<String, Box<dyn Error>> {
    let mut lists = String::new();
    for language in entries("texts")? {
        writeln!(lists, "pub(super) const {}: &[&str] = &[", language.to_uppercase())?;
        for file in entries(&format!("texts/{language}"))? {
            let path = format!("/texts/{language}/{file}");
            writeln!(lists, "    include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?})),")?;
        }
        writeln!(lists, "];")?;
    }
    Ok(lists)
}

/// The names in a folder, sorted, so that the build does not depend on the file system.
fn entries(folder: &str) -> io::Result<Vec<String>> {
    let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut all = fs::read_dir(folder)?.map(name).collect::<io::Result<Vec<_>>>()?;
    // an editor's own
    all.retain(|name| !name.starts_with('.') && !name.ends_with('~'));
    all.sort();
    Ok(all)
}

/// The source of all keys: those of each module, and the others.
#[derive(Default)]
struct MessageKeys {
    rooms: [String; ROOMS.len()],
    others: String,
}

impl MessageKeys {
    fn read(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        let read = parser::parse(text).map_err(|(_, wrong)| format!("{wrong:?}"))?;
        for entry in &read.body {
            let Entry::Message(message) = entry else { continue };
            let id = message.id.name;
            let room = ROOMS.iter().position(|(before, _)| id.starts_with(before));
            match room {
                Some(room) => self.rooms[room] += &key(message, &id[ROOMS[room].0.len()..])?,
                None if FAMILIES.iter().any(|family| id.starts_with(family)) => {}
                None => self.others += &key(message, id)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for MessageKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uses = "use crate::texts::messages::{self, Text};\nuse languages::{FluentNumber, FluentValue};";
        write!(f, "{uses}\n{}", self.others)?;
        for ((_, name), keys) in ROOMS.iter().zip(&self.rooms) {
            write!(f, "pub(crate) mod {name} {{\n{uses}\n{keys}}}\n")?;
        }
        Ok(())
    }
}

/// The key of a message.
fn key(message: &Message<&str>, name: &str) -> Result<String, Box<dyn Error>> {
    let (id, name) = (message.id.name, name.replace('-', "_"));
    let mut found = Vec::new();
    message.value.iter().for_each(|pattern| find(pattern, &mut found));
    if found.is_empty() {
        return Ok(format!("pub(crate) const {}: Text = Text({id:?});\n", name.to_uppercase()));
    }
    found.retain(|parameter| parameter.name != ZONE);
    let parameters = ordered(message, found)?;
    let declared: Vec<String> = parameters.iter().map(Parameter::declared).collect();
    let passed: Vec<String> = parameters.iter().map(Parameter::passed).collect();
    let (declared, passed) = (declared.join(", "), passed.join(", "));
    Ok(format!("pub(crate) fn {name}({declared}) -> String {{\n    messages::text({id:?}, [{passed}])\n}}\n"))
}

struct Parameter<'a> {
    name: &'a str,
    is_number: bool,
}

impl Parameter<'_> {
    /// The number of an order, without grouping.
    fn is_order(&self) -> bool {
        self.name == "number"
    }
    fn declared(&self) -> String {
        let kind = match self {
            _ if self.is_order() => "i64",
            Parameter { is_number: true, .. } => "impl Into<FluentNumber>",
            Parameter { is_number: false, .. } => "&str",
        };
        format!("{}: {kind}", self.name)
    }
    fn passed(&self) -> String {
        let name = self.name;
        match self {
            _ if self.is_order() => format!("({name:?}, {name}.to_string().into())"),
            Parameter { is_number: true, .. } => format!("({name:?}, FluentValue::Number({name}.into()))"),
            Parameter { is_number: false, .. } => format!("({name:?}, {name}.into())"),
        }
    }
}

/// The parameters in the order of the message's comment, otherwise of its text.
fn ordered<'a>(
    message: &Message<&'a str>,
    mut found: Vec<Parameter<'a>>,
) -> Result<Vec<Parameter<'a>>, String> {
    let lines = message.comment.iter().flat_map(|comment| &comment.content);
    let listed: Vec<&str> = lines.filter_map(|line| line.strip_prefix('$')).collect();
    if listed.is_empty() {
        return Ok(found);
    }
    let mut all = Vec::new();
    for line in listed {
        let (name, is_number) = line.strip_suffix(" (Number)").map_or((line, false), |name| (name, true));
        let at = found.iter().position(|parameter| parameter.name == name);
        let at = at.ok_or_else(|| format!("{} has no ${name}", message.id.name))?;
        let parameter = found.remove(at);
        all.push(Parameter { is_number: is_number || parameter.is_number, ..parameter });
    }
    match found.first() {
        Some(left) => Err(format!("the comment of {} lacks ${}", message.id.name, left.name)),
        None => Ok(all),
    }
}

/// The parameters of a pattern, in their order.
fn find<'a>(pattern: &Pattern<&'a str>, found: &mut Vec<Parameter<'a>>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            find_in(expression, found);
        }
    }
}

fn find_in<'a>(expression: &Expression<&'a str>, found: &mut Vec<Parameter<'a>>) {
    match expression {
        Expression::Inline(inline) => find_inline(inline, false, found),
        Expression::Select { selector, variants } => {
            let is_number =
                variants.iter().filter(|variant| !variant.default).any(|variant| match variant.key {
                    VariantKey::Identifier { name } => PLURALS.contains(&name),
                    VariantKey::NumberLiteral { .. } => true,
                });
            find_inline(selector, is_number, found);
            variants.iter().for_each(|variant| find(&variant.value, found));
        }
    }
}

fn find_inline<'a>(inline: &InlineExpression<&'a str>, is_number: bool, found: &mut Vec<Parameter<'a>>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            match found.iter_mut().find(|parameter| parameter.name == id.name) {
                Some(known) => known.is_number |= is_number,
                None => found.push(Parameter { name: id.name, is_number }),
            }
        }
        InlineExpression::Placeable { expression } => find_in(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| find_inline(argument, is_number, found));
        }
        _ => {}
    }
}
