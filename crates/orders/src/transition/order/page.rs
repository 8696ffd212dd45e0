//! State machine of an order as Markdown.

use super::{Guard, OrderState, OrderTrigger, TABLE};
use crate::transition::{line, rule};

/// The matrix and the table as Markdown.
pub(crate) fn markdown() -> String {
    let head: Vec<String> =
        std::iter::once("").chain(OrderState::ALL.map(OrderState::name)).map(str::to_owned).collect();
    let mut text = line(&head) + &rule(head.len());
    for trigger in OrderTrigger::ALL {
        let cell = |state: OrderState| {
            let rows = TABLE.iter().filter(|row| row.from == state && row.trigger == trigger);
            let ends = rows.map(|row| {
                let end = if row.to == state { "=" } else { row.to.name() };
                if row.guard == Guard::Free {
                    end.to_owned()
                } else {
                    format!("{end} ({})", row.guard.words())
                }
            });
            ends.collect::<Vec<_>>().join("; ")
        };
        let cells: Vec<String> =
            std::iter::once(trigger.name().to_owned()).chain(OrderState::ALL.map(cell)).collect();
        text.push_str(&line(&cells));
    }
    text.push_str(
        "\nAn empty cell: the trigger is not allowed in this state. `=`: the state does not change.\n\n",
    );
    let head = ["from", "trigger", "condition", "to", "event", "effects", "action"].map(str::to_owned);
    text.push_str(&(line(&head) + &rule(head.len())));
    for row in TABLE {
        let effects: Vec<&str> = row.effects.iter().map(|effect| effect.words()).collect();
        let offer = row.offer.map(|(action, _)| format!("`{}`", crate::words::word(&action)));
        text.push_str(&line(&[
            row.from.name().to_owned(),
            row.trigger.name().to_owned(),
            row.guard.words().to_owned(),
            row.to.name().to_owned(),
            format!("`{}`", row.event),
            effects.join(", "),
            offer.unwrap_or_default(),
        ]));
    }
    text
}
