//! Keys of operations: never reused for anything else, and not sent any more when the provider may have
//! forgotten them.

use contracts::{payments::CaptureMode, settlement::CloseMode};
use kernel::{Currency, Id, Money, Timestamp, id::AttemptId};
use payments::{
    ask::{NewAttempt, StaffRefund},
    book::{Ask, Book, Stamp},
    hear::RefundAsk,
    operation::{OperationKind, SPARE},
    payment::Payment,
    word::{Charge, ProviderError, Standing},
};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

const KEY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
const BEGIN: Timestamp = Timestamp::from_micros(0);

struct Books {
    book: Book,
    ids: u128,
    now: Timestamp,
}

impl Books {
    fn new() -> Books {
        let total = Money::new(100, Currency::EUR);
        let id = Uuid::from_u128;
        let payment =
            Payment::new(Id::from_uuid(id(1)), Id::from_uuid(id(2)), Id::from_uuid(id(3)), total, BEGIN);
        Books { book: Book::new(payment), ids: 10, now: BEGIN }
    }
    fn change<T>(&mut self, rule: impl FnOnce(&mut Book, &mut Stamp<'_>) -> T) -> T {
        let ids = &mut self.ids;
        let mut uuid = || {
            *ids += 1;
            Uuid::from_u128(*ids)
        };
        rule(&mut self.book, &mut Stamp { now: self.now, actor: "usr", key_life: KEY_LIFE, uuid: &mut uuid })
    }
    fn pay(&mut self, capture: CaptureMode) -> AttemptId {
        let new = NewAttempt {
            client_key: Uuid::from_u128(9),
            body_hash: [0; 32],
            method: "ok".into(),
            capture,
            owed: 100,
        };
        self.change(|book, stamp| book.pay(new, stamp)).unwrap();
        self.book.attempts[0].id
    }
    fn hear(&mut self, id: AttemptId, standing: Standing) {
        let captured = if standing == Standing::Captured { 100 } else { 0 };
        let charge = Charge { reference: Some("ch".into()), standing, authorized: 100, captured };
        self.change(|book, stamp| book.hear_charge(id, &charge, stamp));
    }
    fn look(&mut self, id: AttemptId) -> Ask {
        self.book.asks.clear();
        self.change(|book, stamp| book.look(id, stamp));
        self.book.asks.pop().unwrap().1
    }
}

fn lost() -> ProviderError {
    ProviderError::Unknown("no answer".into())
}

#[test]
fn a_capture_without_an_answer_is_sent_under_the_same_key_and_at_last_only_asked_about() {
    let mut books = Books::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, Standing::Authorized);
    books.book.asks.clear();
    books.change(|book, stamp| book.capture(None, stamp));
    let (_, first) = books.book.asks.pop().unwrap();
    books.change(|book, stamp| book.hear_error(id, OperationKind::Capture, &lost(), stamp));
    assert_eq!(books.look(id), first);
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert!(matches!(books.look(id), Ask::Query { abandon: None, .. }));
    // a provider that still holds the promise has said nothing about the capture
    books.hear(id, Standing::Authorized);
    assert_eq!(books.book.attempts[0].state.name(), "unknown_capturing");
    books.hear(id, Standing::Captured);
    assert_eq!(books.book.payment.captured, 100);
}

#[test]
fn a_submission_without_an_answer_is_at_last_neither_sent_nor_abandoned() {
    let mut books = Books::new();
    let id = books.pay(CaptureMode::Automatic);
    let abandons = |ask: Ask| matches!(ask, Ask::Query { abandon: Some(_), .. } | Ask::Abandon(_));
    assert!(abandons(books.look(id)));
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert!(matches!(books.look(id), Ask::Query { abandon: None, .. }));
    // the provider would plant a refusal beside a charge that it has forgotten the key of
    books.change(|book, stamp| book.close(CloseMode::Always, stamp));
    assert!(matches!(books.book.asks.pop(), Some((_, Ask::Query { abandon: None, .. }))));
    assert!(matches!(books.look(id), Ask::Query { abandon: None, .. }));
    // a charge that has a name can be ended without its key
    books.hear(id, Standing::Processing);
    assert!(abandons(books.look(id)));
}

#[test]
fn a_void_that_is_refused_is_tried_under_the_next_key() {
    let mut books = Books::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, Standing::Authorized);
    books.change(|book, stamp| book.void(Uuid::from_u128(8), stamp));
    let key = |ask: Ask| match ask {
        Ask::Void(void) => void.key,
        other => panic!("{other:?}"),
    };
    let first = key(books.book.asks.pop().unwrap().1);
    books.change(|book, stamp| book.hear_error(id, OperationKind::Void, &lost(), stamp));
    assert_eq!(key(books.look(id)), first);
    let failure = contracts::payments::Failure { code: "no".into(), message: "no".into() };
    let refused = ProviderError::Refused(failure);
    books.change(|book, stamp| book.hear_error(id, OperationKind::Void, &refused, stamp));
    let next = key(books.look(id));
    assert_ne!(next, first);
    assert_eq!(key(books.look(id)), next, "its outcome is not known yet");
}

#[test]
fn a_refund_without_an_answer_is_at_last_only_asked_about() {
    let mut books = Books::new();
    let id = books.pay(CaptureMode::Automatic);
    books.hear(id, Standing::Captured);
    let wish = StaffRefund { client_key: (Uuid::from_u128(7), [0; 32]), amount: Some(10), reason: None };
    let id = books.change(|book, stamp| book.refund_for_staff(wish, stamp)).unwrap();
    let Some(RefundAsk::Send(first)) = books.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent");
    };
    books.change(|book, stamp| book.hear_refund(id, &first.key, &Err(lost()), stamp));
    books.now = BEGIN.plus(KEY_LIFE - SPARE - Duration::from_secs(1));
    assert_eq!(books.change(|book, stamp| book.send_refund(id, stamp)), Some(RefundAsk::Send(first.clone())));
    books.now = BEGIN.plus(KEY_LIFE - SPARE);
    assert_eq!(
        books.change(|book, stamp| book.send_refund(id, stamp)),
        Some(RefundAsk::Query { key: first.key })
    );
}

#[test]
fn each_operation_has_a_key_of_its_own() {
    let mut books = Books::new();
    let id = books.pay(CaptureMode::Manual);
    books.hear(id, Standing::RequiresAction { url: "https://example".into() });
    assert!(books.change(|book, stamp| book.confirm(stamp)));
    books.hear(id, Standing::Authorized);
    for _ in 0..2 {
        books.change(|book, stamp| book.capture(None, stamp));
        let not_sent = ProviderError::NotSent("no line".into());
        books.change(|book, stamp| book.hear_error(id, OperationKind::Capture, &not_sent, stamp));
    }
    books.change(|book, stamp| book.void(Uuid::from_u128(8), stamp));
    let keys: BTreeSet<&str> = books.book.operations.iter().map(|operation| &*operation.key).collect();
    assert_eq!((keys.len(), books.book.operations.len()), (5, 5), "{keys:?}");
}
