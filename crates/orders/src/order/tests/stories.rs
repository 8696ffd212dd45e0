//! Whatever happens to an order, in any order: the invariants hold.

use super::world::{OrderOperation, OrderRun};
use proptest::prelude::*;

fn anything() -> impl Strategy<Value = OrderOperation> {
    use OrderOperation::*;
    prop_oneof![
        4 => any::<bool>().prop_map(|captures| Pay { captures }),
        1 => Just(Decline),
        1 => Just(LateMoney),
        1 => Just(Lapse),
        2 => Just(SettleRefunds),
        3 => (0..20usize).prop_map(Hear),
        6 => Just(HearNewest),
        3 => Just(Close),
        3 => Just(TellOwed),
        1 => Just(FallDue),
        1 => Just(Cancel),
        2 => (0..3u128, 1..4i64).prop_map(|(line, quantity)| CancelItems { line, quantity }),
        2 => (0..3u128, 1..4i64).prop_map(|(line, quantity)| Make { line, quantity }),
        2 => Just(MakeAll),
        8 => (0..4usize, 0..6usize).prop_map(|(which, way)| Move { which, way }),
        1 => Just(Short),
        1 => Just(EndShort),
        1 => Just(LoseStock),
        1 => Just(MendStock),
        1 => Just(Hold),
        2 => Just(Release),
        1 => Just(Finish),
        1 => Just(Correct),
        1 => Just(Annotate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_invariants_hold(story in prop::collection::vec(anything(), 1..60)) {
        let mut run = OrderRun::new();
        for what in &story {
            run.happen(what);
        }
    }

    #[test]
    fn every_story_can_come_to_its_end(story in prop::collection::vec(anything(), 1..40)) {
        let mut run = OrderRun::new();
        for what in &story {
            run.happen(what);
        }
        // the timers and the events do their work
        for _ in 0..4 {
            for what in [OrderOperation::Close, OrderOperation::TellOwed, OrderOperation::SettleRefunds, OrderOperation::HearNewest] {
                run.happen(&what);
            }
        }
        prop_assert_eq!(run.order.state.close_mode(), None, "nothing stays in cancelling");
        let copy = run.order.payment.clone().map(|copy| copy.figures);
        prop_assert_eq!(copy, run.payments.said.last().map(|heard| heard.figures.clone()));
    }

    #[test]
    fn what_was_heard_before_changes_nothing(story in prop::collection::vec(anything(), 1..40), which in 0..20usize) {
        let mut run = OrderRun::new();
        for what in &story {
            run.happen(what);
        }
        run.happen(&OrderOperation::HearNewest);
        let before = run.order.clone();
        run.happen(&OrderOperation::Hear(which));
        run.happen(&OrderOperation::HearNewest);
        prop_assert_eq!(run.order, before);
    }
}
