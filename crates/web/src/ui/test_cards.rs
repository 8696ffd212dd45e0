//! The test cards of the payment simulator.

use crate::{
    texts::{self as t, Text},
    ui::{
        components::{Badge, error_line},
        form::{FieldErrors, Form},
        icons,
    },
};
use contracts::payments::PaymentMethods;
use maud::{Markup, html};

/// The simulator's cards, with the name and the behaviour of each.
const TEST_CARDS: [(&str, Text, Text); 7] = [
    ("sim_ok", t::CARD_OK, t::CARD_OK_MORE),
    ("sim_declined", t::CARD_DECLINED, t::CARD_DECLINED_MORE),
    ("sim_insufficient_funds", t::CARD_NO_FUNDS, t::CARD_NO_FUNDS_MORE),
    ("sim_requires_action", t::CARD_ASKS, t::CARD_ASKS_MORE),
    ("sim_slow", t::CARD_SLOW, t::CARD_SLOW_MORE),
    ("sim_webhook_late", t::CARD_LATE, t::CARD_LATE_MORE),
    ("sim_timeout_after_charge", t::CARD_LOST, t::CARD_LOST_MORE),
];

/// The name and the behaviour of a payment method; none for other methods.
pub(crate) fn words_for(method: &str) -> Option<(Text, Text)> {
    TEST_CARDS.iter().find(|(card, ..)| *card == method).map(|(_, name, more)| (*name, *more))
}

/// The payment section of a checkout.
pub(crate) fn cards(methods: PaymentMethods, form: &Form, faults: &FieldErrors) -> Markup {
    html! {
        section.section-form aria-labelledby="h-p" {
            h2 id="h-p" { (t::HOW_TO_PAY) }
            (card_choice(methods, form.text("method"), None, faults))
        }
    }
}

/// The default choice.
pub(crate) fn first(methods: PaymentMethods) -> &'static str {
    methods.offered.first().copied().unwrap_or_default()
}

/// The card of a failed attempt, with the word for that.
pub(crate) type FailedCard<'a> = (&'a str, Text);

/// The ID of the banner with the reason of the last failure.
pub(crate) const WHY_REFUSED: &str = "method-refused";

/// The choice of methods; a failed one is marked. After a failure the choice receives the focus, also without scripts.
pub(crate) fn card_choice(
    methods: PaymentMethods,
    chosen: &str,
    refused: Option<FailedCard<'_>>,
    faults: &FieldErrors,
) -> Markup {
    let wrong = faults.of("method");
    let word = |method: &str| refused.filter(|(known, _)| *known == method).map(|(_, word)| word);
    let described = [refused.map(|_| WHY_REFUSED), wrong.map(|_| "method-error")];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let offered = methods.offered;
    let focused = if offered.contains(&chosen) { chosen } else { first(methods) };
    html! {
        @if offered.iter().any(|method| words_for(method).is_some()) {
            div.banner { (icons::INFO) p { (t::SIMULATOR) } }
        }
        fieldset.stack.gap-2 id="method" aria-describedby=[Some(described).filter(|ids| !ids.is_empty())] {
            legend.sr { (t::TEST_CARD) }
            div.choice.bad[wrong.is_some() || refused.is_some()] {
                @for method in offered.iter().copied() {
                    @let words = words_for(method);
                    label.check {
                        input type="radio" name="method" value=(method) checked[method == chosen]
                            autofocus[refused.is_some() && method == focused];
                        span {
                            @if let Some((name, _)) = words { (name) } @else { (method) }
                            @if let Some(word) = word(method) { " " (Badge(icons::P_FAILED, "bad", word.text())) }
                            @if let Some((_, more)) = words { span.hint { (more) } }
                        }
                        code.small.quiet.wide-only { (method) }
                    }
                }
            }
            @if let Some(text) = wrong { div.field { (error_line(Some("method-error"), text)) } }
        }
    }
}
