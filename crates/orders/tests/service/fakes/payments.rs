//! Payments, as orders knows it: one payment for each order, in versions, and closed is forever.
//!
//! Methods: `sim_ok` is captured or authorized at once, `sim_declined` is declined, `sim_slow` stays under way until
//! [`FakePayments::finish`], `sim_requires_action` waits for the customer, who ends it by paying again; with
//! `sim_timeout_before_charge` the provider is not reached; every other one is unknown.

use super::event;
use contracts::{
    events::{Event, EventType, PaymentEvent, PaymentSnapshot},
    payments::*,
    settlement::*,
};
use endpoint::{Body, HandlerError, Json, NoContent};
use kernel::{Currency, Env, Money, id::*};
use ordo_http::{Api, ApiContext, Call, HandlerResult};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// One order's payment.
#[derive(Debug, Clone)]
struct FakePayment {
    figures: PaymentSnapshot,
    payment: Payment,
    /// The attempts' places and methods by their keys.
    keys: BTreeMap<String, (usize, String)>,
    refunds: BTreeMap<String, Refund>,
    capture: CaptureMode,
    user: UserId,
    told_by: Option<EventId>,
}

#[derive(Default)]
struct FakePaymentsState {
    books: BTreeMap<OrderId, FakePayment>,
    events: Vec<Event>,
    accounts: BTreeMap<OrderId, UserId>,
    refuse_captures: bool,
    slow_refunds: bool,
    is_old: bool,
}

#[derive(Clone)]
pub(crate) struct FakePayments {
    env: Env,
    state: Arc<Mutex<FakePaymentsState>>,
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

impl FakePayments {
    pub(crate) fn new(env: Env) -> Self {
        FakePayments { env, state: Arc::default() }
    }
    pub(crate) fn router(&self, shell: ApiContext) -> axum::Router {
        Api::new(self.clone(), shell)
            .on(pay)
            .on(close)
            .on(set_owed)
            .on(capture_owed)
            .on(record_offline)
            .on(request_refund)
            .on(list_refunds_for)
            .on(assign_account)
            .router()
    }
    /// Which account it was told to have the order.
    pub(crate) fn account_of(&self, order: OrderId) -> Option<UserId> {
        self.state.lock().unwrap().accounts.get(&order).copied()
    }
    /// Every event so far, oldest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.state.lock().unwrap().events.clone()
    }
    pub(crate) fn figures(&self, order: OrderId) -> Option<PaymentSnapshot> {
        self.state.lock().unwrap().books.get(&order).map(|book| book.figures.clone())
    }
    /// How many attempts there are.
    pub(crate) fn attempts(&self, order: OrderId) -> usize {
        self.state.lock().unwrap().books.get(&order).map_or(0, |book| book.payment.attempts.len())
    }
    pub(crate) fn refuse_captures(&self, refuse: bool) {
        self.state.lock().unwrap().refuse_captures = refuse;
    }
    /// The attempt that is under way comes to its end.
    pub(crate) fn finish(&self, order: OrderId, succeeds: bool) {
        self.with(order, |book| {
            if !book.figures.pending {
                return None;
            }
            book.figures.pending = false;
            let state = book.figures.state;
            match (succeeds, state) {
                (true, PaymentState::ClosingAlways) => {
                    book.charge();
                    book.last().status = AttemptStatus::Captured;
                    book.close();
                    Some(EventType::PaymentClosed)
                }
                (true, _) => Some(book.succeed()),
                (false, PaymentState::Open) => {
                    book.fail();
                    Some(EventType::PaymentFailed)
                }
                (false, _) => {
                    book.fail();
                    book.close();
                    Some(EventType::PaymentClosed)
                }
            }
        });
    }
    /// The authorization ends before it was captured.
    pub(crate) fn lapse(&self, order: OrderId) {
        self.with(order, |book| {
            book.figures.authorized = eur(0);
            book.figures.state = PaymentState::Open;
            book.last().status = AttemptStatus::Expired;
            Some(EventType::PaymentLapsed)
        });
    }
    /// An attempt that had failed is charged after all: all of it goes back.
    pub(crate) fn late_money(&self, order: OrderId, minor: i64) {
        self.with(order, |book| {
            book.figures.captured.minor += minor;
            book.figures.surplus = Some(eur(book.late() + minor));
            book.figures.claimed.minor += minor;
            Some(EventType::PaymentUpdated)
        });
    }
    /// From now on it is of version 0.1.0, which does not tell whether an order has a payment.
    pub(crate) fn be_old(&self) {
        self.state.lock().unwrap().is_old = true;
    }
    /// From now on refunds are under way until [`FakePayments::settle_refunds`].
    pub(crate) fn refund_slowly(&self) {
        self.state.lock().unwrap().slow_refunds = true;
    }
    /// Somebody withdraws the refunds that are under way.
    pub(crate) fn withdraw_refunds(&self, order: OrderId) {
        self.with(order, |book| {
            book.figures.claimed = eur(0);
            book.refunds.values_mut().for_each(|refund| refund.status = RefundStatus::Withdrawn);
            Some(EventType::PaymentUpdated)
        });
    }
    /// Every refund that is claimed goes out.
    pub(crate) fn settle_refunds(&self, order: OrderId) {
        self.with(order, |book| {
            for refund in book.refunds.values_mut() {
                refund.status = RefundStatus::Succeeded;
                refund.version += 1;
            }
            book.figures.refunded.minor += book.figures.claimed.minor;
            book.figures.claimed = eur(0);
            Some(EventType::PaymentRefunded)
        });
    }

    /// Changes a payment; one event is one version.
    fn with(&self, order: OrderId, act: impl FnOnce(&mut FakePayment) -> Option<EventType>) {
        let mut state = self.state.lock().unwrap();
        let FakePaymentsState { books, events, .. } = &mut *state;
        let book = books.get_mut(&order).unwrap();
        if let Some(kind) = act(book) {
            book.say(&self.env, kind, events);
        }
    }

    fn open(&self, state: &mut FakePaymentsState, order_id: OrderId, user: UserId, amount: Money) {
        let env = &self.env;
        let FakePaymentsState { books, events, .. } = state;
        if books.contains_key(&order_id) {
            return;
        }
        let (id, zero, now) = (env.id(), eur(0), env.now());
        let figures = PaymentSnapshot {
            payment_id: id,
            order_id,
            version: 0,
            state: PaymentState::Open,
            amount,
            owed: amount,
            authorized: zero,
            captured: zero,
            surplus: None,
            offline: zero,
            refunded: zero,
            claimed: zero,
            pending: false,
        };
        let payment = Payment {
            id,
            order_id,
            status: PaymentStatus::Open,
            amount,
            captured: zero,
            refunded: zero,
            attempts: Vec::new(),
            next_action: None,
            version: 0,
            created_at: now,
            updated_at: now,
        };
        let (keys, refunds, capture) = (BTreeMap::new(), BTreeMap::new(), CaptureMode::Automatic);
        let mut book = FakePayment { figures, payment, keys, refunds, capture, user, told_by: None };
        book.say(env, EventType::PaymentOpened, events);
        books.insert(order_id, book);
    }
}

impl FakePayment {
    fn say(&mut self, env: &Env, kind: EventType, events: &mut Vec<Event>) {
        self.figures.version += 1;
        let figures = self.figures.clone();
        self.payment.version = figures.version;
        self.payment.captured = figures.captured;
        self.payment.refunded = figures.refunded;
        self.payment.status = match figures.state {
            PaymentState::Closed => PaymentStatus::Closed,
            _ if figures.pending && self.waits_for_customer() => PaymentStatus::RequiresAction,
            _ if figures.pending => PaymentStatus::Processing,
            PaymentState::Secured if figures.authorized.minor > 0 => PaymentStatus::Authorized,
            PaymentState::Secured => PaymentStatus::Captured,
            _ => PaymentStatus::Open,
        };
        let mut payment = self.payment.clone();
        payment.attempts.drain(..payment.attempts.len().saturating_sub(ATTEMPTS_MAX));
        let data = PaymentEvent { user_id: self.user, figures: figures.clone(), payment };
        let told = event(env, "payments", kind, figures.payment_id, figures.version, &data);
        self.told_by = Some(told.id);
        events.push(told);
    }
    fn waits_for_customer(&self) -> bool {
        self.payment.attempts.last().is_some_and(|last| last.status == AttemptStatus::RequiresAction)
    }
    fn last(&mut self) -> &mut Attempt {
        self.payment.attempts.last_mut().unwrap()
    }
    fn late(&self) -> i64 {
        self.figures.surplus.map_or(0, |surplus| surplus.minor)
    }
    fn charge(&mut self) {
        match self.capture {
            CaptureMode::Automatic => self.figures.captured.minor = self.late() + self.figures.owed.minor,
            CaptureMode::Manual => self.figures.authorized = self.figures.owed,
        }
    }
    fn succeed(&mut self) -> EventType {
        self.charge();
        self.figures.state = PaymentState::Secured;
        match self.capture {
            CaptureMode::Automatic => {
                self.last().status = AttemptStatus::Captured;
                EventType::PaymentCaptured
            }
            CaptureMode::Manual => {
                self.last().status = AttemptStatus::Authorized;
                EventType::PaymentAuthorized
            }
        }
    }
    fn fail(&mut self) {
        let failure = Failure { code: "card_declined".to_owned(), message: "declined".to_owned() };
        self.last().status = AttemptStatus::Failed;
        self.last().failure = Some(failure);
    }
    fn close(&mut self) {
        self.figures.state = PaymentState::Closed;
        self.figures.owed = eur(0);
        self.figures.authorized = eur(0);
        self.level();
    }
    /// Refunds for cancellation are raised to what was captured beyond what is owed.
    fn level(&mut self) {
        let figures = &mut self.figures;
        let given = figures.refunded.minor + figures.claimed.minor;
        figures.claimed.minor += (figures.captured.minor - figures.owed.minor - given).max(0);
    }
    fn answer(&self) -> SettlementResponse {
        SettlementResponse {
            payment: self.payment.clone(),
            figures: self.figures.clone(),
            event_id: self.told_by,
        }
    }
}

async fn pay(s: FakePayments, call: Call, asked: Pay) -> HandlerResult<Pay> {
    let Body(asked) = asked.pay;
    let mut state = s.state.lock().unwrap();
    s.open(&mut state, asked.order_id, asked.user_id, asked.amount);
    let FakePaymentsState { books, events, .. } = &mut *state;
    let book = books.get_mut(&asked.order_id).unwrap();
    if let Some((place, method)) = book.keys.get(&asked.key) {
        if *method != asked.method {
            return Err(HandlerError::Common(endpoint::CommonError::KeyReused));
        }
        let declined = book.payment.attempts[*place].failure.clone();
        let SettlementResponse { payment, figures, event_id } = book.answer();
        return Ok(Json(PayResponse { declined, payment, figures, event_id }));
    }
    let waits = book.payment.attempts.last().is_some_and(|last| last.status == AttemptStatus::RequiresAction);
    if waits && call.who.user() == Some(asked.user_id) {
        book.fail();
        book.figures.pending = false;
    }
    let figures = Box::new(book.figures.clone());
    match book.figures.state {
        PaymentState::Open if book.figures.pending => return Err(PayError::PaymentInProgress.into()),
        PaymentState::Open => {}
        PaymentState::Secured => return Err(PayError::AlreadyPaid { figures }.into()),
        _ => return Err(PayError::PaymentClosed { figures }.into()),
    }
    if asked.amount.minor == 0 {
        book.figures.state = PaymentState::Secured;
        book.say(&s.env, EventType::PaymentCaptured, events);
        let SettlementResponse { payment, figures, event_id } = book.answer();
        return Ok(Json(PayResponse { declined: None, payment, figures, event_id }));
    }
    let known = ["sim_ok", "sim_declined", "sim_slow", "sim_requires_action", "sim_timeout_before_charge"];
    if !known.contains(&asked.method.as_str()) {
        return Err(PayError::UnknownPaymentMethod.into());
    }
    book.capture = asked.capture;
    book.payment.attempts.push(Attempt {
        id: s.env.id(),
        status: AttemptStatus::Submitting,
        method: asked.method.clone(),
        failure: None,
        created_at: s.env.now(),
    });
    let kind = match asked.method.as_str() {
        "sim_ok" => book.succeed(),
        method @ ("sim_declined" | "sim_timeout_before_charge") => {
            book.fail();
            if method != "sim_declined" {
                book.last().failure = Some(Failure::of(Failure::PROVIDER_UNAVAILABLE));
            }
            EventType::PaymentFailed
        }
        method => {
            book.figures.pending = true;
            if method == "sim_requires_action" {
                book.last().status = AttemptStatus::RequiresAction;
            }
            EventType::PaymentPending
        }
    };
    let declined = book.last().failure.clone();
    // the same key makes the next one
    if !book.last().is_provider_unavailable() {
        book.keys.insert(asked.key, (book.payment.attempts.len() - 1, asked.method));
    }
    book.say(&s.env, kind, events);
    let SettlementResponse { payment, figures, event_id } = book.answer();
    Ok(Json(PayResponse { declined, payment, figures, event_id }))
}

async fn close(s: FakePayments, _: Call, asked: ClosePayment) -> HandlerResult<ClosePayment> {
    let Body(asked) = asked.close;
    let mut state = s.state.lock().unwrap();
    s.open(&mut state, asked.order_id, asked.user_id, asked.amount);
    let FakePaymentsState { books, events, .. } = &mut *state;
    let book = books.get_mut(&asked.order_id).unwrap();
    let outcome = match (book.figures.state, asked.mode) {
        (PaymentState::Closed, _) => CloseOutcome::Closed,
        (PaymentState::Secured, CloseMode::IfUnpaid) => CloseOutcome::Secured,
        _ if book.figures.pending => {
            book.figures.state = match asked.mode {
                CloseMode::IfUnpaid if book.figures.state != PaymentState::ClosingAlways => {
                    PaymentState::ClosingIfUnpaid
                }
                _ => PaymentState::ClosingAlways,
            };
            book.say(&s.env, EventType::PaymentUpdated, events);
            CloseOutcome::Closing
        }
        _ => {
            book.close();
            book.say(&s.env, EventType::PaymentClosed, events);
            CloseOutcome::Closed
        }
    };
    let SettlementResponse { payment, figures, event_id } = book.answer();
    Ok(Json(CloseResponse { outcome, payment, figures, event_id }))
}

async fn set_owed(s: FakePayments, _: Call, asked: SetAmountDue) -> HandlerResult<SetAmountDue> {
    let Body(asked) = asked.owed;
    s.with(asked.order_id, |book| {
        let lower = asked.owed.minor < book.figures.owed.minor;
        if lower {
            book.figures.owed = asked.owed;
            book.level();
        }
        lower.then_some(EventType::PaymentUpdated)
    });
    Ok(Json(s.state.lock().unwrap().books[&asked.order_id].answer()))
}

async fn capture_owed(s: FakePayments, _: Call, asked: CaptureAmountDue) -> HandlerResult<CaptureAmountDue> {
    let Body(asked) = asked.capture;
    if s.state.lock().unwrap().refuse_captures {
        return Err(CaptureRejected::CaptureFailed.into());
    }
    s.with(asked.order_id, |book| {
        let authorized = book.figures.authorized.minor > 0;
        if authorized {
            book.figures.owed.minor = book.figures.owed.minor.min(asked.owed.minor);
            book.figures.captured.minor = book.late() + book.figures.owed.minor;
            book.figures.authorized = eur(0);
            book.last().status = AttemptStatus::Captured;
        }
        authorized.then_some(EventType::PaymentCaptured)
    });
    Ok(Json(s.state.lock().unwrap().books[&asked.order_id].answer()))
}

async fn record_offline(s: FakePayments, _: Call, asked: RecordOffline) -> HandlerResult<RecordOffline> {
    let Body(asked) = asked.offline;
    let mut state = s.state.lock().unwrap();
    s.open(&mut state, asked.order_id, asked.user_id, asked.amount);
    let FakePaymentsState { books, events, .. } = &mut *state;
    let book = books.get_mut(&asked.order_id).unwrap();
    match book.figures.state {
        _ if book.figures.pending => return Err(OfflineError::PaymentInProgress.into()),
        PaymentState::Open => {
            book.figures.captured = asked.owed;
            book.figures.offline = asked.owed;
            book.figures.state = PaymentState::Secured;
            book.say(&s.env, EventType::PaymentCaptured, events);
        }
        PaymentState::Secured if book.figures.offline.minor < book.figures.owed.minor => {
            let figures = Box::new(book.figures.clone());
            return Err(OfflineError::AlreadyPaid { figures }.into());
        }
        PaymentState::Secured => {}
        _ => return Err(OfflineError::PaymentClosed.into()),
    }
    Ok(Json(book.answer()))
}

async fn list_refunds_for(s: FakePayments, _: Call, asked: ListRefundsFor) -> HandlerResult<ListRefundsFor> {
    let state = s.state.lock().unwrap();
    let book = state.books.get(&asked.id.0);
    let items = book.iter().flat_map(|book| book.refunds.values().cloned()).collect();
    let has_payment = book.is_some() && !state.is_old;
    Ok(Json(RefundsOfOrder { items, next_cursor: None, has_payment }))
}

async fn assign_account(
    s: FakePayments,
    _: Call,
    asked: AssignOrderAccount,
) -> HandlerResult<AssignOrderAccount> {
    let Body(OrderAccount { order_id, account_id }) = asked.told;
    s.state.lock().unwrap().accounts.insert(order_id, account_id);
    Ok(NoContent)
}

async fn request_refund(s: FakePayments, _: Call, asked: RequestRefund) -> HandlerResult<RequestRefund> {
    let Body(asked) = asked.refund;
    let mut state = s.state.lock().unwrap();
    let FakePaymentsState { books, events, slow_refunds, .. } = &mut *state;
    let Some(book) = books.get_mut(&asked.order_id) else {
        return Err(HandlerError::Common(endpoint::CommonError::NotFound));
    };
    if !book.refunds.contains_key(&asked.key) {
        let figures = &book.figures;
        let left = figures.captured.minor - figures.refunded.minor - figures.claimed.minor;
        let amount = asked.amount.map_or(left, |amount| amount.minor);
        if amount > left || amount == 0 {
            return Err(RefundError::RefundExceedsCaptured { left: eur(left) }.into());
        }
        let (moved, status) = match slow_refunds {
            true => (&mut book.figures.claimed, RefundStatus::Submitting),
            false => (&mut book.figures.refunded, RefundStatus::Succeeded),
        };
        moved.minor += amount;
        let refund = Refund {
            id: s.env.id(),
            payment_id: book.figures.payment_id,
            order_id: asked.order_id,
            status,
            amount: eur(amount),
            reason: asked.reason.clone(),
            offline: false,
            withdrawable: None,
            version: 1,
            created_at: s.env.now(),
            updated_at: s.env.now(),
        };
        book.refunds.insert(asked.key.clone(), refund);
        book.say(&s.env, EventType::PaymentRefunded, events);
    }
    let SettlementResponse { payment, figures, event_id } = book.answer();
    let refund = book.refunds[&asked.key].clone();
    Ok(Json(RefundResponse { refund, payment, figures, event_id }))
}
