//! Several orders are read with their parcels, for the papers of all of them.

use crate::{
    drafts::{draft_for, drafted, place},
    world::OrdersTestBed,
};
use contracts::{fulfilments::*, orders::ListHistory, packing_slips::*};
use endpoint::{Body, Json, OptionalIdempotencyKey, PageParams, Path, client::CallError};
use kernel::id::OrderId;

on_both!(
    orders_are_looked_up_with_their_parcels_and_when_they_were_placed,
    of_very_many_parcels_the_newest_are_looked_up_and_how_many_come_before,
);

fn of(ids: Vec<OrderId>) -> LookUpOrders {
    LookUpOrders { wanted: Body(OrderIds { ids }) }
}

async fn orders_are_looked_up_with_their_parcels_and_when_they_were_placed(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let (first, second) = (w.paid(&ada, "automatic").await, w.paid(&ada, "automatic").await);
    let undone = w.fulfil(&staff, first.id, None).await;
    w.call(&staff, CancelFulfilment { id: Path(undone.id), key: OptionalIdempotencyKey(None) })
        .await
        .unwrap();
    let parcel = w.fulfil(&staff, first.id, None).await;
    let draft = drafted(&w, &staff, &draft_for(&ada, &[(w.product(1000, 10), 1)])).await;
    place(&w, &staff, draft.id).await.unwrap();

    let wanted = vec![second.id, w.env.id(), draft.id, first.id, second.id];
    let Json(OrderList { items }) = w.call_as("gateway", of(wanted)).await.unwrap();
    let found: Vec<_> = items.iter().map(|found| found.order.id).collect();
    assert_eq!(found, [second.id, draft.id, first.id]);
    let parcels: Vec<_> = items[2].fulfilments.iter().map(|parcel| (parcel.id, parcel.status)).collect();
    let expected = [(undone.id, FulfilmentStatus::Cancelled), (parcel.id, FulfilmentStatus::Pending)];
    assert_eq!(parcels, expected);
    assert_eq!(items[2].fulfilments[1].lines, parcel.lines);
    assert!(items[..2].iter().all(|found| found.fulfilments.is_empty()));
    assert!(items.iter().all(|found| found.earlier == 0));
    // as staff see it, whoever may ask
    let seen = w.get(&staff, first.id).await;
    assert_eq!(
        (&items[2].order.shipping_address, &items[2].order.note),
        (&seen.shipping_address, &seen.note)
    );
    // a draft is made before it is placed, and was ordered then
    for found in &items {
        let slice = PageParams { limit: None, cursor: None };
        let Json(history) = w.call(&staff, ListHistory { id: Path(found.order.id), slice }).await.unwrap();
        let placed = history.items.iter().find(|item| item.kind == "order.placed").unwrap();
        assert_eq!(found.placed_at, placed.at);
    }
    assert!(items[1].placed_at > items[1].order.created_at);

    let Json(OrderList { items }) = w.call_as("gateway", of(vec![])).await.unwrap();
    assert_eq!(items, []);
    let Err(CallError::Problem(problem)) = w.call_as("gateway", of(vec![first.id; 51])).await else {
        panic!("too many")
    };
    assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
    for denied in [w.call(&staff, of(vec![first.id])).await, w.call_as("products", of(vec![first.id])).await]
    {
        let Err(CallError::Problem(problem)) = denied else { panic!("it is the gateway's") };
        assert_eq!(problem.status, 403);
    }
    w.check().await;
}

async fn of_very_many_parcels_the_newest_are_looked_up_and_how_many_come_before(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let (many, few) = (w.paid(&ada, "automatic").await, w.paid(&ada, "automatic").await);
    w.fulfil(&staff, few.id, None).await;
    let mut made = Vec::new();
    for n in 1..=OrderWithFulfilments::PARCELS + 2 {
        let parcel = w.fulfil(&staff, many.id, None).await;
        w.call(&staff, CancelFulfilment { id: Path(parcel.id), key: OptionalIdempotencyKey(None) })
            .await
            .unwrap();
        made.push(parcel.id);
        if n < OrderWithFulfilments::PARCELS {
            continue;
        }
        let Json(OrderList { items }) = w.call_as("gateway", of(vec![many.id, few.id])).await.unwrap();
        let found: Vec<_> = items[0].fulfilments.iter().map(|parcel| parcel.id).collect();
        let earlier = n - OrderWithFulfilments::PARCELS;
        assert_eq!(items[0].earlier, earlier);
        assert_eq!(found, made.iter().copied().skip(earlier.try_into().unwrap()).collect::<Vec<_>>());
        assert_eq!((items[1].fulfilments.len(), items[1].earlier), (1, 0));
    }
    w.check().await;
}
