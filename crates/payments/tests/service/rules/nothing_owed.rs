//! An order that comes to owe nothing: it needs no authorization, and none is missed.

use super::world::{RuleAction, RulesTestBed, TOTAL};
use contracts::{
    payments::{CaptureMode, PaymentState},
    settlement::CloseMode,
};
use payment_provider::ChargeStatus;
use payments::{
    attempt::AttemptState, commands::AttemptRejected, commands::CaptureDecision, commands::NewAttempt,
    timer_plan,
};

/// One whose money is authorized, and where nothing is on its way.
fn authorized() -> RulesTestBed {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Manual);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    assert_eq!((world.book.payment.state, world.book.payment.authorized), (PaymentState::Secured, TOTAL));
    world
}

#[track_caller]
fn is_free(world: &RulesTestBed) {
    let p = &world.book.payment;
    assert_eq!((p.state, p.owed, p.authorized), (PaymentState::Secured, 0, 0));
    assert_eq!((p.captured, p.refunded, p.claimed), (0, 0, 0));
    world.check_healed();
}

#[test]
fn its_authorization_is_voided_and_it_stays_secured() {
    let mut world = authorized();
    world.act(&RuleAction::Owe(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Voiding);
    assert_eq!(world.change(|book, stamp| book.capture(None, stamp)), CaptureDecision::Nothing);
    world.heal();
    is_free(&world);
    assert_eq!(world.provider.charges[0].standing, ChargeStatus::Voided);
    assert_eq!(world.change(|book, stamp| book.capture(None, stamp)), CaptureDecision::Nothing);
    world.act(&RuleAction::Close(CloseMode::IfUnpaid));
    is_free(&world);
    world.act(&RuleAction::Close(CloseMode::Always));
    assert_eq!(world.book.payment.state, PaymentState::Closed);
}

#[test]
fn giving_it_back_is_tried_until_its_outcome_is_known() {
    let mut world = authorized();
    world.act(&RuleAction::Owe(0));
    for _ in 0..3 {
        world.act(&RuleAction::Deliver(0, false));
        world.act(&RuleAction::Lose(0));
        assert_eq!(world.book.attempts[0].state, AttemptState::UnknownVoiding);
        assert!(world.wake(|_| true), "nobody asks any more");
    }
    let operations: Vec<_> = world.book.operations.iter().map(|operation| operation.n).collect();
    assert_eq!(operations, [1, 1], "the same key is sent again");
    world.act(&RuleAction::NotSent(0));
    world.heal();
    is_free(&world);
}

#[test]
fn an_authorization_that_lapses_meanwhile_is_not_missed() {
    let mut world = authorized();
    world.act(&RuleAction::Owe(0));
    world.provider.lapse();
    world.heal();
    is_free(&world);
    assert_eq!(world.book.attempts[0].state, AttemptState::Expired);
}

#[test]
fn one_that_was_void_or_lapsed_before_is_secured_by_owing_nothing() {
    for staff in [true, false] {
        let mut world = authorized();
        if staff {
            world.act(&RuleAction::Void);
        } else {
            world.provider.lapse();
            world.act(&RuleAction::Look(0));
        }
        world.heal();
        assert_eq!(world.book.payment.state, PaymentState::Open);
        world.act(&RuleAction::Owe(1));
        assert_eq!(world.book.payment.state, PaymentState::Open);
        world.act(&RuleAction::Owe(0));
        is_free(&world);
    }
}

#[test]
fn a_void_that_staff_have_begun_is_not_missed_either() {
    let mut world = authorized();
    world.act(&RuleAction::Void);
    world.act(&RuleAction::Owe(0));
    world.heal();
    is_free(&world);
    let voids = world.book.operations.iter().filter(|operation| operation.key.contains("void"));
    assert_eq!(voids.count(), 1, "{:?}", world.book.operations);
}

/// An authorization that comes when nothing is owed any more, and a customer who need not do anything any more.
#[test]
fn an_attempt_that_is_under_way_is_ended() {
    for (method, answered) in [("ok", false), ("action", false), ("action", true), ("declined", false)] {
        for closes in [false, true] {
            let mut world = authorized();
            world.act(&RuleAction::Void);
            world.heal();
            world.pay(method, CaptureMode::Manual);
            if answered {
                world.act(&RuleAction::Deliver(0, false));
                world.act(&RuleAction::Hear(0));
                assert_eq!(world.book.attempts[1].state, AttemptState::RequiresAction);
            }
            world.act(&RuleAction::Owe(0));
            if closes {
                world.act(&RuleAction::Close(CloseMode::IfUnpaid));
            }
            world.heal();
            is_free(&world);
        }
    }
}

#[test]
fn money_that_was_being_taken_goes_back() {
    let mut world = authorized();
    world.act(&RuleAction::Capture);
    world.act(&RuleAction::Owe(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Capturing);
    world.heal();
    let p = &world.book.payment;
    assert_eq!((p.state, p.captured, p.refunded), (PaymentState::Secured, TOTAL, TOTAL));
    world.check_healed();
}

#[test]
fn nobody_pays_for_it_again() {
    let mut world = authorized();
    world.act(&RuleAction::Owe(0));
    for _ in 0..2 {
        world.pay("ok", CaptureMode::Manual);
        assert_eq!(world.book.attempts.len(), 1);
        world.heal();
    }
    let again = NewAttempt {
        client_key: uuid::Uuid::from_u128(9),
        body_hash: [0; 32],
        provider: "simulator",
        method: "ok".into(),
        capture: CaptureMode::Manual,
        owed: TOTAL,
        takes_over: None,
        given_back: Vec::new(),
    };
    assert_eq!(world.change(|book, stamp| book.pay(again, stamp)), Err(AttemptRejected::AlreadyPaid));
}

/// As 0.1.0 has left them: nothing is begun, and nobody is told to look before the authorization should be over.
#[test]
fn what_an_older_version_has_left_comes_right() {
    let mut stands = authorized();
    stands.book.payment.owed = 0;
    let waits: Vec<_> = timer_plan::waits(&stands.book).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(waits, [timer_plan::LAPSE], "nothing else is missing");
    stands.heal();
    is_free(&stands);
    assert_eq!(stands.provider.charges[0].standing, ChargeStatus::Voided);

    let mut open = authorized();
    open.act(&RuleAction::Void);
    open.heal();
    open.book.payment.owed = 0;
    assert_eq!(open.book.payment.state, PaymentState::Open);
    open.act(&RuleAction::Close(CloseMode::IfUnpaid));
    is_free(&open);
}
