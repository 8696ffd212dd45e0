//! Charges that are found late, that come too late, and that are not what was asked for.

use super::world::{RuleAction, RulesTestBed, TOTAL};
use contracts::{
    payments::{CaptureMode, PaymentState, RefundStatus},
    settlement::CloseMode,
};
use payment_provider::{Charge, ChargeStatus, ProviderError};
use payments::attempt::AttemptState;

#[test]
fn a_charge_that_is_found_after_closing_if_unpaid_secures_the_payment() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Automatic);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Lose(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::UnknownSubmitting);
    world.act(&RuleAction::Close(CloseMode::IfUnpaid));
    assert_eq!(world.book.payment.state, PaymentState::ClosingIfUnpaid);
    world.heal();
    assert_eq!(world.book.payment.state, PaymentState::Secured);
    assert_eq!(world.book.payment.captured, TOTAL);
}

#[test]
fn a_charge_that_is_found_after_closing_always_is_refunded_in_the_same_change() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Automatic);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Lose(0));
    world.act(&RuleAction::Close(CloseMode::Always));
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    let p = &world.book.payment;
    assert_eq!((p.state, p.captured, p.claimed), (PaymentState::Closed, TOTAL, TOTAL));
    assert_eq!(world.book.refunds[0].state, RefundStatus::Requested);
}

#[test]
fn a_request_that_arrives_after_it_was_abandoned_finds_the_refusal() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Automatic);
    let late = world.requests.pop().unwrap();
    let submit = (late.0.id, late.0.ask.operation().map(str::to_owned), late.0.asked);
    world.hear(&submit, &Err(ProviderError::Unknown("no answer".into())));
    world.act(&RuleAction::Look(0));
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Failed);
    world.requests.push(late);
    world.heal();
    assert!(world.provider.charges.is_empty(), "it was charged all the same");
    assert_eq!(world.book.payment.state, PaymentState::Open);
}

/// A provider that breaks its word: what it called failed is charged later.
#[test]
fn money_that_comes_after_all_goes_back_at_once() {
    for state in [PaymentState::Open, PaymentState::Closed] {
        let mut world = RulesTestBed::new();
        world.pay("declined", CaptureMode::Automatic);
        world.heal();
        if state == PaymentState::Closed {
            world.act(&RuleAction::Close(CloseMode::IfUnpaid));
        }
        let charge = &mut world.provider.charges[0];
        (charge.standing, charge.authorized, charge.captured) = (ChargeStatus::Captured, TOTAL, TOTAL);
        world.act(&RuleAction::Look(0));
        world.act(&RuleAction::Deliver(0, false));
        world.act(&RuleAction::Hear(0));
        let p = &world.book.payment;
        assert_eq!((p.state, p.captured, p.claimed), (state, TOTAL, TOTAL));
        assert!(world.book.live().is_none());
        world.heal();
        assert_eq!(world.book.payment.refunded, TOTAL);
    }
}

#[test]
fn an_authorization_that_comes_after_all_is_voided() {
    let mut world = RulesTestBed::new();
    world.pay("declined", CaptureMode::Manual);
    world.heal();
    world.act(&RuleAction::Close(CloseMode::Always));
    let charge = &mut world.provider.charges[0];
    (charge.standing, charge.authorized) = (ChargeStatus::Authorized, TOTAL);
    world.act(&RuleAction::Look(0));
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Hear(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Voiding);
    world.heal();
    assert_eq!(world.provider.charges[0].standing, ChargeStatus::Voided);
    assert_eq!(world.book.payment.authorized, 0);
}

#[test]
fn a_provider_that_charges_another_amount_is_not_believed() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Automatic);
    let id = world.book.attempts[0].id;
    let (reference, standing) = (Some("ch_0".into()), ChargeStatus::Captured);
    let charge = Charge { reference, standing, authorized: 99, captured: 99, refunded: 0 };
    world.change(|book, stamp| book.apply_charge(id, &charge, stamp));
    let p = &world.book.payment;
    assert_eq!((p.state, p.captured, p.claimed), (PaymentState::Open, 99, 99));
}

/// The first card was refused, and the second one paid; then the first one is charged all the same, the provider tells
/// so once, and does not answer when it is asked.
#[test]
fn money_that_was_told_of_is_found_however_often_the_question_is_lost() {
    for lost in [0, 1, 3, 40] {
        let mut world = RulesTestBed::new();
        world.pay("declined", CaptureMode::Automatic);
        world.heal();
        world.pay("ok", CaptureMode::Automatic);
        world.heal();
        world.is_honest = false;
        let charge = &mut world.provider.charges[0];
        (charge.standing, charge.authorized, charge.captured) = (ChargeStatus::Captured, TOTAL, TOTAL);
        world.act(&RuleAction::Tell(0));
        for _ in 0..lost {
            assert!(world.wake(|_| true), "nobody asks any more");
            world.act(&RuleAction::Deliver(0, false));
            world.act(&RuleAction::Lose(0));
        }
        world.heal();
        let p = &world.book.payment;
        assert_eq!((p.captured, p.refunded), (2 * TOTAL, TOTAL), "after {lost} lost answers");
        assert_eq!(world.provider.refunded(0), TOTAL);
    }
}

/// An answer that was given before the provider told of something is no answer to what it told.
#[test]
fn an_older_answer_does_not_answer_what_was_told_since() {
    let mut world = RulesTestBed::new();
    world.pay("declined", CaptureMode::Automatic);
    world.heal();
    world.act(&RuleAction::Look(0));
    world.act(&RuleAction::Deliver(0, false));
    let charge = &mut world.provider.charges[0];
    (charge.standing, charge.authorized, charge.captured) = (ChargeStatus::Captured, TOTAL, TOTAL);
    world.act(&RuleAction::Tell(0));
    world.act(&RuleAction::Hear(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Failed);
    world.heal();
    assert_eq!((world.book.payment.captured, world.book.payment.refunded), (TOTAL, TOTAL));
}

/// The customer does at the bank what is required, and does not come back; of that a webhook tells.
#[test]
fn what_is_done_at_the_bank_is_found_however_often_the_question_is_lost() {
    let mut world = RulesTestBed::new();
    world.pay("action", CaptureMode::Automatic);
    world.heal();
    assert_eq!(world.book.attempts[0].state, AttemptState::RequiresAction);
    let charge = &mut world.provider.charges[0];
    (charge.standing, charge.authorized, charge.captured) = (ChargeStatus::Captured, TOTAL, TOTAL);
    world.act(&RuleAction::Tell(0));
    for _ in 0..3 {
        assert!(world.wake(|_| true), "nobody asks any more");
        world.act(&RuleAction::Deliver(0, false));
        world.act(&RuleAction::Lose(0));
    }
    world.heal();
    assert_eq!((world.book.payment.state, world.book.payment.captured), (PaymentState::Secured, TOTAL));
}

/// A question is answered that an action is required; before the answer is heard, the customer has done it and the
/// attempt is sent on.
#[test]
fn an_answer_from_before_an_operation_does_not_end_it() {
    let mut world = RulesTestBed::new();
    world.pay("action", CaptureMode::Automatic);
    world.heal();
    world.act(&RuleAction::Tell(0));
    world.act(&RuleAction::Wake);
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Confirm);
    assert_eq!(world.book.attempts[0].state, AttemptState::Submitting);
    world.act(&RuleAction::Hear(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::Submitting, "it is on its way");
    // it arrives and is charged, and nobody hears of that
    world.act(&RuleAction::Deliver(0, false));
    world.act(&RuleAction::Lose(0));
    world.heal();
    assert_eq!((world.book.payment.state, world.book.payment.captured), (PaymentState::Secured, TOTAL));
}

/// What was never sent is known to nobody: the charge is asked about by the key that the provider has heard of.
#[test]
fn what_is_done_at_the_bank_is_found_after_going_on_was_never_sent() {
    let mut world = RulesTestBed::new();
    world.pay("action", CaptureMode::Automatic);
    world.heal();
    world.act(&RuleAction::Confirm);
    world.act(&RuleAction::NotSent(0));
    assert_eq!(world.book.attempts[0].state, AttemptState::RequiresAction);
    let charge = &mut world.provider.charges[0];
    (charge.standing, charge.authorized, charge.captured) = (ChargeStatus::Captured, TOTAL, TOTAL);
    world.act(&RuleAction::Tell(0));
    world.heal();
    assert_eq!((world.book.payment.state, world.book.payment.captured), (PaymentState::Secured, TOTAL));
}

/// Asked once, and again after a webhook; the second answer comes first, and then another webhook.
#[test]
fn an_answer_that_comes_late_does_not_end_a_newer_question() {
    let mut world = RulesTestBed::new();
    world.pay("declined", CaptureMode::Automatic);
    world.heal();
    let id = world.book.attempts[0].id;
    let mut questions = Vec::new();
    for _ in 0..2 {
        world.act(&RuleAction::Tell(0));
        world.act(&RuleAction::Wake);
        questions.push(world.requests.pop().unwrap().0.asked);
    }
    let [first, second] = questions[..] else { panic!("{questions:?}") };
    let said = Ok(world.provider.charges[0].clone());
    world.hear(&(id, None, second), &said);
    assert_eq!(world.book.attempts[0].looks, 0);
    world.act(&RuleAction::Tell(0));
    world.act(&RuleAction::Wake);
    assert_eq!(world.book.attempts[0].looks, 2);
    world.hear(&(id, None, first), &said);
    assert_eq!(world.book.attempts[0].looks, 2, "the newest question is still open");
    let newest = world.requests.pop().unwrap().0.asked;
    world.hear(&(id, None, newest), &said);
    assert_eq!(world.book.attempts[0].looks, 0);
}

/// The capture is unknown to the provider, and its key is too old to be sent: the provider says how it stood before.
#[test]
fn what_stays_unknown_is_asked_about_less_and_less_often() {
    let mut world = RulesTestBed::new();
    world.pay("ok", CaptureMode::Manual);
    world.heal();
    let mut said = world.provider.charges[0].clone();
    assert_eq!(said.standing, ChargeStatus::Authorized);
    let attempt = &mut world.book.attempts[0];
    (attempt.state, attempt.looks) = (AttemptState::UnknownCapturing, 7);
    let id = attempt.id;
    let asked = world.book.asked(id);
    world.hear(&(id, None, asked), &Ok(said.clone()));
    let attempt = &world.book.attempts[0];
    assert_eq!((attempt.state, attempt.looks), (AttemptState::UnknownCapturing, 7));
    (said.standing, said.captured) = (ChargeStatus::Captured, TOTAL);
    world.hear(&(id, None, asked), &Ok(said));
    let attempt = &world.book.attempts[0];
    assert_eq!((attempt.state, attempt.looks), (AttemptState::Captured, 0));
}
