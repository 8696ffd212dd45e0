//! Anything in any order, and then everything is delivered, asked about and answered.

use super::world::{RuleAction, RulesTestBed, TOTAL};
use contracts::{payments::CaptureMode, settlement::CloseMode};
use proptest::prelude::*;

fn act() -> impl Strategy<Value = RuleAction> {
    let method = prop::sample::select(vec!["ok", "declined", "action", "slow"]);
    let capture = prop::sample::select(vec![CaptureMode::Automatic, CaptureMode::Manual]);
    let mode = prop::sample::select(vec![CloseMode::IfUnpaid, CloseMode::Always]);
    prop_oneof![
        4 => (method, capture).prop_map(|(method, capture)| RuleAction::Pay(method, capture)),
        1 => Just(RuleAction::Confirm),
        1 => mode.prop_map(RuleAction::Close),
        1 => (0..TOTAL).prop_map(RuleAction::Owe),
        1 => Just(RuleAction::Owe(0)),
        2 => Just(RuleAction::Capture),
        1 => Just(RuleAction::Void),
        1 => Just(RuleAction::Offline),
        1 => (1..TOTAL).prop_map(RuleAction::StaffRefund),
        1 => any::<usize>().prop_map(RuleAction::Withdraw),
        6 => (any::<usize>(), prop::bool::weighted(0.3)).prop_map(|(at, again)| RuleAction::Deliver(at, again)),
        4 => any::<usize>().prop_map(RuleAction::Hear),
        2 => any::<usize>().prop_map(RuleAction::Lose),
        1 => any::<usize>().prop_map(RuleAction::NotSent),
        3 => any::<usize>().prop_map(RuleAction::Look),
        1 => any::<usize>().prop_map(RuleAction::Tell),
        2 => Just(RuleAction::Wake),
        2 => any::<usize>().prop_map(RuleAction::SendRefund),
        1 => Just(RuleAction::Settle),
        1 => Just(RuleAction::Lapse),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 4, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nobody_is_charged_twice_and_everything_is_settled(acts in prop::collection::vec(act(), 1..40)) {
        let mut world = RulesTestBed::new();
        for act in &acts {
            world.act(act);
        }
        world.heal();
        world.check_healed();
    }
}
