//! Lists of orders, newest first, by keyset: ids are made when orders are placed and rise with time.

use super::{orders::complete, row};
use crate::{
    order::{Order, Person},
    words::word,
};
use contracts::orders::{OrderFilter, OrderStatus};
use db::{Db, Param, Result, params, statements};
use kernel::id::OrderId;

macro_rules! list {
    ($pattern:literal, $rest:literal) => {
        concat!(
            "select o.*, p.email, p.name, p.address, p.note, p.remarks from orders o left join person p on p.order_id = o.id ",
            $pattern,
            $rest
        )
    };
}

statements! {
    LIST = (list!("where o.id < $1 and o.status <> 'draft' ", "order by o.id desc limit $2"));
    LIST_BY_STATUS = (list!("where o.id < $1 and o.status = $3 ", "order by o.id desc limit $2"));
    LIST_OF_USER = (list!(
        "where o.id < $1 and o.user_id = $3 and o.status <> 'draft' ",
        "order by o.id desc limit $2"
    ));
    LIST_OF_USER_BY_STATUS = (list!(
        "where o.id < $1 and o.user_id = $3 and o.status = $4 ",
        "order by o.id desc limit $2"
    ));
    LIST_BY_PLACEMENT = (list!(
        "where o.id < $1 and o.placement_id = $3 and (cast($4 as uuid) is null or o.user_id = $4) ",
        "and (cast($5 as text) is null or o.status = $5) and (cast($6 as bigint) is null or o.number = $6) limit $2"
    ));
    LIST_BY_NUMBER = (list!(
        "where o.id < $1 and o.number = $3 and (cast($4 as uuid) is null or o.user_id = $4) ",
        "and (o.status = $5 or (cast($5 as text) is null and o.status <> 'draft')) limit $2"
    ));
}

/// Orders older than `before`, newest first; drafts only where they are asked for.
pub(crate) async fn list(
    db: &Db,
    filter: &OrderFilter,
    before: OrderId,
    at_most: i64,
) -> Result<Vec<(Order, Person)>> {
    let status = filter.status.map(|status: OrderStatus| word(&status));
    let mut values: Vec<Param> = params![before, at_most].to_vec();
    let statement = match (filter.number, filter.user_id, status) {
        (number, user, status) if filter.placement_id.is_some() => {
            values.extend_from_slice(params![filter.placement_id, user, status, number]);
            &LIST_BY_PLACEMENT
        }
        (Some(number), user, status) => {
            values.extend_from_slice(params![number, user, status]);
            &LIST_BY_NUMBER
        }
        (None, Some(user), Some(status)) => {
            values.extend_from_slice(params![user, status]);
            &LIST_OF_USER_BY_STATUS
        }
        (None, Some(user), None) => {
            values.extend_from_slice(params![user]);
            &LIST_OF_USER
        }
        (None, None, Some(status)) => {
            values.extend_from_slice(params![status]);
            &LIST_BY_STATUS
        }
        (None, None, None) => &LIST,
    };
    let rows = db.query(statement, &values).await?;
    let found =
        rows.iter().map(|found| Ok((row::order(found)?, row::person(found)?))).collect::<Result<_>>()?;
    complete(db, found).await
}
