//! Anything in any order, and then everything is delivered, asked about and answered.

use super::world::{Act, RulesTestBed, TOTAL};
use contracts::{payments::CaptureMode, settlement::CloseMode};
use proptest::prelude::*;

fn act() -> impl Strategy<Value = Act> {
    let method = prop::sample::select(vec!["ok", "declined", "action", "slow"]);
    let capture = prop::sample::select(vec![CaptureMode::Automatic, CaptureMode::Manual]);
    let mode = prop::sample::select(vec![CloseMode::IfUnpaid, CloseMode::Always]);
    prop_oneof![
        4 => (method, capture).prop_map(|(method, capture)| Act::Pay(method, capture)),
        1 => Just(Act::Confirm),
        1 => mode.prop_map(Act::Close),
        1 => (0..TOTAL).prop_map(Act::Owe),
        1 => Just(Act::Owe(0)),
        2 => Just(Act::Capture),
        1 => Just(Act::Void),
        1 => Just(Act::Offline),
        1 => (1..TOTAL).prop_map(Act::StaffRefund),
        1 => any::<usize>().prop_map(Act::Withdraw),
        6 => (any::<usize>(), prop::bool::weighted(0.3)).prop_map(|(at, again)| Act::Deliver(at, again)),
        4 => any::<usize>().prop_map(Act::Hear),
        2 => any::<usize>().prop_map(Act::Lose),
        1 => any::<usize>().prop_map(Act::NotSent),
        3 => any::<usize>().prop_map(Act::Look),
        1 => any::<usize>().prop_map(Act::Tell),
        2 => Just(Act::Wake),
        2 => any::<usize>().prop_map(Act::SendRefund),
        1 => Just(Act::Settle),
        1 => Just(Act::Lapse),
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
