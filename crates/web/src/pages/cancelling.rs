//! Cancelling an order: the question, and its answer.

use super::{
    order,
    paying::key,
    sent,
    states::{has_shipped, is_off},
};
use crate::{
    form::Faults,
    format,
    parts::{Field, banner, ends, post, refusal, summary},
    refunds::{self, Way},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{Action, CancelOrder, CancelOrderError, Cancellation, Line, Order, OrderStatus, PaymentSummary},
    payments::{Refund, RefundStatus},
};
use endpoint::{Body, IdempotencyKey, IfMatch, Path, client::CallError, http::StatusCode};
use kernel::{Money, Timestamp};
use maud::{Markup, html};

const WHY: Field = Field::new("reason", t::WHY).optional();

/// Asks whether it is meant.
pub(crate) async fn ask(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    question(&visit, &id, StatusCode::OK, &Faults::default()).await
}

/// The question, of the order as it is now; with a conflict it is said that it is another one than was answered, and otherwise what is
/// wrong with what was typed.
async fn question(visit: &Visit, id: &str, status: StatusCode, faults: &Faults) -> Result<Shown, Stop> {
    let (etag, order) = order::find_tagged(visit, id).await?;
    if !order.allowed.contains(&Action::Cancel) {
        let there = format!("/orders/{}", order.id);
        // by another page, perhaps
        let is_done = matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled);
        return Ok(if status == StatusCode::OK || is_done { Shown::there(there) } else { kept(&there) });
    }
    let left = refunds::left(&order, &order::refunds_of(visit, &order).await);
    let deed = html! { button.btn.btn-danger.btn-primary data-once { (deed(&order, left)) } };
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        input type="hidden" name="etag" value=(etag);
        p { (consequence(&order, left)) }
        (WHY.show(&visit.form, faults))
        (ends(&deed, &format!("/orders/{}", order.id), t::KEEP_ORDER.say()))
    };
    let title = t::cancel_question(order.number);
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            h1 { (title) }
            (summary(faults, None))
            @if status == StatusCode::CONFLICT {
                (refusal("wait", t::ORDER_CHANGED.say(), html! { p { (t::ORDER_CHANGED_MORE) } }))
            }
            div.panel { (post(visit, &format!("/orders/{}/cancel", order.id), "stack gap-6", form)) }
        }
    };
    Ok(Page::new(title.clone(), main).with_status(status).into())
}

/// The order's page, which says that it was not cancelled.
fn kept(order: &str) -> Shown {
    Shown::done(format!("{order}?kept=1"))
}

/// What comes of it: what is left of the money, and not on its way back yet, goes back.
fn consequence(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_THE_REST.say().to_owned(),
        (Some(left), false) => t::money_goes_back(&format::money(left), Way::of(order)),
        (None, false) if taken(order).is_some() => t::ALL_IS_GOING_BACK.say().to_owned(),
        (None, false) if was_charged(order) => t::ALL_HAS_GONE_BACK.say().to_owned(),
        (None, false) if may_be_charged(order) => t::NOTHING_CHARGED_YET.say().to_owned(),
        (None, false) => t::NOTHING_TO_GIVE_BACK.say().to_owned(),
    }
}

/// What the button does, with the amount where all of it goes back by itself.
fn deed(order: &Order, left: Option<Money>) -> String {
    match (left, has_shipped(order)) {
        (_, true) => t::CANCEL_REST.say().to_owned(),
        (Some(left), false) if Way::of(order) == Way::AsItCame => t::cancel_and_refund(&format::money(left)),
        (_, false) => t::CANCEL_IT.say().to_owned(),
    }
}

/// What was taken and has not gone back.
pub(crate) fn taken(order: &Order) -> Option<Money> {
    let payment = order.payment.as_ref()?;
    let minor = payment.captured.minor - payment.refunded.minor;
    Some(Money { minor, ..payment.captured }).filter(|taken| taken.minor > 0)
}

/// Whether anything was ever taken.
pub(crate) fn was_charged(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.captured.minor > 0)
}

/// Whether a payment is under way: nobody knows yet whether it will have been charged once the order is cancelled.
pub(crate) fn may_be_charged(order: &Order) -> bool {
    order.payment_status == PaymentSummary::Pending
}

/// What of an order's money goes or went back, and how; of one that was cancelled as a whole all that was taken does.
pub(super) fn money_back(order: &Order, refunds: &[Refund]) -> Markup {
    let more = |way| html! { p { (t::how_it_goes_back(way)) } };
    let gone_by = Way::gone(order, refunds);
    let gone = order.payment.as_ref().map(|payment| payment.refunded).filter(|gone| gone.minor > 0);
    match (to_come_back(order, refunds), gone) {
        (Some((going, by)), _) => banner("", &t::going_back(&format::money(going), by), more(by)),
        (None, Some(gone)) => banner("back", &t::has_gone_back(&format::money(gone)), more(gone_by)),
        (None, None) => html! {},
    }
}

/// The same, where a parcel came back, with that: whoever sees it wants to know first what becomes of the money. Once the order is
/// complete staff have settled it, and nothing more is promised.
pub(super) fn came_back(order: &Order, refunds: &[Refund], fulfilments: &[Fulfilment]) -> Markup {
    let back = fulfilments.iter().filter(|one| one.status == FulfilmentStatus::Returned);
    let Some(since) = back.map(undelivered_at).min().filter(|_| !is_off(order)) else {
        return money_back(order, refunds);
    };
    let parcels = sent::count(order, fulfilments);
    let later = gone_since(order, refunds, since);
    let is_open = order.status == OrderStatus::Confirmed
        && refunds::left(order, refunds).is_some()
        && later.map_or(0, |gone| gone.minor) < worth_of_returned(order, fulfilments);
    let (tone, said) = match (to_come_back(order, refunds), later) {
        (Some((going, by)), _) => {
            ("", format!("{}. {}", t::going_back(&format::money(going), by), t::how_it_goes_back(by)))
        }
        (None, Some(gone)) => {
            let by = Way::gone(order, refunds);
            let gone = format!("{}. {}", t::has_gone_back(&format::money(gone)), t::how_it_goes_back(by));
            ("back", if is_open { format!("{gone} {}", t::IN_TOUCH_ABOUT_REST.say()) } else { gone })
        }
        (None, None) if is_open => ("", t::IN_TOUCH_ABOUT_MONEY.say().to_owned()),
        (None, None) => ("", String::new()),
    };
    banner(tone, &t::parcel_is_back(parcels), html! { @if !said.is_empty() { p { (said) } } })
}

/// The price of what came back, less its share of a discount: what has to go back for it, as orders reckon it.
fn worth_of_returned(order: &Order, fulfilments: &[Fulfilment]) -> i64 {
    let back = fulfilments.iter().filter(|one| one.status == FulfilmentStatus::Returned);
    let inside: Vec<_> = back.flat_map(|one| &one.lines).collect();
    let of = |line: &Line| -> i64 {
        inside.iter().filter(|inside| inside.line_id == line.id).map(|inside| inside.quantity).sum()
    };
    let sum = |pieces: &dyn Fn(&Line) -> i64| -> i128 {
        order.lines.iter().map(|line| i128::from(line.unit_price.minor) * i128::from(pieces(line))).sum()
    };
    let (all, part) = (sum(&|line| line.quantity), sum(&of));
    let share = if all == 0 { 0 } else { (i128::from(order.total.minor) - all) * part / all };
    i64::try_from((part + share.min(0)).max(0)).unwrap_or(i64::MAX)
}

/// When a parcel that came back could not be delivered; what went back before was for something else.
fn undelivered_at(one: &Fulfilment) -> Timestamp {
    let failed = one.steps.iter().find(|step| step.status == FulfilmentStatus::Failed);
    failed.map_or(one.updated_at, |step| step.at)
}

/// What has gone back since then; all that has where nobody tells of the refunds.
fn gone_since(order: &Order, refunds: &[Refund], since: Timestamp) -> Option<Money> {
    let gone = order.payment.as_ref()?.refunded;
    let is_later = |one: &&Refund| one.status == RefundStatus::Succeeded && one.updated_at >= since;
    let later = refunds.iter().filter(is_later).map(|refund| refund.amount.minor).sum();
    let minor = if refunds.is_empty() { gone.minor } else { later };
    Some(Money { minor, ..gone }).filter(|gone| gone.minor > 0)
}

/// What is still to go back of an order's money, and by which way.
pub(super) fn to_come_back(order: &Order, refunds: &[Refund]) -> Option<(Money, Way)> {
    match order.status {
        OrderStatus::Cancelling | OrderStatus::Cancelled => taken(order).map(|taken| (taken, Way::of(order))),
        _ => refunds::under_way(order, refunds).map(|going| (going, Way::going(refunds))),
    }
}

/// Cancels it, or what is open of it.
pub(crate) async fn cancel(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let there = Ok(Shown::there(format!("/orders/{id}")));
    let reason = visit.form.given("reason").map(|reason| {
        // one line, as the API takes it
        reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    });
    let request = CancelOrder {
        id: Path(id.parse().map_err(|_| Stop::NotFound)?),
        key: IdempotencyKey(key(&visit)),
        // what was answered is what the question said
        based_on: IfMatch(visit.form.given("etag")),
        cancellation: Body(Cancellation { reason, lines: None }),
    };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => there,
        // it is on its way, or over
        Err(CallError::Refused(CancelOrderError::IllegalTransition { .. })) => {
            question(&visit, &id, StatusCode::CONFLICT, &Faults::default()).await
        }
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
            question(&visit, &id, StatusCode::CONFLICT, &Faults::default()).await
        }
        Err(error) if error.outcome_unknown() => there,
        Err(CallError::Problem(problem)) => match Faults::read(&problem) {
            Some(faults) => question(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, &faults).await,
            None => Err(CallError::<CancelOrderError>::Problem(problem).into()),
        },
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const AT: &str = "2026-11-01T00:00:00Z";

    /// An order of which so many cents were taken, by these methods, and so many have gone back.
    fn order(status: &str, taken: i64, gone: i64, methods: &[&str]) -> Order {
        let attempts: Vec<_> = methods
            .iter()
            .map(|method| json!({"id": "att_00000000000000000000000000", "status": "captured", "method": method, "created_at": AT}))
            .collect();
        let money =
            |minor: i64| json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
        let id = |kind: &str| format!("{kind}_00000000000000000000000000");
        let payment = json!({
            "id": id("pay"), "order_id": id("ord"), "status": "captured", "amount": money(2470),
            "captured": money(taken), "refunded": money(gone), "attempts": attempts, "version": 1, "created_at": AT,
            "updated_at": AT,
        });
        serde_json::from_value(json!({
            "id": id("ord"), "number": 1001, "user_id": id("usr"), "status": status, "payment_status": "paid",
            "fulfilment_status": "unfulfilled", "hold": null, "holds": [], "lines": [], "adjustments": [],
            "total": money(2470), "owed": money(0), "payment": payment, "allowed": [], "metadata": {}, "version": 1,
            "created_at": AT, "updated_at": AT,
        }))
        .unwrap()
    }

    #[test]
    fn a_cancelled_order_says_where_its_money_is() {
        for (status, taken, gone, said) in [
            ("cancelling", 2470, 0, Some("€24.70 refund in progress")),
            ("cancelled", 2470, 500, Some("€19.70 refund in progress")),
            ("cancelled", 2470, 2470, Some("€24.70 refunded")),
            ("cancelled", 0, 0, None),
            ("confirmed", 2470, 500, Some("€5.00 refunded")),
            ("completed", 2470, 2470, Some("€24.70 refunded")),
            ("confirmed", 2470, 0, None),
        ] {
            let shown = money_back(&order(status, taken, gone, &["sim_ok"]), &[]).into_string();
            match said {
                Some(said) => assert!(shown.contains(said), "{status}: {shown}"),
                None => assert_eq!(shown, "", "{status}"),
            }
        }
    }

    #[test]
    fn what_is_to_go_back_is_said_of_an_order_that_stays() {
        let refund = |status: &str, minor: i64, offline: bool| -> Refund {
            let id = |kind: &str| format!("{kind}_00000000000000000000000000");
            let amount = json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
            serde_json::from_value(json!({
                "id": id("ref"), "payment_id": id("pay"), "order_id": id("ord"), "status": status, "amount": amount,
                "reason": null, "offline": offline, "version": 1, "created_at": AT, "updated_at": AT,
            }))
            .unwrap()
        };
        let shown = |gone, refunds: &[Refund]| {
            money_back(&order("confirmed", 2470, gone, &["offline"]), refunds).into_string()
        };
        let by_hand = shown(0, &[refund("requested", 500, true)]);
        assert!(
            by_hand.contains("The shop will refund you €5.00 directly")
                && !by_hand.contains("payment method"),
            "{by_hand}"
        );
        let some = shown(700, &[refund("succeeded", 700, false), refund("submitting", 300, false)]);
        assert!(some.contains("€3.00 refund in progress"), "{some}");
        assert_eq!(shown(0, &[refund("withdrawn", 500, true)]), "");
    }

    #[test]
    fn what_was_paid_by_hand_is_not_promised_by_a_bank() {
        let shown =
            |methods: &[&str], gone| money_back(&order("cancelled", 2470, gone, methods), &[]).into_string();
        let by_hand = shown(&["offline"], 0);
        assert!(by_hand.contains("The shop will refund you €24.70 directly"), "{by_hand}");
        assert!(
            by_hand.contains("In cash or by transfer") && !by_hand.contains("payment method"),
            "{by_hand}"
        );
        let handed = shown(&["offline"], 2470);
        assert!(handed.contains("€24.70 refunded") && !handed.contains("payment method"), "{handed}");
        let both = shown(&["sim_ok", "offline"], 0);
        assert!(both.contains("in cash or by transfer") && both.contains("to your card"), "{both}");
        let asked = |methods: &[&str]| {
            let order = order("confirmed", 2470, 0, methods);
            (consequence(&order, taken(&order)), deed(&order, taken(&order)))
        };
        let (by_hand, deed) = asked(&["offline"]);
        assert!(by_hand.contains("€24.70 will be refunded in cash or by transfer"), "{by_hand}");
        assert_eq!(deed, "Cancel order");
        let (by_card, deed) = asked(&["sim_ok"]);
        assert!(by_card.contains("€24.70 will be refunded to your original payment method"), "{by_card}");
        assert_eq!(deed, "Cancel and refund €24.70");
    }
}
