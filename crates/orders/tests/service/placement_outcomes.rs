//! The outcome of placements.

use crate::world::{OrdersTestBed, order_of};
use contracts::placements::{
    LookUpPlacements, PlacedOrder, PlacementIds, PlacementList, PlacementOutcome, ResolvePlacements,
    ResolvePlacementsRequest,
};
use endpoint::{Body, Json, client::CallError};

on_both!(
    what_was_never_heard_of_is_refused_for_ever,
    an_order_is_told_with_its_figures,
    five_hundred_are_asked_at_once,
    the_orders_that_placings_became_are_looked_up_and_nothing_is_decided
);

async fn what_was_never_heard_of_is_refused_for_ever(w: OrdersTestBed) {
    let id = w.env.id();
    for _ in 0..2 {
        assert_eq!(w.fates(&[id]).await, [PlacementOutcome::NeverPlaced { placement_id: id }]);
    }
    assert_eq!(w.number("select count(*) as n from placement where order_id is null").await, 1);
}

async fn an_order_is_told_with_its_figures(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.paid(&ada, "automatic").await;
    let placed = w.products.held();
    let never = w.env.id();
    let fates = w.fates(&[placed[0], never, placed[0]]).await;
    assert_eq!(fates.len(), 2);
    let Some(PlacementOutcome::Placed { figures }) =
        fates.iter().find(|fate| matches!(fate, PlacementOutcome::Placed { .. }))
    else {
        panic!("it is an order")
    };
    assert_eq!((figures.order_id, figures.version), (order.id, order.version));
    assert_eq!((figures.confirmed, figures.terminal), (true, false));
    assert_eq!((figures.products.len(), figures.products[0].ordered), (1, 2));
    w.cancel(&ada, order.id).await.unwrap();
    let PlacementOutcome::Placed { figures } = &w.fates(&placed).await[0] else { panic!("it is an order") };
    assert_eq!((figures.terminal, figures.products[0].cancelled), (true, 2));
}

async fn five_hundred_are_asked_at_once(w: OrdersTestBed) {
    let ids: Vec<_> = (0..500).map(|_| w.env.id()).collect();
    assert_eq!(w.fates(&ids).await.len(), 500);
    let ask = Body(ResolvePlacementsRequest { placement_ids: vec![ids[0]; 501] });
    let Err(CallError::Problem(problem)) = w.call_as("products", ResolvePlacements { ask }).await else {
        panic!("too many")
    };
    assert_eq!(problem.status, 400);
    let ada = w.customer();
    let Err(CallError::Problem(problem)) =
        w.call(&ada, ResolvePlacements { ask: Body(ResolvePlacementsRequest { placement_ids: ids }) }).await
    else {
        panic!("it is internal")
    };
    assert_eq!(problem.status, 403);
    w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.check().await;
}

async fn the_orders_that_placings_became_are_looked_up_and_nothing_is_decided(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.paid(&ada, "automatic").await;
    let (placed, never) = (w.products.held()[0], w.env.id());
    let of = |ids| LookUpPlacements { wanted: Body(PlacementIds { ids }) };
    let Json(PlacementList { items }) = w.call_as("gateway", of(vec![never, placed, placed])).await.unwrap();
    assert_eq!(items, [PlacedOrder { placement_id: placed, order_id: order.id, number: order.number }]);
    assert_eq!(w.number("select count(*) as n from placement where order_id is null").await, 0);
    let Err(CallError::Problem(problem)) = w.call_as("gateway", of(vec![placed; 201])).await else {
        panic!("too many")
    };
    assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
    for denied in [w.call(&ada, of(vec![placed])).await, w.call_as("products", of(vec![placed])).await] {
        let Err(CallError::Problem(problem)) = denied else { panic!("it is the gateway's") };
        assert_eq!(problem.status, 403);
    }
}
