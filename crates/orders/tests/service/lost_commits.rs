//! A commit that transactions share is lost: nobody was told anything that rested on it (R9).

use crate::world::{Caller, OrdersTestBed, method, order_of, refused};
use contracts::{fulfilments::*, orders::*, payments::NewRefund};
use db::{
    Error, ErrorKind,
    sqlite::{CommitExecutor, Group},
};
use endpoint::{ApiError, Body, Created, IfMatch, OptionalIdempotencyKey, Path, client::CallError};
use kernel::{
    BoxFuture,
    id::{FulfilmentId, OrderId},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::temp_dir::TempDir;
use tokio::{sync::oneshot, time::sleep};

/// While it is full, no group becomes durable.
#[derive(Clone, Default)]
struct Disk(Arc<AtomicBool>);
impl CommitExecutor for Disk {
    fn commit(&self, group: Group) {
        match self.0.load(SeqCst) {
            true => group.fail(Error::new(ErrorKind::Full, "the disk is full")).answer(),
            false => group.commit().answer(),
        }
    }
}

/// Status and code.
type StatusAndCode = (u16, String);

fn told<R, X: ApiError>(called: Result<R, CallError<X>>) -> StatusAndCode {
    called.map_or_else(|error| refused::<(), X>(Err(error)), |_| (200, String::new()))
}

/// What both are told that share a commit which is lost; the second one finds what the first one has done.
async fn share(
    w: &OrdersTestBed,
    disk: &Disk,
    [first, second]: [BoxFuture<StatusAndCode>; 2],
) -> [StatusAndCode; 2] {
    let turn = w.db.begin().await.unwrap();
    let ask = |asked: BoxFuture<StatusAndCode>| {
        let (tell, told) = oneshot::channel();
        w.env.spawn("request", Box::pin(async move { drop(tell.send(asked.await)) }));
        told
    };
    // each waits for its turn
    let first = ask(first);
    sleep(Duration::from_millis(50)).await;
    let second = ask(second);
    sleep(Duration::from_millis(50)).await;
    disk.0.store(true, SeqCst);
    turn.rollback().await.unwrap();
    let told = [first.await.unwrap(), second.await.unwrap()];
    disk.0.store(false, SeqCst);
    told
}

fn cancel(w: &OrdersTestBed, by: &Caller, id: OrderId, key: &str, reason: &str) -> BoxFuture<StatusAndCode> {
    let (w, by, key, reason) =
        (w.clone(), by.clone(), endpoint::IdempotencyKey(key.into()), Some(reason.to_owned()));
    let cancellation = Body(Cancellation { reason, lines: None });
    Box::pin(async move {
        told(w.call(&by, CancelOrder { id: Path(id), key, based_on: IfMatch(None), cancellation }).await)
    })
}

fn pay(w: &OrdersTestBed, by: &Caller, id: OrderId, key: &str, token: &str) -> BoxFuture<StatusAndCode> {
    let (w, by, key, method) =
        (w.clone(), by.clone(), endpoint::IdempotencyKey(key.into()), Body(method(token, "automatic")));
    Box::pin(async move { told(w.call(&by, PayOrder { id: Path(id), key, method }).await) })
}

fn refund(w: &OrdersTestBed, by: &Caller, id: OrderId, key: &str, reason: &str) -> BoxFuture<StatusAndCode> {
    let (w, by, key) = (w.clone(), by.clone(), endpoint::IdempotencyKey(key.into()));
    let refund = Body(NewRefund { amount: None, reason: Some(reason.to_owned()) });
    Box::pin(async move { told(w.call(&by, RefundOrder { id: Path(id), key, refund }).await) })
}

fn fulfil(w: &OrdersTestBed, by: &Caller, id: OrderId, key: &str, carrier: &str) -> BoxFuture<StatusAndCode> {
    let (w, by, key) = (w.clone(), by.clone(), endpoint::IdempotencyKey(key.into()));
    let fulfilment = NewFulfilment { carrier: Some(carrier.to_owned()), ..NewFulfilment::default() };
    let fulfilment = Body(fulfilment);
    Box::pin(async move { told(w.call(&by, CreateFulfilment { id: Path(id), key, fulfilment }).await) })
}

fn ship(
    w: &OrdersTestBed,
    by: &Caller,
    id: FulfilmentId,
    key: &str,
    carrier: &str,
) -> BoxFuture<StatusAndCode> {
    let (w, by, key) = (w.clone(), by.clone(), OptionalIdempotencyKey(Some(key.into())));
    let shipment = Body(Shipment { carrier: Some(carrier.to_owned()), ..Shipment::default() });
    Box::pin(async move { told(w.call(&by, ShipFulfilment { id: Path(id), key, shipment }).await) })
}

fn delete(w: &OrdersTestBed, by: &Caller, id: OrderId) -> BoxFuture<StatusAndCode> {
    let (w, by) = (w.clone(), by.clone());
    Box::pin(async move { told(w.call(&by, DeleteDraft { id: Path(id), based_on: IfMatch(None) }).await) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_refusal_rests_on_what_was_not_kept() {
    let (folder, disk) = (TempDir::new(), Disk::default());
    let w = OrdersTestBed::on_sqlite_in(folder.path(), Box::new(disk.clone())).await;
    let (ada, staff) = (w.customer(), w.admin());
    let open = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await.id;
    let paid = w.paid(&ada, "automatic").await.id;
    let parcel = w.fulfil(&staff, w.paid(&ada, "automatic").await.id, None).await.id;
    let draft = NewDraft {
        user_id: ada.id,
        lines: order_of(&[(w.product(1000, 10), 2)]).lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    };
    let drafting = DraftOrder { key: OptionalIdempotencyKey(None), draft: Body(draft) };
    let Created { body: draft, .. } = w.call(&staff, drafting).await.unwrap();
    // the same key with another body, or the same draft again: the second of each pair is refused
    let pairs = [
        [cancel(&w, &ada, open, "c", "one"), cancel(&w, &ada, open, "c", "two")],
        [pay(&w, &ada, open, "p", "sim_declined"), pay(&w, &ada, open, "p", "sim_ok")],
        [refund(&w, &staff, paid, "r", "one"), refund(&w, &staff, paid, "r", "two")],
        [fulfil(&w, &staff, paid, "f", "one"), fulfil(&w, &staff, paid, "f", "two")],
        [ship(&w, &staff, parcel, "s", "one"), ship(&w, &staff, parcel, "s", "two")],
        [delete(&w, &staff, draft.id), delete(&w, &staff, draft.id)],
    ];
    for pair in pairs {
        for told in share(&w, &disk, pair).await {
            assert_eq!(told, (507, "insufficient_storage".to_owned()));
        }
    }
    // none of it has been: every second one can come now
    assert_eq!(
        refused(
            w.call(
                &ada,
                CancelOrder {
                    id: Path(draft.id),
                    key: w.key(),
                    based_on: IfMatch(None),
                    cancellation: Body(Cancellation::default())
                }
            )
            .await
        )
        .0,
        404
    );
    for second in [
        pay(&w, &ada, open, "p", "sim_ok"),
        cancel(&w, &ada, open, "c", "two"),
        fulfil(&w, &staff, paid, "f", "two"),
        refund(&w, &staff, paid, "r", "two"),
        ship(&w, &staff, parcel, "s", "two"),
        delete(&w, &staff, draft.id),
    ] {
        assert_eq!(second.await, (200, String::new()));
    }
    w.check().await;
}
