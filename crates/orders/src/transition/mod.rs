//! The machines of orders and of fulfilments: each is one table, as data.
//!
//! Whatever must agree with them reads them: the code that changes an order, the actions that are offered for
//! it, the tests of every pair, and the page `docs/generated/order-machine.md`.

pub(crate) mod fulfilment;
pub(crate) mod order;

/// Both machines as a page for people: the matrix of every state and trigger, and the rows of the tables.
pub fn markdown() -> String {
    let mut page = String::from(
        "# The machines of orders and fulfilments\n\n\
         Written by a test of the crate `orders` from the tables in its code; `UPDATE_DOCS=1 cargo test -p orders` \
         writes it again.\n",
    );
    page.push_str("\n## Orders\n\n");
    page.push_str(&order::markdown());
    page.push_str("\n## Fulfilments\n\n");
    page.push_str(&fulfilment::markdown());
    page
}

/// One line of a table.
fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The line between a table's head and its body.
fn rule(columns: usize) -> String {
    format!("|{}\n", "---|".repeat(columns))
}
