//! The pages about events and about errors are what the declarations say. `UPDATE_DOCS=1` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use contracts::{catalogue, events::EventType};
use std::{env, fmt::Write, fs, path::Path};

const PRINTED: &str = "Printed from the declarations by a test of the crate `contracts`; \
                       `UPDATE_DOCS=1 cargo test -p contracts --test pages` writes it again.";

fn is_current(page: &str, text: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated").join(page);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, text).unwrap();
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(written == text, "{} is not current: UPDATE_DOCS=1 writes it again", page.display());
}

#[test]
fn the_page_about_events_is_current() {
    let mut page = format!(
        "# Events\n\n{PRINTED}\n\n\
         Every event is a CloudEvent: in its producer's feed (`/internal/events`), on the bus, and in the public \
         log (`GET /v1/events`). It carries how its subject stands now (R3), never names or addresses. Its \
         `dataschema` leads to the schema of its data, below, in `/openapi.json`.\n\n\
         | event | when | producer | data | acted on by |\n|---|---|---|---|---|\n"
    );
    for event in EventType::ALL {
        let row = event.row();
        let consumers = row.consumers.join(", ");
        let (name, when, data) = (row.name, row.doc.trim(), row.data);
        writeln!(page, "| `{name}` | {when} | {} | `{data}` | {consumers} |", row.producer).unwrap();
    }
    is_current("events.md", &page);
}

#[test]
fn the_page_about_errors_is_current() {
    let table = catalogue::document("").errors_markdown();
    let page = format!(
        "# Errors\n\n{PRINTED}\n\n\
         Every refusal is a problem (RFC 9457, `application/problem+json`) with one of these codes; a code has one \
         status and does not change. Some carry more members, which `/openapi.json` describes: what is reserved, \
         which product has the SKU.\n\n{table}"
    );
    is_current("errors.md", &page);
}
