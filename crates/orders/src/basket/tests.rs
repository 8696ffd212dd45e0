//! Whatever is put in, set and merged, in any order: nothing is lost, and nothing is in a basket twice.

use super::*;

/// Units of one product that a basket can have.
const QUANTITY_MAX: i64 = 1_000;
use contracts::orders::BasketStatus;
use kernel::Currency;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The user's basket, and those of guests.
const BASKETS: usize = 3;

#[derive(Debug, Clone)]
enum BasketOperation {
    Add { basket: usize, product: u128, quantity: i64 },
    Set { basket: usize, product: u128, quantity: i64 },
    Merge { guests: usize },
}

fn anything() -> impl Strategy<Value = BasketOperation> {
    use BasketOperation::*;
    // more products than a basket takes, and few enough to meet again; quantities up to the edge
    let product = || prop_oneof![3 => 0..4u128, 1 => 0..130u128];
    let quantity = || prop_oneof![4 => 1..10i64, 1 => QUANTITY_MAX - 5..=QUANTITY_MAX];
    prop_oneof![
        6 => (0..BASKETS, product(), quantity())
            .prop_map(|(basket, product, quantity)| Add { basket, product, quantity }),
        2 => (0..BASKETS, product(), prop_oneof![1 => Just(0), 2 => quantity()])
            .prop_map(|(basket, product, quantity)| Set { basket, product, quantity }),
        2 => (1..BASKETS).prop_map(|guests| Merge { guests }),
    ]
}

fn product(n: u128) -> ProductId {
    Id::from_uuid(Uuid::from_u128(n + 1))
}

fn offer() -> QuotedPrice {
    QuotedPrice { title: "Teapot".to_owned(), price: Money::new(1000, Currency::EUR) }
}

fn basket(n: u128, owner: Option<UserId>) -> Basket {
    let now = Timestamp::from_seconds(0);
    Basket::new(Id::from_uuid(Uuid::from_u128(n)), owner, now, Duration::from_secs(60))
}

/// All units of each product, in all baskets together.
fn pieces(baskets: &[Basket]) -> BTreeMap<ProductId, i64> {
    let mut all = BTreeMap::new();
    for line in baskets.iter().flat_map(|basket| &basket.lines) {
        *all.entry(line.product_id).or_insert(0) += line.quantity;
    }
    all
}

/// What must be in each basket, calculated by itself: a count of units, and no limits.
type ExpectedBaskets = Vec<BTreeMap<ProductId, i64>>;

fn step(baskets: &mut [Basket], reckoned: &mut ExpectedBaskets, what: &BasketOperation) {
    match *what {
        BasketOperation::Add { basket, product: n, quantity } => {
            if baskets[basket].add(product(n), quantity, offer(), QUANTITY_MAX).is_ok() {
                *reckoned[basket].entry(product(n)).or_insert(0) += quantity;
            }
        }
        BasketOperation::Set { basket, product: n, quantity } => {
            if baskets[basket].set(product(n), quantity, Some(offer()), QUANTITY_MAX).is_ok() {
                reckoned[basket].insert(product(n), quantity);
            }
        }
        BasketOperation::Merge { guests } => {
            let (mine, others) = baskets.split_at_mut(1);
            mine[0].merge(&mut others[guests - 1], QUANTITY_MAX);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_is_lost(story in prop::collection::vec(anything(), 1..200)) {
        let user = Some(Id::from_uuid(Uuid::from_u128(9)));
        let mut baskets: Vec<Basket> = (0..BASKETS).map(|n| basket(n as u128, user.filter(|_| n == 0))).collect();
        let mut reckoned: ExpectedBaskets = vec![BTreeMap::new(); BASKETS];
        for what in &story {
            let before = pieces(&baskets);
            step(&mut baskets, &mut reckoned, what);
            if let BasketOperation::Merge { .. } = what {
                prop_assert_eq!(pieces(&baskets), before, "a merge moves pieces, it makes and loses none");
                for (basket, reckoned) in baskets.iter().zip(&mut reckoned) {
                    *reckoned = pieces(std::slice::from_ref(basket));
                }
            }
            for (basket, reckoned) in baskets.iter().zip(&mut reckoned) {
                reckoned.retain(|_, quantity| *quantity > 0);
                prop_assert_eq!(&pieces(std::slice::from_ref(basket)), &*reckoned);
                prop_assert!(basket.lines.len() <= LINES_MAX);
                prop_assert!(basket.lines.iter().all(|line| (1..=QUANTITY_MAX).contains(&line.quantity)));
                let places: std::collections::BTreeSet<i64> = basket.lines.iter().map(|line| line.place).collect();
                prop_assert_eq!(places.len(), basket.lines.len(), "each line has a place of its own");
            }
        }
    }

    #[test]
    fn a_merge_that_finds_room_leaves_nothing_behind(
        mine in prop::collection::vec((0..20u128, 1..100i64), 0..20),
        guests in prop::collection::vec((0..20u128, 1..100i64), 0..20),
    ) {
        let (mut user, mut guest) = (basket(1, None), basket(2, None));
        for (n, quantity) in &mine {
            prop_assert_eq!(user.add(product(*n), *quantity, offer(), QUANTITY_MAX), Ok(()));
        }
        for (n, quantity) in &guests {
            prop_assert_eq!(guest.add(product(*n), *quantity, offer(), QUANTITY_MAX), Ok(()));
        }
        let all = pieces(&[user.clone(), guest.clone()]);
        user.merge(&mut guest, QUANTITY_MAX);
        prop_assert_eq!(pieces(std::slice::from_ref(&user)), all);
        prop_assert_eq!((guest.lines.len(), guest.status), (0, BasketStatus::Merged));
    }
}

#[test]
fn what_finds_no_room_is_refused_as_a_whole() {
    let mut full = basket(1, None);
    for n in 0..LINES_MAX as u128 {
        full.add(product(n), 1, offer(), QUANTITY_MAX).unwrap();
    }
    assert_eq!(full.add(product(200), 1, offer(), QUANTITY_MAX), Err(BasketFull));
    assert_eq!(full.set(product(200), 1, Some(offer()), QUANTITY_MAX), Err(BasketFull));
    assert_eq!(full.add(product(0), QUANTITY_MAX, offer(), QUANTITY_MAX), Err(BasketFull));
    assert_eq!(full.line(product(0)).unwrap().quantity, 1);
    full.set(product(0), 0, None, QUANTITY_MAX).unwrap();
    assert_eq!(full.add(product(200), QUANTITY_MAX, offer(), QUANTITY_MAX), Ok(()));
}

#[test]
fn what_finds_no_room_in_a_merge_stays_where_it_is() {
    let (mut user, mut guest) = (basket(1, None), basket(2, None));
    for n in 0..LINES_MAX as u128 {
        user.add(product(n), 1, offer(), QUANTITY_MAX).unwrap();
    }
    user.set(product(1), QUANTITY_MAX - 1, None, QUANTITY_MAX).unwrap();
    for (n, quantity) in [(0, 2), (1, 3), (200, 4)] {
        guest.add(product(n), quantity, offer(), QUANTITY_MAX).unwrap();
    }
    user.merge(&mut guest, QUANTITY_MAX);
    let left: Vec<(ProductId, i64)> =
        guest.lines.iter().map(|line| (line.product_id, line.quantity)).collect();
    assert_eq!(left, [(product(1), 2), (product(200), 4)]);
    assert_eq!(guest.status, BasketStatus::Open);
    assert_eq!(user.line(product(0)).unwrap().quantity, 3);
    assert_eq!(user.line(product(1)).unwrap().quantity, QUANTITY_MAX);
}
