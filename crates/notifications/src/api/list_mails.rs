//! `GET /v1/mails`: the built-in mailbox, newest first.

use crate::{Notifications, store::emails};
use contracts::notifications::ListMails;
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult, page};

pub(super) async fn list_mails(s: Notifications, _: Call, asked: ListMails) -> HandlerResult<ListMails> {
    let ListMails { filter: Query(filter), slice } = asked;
    let purpose = ("list_mails", &filter);
    let before = slice.cursor.as_ref().map(|cursor| s.cursors.open(&purpose, cursor)).transpose()?;
    // one more than asked for tells whether there is a next page
    let at_most = slice.count() as i64 + 1;
    // nobody writes what is listed by hand: it may be a moment old
    let mails = emails::list(&s.db.for_replica_reads(), &filter, before, at_most).await?;
    Ok(Json(page(&slice, mails, |mail| s.cursors.seal(&purpose, &mail.id))))
}
