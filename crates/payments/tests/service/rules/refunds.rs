//! How much is taken, and what goes back of it.

use super::world::{RuleAction, RulesTestBed, TOTAL};
use contracts::{
    payments::{CaptureMode, RefundStatus},
    settlement::CloseMode,
};
use payment_provider::{ProviderError, ProviderRefundStatus};
use payments::{
    aggregate::RefundRevision, commands::CaptureDecision, reducer::RefundCommand, timer_plan,
    timer_plan::QueriedSubject, timer_plan::QueryOutcome,
};
use std::collections::BTreeSet;

#[test]
fn capturing_takes_at_most_what_is_owed() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Manual);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    world.act(&RuleAction::Owe(60));
    assert_eq!(world.change(|book, stamp| book.capture(None, stamp)), CaptureDecision::Begun);
    world.heal();
    let p = &world.book.payment;
    assert_eq!((p.captured, p.authorized, p.refunded), (60, 0, 0));
    assert_eq!(world.change(|book, stamp| book.capture(None, stamp)), CaptureDecision::Nothing);
}

#[test]
fn what_is_captured_beyond_what_is_owed_goes_back_and_staff_refunds_are_separate() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Automatic);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    world.act(&RuleAction::StaffRefund(10));
    world.act(&RuleAction::Owe(70));
    // 30 for what was cancelled, though 10 went back before
    assert_eq!(world.book.payment.claimed, 40);
    world.act(&RuleAction::Close(CloseMode::Always));
    assert_eq!(world.book.payment.claimed, TOTAL);
    world.heal();
    let reasons: BTreeSet<_> = world.book.refunds.iter().map(|refund| refund.origin).collect();
    assert_eq!((world.book.payment.refunded, reasons.len()), (TOTAL, 2));
}

#[test]
fn a_refund_that_was_never_sent_can_be_given_up_and_is_not_sent_then() {
    let mut world = RulesTestBed::paid();
    world.act(&RuleAction::StaffRefund(40));
    let id = world.book.refunds[0].id;
    assert_eq!(world.book.refunds[0].state, RefundStatus::Requested);
    for _ in 0..2 {
        assert_eq!(world.change(|book, stamp| book.withdraw(id, stamp)), Ok(()));
        assert_eq!((world.book.refunds[0].state, world.book.payment.claimed), (RefundStatus::Withdrawn, 0));
    }
    assert_eq!(world.change(|book, stamp| book.send_refund(id, stamp)), None);
    world.heal();
    assert_eq!((world.book.payment.refunded, world.book.payment.left()), (0, TOTAL));
}

#[test]
fn what_cancelling_raised_is_not_given_up() {
    let mut world = RulesTestBed::paid();
    world.act(&RuleAction::StaffRefund(10));
    world.act(&RuleAction::Owe(60));
    let [staff, cancelled] = [0, 1].map(|n| world.book.refunds[n].id);
    assert_eq!(world.change(|book, stamp| book.withdraw(cancelled, stamp)), Err(Vec::new()));
    world.act(&RuleAction::Close(CloseMode::Always));
    assert_eq!(world.change(|book, stamp| book.withdraw(staff, stamp)), Err(Vec::new()));
    assert_eq!(world.book.payment.claimed, TOTAL);
}

#[test]
fn a_failed_refund_keeps_its_claim_and_is_sent_under_the_next_key() {
    let mut world = RulesTestBed::paid();
    world.act(&RuleAction::StaffRefund(40));
    let id = world.book.refunds[0].id;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let Some(RefundCommand::Send(send)) = world.change(|book, stamp| book.send_refund(id, stamp)) else {
            panic!("it is sent");
        };
        let said = Ok(ProviderRefundStatus::Refused { why: "not now".into() });
        world.change(|book, stamp| book.apply_refund(id, &send.key, &said, stamp));
        keys.push(send.key);
        let refund = &world.book.refunds[0];
        assert_eq!((refund.state, world.book.payment.claimed), (RefundStatus::Failed, 40));
    }
    assert_ne!(keys[0], keys[1]);
    let Some(RefundCommand::Send(first)) = world.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent");
    };
    let lost = Err(ProviderError::Unknown("no answer".into()));
    world.change(|book, stamp| book.apply_refund(id, &first.key, &lost, stamp));
    let Some(RefundCommand::Send(again)) = world.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent again");
    };
    assert_eq!(first.key, again.key, "an unknown outcome keeps its key");
    world.heal();
    assert_eq!((world.book.payment.refunded, world.book.payment.claimed), (40, 0));
}

/// A webhook comes while a question about a failed refund is out: its answer leaves the timer that the webhook has set.
#[test]
fn what_was_asked_before_a_webhook_does_not_answer_it() {
    let mut world = RulesTestBed::paid();
    world.act(&RuleAction::StaffRefund(40));
    let id = world.book.refunds[0].id;
    let Some(RefundCommand::Send(send)) = world.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent");
    };
    let said = Ok(ProviderRefundStatus::Refused { why: "not now".into() });
    world.change(|book, stamp| book.apply_refund(id, &send.key, &said, stamp));
    let timer = (timer_plan::REFUND, id.to_string());
    let mut asked = [RefundRevision::default(); 2];
    for asked in &mut asked {
        world.change(|book, _| book.start_refund_query(id));
        world.change(|book, stamp| book.ask_about_refund(id, stamp));
        *asked = world.book.refund_asked(id);
    }
    let newest = world.timers[&timer];
    for (asked, moves) in asked.into_iter().zip([false, true]) {
        let word = QueryOutcome::of(&said, world.book.refund_asked(id) == asked);
        world.change_when(QueriedSubject::Refund(id, word), |book, stamp| {
            book.apply_refund(id, &send.key, &said, stamp)
        });
        assert_eq!(world.timers[&timer] != newest, moves);
    }
}

/// What became of the first refund, once it was sent.
fn the_first_is_said_to_be(world: &mut RulesTestBed, amount: i64) {
    let id = world.book.refunds[0].id;
    let Some(RefundCommand::Send(send)) = world.change(|book, stamp| book.send_refund(id, stamp)) else {
        panic!("it is sent");
    };
    let said = Ok(ProviderRefundStatus::Succeeded { amount });
    world.change(|book, stamp| book.apply_refund(id, &send.key, &said, stamp));
}

/// The key of a refund was used for another amount, of which nobody here knows any more.
#[test]
fn a_refund_is_of_the_amount_that_the_provider_gave_back_as_long_as_that_is_left() {
    for (amount, is_left) in [(1, true), (50, true), (51, false), (0, false), (-1, false), (i64::MAX, false)]
    {
        let mut world = RulesTestBed::paid();
        world.act(&RuleAction::StaffRefund(40));
        world.act(&RuleAction::StaffRefund(50));
        the_first_is_said_to_be(&mut world, amount);
        let (refund, p) = (&world.book.refunds[0], &world.book.payment);
        let expected = match is_left {
            true => (RefundStatus::Succeeded, amount, amount, 50),
            false => (RefundStatus::Unknown, 40, 0, 90),
        };
        assert_eq!((refund.state, refund.amount, p.refunded, p.claimed), expected);
        assert_eq!(world.timers.contains_key(&(timer_plan::REFUND, refund.id.to_string())), !is_left);
    }
}

#[test]
fn what_the_provider_gave_back_too_little_for_a_cancellation_is_raised_once_more() {
    let mut world = RulesTestBed::paid();
    world.act(&RuleAction::Owe(60));
    the_first_is_said_to_be(&mut world, 30);
    let raised: Vec<_> = world.book.refunds.iter().map(|refund| (refund.amount, refund.state)).collect();
    assert_eq!(raised, [(30, RefundStatus::Succeeded), (10, RefundStatus::Requested)]);
}
