//! What an event means to people: whom it concerns, and which mail it calls for.
//!
//! One table of all events, without a wildcard: whoever adds an event decides here whether somebody is written
//! to. What staff only prepare or the system only asks itself (a draft, a cancellation that has begun, a change
//! of figures) is no mail; its outcome is.

use crate::template::EmailTemplate;
use contracts::events::{
    AnyEvent, ApiKeyEvent, EmailVerificationEvent, Event, EventType, FulfilmentEvent, OrderEvent,
    PasswordResetEvent, PaymentEvent, ProductEvent, RefundEvent, ReservationEvent, SessionEvent, StockEvent,
    UserEvent,
};
use contracts::orders::FulfilmentSummary;
use kernel::id::{OrderId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

/// What an event means to people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventImpact {
    /// Whom it concerns.
    pub user_id: Option<UserId>,
    /// The mail that it calls for.
    pub notice: Option<EmailTrigger>,
}

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailTrigger {
    /// Who gets it.
    pub addressee: Recipient,
    /// What it tells.
    pub message: EmailTemplate,
}

/// Who gets a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The user of this account.
    User(UserId),
    /// The recipient of emails about this order.
    BuyerOf(OrderId),
}

impl std::fmt::Display for Recipient {
    /// The resource that the mail is about, as people look for it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Recipient::User(user) => user.fmt(f),
            Recipient::BuyerOf(order) => order.fmt(f),
        }
    }
}

/// Events that name the same one here are handled in their order: those of an order with its parcels and refunds, and
/// those of an account.
pub fn lane(event: &AnyEvent) -> String {
    let text = |pointer: &str| event.data.pointer(pointer).and_then(Value::as_str);
    let order = text("/fulfilment/order_id").or_else(|| text("/refund/order_id"));
    // events of orders and payments name the account, too
    let account = text("/user_id").filter(|_| event.source == "/auth");
    order.or(account).unwrap_or(&event.subject).to_owned()
}

/// Reads an event.
///
/// # Errors
/// When its data is not what the table of events promises.
pub fn read(event: &Event) -> Result<EventImpact, Error> {
    match event.kind {
        EventType::UserRegistered | EventType::UserUpdated => {
            let user = event.read::<UserEvent>()?.user_id;
            let welcome = EmailTrigger { addressee: Recipient::User(user), message: EmailTemplate::Welcome };
            let notice = (event.kind == EventType::UserRegistered).then_some(welcome);
            Ok(EventImpact { user_id: Some(user), notice })
        }
        EventType::PasswordResetRequested => {
            of_account(event.read::<PasswordResetEvent>()?.user_id, EmailTemplate::PasswordReset)
        }
        EventType::EmailVerificationRequested => {
            of_account(event.read::<EmailVerificationEvent>()?.user_id, EmailTemplate::VerifyEmail)
        }
        EventType::EmailVerified => {
            Ok(EventImpact { user_id: Some(event.read::<UserEvent>()?.user_id), notice: None })
        }
        EventType::PasswordChanged => {
            of_account(event.read::<UserEvent>()?.user_id, EmailTemplate::PasswordChanged)
        }
        EventType::SessionRevoked => Ok(without_notice(event.read::<SessionEvent>()?.user_id)),
        EventType::ApiKeyRevoked => Ok(without_notice(event.read::<ApiKeyEvent>()?.user_id)),
        EventType::ProductCreated | EventType::ProductUpdated | EventType::ProductDeleted => {
            of_nobody(event.read::<ProductEvent>())
        }
        EventType::StockAdjusted
        | EventType::StockLow
        | EventType::StockOut
        | EventType::StockBack
        | EventType::StockShort => of_nobody(event.read::<StockEvent>()),
        EventType::ReservationMended | EventType::ReservationLost => {
            of_nobody(event.read::<ReservationEvent>())
        }
        EventType::OrderDrafted | EventType::OrderDraftUpdated | EventType::OrderDraftDeleted => {
            // a draft is not the customer's yet: only staff see what becomes of it
            of_nobody(event.read::<OrderEvent>())
        }
        EventType::OrderPlaced
        | EventType::OrderPaymentFailed
        | EventType::OrderConfirmed
        | EventType::OrderCancelRequested
        | EventType::OrderCancelled
        | EventType::OrderExpired
        | EventType::OrderItemsCancelled
        | EventType::OrderUpdated
        | EventType::OrderPaymentLapsed
        | EventType::OrderCompleted
        | EventType::OrderReopened
        | EventType::OrderClaimed
        | EventType::OrderRefunded => of_order(event.kind, event.read()?),
        EventType::FulfilmentCreated
        | EventType::FulfilmentPacked
        | EventType::FulfilmentShipped
        | EventType::FulfilmentUpdated
        | EventType::FulfilmentDelivered
        | EventType::FulfilmentCancelled
        | EventType::FulfilmentFailed
        | EventType::FulfilmentReturned => of_fulfilment(event.kind, event.read()?),
        EventType::PaymentOpened
        | EventType::PaymentPending
        | EventType::PaymentAuthorized
        | EventType::PaymentCaptured
        | EventType::PaymentFailed
        | EventType::PaymentVoided
        | EventType::PaymentLapsed
        | EventType::PaymentUpdated
        | EventType::PaymentRefunded
        | EventType::PaymentClosed => {
            Ok(EventImpact { user_id: Some(event.read::<PaymentEvent>()?.user_id), notice: None })
        }
        EventType::RefundRequested
        | EventType::RefundPending
        | EventType::RefundSucceeded
        | EventType::RefundFailed
        | EventType::RefundWithdrawn => of_refund(event.kind, event.read()?),
    }
}

/// An event that names no person, once it is known to be in order.
fn of_nobody<T>(read: Result<T, Error>) -> Result<EventImpact, Error> {
    read.map(|_| EventImpact::default())
}

/// An event about an account that its owner is not told of.
fn without_notice(user: UserId) -> EventImpact {
    EventImpact { user_id: Some(user), notice: None }
}

/// One that its owner is told of.
fn of_account(user: UserId, message: EmailTemplate) -> Result<EventImpact, Error> {
    let notice = EmailTrigger { addressee: Recipient::User(user), message };
    Ok(EventImpact { user_id: Some(user), notice: Some(notice) })
}

fn of_order(kind: EventType, event: OrderEvent) -> Result<EventImpact, Error> {
    let OrderEvent { figures } = event;
    let message = match kind {
        EventType::OrderPlaced => Some(EmailTemplate::OrderPlaced { total: figures.total }),
        // orders tells why, with whom to write to
        EventType::OrderPaymentFailed => {
            Some(EmailTemplate::PaymentFailed { owed: figures.owed, provider_unavailable: false })
        }
        EventType::OrderConfirmed => Some(EmailTemplate::OrderConfirmed { total: figures.owed }),
        // the reason is what somebody wrote: orders tells it with whom to write to
        EventType::OrderCancelled => Some(EmailTemplate::OrderCancelled { reason: None }),
        EventType::OrderExpired => Some(EmailTemplate::OrderExpired),
        EventType::OrderItemsCancelled => Some(EmailTemplate::OrderItemsCancelled { owed: figures.owed }),
        EventType::OrderPaymentLapsed => Some(EmailTemplate::PaymentLapsed { owed: figures.owed }),
        // it says that all is delivered: who was refunded for a parcel that came back is told so
        EventType::OrderCompleted if figures.fulfilment_status == FulfilmentSummary::Delivered => {
            Some(EmailTemplate::OrderCompleted)
        }
        EventType::OrderReopened => Some(EmailTemplate::OrderReopened),
        // refund.succeeded says how much; the others are no news to the buyer
        _ => None,
    };
    let addressee = Recipient::BuyerOf(figures.order_id);
    Ok(EventImpact {
        user_id: Some(figures.user_id),
        notice: message.map(|message| EmailTrigger { addressee, message }),
    })
}

fn of_fulfilment(kind: EventType, event: FulfilmentEvent) -> Result<EventImpact, Error> {
    let FulfilmentEvent { user_id, fulfilment } = event;
    let message = match kind {
        EventType::FulfilmentShipped => Some(EmailTemplate::OrderShipped {
            carrier: fulfilment.carrier,
            tracking_number: fulfilment.tracking_number,
        }),
        EventType::FulfilmentDelivered => Some(EmailTemplate::OrderDelivered),
        _ => None,
    };
    let addressee = Recipient::BuyerOf(fulfilment.order_id);
    Ok(EventImpact {
        user_id: Some(user_id),
        notice: message.map(|message| EmailTrigger { addressee, message }),
    })
}

fn of_refund(kind: EventType, event: RefundEvent) -> Result<EventImpact, Error> {
    let RefundEvent { user_id, refund } = event;
    let message = (kind == EventType::RefundSucceeded)
        .then_some(EmailTemplate::OrderRefunded { amount: refund.amount, offline: refund.offline });
    let addressee = Recipient::BuyerOf(refund.order_id);
    Ok(EventImpact {
        user_id: Some(user_id),
        notice: message.map(|message| EmailTrigger { addressee, message }),
    })
}
