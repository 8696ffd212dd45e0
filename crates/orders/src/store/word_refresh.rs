//! The search words of orders, as they are written again after an upgrade.

use super::{orders, personal_data};
use crate::workflows::sales_totals::correct_sums;
use db::{Db, Result, Sql, Tx, statements};
use flow::store::word_refresh::SearchRows;
use kernel::id::OrderId;
use uuid::Uuid;

statements! { NEXT = "select id from orders where id > $1 order by id limit $2"; }

pub(crate) struct OrderWords;
impl SearchRows for OrderWords {
    const NEXT: Sql = NEXT;
    async fn write(tx: &mut Tx, id: Uuid) -> Result<()> {
        let id = OrderId::from_uuid(id);
        orders::refresh_words(tx, id).await?;
        personal_data::refresh_words(tx, id).await
    }
    async fn before_pass(db: &Db) -> Result<()> {
        correct_sums(db).await
    }
}
