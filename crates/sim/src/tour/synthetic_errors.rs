//! Refusals that do not come about on the tour. Their examples are made from the types by which the services tell them, so
//! that each code has one.

use super::tour_client::{TourClient, TourResult, UnexpectedResponse};
use contracts::{notifications::*, orders::*, payments::*};
use endpoint::{CommonError, Endpoint, Page, PageParams, Path, Problem, ProblemSet, RetryAdvice};
use kernel::{Money, id::UnknownChargeId};

pub(super) fn go(guide: &TourClient) -> TourResult<()> {
    const ORDERS: &str = "/v1/orders";
    // it is a mistake of ours: a run that has one fails
    told::<PlaceOrder>(guide, ORDERS, &CommonError::Internal)?;
    // a commit whose answer is lost does not happen in a calm world
    told::<PlaceOrder>(guide, ORDERS, &CommonError::OutcomeUnknown { retry_after: 1 })?;
    // nothing is slow there
    told::<PlaceOrder>(guide, ORDERS, &CommonError::DeadlineExceeded)?;
    // the disks of a calm world are never full
    told::<PlaceOrder>(guide, ORDERS, &CommonError::InsufficientStorage)?;
    // it takes a placement that is abandoned over and over
    told::<PlaceOrder>(guide, ORDERS, &PlaceOrderError::WornOut)?;
    // it takes an order that is held, is being cancelled, and waits for payments, which are quick there
    let release = "/v1/orders/ord_01mcc5rm00e008000000000001/release";
    let ended = HoldOrderError::IllegalTransition {
        status: OrderStatus::Cancelling,
        allowed: Vec::new(),
        targets: Vec::new(),
    };
    told::<ReleaseOrder>(guide, release, &ended)?;
    // it takes a thousand notes about one order
    let notes = "/v1/orders/ord_01mcc5rm00e008000000000001/notes";
    told::<AddNote>(guide, notes, &AddNoteError::TooManyNotes { limit: 1000 })?;
    // events are kept for months, and the tour lasts for minutes
    told::<ListEvents>(guide, "/v1/events", &ListEventsError::EventsGone)?;
    told::<StreamEvents>(guide, "/v1/events/stream", &StreamEventsError::EventsGone)?;
    // it takes more streams at once than an account may have
    told::<StreamEvents>(guide, "/v1/events/stream", &StreamEventsError::TooManyStreams { retry_after: 15 })
}

/// The databases of the tour are never put back to an older copy, so that no charge is forgotten.
pub(super) async fn unknown_charges(guide: &TourClient, payment: &Payment) -> TourResult<()> {
    let (created_at, found_at) = (payment.created_at, payment.updated_at);
    let nothing = Money { minor: 0, ..payment.amount };
    let charge = UnknownCharge {
        id: UnknownChargeId::from_uuid(payment.id.uuid()),
        order_id: payment.order_id,
        status: UnknownChargeStatus::Captured,
        amount: payment.amount,
        captured: payment.amount,
        refunded: nothing,
        reference: "sim_018f1d3a-4a3c-7e01-9c39-5be1a0a8c9d4".to_owned(),
        created_at,
        found_at,
    };
    let list = ListUnknownCharges { slice: PageParams::default() };
    let page = Page { items: vec![charge.clone()], next_cursor: None };
    guide
        .would_show(
            "After the shop went on from an older copy of its database",
            list,
            serde_json::to_value(page),
        )
        .await?;
    let refund = || RefundUnknownCharge { id: Path(charge.id) };
    let refunded =
        UnknownCharge { status: UnknownChargeStatus::Refunded, refunded: payment.amount, ..charge.clone() };
    guide.would_show("All of it goes back", refund(), serde_json::to_value(refunded)).await?;
    let taken_over = RefundUnknownChargeError::ChargeTakenOver;
    told::<RefundUnknownCharge>(guide, &format!("/v1/unknown-charges/{}/refund", charge.id), &taken_over)
}

/// The provider of the tour captures and voids whatever it has authorized, and authorizes whatever the customer confirms.
pub(super) fn declined(guide: &TourClient, payment: Payment) -> TourResult<()> {
    let path = |what: &str| format!("/v1/payments/{}/{what}", payment.id);
    let declined = ChangePaymentError::PaymentDeclined { payment: Box::new(payment.clone()) };
    told::<ConfirmPayment>(guide, &path("confirm"), &declined)?;
    told::<CapturePayment>(guide, &path("capture"), &declined)?;
    told::<VoidPayment>(guide, &path("void"), &declined)?;
    // and it is always there
    let retry_after = PROVIDER_RETRY_AFTER_S;
    let away = ChangePaymentError::ProviderUnavailable { payment: Box::new(payment.clone()), retry_after };
    told::<ConfirmPayment>(guide, &path("confirm"), &away)?;
    told::<CapturePayment>(guide, &path("capture"), &away)?;
    told::<VoidPayment>(guide, &path("void"), &away)?;
    let pay = format!("/v1/orders/{}/payments", payment.order_id);
    let away = PayOrderError::ProviderUnavailable { payment: Box::new(payment), retry_after };
    told::<PayOrder>(guide, &pay, &away)
}

/// The problem that this refusal is on the wire.
fn told<E: Endpoint>(guide: &TourClient, instance: &str, refusal: &impl ProblemSet) -> TourResult<()> {
    let mut problem = Problem::of(refusal);
    // who places has a key to repeat with
    if E::ROUTE.keyed {
        RetryAdvice::Keyed.tell(&mut problem);
    }
    problem.instance = instance.to_owned();
    // as the book finds all of them, and numbers them again
    problem.request_id = format!("req_{:032x}", u128::MAX);
    guide.book.note_untold(&E::ROUTE, &problem).map_err(UnexpectedResponse)
}
