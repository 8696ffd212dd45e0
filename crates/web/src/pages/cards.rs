//! The cards of the payment simulator, of which one is chosen.

use crate::{
    form::{Faults, Form},
    icons,
    parts::{Badge, error_line},
    texts::{self as t, Text},
};
use maud::{Markup, html};

/// The simulator's cards, with what each does.
pub(crate) const CARDS: [(&str, Text, Text); 7] = [
    ("sim_ok", t::CARD_OK, t::CARD_OK_MORE),
    ("sim_declined", t::CARD_DECLINED, t::CARD_DECLINED_MORE),
    ("sim_insufficient_funds", t::CARD_NO_FUNDS, t::CARD_NO_FUNDS_MORE),
    ("sim_requires_action", t::CARD_ASKS, t::CARD_ASKS_MORE),
    ("sim_slow", t::CARD_SLOW, t::CARD_SLOW_MORE),
    ("sim_webhook_late", t::CARD_LATE, t::CARD_LATE_MORE),
    ("sim_timeout_after_charge", t::CARD_LOST, t::CARD_LOST_MORE),
];

/// How a checkout is paid.
pub(super) fn cards(form: &Form, faults: &Faults) -> Markup {
    html! {
        section.section-form aria-labelledby="h-p" {
            h2 id="h-p" { (t::HOW_TO_PAY) }
            (card_choice(form.text("method"), None, faults))
        }
    }
}

/// A card that was tried last and did not pay, with the word for that.
pub(crate) type Refused<'a> = (&'a str, Text);

/// The id of the banner that says why the last attempt failed.
pub(crate) const WHY_REFUSED: &str = "method-refused";

/// The simulator's cards to choose from; one that was refused says so beside its name. After a refusal the focus moves to the
/// choice, also without scripts.
pub(crate) fn card_choice(chosen: &str, refused: Option<Refused<'_>>, faults: &Faults) -> Markup {
    let wrong = faults.of("method");
    let word = |method: &str| refused.filter(|(known, _)| *known == method).map(|(_, word)| word);
    let described = [refused.map(|_| WHY_REFUSED), wrong.map(|_| "method-error")];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let is_any_chosen = CARDS.iter().any(|(method, ..)| *method == chosen);
    let focused = if is_any_chosen { chosen } else { CARDS[0].0 };
    html! {
        div.banner { (icons::INFO) p { (t::SIMULATOR) } }
        fieldset.stack.gap-2 id="method" aria-describedby=[Some(described).filter(|ids| !ids.is_empty())] {
            legend.sr { (t::TEST_CARD) }
            div.choice.bad[wrong.is_some() || refused.is_some()] {
                @for (method, name, more) in CARDS {
                    label.check {
                        input type="radio" name="method" value=(method) checked[method == chosen]
                            autofocus[refused.is_some() && method == focused];
                        span {
                            (name)
                            @if let Some(word) = word(method) { " " (Badge(icons::P_FAILED, "bad", word.say())) }
                            span.hint { (more) }
                        }
                        code.small.quiet.wide-only { (method) }
                    }
                }
            }
            @if let Some(text) = wrong { div.field { (error_line(Some("method-error"), text)) } }
        }
    }
}
