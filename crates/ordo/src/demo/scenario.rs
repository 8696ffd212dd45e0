//! What happened in the demo's shop in the last thirty days: who ordered what, what became of it, and what came in.
//!
//! Every state that callers can bring an order, a fulfilment, a payment or a refund into, and that lasts, is that of
//! at least one order at the end. What passes by itself (a payment that is being asked about, an order that is being
//! cancelled) is in the histories.

use super::{
    actions::{DemoAction, DemoAction::*, Start, TimedAction},
    people::{
        DemoActor,
        DemoActor::{Aiko, Jonas, Mara},
    },
};

/// An order, from its beginning to where it is now.
pub(super) struct Sale {
    /// So many minutes ago it began.
    pub(super) ago: u32,
    pub(super) who: DemoActor,
    /// SKUs and pieces.
    pub(super) basket: &'static [(&'static str, i64)],
    pub(super) start: Start,
    pub(super) course: &'static [TimedAction],
}

/// Something that staff did to a product.
pub(super) struct StockChange {
    pub(super) ago: u32,
    pub(super) sku: &'static str,
    pub(super) work: ScenarioWork,
}

/// What they did.
pub(super) enum ScenarioWork {
    /// Goods came in.
    Receipt(i64, &'static str),
    /// They were counted: so many more or fewer.
    Count(i64, &'static str),
    /// They are no longer there, or no longer to be sold.
    Loss(i64, &'static str),
    /// The same, and fewer are left than are reserved.
    Shortfall(i64, &'static str),
    /// What came back is on the shelf again.
    Restock(i64, &'static str),
    /// Another price, in minor units.
    Price(i64),
    /// Off sale for good.
    Off,
}

const fn m(minutes: u32) -> u32 {
    minutes
}
const fn h(hours: u32) -> u32 {
    hours * 60
}
const fn d(days: u32) -> u32 {
    days * 24 * 60
}
const fn sale(
    ago: u32,
    who: DemoActor,
    basket: &'static [(&'static str, i64)],
    start: Start,
    course: &'static [TimedAction],
) -> Sale {
    Sale { ago, who, basket, start, course }
}

/// All open units, in one parcel.
const PARCEL: DemoAction = Parcel(&[]);

const CARD: Start = Start::Paid("sim_ok");

/// As it mostly goes.
const DELIVERED: &[TimedAction] =
    &[(h(3), PARCEL), (h(4), Pack(0)), (h(7), Ship(0)), (d(2) + h(4), Deliver(0))];
/// The same, in less of a hurry.
const DELIVERED_LATER: &[TimedAction] =
    &[(h(15), PARCEL), (h(19), Pack(0)), (h(22), Ship(0)), (d(4), Deliver(0))];
const SHIPPED: &[TimedAction] = &[(h(2), PARCEL), (h(3), Pack(0)), (h(6), Ship(0))];

/// What happened to orders, oldest first.
pub(super) const SALES: &[Sale] = &[
    sale(d(29) + h(20), Mara, &[("SEN-100", 2), ("YUN-1", 2)], CARD, DELIVERED),
    sale(d(28) + h(22), Jonas, &[("ASM-100", 12), ("MUG-1", 6), ("STR-1", 6)], CARD, DELIVERED),
    sale(d(28) + h(3), Mara, &[("TEA-1", 1), ("GFT-1", 1)], Start::Paid("sim_webhook_late"), DELIVERED),
    sale(d(26) + h(9), Aiko, &[("MAT-30", 2), ("WSK-80", 1), ("SCP-1", 1), ("BWL-11", 1)], CARD, DELIVERED),
    sale(
        d(25) + h(18),
        Jonas,
        &[("EAR-100", 10), ("PIT-1", 4)],
        Start::Unpaid,
        &[(m(12), PaidOffline), (h(20), PARCEL), (h(21), Pack(0)), (h(26), Ship(0)), (d(4), Deliver(0))],
    ),
    sale(
        d(25) + h(2),
        Mara,
        &[("HRB-60", 1), ("HOJ-100", 1)],
        Start::Paid("sim_timeout_after_charge"),
        DELIVERED,
    ),
    sale(d(24) + h(5), Aiko, &[("SMP-6", 3), ("GFT-1", 3)], Start::Paid("sim_slow"), DELIVERED_LATER),
    // it could not be delivered, and was sent again
    sale(
        d(23) + h(19),
        Mara,
        &[("GLS-8", 1)],
        CARD,
        &[
            (h(3), PARCEL),
            (h(5), Pack(0)),
            (h(7), Ship(0)),
            (d(2), Fail(0)),
            (d(3), Ship(0)),
            (d(4) + h(6), Deliver(0)),
        ],
    ),
    // it was never paid
    sale(d(22) + h(21), Jonas, &[("KET-9", 2)], Start::Unpaid, &[]),
    sale(d(22) + h(4), Jonas, &[("KET-9", 1), ("CLT-1", 2)], CARD, DELIVERED),
    // held until somebody had asked
    sale(
        d(21) + h(16),
        Aiko,
        &[("TRY-1", 2), ("POT-2", 1), ("YUN-2", 4)],
        CARD,
        &[
            (h(1), Hold("The address has no house number.")),
            (h(5), Note("House number 241: confirmed by e-mail.")),
            (h(5) + 5, Release),
            (h(6), PARCEL),
            (h(7), Pack(0)),
            (h(8), Ship(0)),
            (d(3), Deliver(0)),
        ],
    ),
    // one plate was chipped
    sale(
        d(20) + h(23),
        Mara,
        &[("PLT-18", 4), ("TIM-3", 1)],
        CARD,
        &[
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(7), Ship(0)),
            (d(2), Deliver(0)),
            (d(3) + h(2), Refund(Some(2400), "One plate arrived chipped.")),
        ],
    ),
    sale(d(20) + h(6), Jonas, &[("ASM-100", 10), ("EAR-100", 8)], CARD, DELIVERED),
    sale(d(19) + h(12), Mara, &[("CAD-1", 1), ("GEN-100", 2)], Start::Paid("sim_webhook_twice"), DELIVERED),
    // declined at first
    sale(
        d(18) + h(20),
        Aiko,
        &[("YUN-3", 4), ("OOL-50", 2)],
        Start::Paid("sim_declined"),
        &[(m(6), Pay("sim_ok")), (h(3), PARCEL), (h(4), Pack(0)), (h(8), Ship(0)), (d(2) + h(9), Deliver(0))],
    ),
    // changed her mind within the hour
    sale(
        d(18) + h(3),
        Mara,
        &[("KET-9", 1)],
        CARD,
        &[(m(40), Cancel(Mara, "Ordered the wrong kettle.", &[]))],
    ),
    sale(d(18) + h(1), Mara, &[("POT-2", 1), ("TRY-1", 1)], CARD, DELIVERED),
    // packed, unpacked to add a card, packed again
    sale(
        d(17) + h(8),
        Jonas,
        &[("MUG-1", 8), ("PLT-18", 8)],
        CARD,
        &[
            (h(2), PARCEL),
            (h(3), Pack(0)),
            (h(4), Unpack(0)),
            (h(4) + 10, PARCEL),
            (h(5), Pack(1)),
            (h(7), Ship(1)),
            (d(3), Deliver(1)),
        ],
    ),
    sale(
        d(16) + h(22),
        Aiko,
        &[("BWL-12", 2), ("MAT-30", 1)],
        CARD,
        &[
            (h(4), PARCEL),
            (h(5), Pack(0)),
            (h(8), Ship(0)),
            (d(2), Deliver(0)),
            (d(4), Refund(None, "The glaze of both bowls had a crack.")),
        ],
    ),
    // there was not enough money, and no second try
    sale(d(15) + h(17), Mara, &[("IRN-1", 1)], Start::Paid("sim_insufficient_funds"), &[]),
    sale(d(15) + h(2), Jonas, &[("SEN-100", 10), ("GEN-100", 6), ("HOJ-100", 6)], CARD, DELIVERED_LATER),
    // the money is taken as it ships
    sale(d(14) + h(11), Aiko, &[("TEA-1", 2), ("CAD-1", 2)], Start::Authorized("sim_ok"), DELIVERED),
    sale(
        d(13) + h(19),
        Mara,
        &[("SEN-100", 3), ("SLV-40", 2)],
        CARD,
        &[
            (h(2), Cancel(DemoActor::Staff, "Silver Needle was damaged in the store.", &[(1, 1)])),
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(7), Ship(0)),
            (d(2) + h(3), Deliver(0)),
        ],
    ),
    sale(d(13) + h(4), Jonas, &[("ASM-100", 12), ("STR-1", 10)], CARD, DELIVERED),
    // paid in the shop, and some of it handed back there
    sale(
        d(12) + h(15),
        Aiko,
        &[("CLT-1", 6)],
        Start::Unpaid,
        &[
            (m(9), PaidOffline),
            (h(1), PARCEL),
            (h(1) + 10, Pack(0)),
            (h(2), Ship(0)),
            (h(3), Deliver(0)),
            (d(1), Refund(Some(1250), "One cloth was missing.")),
            (d(1) + h(2), Settle),
        ],
    ),
    sale(d(11) + h(20), Mara, &[("HON-250", 2), ("HRB-60", 2)], CARD, DELIVERED),
    // authorized, and voided at the second try
    sale(
        d(11) + h(6),
        Aiko,
        &[("GLS-8", 2)],
        Start::Authorized("sim_void_refused"),
        &[(h(9), Cancel(Aiko, "Found one closer to home.", &[]))],
    ),
    // the bank refused the refund once, and it was tried again by itself
    sale(
        d(10) + h(18),
        Jonas,
        &[("MUG-1", 6), ("HON-250", 12)],
        Start::Paid("sim_refund_refused"),
        &[
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(7), Ship(0)),
            (d(2), Deliver(0)),
            (d(2) + h(5), Refund(Some(2200), "One mug has no handle.")),
        ],
    ),
    sale(
        d(10) + h(1),
        Mara,
        &[("MAT-30", 1), ("SCP-1", 1)],
        Start::Paid("sim_requires_action"),
        &[(m(4), Confirm), (h(3), PARCEL), (h(4), Pack(0)), (h(6), Ship(0)), (d(2), Deliver(0))],
    ),
    // the time for paying was up
    sale(d(9) + h(14), Aiko, &[("IRN-1", 1), ("TIM-3", 1)], Start::Unpaid, &[]),
    sale(d(9) + h(3), Jonas, &[("EAR-100", 12), ("ASM-100", 12)], CARD, DELIVERED),
    // it came back, and the money with it
    sale(
        d(8) + h(21),
        Mara,
        &[("BWL-11", 1), ("WSK-80", 1)],
        CARD,
        &[
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(6), Ship(0)),
            (d(2), Fail(0)),
            (d(4), Return(0)),
            (d(4) + h(3), Refund(None, "The parcel came back to us.")),
        ],
    ),
    // ordered by telephone
    sale(
        d(8) + h(2),
        Jonas,
        &[("POT-2", 2), ("YUN-1", 8)],
        Start::Drafted,
        &[(h(1), PlaceDraft("sim_ok")), (h(4), PARCEL), (h(5), Pack(0)), (h(8), Ship(0)), (d(3), Deliver(0))],
    ),
    sale(d(7) + h(16), Aiko, &[("SMP-6", 4)], Start::Unpaid, &[(m(15), Cancel(Aiko, "", &[]))]),
    // the authorization has just expired
    sale(d(7) + m(12), Aiko, &[("KET-9", 1), ("TRY-1", 1)], Start::Authorized("sim_ok"), &[]),
    sale(d(6) + h(19), Mara, &[("YUN-3", 2), ("SEN-100", 1)], CARD, DELIVERED),
    // paid by bank transfer; what goes back by transfer waits for somebody to send it
    sale(
        d(6) + h(8),
        Jonas,
        &[("GLS-8", 4), ("STR-1", 8)],
        Start::Unpaid,
        &[
            (m(20), PaidOffline),
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(7), Ship(0)),
            (d(3), Deliver(0)),
            (d(5), Refund(Some(3900), "One pot was broken; back by bank transfer.")),
        ],
    ),
    sale(d(5) + h(21), Mara, &[("TIM-3", 1), ("EAR-100", 1), ("HON-250", 1)], CARD, DELIVERED),
    // a refund that was refused, and withdrawn: a new whisk was sent instead
    sale(
        d(5) + h(4),
        Aiko,
        &[("WSK-80", 2), ("MAT-30", 2)],
        Start::Paid("sim_refund_refused"),
        &[
            (h(3), PARCEL),
            (h(4), Pack(0)),
            (h(6), Ship(0)),
            (d(2), Deliver(0)),
            (d(2) + h(4), Refund(Some(2100), "One whisk was broken.")),
            (d(2) + h(4), Withdraw),
        ],
    ),
    // one of two parcels has arrived
    sale(
        d(4) + h(13),
        Jonas,
        &[("ASM-100", 12), ("MUG-1", 4), ("CLT-1", 4)],
        CARD,
        &[
            (h(3), Parcel(&[(0, 12)])),
            (h(4), Pack(0)),
            (h(6), Ship(0)),
            (h(20), PARCEL),
            (h(21), Pack(1)),
            (h(25), Ship(1)),
            (d(2) + h(20), Deliver(0)),
        ],
    ),
    // more than there are: made to order
    sale(
        d(4) + h(5),
        Aiko,
        &[("IRN-1", 5)],
        CARD,
        &[(h(2), Note("Three weeks for two of the five: agreed."))],
    ),
    sale(d(3) + h(22), Mara, &[("HOJ-100", 2), ("GEN-100", 1), ("PIT-1", 1)], CARD, DELIVERED),
    sale(
        d(3) + h(10),
        Aiko,
        &[("SEN-100", 6), ("GFT-1", 6)],
        CARD,
        &[(h(2), Hold("Six gift notes are still to come from the customer."))],
    ),
    // the second part waits for the kiln
    sale(
        d(2) + h(19),
        Jonas,
        &[("YUN-1", 12), ("BWL-12", 4)],
        CARD,
        &[(h(3), Parcel(&[(0, 12)])), (h(5), Pack(0)), (h(8), Ship(0))],
    ),
    sale(
        d(2) + h(15),
        Mara,
        &[("CAD-1", 1), ("SLV-40", 1)],
        CARD,
        &[(h(3), PARCEL), (h(4), Pack(0)), (h(7), Ship(0)), (d(2), Fail(0))],
    ),
    sale(d(2) + h(3), Aiko, &[("TEA-1", 1), ("YUN-2", 2), ("SEN-100", 2)], Start::Drafted, &[]),
    sale(
        d(1) + h(20),
        Mara,
        &[("STR-1", 1), ("OOL-50", 1)],
        CARD,
        &[(h(3), PARCEL), (h(4), Pack(0)), (h(7), Ship(0)), (d(1) + h(15), Deliver(0))],
    ),
    sale(d(1) + h(14), Aiko, &[("PLT-18", 6), ("PIT-1", 1)], CARD, SHIPPED),
    sale(d(1) + h(6), Mara, &[("TRY-1", 1)], Start::Authorized("sim_ok"), &[]),
    sale(d(1) + h(1), Jonas, &[("EAR-100", 8), ("HRB-60", 6)], CARD, SHIPPED),
    sale(
        h(20),
        Aiko,
        &[("BWL-11", 2), ("WSK-80", 2), ("SCP-1", 2)],
        CARD,
        &[(h(3), PARCEL), (h(5), Pack(0))],
    ),
    sale(h(14), Mara, &[("HON-250", 2)], CARD, &[(h(4), PARCEL), (h(5), Pack(0))]),
    sale(h(9), Jonas, &[("SEN-100", 12), ("HOJ-100", 8)], CARD, &[(h(4), PARCEL)]),
    sale(h(6), Aiko, &[("GLS-8", 1), ("YUN-3", 2)], CARD, &[]),
    sale(h(5), Jonas, &[("MUG-1", 12)], Start::Drafted, &[]),
    sale(h(3), Mara, &[("MAT-30", 1), ("BWL-12", 1)], CARD, &[]),
    sale(h(1) + m(10), Jonas, &[("ASM-100", 6)], Start::Paid("sim_webhook_late"), &[]),
    sale(m(22), Jonas, &[("POT-2", 1)], Start::Paid("sim_declined"), &[]),
    sale(m(14), Mara, &[("KET-9", 1), ("EAR-100", 1)], Start::Unpaid, &[]),
    sale(m(7), Aiko, &[("TEA-1", 1)], Start::Paid("sim_requires_action"), &[]),
];

/// What happened to the stock.
pub(super) const SHELVES: &[StockChange] = &[
    StockChange { ago: d(27) + h(10), sku: "MUG-1", work: ScenarioWork::Loss(-1, "Fell off the shelf.") },
    StockChange { ago: d(24) + h(12), sku: "SAU-1", work: ScenarioWork::Off },
    StockChange { ago: d(21) + h(8), sku: "ASM-100", work: ScenarioWork::Receipt(60, "Delivery note 2214") },
    StockChange { ago: d(19) + h(9), sku: "EAR-100", work: ScenarioWork::Price(1090) },
    StockChange {
        ago: d(16) + h(9),
        sku: "MUG-1",
        work: ScenarioWork::Receipt(24, "Bürgel, kiln of the month"),
    },
    StockChange { ago: d(14) + h(22), sku: "SEN-100", work: ScenarioWork::Price(1690) },
    StockChange { ago: d(13) + h(18), sku: "SLV-40", work: ScenarioWork::Loss(-6, "Damp got into the box.") },
    StockChange { ago: d(12) + h(9), sku: "STR-1", work: ScenarioWork::Count(-2, "Half-yearly count") },
    StockChange { ago: d(12) + h(8), sku: "CLT-1", work: ScenarioWork::Count(1, "Half-yearly count") },
    StockChange { ago: d(10) + h(9), sku: "EAR-100", work: ScenarioWork::Receipt(40, "Delivery note 2231") },
    StockChange {
        ago: d(4) + h(15),
        sku: "WSK-80",
        work: ScenarioWork::Loss(-1, "Sent in place of a broken one."),
    },
    StockChange { ago: d(4) + h(14), sku: "BWL-11", work: ScenarioWork::Restock(1, "Came back unopened.") },
    StockChange { ago: d(1) + h(8), sku: "SLV-40", work: ScenarioWork::Loss(-4, "Set aside for tasting.") },
    StockChange {
        ago: d(1) + h(22),
        sku: "GYO-50",
        work: ScenarioWork::Receipt(18, "Delivery note 2240, not on sale yet"),
    },
    StockChange { ago: h(2), sku: "BWL-12", work: ScenarioWork::Shortfall(-2, "Two cracked in the kiln.") },
];

#[cfg(test)]
mod tests {
    use super::{super::catalogue::ITEMS, *};

    #[test]
    fn all_that_is_told_is_over_and_of_things_that_there_are() {
        let since = |sku: &str| ITEMS.iter().find(|item| item.sku == sku).map(|item| item.days * 24 * 60);
        for sale in SALES {
            assert!(sale.ago < sale.who.days() * 24 * 60, "before the account: {} {:?}", sale.ago, sale.who);
            let last = sale.course.iter().map(|(after, _)| *after).max().unwrap_or(0);
            assert!(last < sale.ago, "in the future: {} + {last}", sale.ago);
            for (sku, quantity) in sale.basket {
                assert!(since(sku).is_some_and(|since| sale.ago < since), "{sku} {} minutes ago", sale.ago);
                assert!(*quantity > 0, "{sku}");
            }
        }
        assert!(SALES.is_sorted_by(|one, next| one.ago > next.ago), "not the oldest first");
        assert!(SHELVES.iter().all(|shelf| since(shelf.sku).is_some_and(|since| shelf.ago < since)));
    }
}
