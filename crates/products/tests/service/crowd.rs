//! Many at once: nothing is sold that is not there, and all that is there is sold.

use crate::world::ProductsTestBed;
use contracts::reservations::ReserveOutcome;
use futures_util::future::{join_all, join3};
use kernel::id::{PlacementId, ProductId};
use std::collections::BTreeMap;

on_both!(
    two_hundred_want_fifty_pieces_and_fifty_get_one,
    a_crowd_with_overlapping_lines_gets_exactly_what_fits,
    edits_and_counts_go_on_while_a_crowd_buys,
);

type RequestedReservation = (PlacementId, Vec<(ProductId, i64)>);

fn is_reserved(answer: &ReserveOutcome) -> bool {
    match answer {
        ReserveOutcome::Reserved { .. } => true,
        ReserveOutcome::Insufficient { short } => {
            assert!(!short.is_empty());
            false
        }
        other => panic!("{other:?}"),
    }
}

async fn reserve_all(world: &ProductsTestBed, wishes: &[RequestedReservation]) -> Vec<bool> {
    let answers = join_all(wishes.iter().map(|(id, lines)| world.reserve(*id, lines))).await;
    answers.iter().map(is_reserved).collect()
}

async fn two_hundred_want_fifty_pieces_and_fifty_get_one(world: ProductsTestBed) {
    let a = world.stocked(50).await;
    let wishes: Vec<RequestedReservation> = (0..200).map(|_| (world.env.id(), vec![(a, 1)])).collect();
    let granted = reserve_all(&world, &wishes).await;
    assert_eq!(granted.iter().filter(|granted| **granted).count(), 50);
    assert_eq!(world.figures(a).await, (50, 50, 0));
    // who has something keeps it, who has nothing gets nothing
    assert_eq!(reserve_all(&world, &wishes).await, granted);
    assert_eq!(world.figures(a).await, (50, 50, 0));
    world.is_sound().await;
}

async fn a_crowd_with_overlapping_lines_gets_exactly_what_fits(world: ProductsTestBed) {
    let mut products = Vec::new();
    for _ in 0..5 {
        products.push(world.stocked(50).await);
    }
    let wish = |n: usize| -> RequestedReservation {
        // 1 to 3 lines of 1 to 4 units, in any order
        let mut lines: Vec<_> =
            (0..=n % 3).map(|line| (products[(n * 7 + line * 2) % 5], (n % 4 + 1) as i64)).collect();
        if n.is_multiple_of(2) {
            lines.reverse();
        }
        (world.env.id(), lines)
    };
    let wishes: Vec<RequestedReservation> = (0..200).map(wish).collect();
    let granted = reserve_all(&world, &wishes).await;

    let mut left: BTreeMap<ProductId, i64> = products.iter().map(|id| (*id, 50)).collect();
    for ((_, lines), _) in wishes.iter().zip(&granted).filter(|(_, granted)| **granted) {
        for (id, quantity) in lines {
            *left.get_mut(id).unwrap() -= quantity;
        }
    }
    for (id, left) in &left {
        assert!(*left >= 0, "{id} was oversold");
        assert_eq!(world.figures(*id).await, (50, 50 - left, 0));
    }
    // stock only went down: who was refused would be refused now
    for ((_, lines), _) in wishes.iter().zip(&granted).filter(|(_, granted)| !**granted) {
        assert!(lines.iter().any(|(id, quantity)| left[id] < *quantity), "{lines:?} fits, and was refused");
    }
    assert!(granted.iter().any(|granted| *granted) && granted.iter().any(|granted| !granted));
    world.is_sound().await;
}

async fn edits_and_counts_go_on_while_a_crowd_buys(world: ProductsTestBed) {
    let a = world.stocked(40).await;
    let wishes: Vec<RequestedReservation> = (0..60).map(|_| (world.env.id(), vec![(a, 1)])).collect();
    let (granted, edited, adjusted) = join3(
        reserve_all(&world, &wishes),
        async {
            for n in 1..=10 {
                let version = world.product(a).await.version;
                // based on what was read, however much was sold since
                let change = serde_json::json!({"name": format!("Pot {n}"), "version": version});
                world.change(a, Some(&format!("\"{version}-1\"")), change).await.unwrap();
            }
            world.product(a).await.version
        },
        async {
            for _ in 0..10 {
                world.adjust(a, 1, false).await.unwrap();
            }
        },
    )
    .await;
    let () = adjusted;
    assert_eq!(edited, 11);
    let sold = granted.iter().filter(|granted| **granted).count() as i64;
    assert!((40..=50).contains(&sold), "{sold}");
    assert_eq!(world.figures(a).await, (50, sold, 0));
    assert_eq!(world.product(a).await.name, "Pot 10");
    world.is_sound().await;
}
