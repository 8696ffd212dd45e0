//! What is read of what others sent, who may be older or newer.

use contracts::{
    audit::Invariant,
    audit_queries::{AuditQuery, AuditRequest},
    events::EventType,
    orders::{Action, HistoryItem, HoldOrderError, Order, OverviewParams, SalesInterval},
    products::ProductChange,
    system::ServiceStatus,
};
use kernel::{Id, Timestamp, recent_stats::RequestStats};
use serde_json::{Map, json};

#[test]
fn a_question_arrives_as_it_was_sent() {
    let orders = vec![Id::from_uuid(Default::default())];
    for question in [
        AuditQuery::Clock,
        AuditQuery::Rest { now: Timestamp::from_seconds(1_767_225_600) },
        AuditQuery::Charges { after: String::new(), at_most: 500 },
        AuditQuery::After { orders, position: 7 },
        AuditQuery::Logged { subjects: Vec::new() },
    ] {
        let sent = serde_json::to_string(&AuditRequest::from(question.clone())).unwrap();
        let read: AuditRequest = endpoint::read_json(sent.as_bytes(), true).unwrap();
        assert_eq!(read.question(), Some(question));
    }
    // who is older, or newer, may leave out what was added
    let about = serde_json::json!({"orders": []}).as_object().unwrap().clone();
    let short = AuditRequest { ask: "payments_of".to_owned(), about };
    assert_eq!(short.question(), Some(AuditQuery::PaymentsOf { orders: Vec::new(), all: false }));
    assert_eq!(AuditRequest { ask: "nonsense".to_owned(), about: Map::new() }.question(), None);
}

fn order(allowed: serde_json::Value) -> serde_json::Value {
    let [order, user] = ["ord", "usr"].map(|kind| format!("{kind}_00000000000000000000000000"));
    let (nothing, at) = (json!({"amount": "0.00", "currency": "EUR"}), "2026-11-01T00:00:00Z");
    json!({
        "id": order, "number": 1001, "user_id": user, "status": "pending", "payment_status": "unpaid",
        "fulfilment_status": "unfulfilled", "lines": [], "adjustments": [], "total": nothing, "owed": nothing,
        "allowed": allowed, "metadata": {}, "version": 1, "created_at": at, "updated_at": at,
    })
}

#[test]
fn what_only_a_newer_version_can_do_is_left_out_of_what_is_allowed() {
    let read: Order = serde_json::from_value(order(json!(["pay", "levitate", "annotate"]))).unwrap();
    assert_eq!(read.allowed, [Action::Pay, Action::Annotate]);
    let refused =
        json!({"code": "illegal_transition", "current_status": "pending", "allowed": ["levitate", "hold"]});
    let HoldOrderError::IllegalTransition { allowed, .. } = serde_json::from_value(refused).unwrap();
    assert_eq!(allowed, [Action::Hold]);
    assert!(serde_json::from_value::<Order>(order(json!([1]))).is_err(), "it is a list of words");
}

#[test]
fn what_only_a_newer_version_can_name_is_in_a_history_all_the_same() {
    let item = |kind: &str| -> HistoryItem {
        let at = "2026-11-01T00:00:00Z";
        serde_json::from_value(json!({"sequence": 1, "type": kind, "at": at, "actor": "system", "data": {}}))
            .unwrap()
    };
    assert_eq!(item("order.placed").event(), Some(EventType::OrderPlaced));
    let newer = item("order.levitated");
    assert_eq!((newer.event(), newer.kind.as_str()), (None, "order.levitated"));
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_span_has_an_end_that_is_not_too_far() {
    let (first, second, last) = ("2026-11-01T00:00:00Z", "2026-11-09T00:00:00Z", "2026-11-30T00:00:00Z");
    let of = |from: &str, before: &str, by| {
        let span = OverviewParams { from: Some(at(from)), before: Some(at(before)), by: Some(by) };
        span.whole(at(last))
    };
    assert_eq!(of(first, second, SalesInterval::Hour), (at(first), at(second)));
    assert_eq!(of(first, last, SalesInterval::Day), (at(first), at(last)));
    assert_eq!(of(first, last, SalesInterval::Hour), (at(first), at(second)), "as long as there may be");
    assert_eq!(of(first, first, SalesInterval::Hour), (at(first), at(first)), "there is nothing in it");
    assert_eq!(of(last, first, SalesInterval::Day), (at(last), at(first)), "nor in this");
}

#[test]
fn what_is_not_said_of_a_span_follows_from_the_rest() {
    let now = at("2026-11-20T10:30:00Z");
    let span = OverviewParams::default();
    assert_eq!(span.whole(now), (at("2026-11-12T11:00:00Z"), at("2026-11-20T11:30:00Z")));
    let from = OverviewParams { from: Some(at("2026-11-20T08:15:00Z")), ..span.clone() };
    assert_eq!(from.whole(now).0, at("2026-11-20T08:00:00Z"));
    let by_day = OverviewParams { by: Some(SalesInterval::Day), ..from };
    assert_eq!(by_day.whole(now).0, at("2026-11-20T00:00:00Z"));
}

#[test]
fn no_member_of_a_change_is_null() {
    let schema = schemars::schema_for!(ProductChange).to_value();
    let members = schema["properties"].as_object().unwrap();
    assert!(members.contains_key("sku") && members.contains_key("metadata"));
    for name in members.keys() {
        let null = format!(r#"{{"{name}": null}}"#);
        let change = serde_json::from_str::<ProductChange>(&null);
        // what is no price is refused when it is read in the shop's currency
        let no_price = change.as_ref().is_ok_and(|change| {
            change.price.as_ref().is_some_and(|price| price.read(kernel::Currency::EUR).is_err())
        });
        assert!(change.is_err() || no_price, "{name}");
        assert!(!schema["properties"][name]["type"].is_array(), "{name} may be null by its schema");
    }
}

#[test]
fn an_audit_in_newer_words_hides_nothing_else_of_a_state() {
    let state = |invariant: &str| {
        let found = json!({"invariant": invariant, "subject": "ord_1", "detail": "1 too many"});
        let broken = json!([{"invariant": invariant, "count": 1, "first": [found]}]);
        let answered = serde_json::to_value(RequestStats::default()).unwrap();
        json!({"version": "0.3.0", "answered": answered, "unsent": 0, "unsent_since": null, "head": 7, "heard": [], "due": 0,
               "overdue": 0, "next_due": null, "put_aside": 2, "letters": [],
               "audit": {"at": "2026-11-25T12:00:00Z", "broken": broken}})
    };
    let known: ServiceStatus = serde_json::from_value(state("I10")).unwrap();
    assert_eq!(known.audit.unwrap().broken[0].invariant, Invariant::I10);
    let newer: ServiceStatus = serde_json::from_value(state("I11")).unwrap();
    assert_eq!((newer.audit, newer.head, newer.put_aside), (None, 7, 2));
}
