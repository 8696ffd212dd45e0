//! What was consumed of products' stock: the newest version of each, and whom a shortfall concerns.

use db::{Db, Param, Result, Tx, params, statements};
use kernel::id::{OrderId, PlacementId, ProductId};

statements! {
    // the numbers of these locks have a space of their own, beside those of users
    KEEP_STILL = {
        sqlite: "select $1 as products where false",
        postgres: "select 1 as locked
                   from (select id from unnest(cast($1 as uuid[])) as id order by id) as product,
                        pg_advisory_xact_lock_shared(hashtextextended('stock ' || cast(product.id as text), 0))",
    };
    MOVE = {
        sqlite: "select $1 as product where false",
        postgres: "select 1 as locked
                   from pg_advisory_xact_lock(hashtextextended('stock ' || cast(cast($1 as uuid) as text), 0))",
    };
    HEAR = "insert into stock_heard (product_id, version) values ($1, $2)
            on conflict (product_id) do update set version = excluded.version
            where excluded.version >= stock_heard.version";
    HEARD = "select product_id, version from stock_heard where product_id > $1 order by product_id limit $2";
    FORGET_VERSION = "update stock_heard set version = $2 where product_id = $1 and version > $2";
    CONCERNED = "select placement_id from shortfall where product_id = $1 order by placement_id";
    CONCERN = "insert into shortfall (product_id, placement_id) values ($1, $2)
               on conflict (product_id, placement_id) do nothing";
    RELIEVE = "delete from shortfall where product_id = $1 and placement_id = $2";
    HEAR_RESERVATION = "insert into reservation_heard (product_id, placement_id, version, lost)
                        values ($1, $2, $3, $4)
                        on conflict (placement_id, product_id) do update
                        set version = excluded.version, lost = excluded.lost
                        where excluded.version > reservation_heard.version";
    HEARD_RESERVATIONS = "select product_id, max(version) as version from reservation_heard group by product_id";
    FORGET_RESERVATION_VERSION = "update reservation_heard set version = $2 where product_id = $1 and version > $2";
    ALL_LOST = "select o.id, r.product_id from reservation_heard r join orders o on o.placement_id = r.placement_id
                where r.lost order by o.id, r.product_id";
    LOST = "select product_id from reservation_heard where placement_id = $1 and lost order by product_id";
    IS_CONCERNED = "select exists (select 1 from shortfall where placement_id = $1) as concerned";
}

/// Until the end of the transaction nothing new is consumed of the stock of these products: what a placement reads of
/// their shortfalls is still true when it commits. Placements do not wait for one another. On SQLite, transactions that
/// write come one after the other anyway.
pub(crate) async fn keep_still(tx: &mut Tx, products: &[ProductId]) -> Result<()> {
    tx.query(&KEEP_STILL, params![products]).await.map(drop)
}

/// Waits for the placements that have read what is known of the product's stock, and lets no other read it until the
/// end of the transaction.
pub(crate) async fn move_on(tx: &mut Tx, product: ProductId) -> Result<()> {
    tx.query(&MOVE, params![product]).await.map(drop)
}

/// Remembers a version of a product's stock; false when a newer one was consumed already (R3).
pub(crate) async fn hear(tx: &mut Tx, product: ProductId, version: i64) -> Result<bool> {
    Ok(tx.run(&HEAR, params![product, version]).await? == 1)
}

/// Products after this one of whose stock something was consumed, with the newest version that was.
pub(crate) async fn heard(db: &Db, after: ProductId, at_most: i64) -> Result<Vec<(ProductId, i64)>> {
    let rows = db.query(&HEARD, params![after, at_most]).await?;
    rows.iter().map(|row| Ok((row.get("product_id")?, row.get("version")?))).collect()
}

/// Has no newer version than these of the products' stock count as heard.
pub(crate) async fn forget_versions(tx: &mut Tx, versions: &[(ProductId, i64)]) -> Result<()> {
    tx.run_each(&FORGET_VERSION, &each(versions)).await.map(drop)
}

/// The products of whose reservations something was consumed, with the newest version that was: none, but after a
/// restore.
pub(crate) async fn heard_reservations(db: &Db) -> Result<Vec<(ProductId, i64)>> {
    let rows = db.query(&HEARD_RESERVATIONS, params![]).await?;
    rows.iter().map(|row| Ok((row.get("product_id")?, row.get("version")?))).collect()
}

/// Has no newer version than these of the products' reservations count as heard.
pub(crate) async fn forget_reservation_versions(tx: &mut Tx, versions: &[(ProductId, i64)]) -> Result<()> {
    tx.run_each(&FORGET_RESERVATION_VERSION, &each(versions)).await.map(drop)
}

fn each(versions: &[(ProductId, i64)]) -> Vec<Vec<Param>> {
    versions.iter().map(|(product, version)| params![*product, *version].to_vec()).collect()
}

/// The orders with the products of which their reservation is known to be lost: none, but after a restore.
pub(crate) async fn all_lost(db: &Db) -> Result<Vec<(OrderId, ProductId)>> {
    let rows = db.query(&ALL_LOST, params![]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("product_id")?))).collect()
}

/// The placements that the product's shortfall concerns.
pub(crate) async fn concerned(tx: &mut Tx, product: ProductId) -> Result<Vec<PlacementId>> {
    tx.query(&CONCERNED, params![product]).await?.iter().map(|row| row.get("placement_id")).collect()
}

pub(crate) async fn concern(tx: &mut Tx, product: ProductId, placement: PlacementId) -> Result<()> {
    tx.run(&CONCERN, params![product, placement]).await.map(drop)
}

pub(crate) async fn relieve(tx: &mut Tx, product: ProductId, placement: PlacementId) -> Result<()> {
    tx.run(&RELIEVE, params![product, placement]).await.map(drop)
}

/// Whether the shortfall of any product concerns the placement.
pub(crate) async fn is_concerned(tx: &mut Tx, placement: PlacementId) -> Result<bool> {
    tx.query_one(&IS_CONCERNED, params![placement]).await?.get("concerned")
}

/// Remembers whether a reservation is lost; false when newer news were consumed already (R3).
pub(crate) async fn store_reservation_copy(
    tx: &mut Tx,
    (product, placement): (ProductId, PlacementId),
    version: i64,
    lost: bool,
) -> Result<bool> {
    Ok(tx.run(&HEAR_RESERVATION, params![product, placement, version, lost]).await? == 1)
}

/// The products of which the placement's reservation is lost: at most one for each of its lines.
pub(crate) async fn lost(tx: &mut Tx, placement: PlacementId) -> Result<Vec<ProductId>> {
    tx.query(&LOST, params![placement]).await?.iter().map(|row| row.get("product_id")).collect()
}
