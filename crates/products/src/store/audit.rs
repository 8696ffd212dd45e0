//! What the audit reads. Each check is one statement, so that it sees one moment.

use super::{movements, products};
use crate::catalogue::Product;
use contracts::audit::ReservationFact;
use db::{Db, Result, Row, params, statements};
use flow::row_reader::{RowReader, id, is_last, mark, mark_of_both};
use kernel::{
    Timestamp,
    id::{PlacementId, ProductId},
};
use std::{collections::BTreeMap, time::Duration};

statements! {
    STRANGERS = "select id from product where id <= $1 order by id limit 100";
    STRANGE_PLACEMENTS = "select id from placement where id <= $1 order by id limit 100";
    STRANGE_RESERVATIONS = "select placement_id, product_id from reservation
        where placement_id <= $1 order by placement_id, product_id limit 100";
    CATALOGUE = "select * from product where id > $1 order by id limit $2";
    NUMBERED = "select subject, count(*) as events, count(distinct sequence) as versions, min(sequence) as oldest,
               max(sequence) as newest from event
        where subject = any($1) group by subject";
    RESERVED_OTHERWISE = "select p.id, p.on_hand, p.reserved, p.short, p.backorder, coalesce(r.open, 0) as open
        from product p
        left join (select product_id, cast(sum(open) as bigint) as open from reservation group by product_id) r
               on r.product_id = p.id
        where p.reserved <> coalesce(r.open, 0) or p.reserved < 0
           or p.short <> case when p.backorder or p.reserved < p.on_hand then 0 else p.reserved - p.on_hand end
        order by p.id limit 1000";
    MOVED_OTHERWISE = "select p.id, p.on_hand, coalesce(m.moved, 0) as moved
        from product p
        left join (select product_id, cast(sum(delta) as bigint) as moved
                   from movement group by product_id) m on m.product_id = p.id
        where p.on_hand <> coalesce(m.moved, 0)
        order by p.id limit 1000";
    /// What a movement left on hand, where that is not what stands there.
    LEFT_OTHERWISE = "select product_id, seq, on_hand, left_there
        from (select product_id, seq, on_hand,
                     cast(sum(delta) over (partition by product_id order by seq) as bigint) as left_there
              from movement) told
        where on_hand <> left_there order by product_id, seq limit 1000";
    SOLD_OTHERWISE = "select placement_id, product_id, cast(sum(consumed) as bigint) as consumed,
               cast(sum(sold) as bigint) as sold
        from (select placement_id, product_id, consumed, 0 as sold from reservation where consumed > 0
              union all
              select placement_id, product_id, 0 as consumed, -delta as sold from movement where reason = 'sale') told
        group by placement_id, product_id having sum(consumed) <> sum(sold)
        order by placement_id, product_id limit 1000";
    /// Reservations of so many units that no sum with them tells anything.
    BEYOND_ALL = "select placement_id, product_id, open, consumed from reservation
        where open not between $1 and $2 or consumed not between $1 and $2
        order by placement_id, product_id limit 1000";
    BEYOND_MOVED = "select product_id, delta from movement where delta not between $1 and $2 order by seq limit 1000";
    EACH_MOVEMENT = "select * from movement where seq > $1 order by seq limit $2";
    /// Products of which units are reserved or were moved, and which are not there.
    UNKNOWN = "select told.product_id, cast(sum(told.open) as bigint) as open
        from (select product_id, open from reservation
              union all select product_id, 0 as open from movement) told
        left join product p on p.id = told.product_id
        where p.id is null group by told.product_id order by told.product_id limit 1000";
    COUNTED_OTHERWISE = "select placement_id, product_id, quantity, open, consumed, released from reservation
        where quantity <> open + consumed + released or open < 0 or consumed < 0 or released < 0
        order by placement_id, product_id limit 1000";
    /// What a sale says that its placement has had shipped, where the sales so far come to something else.
    SHIPPED_OTHERWISE = "select placement_id, product_id, shipped, sold
        from (select placement_id, product_id, seq, shipped,
                     cast(sum(-delta) over (partition by placement_id, product_id order by seq) as bigint) as sold
              from movement where reason = 'sale') told
        where shipped is null or shipped <> sold order by placement_id, product_id, seq limit 1000";
    FOUND = "select product_id, cast(sum(delta) as bigint) as units, count(*) as movements
        from movement where reason = 'found' group by product_id order by product_id limit 1000";
    NEVER_ASKED = "select p.id from placement p
        where p.ask_at is null
          and exists (select 1 from reservation r where r.placement_id = p.id and r.open > 0)
        order by p.id limit 1000";
    ASKED_IN_VAIN = "select id, asked_in_vain, asked_since from placement
        where ask_at is not null and asked_in_vain >= $1 and asked_since < $2
        order by id limit 1000";
    RESERVATIONS_AFTER = "select r.placement_id, r.product_id, r.open, r.consumed, r.created_at,
               coalesce(p.asked_since, p.ask_at, r.created_at) as ask_at, p.version, p.ask_step
        from reservation r join placement p on p.id = r.placement_id
        where (r.placement_id, r.product_id) > ($1, $2) and (r.open > 0 or r.consumed > 0)
        order by r.placement_id, r.product_id limit $3";
    RESERVATIONS_OF = "select r.placement_id, r.product_id, r.open, r.consumed, r.created_at,
               coalesce(p.asked_since, p.ask_at, r.created_at) as ask_at, p.version, p.ask_step
        from reservation r join placement p on p.id = r.placement_id
        where r.placement_id = any($1) and (r.open > 0 or r.consumed > 0)
        order by r.placement_id, r.product_id";
    VERSIONS_HEARD = "select id, version from placement where id = any($1)";
    POSITION_HEARD = "select position from heard where producer = $1";
}

/// A product whose reserved units are not those of its reservations, or more than may be.
pub(crate) struct ReservedMismatch {
    pub(crate) product_id: ProductId,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
    pub(crate) short: i64,
    pub(crate) backorder: bool,
    pub(crate) open: i64,
}

/// A product whose units on hand are not the sum of its ledger.
pub(crate) struct LedgerMismatch {
    pub(crate) product_id: ProductId,
    pub(crate) on_hand: i64,
    pub(crate) moved: i64,
}

/// A movement after which other units were on hand than it says.
pub(crate) struct BalanceMismatch {
    pub(crate) product_id: ProductId,
    pub(crate) on_hand: i64,
    pub(crate) left: i64,
}

/// How the events of a product are numbered.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EventSequence {
    pub(crate) events: i64,
    /// Without those that stand twice.
    pub(crate) versions: i64,
    pub(crate) oldest: i64,
    pub(crate) newest: i64,
}

/// A product that is not there.
pub(crate) struct MissingProduct {
    pub(crate) product_id: ProductId,
    pub(crate) open: i64,
}

/// A reservation whose units do not come to what was reserved.
pub(crate) struct ReservationMismatch {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) quantity: i64,
    pub(crate) open: i64,
    pub(crate) consumed: i64,
    pub(crate) released: i64,
}

/// A sale that says something else of its placement than the sales until then.
pub(crate) struct SaleMismatch {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) shipped: Option<i64>,
    pub(crate) sold: i64,
}

/// A placement whose consumed units of a product are not its sales in the ledger.
pub(crate) struct ConsumedMismatch {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) consumed: i64,
    pub(crate) sold: i64,
}

/// Reads so many products after this one, and gives the last one, and each with how many events it has counted; none at the
/// end. What cannot be read is named.
pub(crate) async fn catalogue(
    db: &Db,
    after: ProductId,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(ProductId, Vec<(Product, i64)>)>> {
    if is_last(after) {
        return Ok(None);
    }
    let rows = db.query(&CATALOGUE, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let read = |row: &Row| Ok((products::read(row)?, row.get("told")?));
    let counted = reading.rows(("product", "id"), &rows, product, read);
    Ok(Some((mark(last, "id"), counted)))
}

/// Names products, placements and reservations whose id is none.
pub(crate) async fn strangers(db: &Db, reading: &mut RowReader) -> Result<()> {
    let nil = params![uuid::Uuid::nil()];
    let rows = db.query(&STRANGERS, nil).await?;
    reading.strangers::<ProductId, 1>(("product", "id"), &rows, product);
    let rows = db.query(&STRANGE_PLACEMENTS, nil).await?;
    reading.strangers::<PlacementId, 1>(("placement", "id"), &rows, placement);
    let rows = db.query(&STRANGE_RESERVATIONS, nil).await?;
    let read = |row: &Row| -> Result<()> {
        row.get::<PlacementId>("placement_id")?;
        row.get::<ProductId>("product_id").map(drop)
    };
    reading.rows(("reservation", "placement_id"), &rows, of_both, read);
    Ok(())
}

/// A movement, as far as all others are added to it.
pub(crate) struct MovementTotals {
    pub(crate) product_id: ProductId,
    pub(crate) delta: i64,
}

/// Reads so many movements after this one, and gives the last one; none at the end. What cannot be read is named.
pub(crate) async fn each_movement(
    db: &Db,
    after: i64,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(i64, Vec<MovementTotals>)>> {
    let rows = db.query(&EACH_MOVEMENT, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let about = |row: &Row| [id::<ProductId>(row, "product_id"), id::<PlacementId>(row, "placement_id")];
    let read =
        |row: &Row| movements::read(row).map(|m| MovementTotals { product_id: m.product_id, delta: m.delta });
    let found = reading.rows(("movement", "seq"), &rows, about, read);
    Ok(Some((last.get("seq")?, found)))
}

/// Movements of units that are not between these.
pub(crate) async fn beyond_moved(db: &Db, (least, most): (i64, i64)) -> Result<Vec<MovementTotals>> {
    let rows = db.query(&BEYOND_MOVED, params![least, most]).await?;
    rows.iter()
        .map(|row| Ok(MovementTotals { product_id: row.get("product_id")?, delta: row.get("delta")? }))
        .collect()
}

/// A reservation of more units than there are.
pub(crate) struct OverflowingReservation {
    pub(crate) placement_id: PlacementId,
    pub(crate) product_id: ProductId,
    pub(crate) open: i64,
    pub(crate) consumed: i64,
}

/// Reservations of units that are not between these.
pub(crate) async fn beyond_all(
    db: &Db,
    (least, most): (i64, i64),
    reading: &mut RowReader,
) -> Result<Vec<OverflowingReservation>> {
    let read = |row: &Row| {
        Ok(OverflowingReservation {
            placement_id: row.get("placement_id")?,
            product_id: row.get("product_id")?,
            open: row.get("open")?,
            consumed: row.get("consumed")?,
        })
    };
    let rows = db.query(&BEYOND_ALL, params![least, most]).await?;
    Ok(reading.rows(("reservation", "placement_id"), &rows, of_both, read))
}

/// How many events these products have, and the number of the newest one. What cannot be read is named.
pub(crate) async fn numbered(
    db: &Db,
    products: &[ProductId],
    reading: &mut RowReader,
) -> Result<BTreeMap<String, EventSequence>> {
    let subjects: Vec<String> = products.iter().map(ToString::to_string).collect();
    let rows = db.query(&NUMBERED, params![subjects]).await?;
    let read = |row: &Row| {
        let numbered = EventSequence {
            events: row.get("events")?,
            versions: row.get("versions")?,
            oldest: row.get("oldest")?,
            newest: row.get("newest")?,
        };
        Ok((row.get("subject")?, numbered))
    };
    let about = |row: &Row| [row.get("subject").ok()];
    Ok(reading.rows(("event of the product", "subject"), &rows, about, read).into_iter().collect())
}

pub(crate) async fn reserved_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<ReservedMismatch>> {
    let read = |row: &Row| {
        Ok(ReservedMismatch {
            product_id: row.get("id")?,
            on_hand: row.get("on_hand")?,
            reserved: row.get("reserved")?,
            short: row.get("short")?,
            backorder: row.get("backorder")?,
            open: row.get("open")?,
        })
    };
    let rows = db.query(&RESERVED_OTHERWISE, params![]).await?;
    Ok(reading.rows(("product", "id"), &rows, product, read))
}

pub(crate) async fn moved_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<LedgerMismatch>> {
    let read = |row: &Row| {
        Ok(LedgerMismatch {
            product_id: row.get("id")?,
            on_hand: row.get("on_hand")?,
            moved: row.get("moved")?,
        })
    };
    let rows = db.query(&MOVED_OTHERWISE, params![]).await?;
    Ok(reading.rows(("product", "id"), &rows, product, read))
}

pub(crate) async fn left_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<BalanceMismatch>> {
    let read = |row: &Row| {
        Ok(BalanceMismatch {
            product_id: row.get("product_id")?,
            on_hand: row.get("on_hand")?,
            left: row.get("left_there")?,
        })
    };
    let rows = db.query(&LEFT_OTHERWISE, params![]).await?;
    Ok(reading.rows(("movement", "seq"), &rows, of_product, read))
}

pub(crate) async fn unknown(db: &Db, reading: &mut RowReader) -> Result<Vec<MissingProduct>> {
    let read = |row: &Row| Ok(MissingProduct { product_id: row.get("product_id")?, open: row.get("open")? });
    let rows = db.query(&UNKNOWN, params![]).await?;
    Ok(reading.rows(("reservation or movement of the product", "product_id"), &rows, of_product, read))
}

pub(crate) async fn counted_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<ReservationMismatch>> {
    let read = |row: &Row| {
        Ok(ReservationMismatch {
            placement_id: row.get("placement_id")?,
            product_id: row.get("product_id")?,
            quantity: row.get("quantity")?,
            open: row.get("open")?,
            consumed: row.get("consumed")?,
            released: row.get("released")?,
        })
    };
    let rows = db.query(&COUNTED_OTHERWISE, params![]).await?;
    Ok(reading.rows(("reservation", "placement_id"), &rows, of_both, read))
}

pub(crate) async fn shipped_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<SaleMismatch>> {
    let read = |row: &Row| {
        Ok(SaleMismatch {
            placement_id: row.get("placement_id")?,
            product_id: row.get("product_id")?,
            shipped: row.get("shipped")?,
            sold: row.get("sold")?,
        })
    };
    let rows = db.query(&SHIPPED_OTHERWISE, params![]).await?;
    Ok(reading.rows(("movement of the placing", "placement_id"), &rows, of_both, read))
}

pub(crate) async fn sold_otherwise(db: &Db, reading: &mut RowReader) -> Result<Vec<ConsumedMismatch>> {
    let read = |row: &Row| {
        Ok(ConsumedMismatch {
            placement_id: row.get("placement_id")?,
            product_id: row.get("product_id")?,
            consumed: row.get("consumed")?,
            sold: row.get("sold")?,
        })
    };
    let rows = db.query(&SOLD_OTHERWISE, params![]).await?;
    Ok(reading.rows(("reservation or movement of the placing", "placement_id"), &rows, of_both, read))
}

/// Placements that hold stock, and are not asked about.
pub(crate) async fn never_asked(db: &Db, reading: &mut RowReader) -> Result<Vec<PlacementId>> {
    let rows = db.query(&NEVER_ASKED, params![]).await?;
    Ok(reading.rows(("placement", "id"), &rows, placement, |row| row.get("id")))
}

/// A product of which more was shipped than the books had.
pub(crate) struct StockCorrection {
    pub(crate) product_id: ProductId,
    pub(crate) units: i64,
    pub(crate) movements: i64,
}

pub(crate) async fn found(db: &Db, reading: &mut RowReader) -> Result<Vec<StockCorrection>> {
    let read = |row: &Row| {
        Ok(StockCorrection {
            product_id: row.get("product_id")?,
            units: row.get("units")?,
            movements: row.get("movements")?,
        })
    };
    let rows = db.query(&FOUND, params![]).await?;
    Ok(reading.rows(("movement of the product", "product_id"), &rows, of_product, read))
}

/// A placing of which nothing could be found out.
pub(crate) struct UnresolvedPlacement {
    pub(crate) placement_id: PlacementId,
    pub(crate) times: i64,
    pub(crate) since: Timestamp,
}

/// Placements that were asked about so often since before then, and never with an answer that could be followed.
pub(crate) async fn asked_in_vain(
    db: &Db,
    times: i64,
    before: Timestamp,
    reading: &mut RowReader,
) -> Result<Vec<UnresolvedPlacement>> {
    let read = |row: &Row| {
        Ok(UnresolvedPlacement {
            placement_id: row.get("id")?,
            times: row.get("asked_in_vain")?,
            since: row.get("asked_since")?,
        })
    };
    let rows = db.query(&ASKED_IN_VAIN, params![times, before]).await?;
    Ok(reading.rows(("placement", "id"), &rows, placement, read))
}

/// What is open, or was consumed, and the last one of that; none at the end.
pub(crate) async fn reservations_after(
    db: &Db,
    (placement_id, product_id): (PlacementId, ProductId),
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<((PlacementId, ProductId), Vec<ReservationFact>)>> {
    if is_last(placement_id) {
        return Ok(None);
    }
    let rows = db.query(&RESERVATIONS_AFTER, params![placement_id, product_id, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let last = mark_of_both(last, ("placement_id", "product_id"));
    Ok(Some((last, reading.rows(("reservation", "placement_id"), &rows, of_both, reservation))))
}

fn product(row: &Row) -> [Option<String>; 1] {
    [id::<ProductId>(row, "id")]
}

fn placement(row: &Row) -> [Option<String>; 1] {
    [id::<PlacementId>(row, "id")]
}

fn of_product(row: &Row) -> [Option<String>; 1] {
    [id::<ProductId>(row, "product_id")]
}

fn of_both(row: &Row) -> [Option<String>; 2] {
    [id::<PlacementId>(row, "placement_id"), id::<ProductId>(row, "product_id")]
}

/// What is open, or was consumed, of these placements.
pub(crate) async fn reservations_of(db: &Db, placements: &[PlacementId]) -> Result<Vec<ReservationFact>> {
    let rows = db.query(&RESERVATIONS_OF, params![placements]).await?;
    // one that cannot be read is named where all are checked
    Ok(rows.iter().filter_map(|row| reservation(row).ok()).collect())
}

/// The newest version that was consumed of the order of each of these placements.
pub(crate) async fn versions_heard(db: &Db, placements: &[PlacementId]) -> Result<Vec<(PlacementId, i64)>> {
    let rows = db.query(&VERSIONS_HEARD, params![placements]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("version")?))).collect()
}

/// How far the feed of `producer` has been consumed. Where that cannot be read it is named with what was consumed of all
/// others.
pub(crate) async fn position_heard(db: &Db, producer: &str) -> Result<i64> {
    let row = db.query_opt(&POSITION_HEARD, params![producer]).await?;
    Ok(row.map_or(0, |row| row.get("position").unwrap_or_default()))
}

fn reservation(row: &Row) -> Result<ReservationFact> {
    let created_at: Timestamp = row.get("created_at")?;
    let ask_at: Timestamp = row.get("ask_at")?;
    // nothing has been consumed of its order: the first question is due when it is so old, whatever stands there
    let is_new = row.get::<i64>("version")? == 0;
    let first = created_at.plus(Duration::from_micros(row.get::<i64>("ask_step")?.unsigned_abs()));
    Ok(ReservationFact {
        placement_id: row.get("placement_id")?,
        product_id: row.get("product_id")?,
        open: row.get("open")?,
        consumed: row.get("consumed")?,
        created_at,
        ask_at: if is_new { ask_at.min(first) } else { ask_at },
    })
}
