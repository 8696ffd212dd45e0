//! Events, made up.

use contracts::{
    events::{
        ApiKeyEvent, EmailVerificationEvent, Event, EventType, FulfilmentEvent, OrderEvent, OrderSnapshot,
        PasswordResetEvent, PaymentEvent, PaymentSnapshot, ProductEvent, RefundEvent, ReservationEvent,
        SessionEvent, StockEvent, UserEvent,
    },
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{FulfilmentSummary, OrderStatus, PaymentSummary},
    payments::{Payment, PaymentState, PaymentStatus, Refund, RefundStatus},
    products::ProductStatus,
};
use kernel::{
    Env, Money, Timestamp,
    id::{ApiKeyId, OrderId, ProductId, ResetId, SessionId, UserId, VerificationId},
};
use serde_json::Value;
use std::fmt::Display;

pub(crate) fn event(env: &Env, kind: EventType, subject: impl Display, version: i64, data: Value) -> Event {
    Event {
        specversion: "1.0".into(),
        id: env.id(),
        kind,
        source: format!("/{}", kind.row().producer),
        subject: subject.to_string(),
        time: env.now(),
        sequence: version.to_string(),
        correlationid: None,
        causationid: None,
        traceparent: None,
        actor: "system".into(),
        dataschema: Some(kind.row().dataschema.into()),
        data,
    }
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

pub(crate) fn of_user(env: &Env, kind: EventType, user_id: UserId) -> Event {
    let data =
        UserEvent { user_id, role: contracts::auth::Role::Customer, permissions: Vec::new(), active: true };
    event(env, kind, user_id, 1, serde_json::to_value(data).unwrap())
}

/// An order: the events of its life are made from it.
#[derive(Clone, Copy)]
pub(crate) struct TestOrder {
    pub(crate) id: OrderId,
    pub(crate) user_id: UserId,
    pub(crate) number: i64,
}

impl TestOrder {
    pub(crate) fn new(env: &Env, number: i64) -> Self {
        TestOrder { id: env.id(), user_id: env.id(), number }
    }

    pub(crate) fn becomes(&self, env: &Env, kind: EventType, version: i64) -> Event {
        let figures = OrderSnapshot {
            order_id: self.id,
            number: self.number,
            user_id: self.user_id,
            placement_id: Some(env.id()),
            version,
            status: OrderStatus::Pending,
            hold: None,
            cancel_code: None,
            confirmed: false,
            terminal: false,
            payment_status: PaymentSummary::Unpaid,
            fulfilment_status: match kind {
                EventType::OrderCompleted => FulfilmentSummary::Delivered,
                _ => FulfilmentSummary::Unfulfilled,
            },
            total: euros(4900),
            owed: euros(2450),
            products: Vec::new(),
        };
        let data = OrderEvent { figures };
        event(env, kind, self.id, version, serde_json::to_value(data).unwrap())
    }

    pub(crate) fn parcel(&self, env: &Env, kind: EventType) -> Event {
        let fulfilment = Fulfilment {
            id: env.id(),
            order_id: self.id,
            status: FulfilmentStatus::Shipped,
            lines: Vec::new(),
            carrier: Some("DHL".into()),
            tracking_number: Some("00340".into()),
            shipping_address: None,
            version: 3,
            corrections: 0,
            corrected_at: None,
            corrected_with: Vec::new(),
            steps: Vec::new(),
            to_unpack: false,
            created_at: env.now(),
            updated_at: env.now(),
        };
        let subject = fulfilment.id;
        let data = FulfilmentEvent { user_id: self.user_id, fulfilment };
        event(env, kind, subject, 3, serde_json::to_value(data).unwrap())
    }

    pub(crate) fn refund(&self, env: &Env, kind: EventType) -> Event {
        let refund = Refund {
            id: env.id(),
            payment_id: env.id(),
            order_id: self.id,
            status: RefundStatus::Succeeded,
            amount: euros(1250),
            reason: None,
            offline: false,
            withdrawable: None,
            version: 1,
            created_at: env.now(),
            updated_at: env.now(),
        };
        let subject = refund.id;
        let data = RefundEvent { user_id: self.user_id, refund };
        event(env, kind, subject, 1, serde_json::to_value(data).unwrap())
    }
}

pub(crate) fn stock(env: &Env, kind: EventType, version: i64) -> Event {
    let product_id: ProductId = env.id();
    let data = StockEvent { product_id, on_hand: 1, reserved: 0, short: 0, placement_ids: Vec::new() };
    event(env, kind, product_id, version, serde_json::to_value(data).unwrap())
}

/// A payment of an order, in each of whose events the same is told.
fn payment(env: &Env, kind: EventType, order: &TestOrder) -> Event {
    let (id, order_id, at) = (env.id(), order.id, env.now());
    let (amount, nothing) = (euros(4900), euros(0));
    let figures = PaymentSnapshot {
        payment_id: id,
        order_id,
        version: 1,
        state: PaymentState::Secured,
        amount,
        owed: amount,
        authorized: nothing,
        captured: amount,
        surplus: None,
        offline: nothing,
        refunded: nothing,
        claimed: nothing,
        pending: false,
    };
    let payment = Payment {
        id,
        order_id,
        status: PaymentStatus::Captured,
        amount,
        captured: amount,
        refunded: nothing,
        attempts: Vec::new(),
        next_action: None,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    event(
        env,
        kind,
        id,
        1,
        serde_json::to_value(PaymentEvent { user_id: order.user_id, figures, payment }).unwrap(),
    )
}

/// An event of this kind about an order and a user, where it is about any.
pub(crate) fn some(env: &Env, kind: EventType, order: &TestOrder) -> Event {
    let product_id: ProductId = env.id();
    match kind.row().data {
        "UserEvent" => of_user(env, kind, order.user_id),
        "SessionEvent" => {
            let session: SessionId = env.id();
            let data = SessionEvent {
                user_id: order.user_id,
                session_id: Some(session),
                kept_session_id: None,
                at: env.now(),
            };
            event(env, kind, session, 1, serde_json::to_value(data).unwrap())
        }
        "ApiKeyEvent" => {
            let api_key_id: ApiKeyId = env.id();
            let data = ApiKeyEvent { user_id: order.user_id, api_key_id };
            event(env, kind, api_key_id, 1, serde_json::to_value(data).unwrap())
        }
        "EmailVerificationEvent" => {
            let id: VerificationId = env.id();
            let data = EmailVerificationEvent { user_id: order.user_id, verification_id: id };
            event(env, kind, id, 1, serde_json::to_value(data).unwrap())
        }
        "PasswordResetEvent" => {
            let reset: ResetId = env.id();
            let data = PasswordResetEvent { user_id: order.user_id, reset_id: reset };
            event(env, kind, reset, 1, serde_json::to_value(data).unwrap())
        }
        "ProductEvent" => {
            let (sku, name) = ("TEA-1".to_owned(), "Teapot".to_owned());
            let data =
                ProductEvent { product_id, sku, name, price: euros(2450), status: ProductStatus::Active };
            event(env, kind, product_id, 1, serde_json::to_value(data).unwrap())
        }
        "StockEvent" => stock(env, kind, 1),
        "ReservationEvent" => {
            let data = ReservationEvent { placement_id: env.id(), product_id, quantity: 1 };
            event(env, kind, product_id, 1, serde_json::to_value(data).unwrap())
        }
        "OrderEvent" => order.becomes(env, kind, 1),
        "FulfilmentEvent" => order.parcel(env, kind),
        "PaymentEvent" => payment(env, kind, order),
        "RefundEvent" => order.refund(env, kind),
        other => panic!("nobody knows how to make a {other}"),
    }
}

/// As if it had happened then.
pub(crate) fn at(time: Timestamp, mut event: Event) -> Event {
    event.time = time;
    event
}
