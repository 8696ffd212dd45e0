//! Keys of operations: never reused for anything else, and not sent any more when the provider may have
//! forgotten them.

use contracts::{
    payments::{CaptureMode, Failure, PaymentState},
    settlement::CloseMode,
};
use kernel::{
    Currency, Id, Money, Timestamp,
    id::{AttemptId, OrderId},
};
use payment_provider::{Charge, ChargeStatus, ProviderError};
use payments::{
    aggregate::ChangeContext, aggregate::PaymentAggregate, aggregate::ProviderCommand, commands::NewAttempt,
    commands::StaffRefund, operation::OperationKind, operation::SPARE, payment::Payment,
    reducer::RefundCommand,
};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

const KEY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
const BEGIN: Timestamp = Timestamp::from_micros(0);

/// Any ID will do that no other attempt or refund has.
pub(crate) fn nth_id(what: &str, _: OrderId, n: usize) -> Uuid {
    Uuid::from_u64_pair(what.len() as u64, n as u64)
}

struct PaymentsByKey {
    book: PaymentAggregate,
    now: Timestamp,
}

impl PaymentsByKey {
    fn new() -> PaymentsByKey {
        let total = Money::new(100, Currency::EUR);
        let id = Uuid::from_u128;
        let payment =
            Payment::new(Id::from_uuid(id(1)), Id::from_uuid(id(2)), Id::from_uuid(id(3)), total, BEGIN);
        PaymentsByKey { book: PaymentAggregate::new(payment), now: BEGIN }
    }
    fn change<T>(&mut self, rule: impl FnOnce(&mut PaymentAggregate, &mut ChangeContext<'_>) -> T) -> T {
        rule(&mut self.book, &mut ChangeContext { now: self.now, actor: "usr", key_life: KEY_LIFE, nth_id })
    }
    fn pay(&mut self, capture: CaptureMode) -> AttemptId {
        let new = NewAttempt {
            client_key: Uuid::from_u128(9),
            body_hash: [0; 32],
            provider: "simulator",
            method: "ok".into(),
            capture,
            owed: 100,
            takes_over: None,
            given_back: Vec::new(),
        };
        self.change(|book, stamp| book.pay(new, stamp)).unwrap();
        self.book.attempts[0].id
    }
    fn hear(&mut self, id: AttemptId, standing: ChargeStatus) {
        let captured = if standing == ChargeStatus::Captured { 100 } else { 0 };
        let charge =
            Charge { reference: Some("ch".into()), standing, authorized: 100, captured, refunded: 0 };
        self.change(|book, stamp| book.apply_charge(id, &charge, stamp));
    }
    /// The newest operation of a kind brings no word of the charge.
    fn fail(&mut self, id: AttemptId, kind: OperationKind, error: &ProviderError) {
        let key = self.book.operation(id.uuid(), kind).unwrap().key.clone();
        self.change(|book, stamp| book.apply_error(id, &key, error, stamp));
    }
    fn state(&self) -> &'static str {
        self.book.attempts[0].state.name()
    }
    fn look(&mut self, id: AttemptId) -> ProviderCommand {
        self.book.asks.clear();
        self.change(|book, stamp| book.look(id, stamp));
        self.book.asks.pop().unwrap().1
    }
}

fn refused() -> ProviderError {
    ProviderError::Refused(Failure { code: "not_now".into(), message: "Not now.".into() })
}
fn lost() -> ProviderError {
    ProviderError::Unknown("no answer".into())
}

#[test]
fn a_capture_without_an_answer_is_sent_under_the_same_key_and_at_last_only_asked_about() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, ChargeStatus::Authorized);
    books.book.asks.clear();
    books.change(|book, stamp| book.capture(None, stamp));
    let (_, first) = books.book.asks.pop().unwrap();
    books.fail(id, OperationKind::Capture, &lost());
    assert_eq!(books.look(id), first);
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert!(matches!(books.look(id), ProviderCommand::Query { abandon: None, .. }));
    // a provider that still holds the authorization has said nothing about the capture
    books.hear(id, ChargeStatus::Authorized);
    assert_eq!(books.book.attempts[0].state.name(), "unknown_capturing");
    books.hear(id, ChargeStatus::Captured);
    assert_eq!(books.book.payment.captured, 100);
}

#[test]
fn a_submission_without_an_answer_is_at_last_neither_sent_nor_abandoned() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Automatic);
    let abandons = |ask: ProviderCommand| {
        matches!(ask, ProviderCommand::Query { abandon: Some(_), .. } | ProviderCommand::Abandon(_))
    };
    assert!(abandons(books.look(id)));
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert!(matches!(books.look(id), ProviderCommand::Query { abandon: None, .. }));
    // the provider would plant a refusal beside a charge that it has forgotten the key of
    books.change(|book, stamp| book.close(CloseMode::Always, stamp));
    assert!(matches!(books.book.asks.pop(), Some((_, ProviderCommand::Query { abandon: None, .. }))));
    assert!(matches!(books.look(id), ProviderCommand::Query { abandon: None, .. }));
    // a charge that has a name can be ended without its key
    books.hear(id, ChargeStatus::Processing);
    assert!(abandons(books.look(id)));
}

/// The key of a void that was just asked for.
fn void_key(books: &mut PaymentsByKey) -> String {
    match books.book.asks.pop() {
        Some((_, ProviderCommand::Void(void))) => void.key,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_void_without_an_answer_keeps_its_key_and_a_refused_one_leaves_the_authorization_as_it_was() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, ChargeStatus::Authorized);
    books.book.asks.clear();
    books.change(|book, stamp| book.void(Some(Uuid::from_u128(8)), stamp));
    let first = void_key(&mut books);
    books.fail(id, OperationKind::Void, &lost());
    assert_eq!(books.state(), "unknown_voiding");
    assert!(matches!(books.look(id), ProviderCommand::Void(void) if void.key == first));
    // the first sending may have arrived: that the second was not sent says nothing
    books.fail(id, OperationKind::Void, &ProviderError::NotSent("no line".into()));
    assert_eq!(books.state(), "unknown_voiding");
    books.fail(id, OperationKind::Void, &refused());
    assert_eq!((books.state(), books.book.payment.state), ("authorized", PaymentState::Secured));
    assert_eq!(books.book.payment.authorized, 100);
    // perhaps it is taken, or over: that is asked
    assert!(matches!(books.book.asks.pop(), Some((_, ProviderCommand::Query { abandon: None, .. }))));
    assert!(books.change(|book, stamp| book.void(Some(Uuid::from_u128(18)), stamp)));
    assert_ne!(void_key(&mut books), first);
}

#[test]
fn an_authorization_that_nobody_wants_is_voided_under_the_next_key_until_it_is_over() {
    for end in [ChargeStatus::Voided, ChargeStatus::Expired, ChargeStatus::Captured] {
        let mut books = PaymentsByKey::new();
        let id = books.pay(CaptureMode::Manual);
        books.hear(id, ChargeStatus::Authorized);
        books.book.asks.clear();
        books.change(|book, stamp| book.close(CloseMode::Always, stamp));
        let mut keys = BTreeSet::from([void_key(&mut books)]);
        for _ in 0..3 {
            books.fail(id, OperationKind::Void, &refused());
            assert_eq!(
                (books.state(), books.book.payment.state),
                ("authorized", PaymentState::ClosingAlways)
            );
            books.hear(id, ChargeStatus::Authorized);
            assert!(
                matches!(books.book.asks.pop(), Some((_, ProviderCommand::Query { .. }))),
                "not again at once"
            );
            books.look(id);
            keys.insert(books.book.operations.last().unwrap().key.clone());
        }
        assert_eq!(keys.len(), 4);
        books.hear(id, end.clone());
        let p = &books.book.payment;
        let taken = if end == ChargeStatus::Captured { 100 } else { 0 };
        assert_eq!((p.state, p.authorized, p.captured, p.claimed), (PaymentState::Closed, 0, taken, taken));
    }
}

#[test]
fn what_is_heard_of_an_older_key_says_nothing_of_the_newest() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, ChargeStatus::Authorized);
    books.book.asks.clear();
    books.change(|book, stamp| book.void(Some(Uuid::from_u128(8)), stamp));
    let older = void_key(&mut books);
    books.fail(id, OperationKind::Void, &refused());
    books.book.asks.clear();
    books.change(|book, stamp| book.void(Some(Uuid::from_u128(18)), stamp));
    let newest = void_key(&mut books);
    for late in [refused(), lost(), ProviderError::NotSent("no line".into())] {
        books.change(|book, stamp| book.apply_error(id, &older, &late, stamp));
        assert_eq!(books.state(), "voiding");
    }
    books.fail(id, OperationKind::Void, &lost());
    assert!(matches!(books.look(id), ProviderCommand::Void(void) if void.key == newest));
}

#[test]
fn a_refund_without_an_answer_is_at_last_only_asked_about() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Automatic);
    books.hear(id, ChargeStatus::Captured);
    let wish = StaffRefund { client_key: (Uuid::from_u128(7), [0; 32]), amount: Some(10), reason: None };
    let id = books.change(|book, stamp| book.refund_for_staff(wish, stamp)).unwrap();
    let Some(RefundCommand::Send(first)) = books.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent");
    };
    books.change(|book, stamp| book.apply_refund(id, &first.key, &Err(lost()), stamp));
    books.now = BEGIN.plus(KEY_LIFE - SPARE - Duration::from_secs(1));
    assert_eq!(
        books.change(|book, stamp| book.send_refund(id, stamp)),
        Some(RefundCommand::Send(first.clone()))
    );
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert_eq!(
        books.change(|book, stamp| book.send_refund(id, stamp)),
        Some(RefundCommand::Query { key: first.key, charge: first.charge })
    );
}

#[test]
fn each_operation_has_a_key_of_its_own() {
    let mut books = PaymentsByKey::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, ChargeStatus::RequiresAction { url: "https://example".into() });
    assert!(books.change(|book, stamp| book.confirm(stamp)));
    books.hear(id, ChargeStatus::Authorized);
    for _ in 0..2 {
        books.change(|book, stamp| book.capture(None, stamp));
        let not_sent = ProviderError::NotSent("no line".into());
        books.fail(id, OperationKind::Capture, &not_sent);
    }
    books.change(|book, stamp| book.void(Some(Uuid::from_u128(8)), stamp));
    let keys: BTreeSet<&str> = books.book.operations.iter().map(|operation| &*operation.key).collect();
    assert_eq!((keys.len(), books.book.operations.len()), (5, 5), "{keys:?}");
}
