//! The mailbox's rows.

use contracts::notifications::{Mail, MailFilter};
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::MailId, spelling::key};
use uuid::Uuid;

statements! {
    INSERT = "insert into mail
                  (id, aggregate, version, template, about, recipient, subject, body, created_at, recipient_key)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (aggregate, template, version) do nothing";
    FIND = "select * from mail where id = $1";
    LIST = "select * from mail where id < $1 order by id desc limit $2";
    LIST_ABOUT = "select * from mail
                  where about = $3 and id < $1 and (cast($4 as text) is null
                      or coalesce(recipient_key, lower(recipient)) = $4)
                  order by id desc limit $2";
    LIST_TO = "select * from mail where coalesce(recipient_key, lower(recipient)) = $3 and id < $1
               order by id desc limit $2";
    /// The oldest ones first: ids rise with time.
    DELETE_OLDER = "delete from mail where id in (select id from mail order by id limit $2) and created_at < $1";
}

/// Puts a mail about `aggregate` in its `version` into the mailbox; false when it is there already.
pub(crate) async fn insert(tx: &mut Tx, aggregate: &str, version: i64, mail: &Mail) -> Result<bool> {
    let values = params![
        mail.id,
        aggregate,
        version,
        &mail.template,
        &mail.about,
        &mail.to,
        &mail.subject,
        &mail.text,
        mail.created_at,
        key(&mail.to),
    ];
    Ok(tx.run(&INSERT, values).await? == 1)
}

/// Deletes some of the mails that are older than that; how many.
pub(crate) async fn delete_older(tx: &mut Tx, than: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_OLDER, params![than, at_most]).await
}

/// The mail, and the aggregate of the event that it tells of.
pub(crate) async fn find(db: &Db, id: MailId) -> Result<Option<(Mail, String)>> {
    let row = db.query_opt(&FIND, params![id]).await?;
    row.map(|row| Ok((mail(&row)?, row.get("aggregate")?))).transpose()
}

/// Mails before `before`, newest first.
pub(crate) async fn list(
    db: &Db,
    filter: &MailFilter,
    before: Option<MailId>,
    at_most: i64,
) -> Result<Vec<Mail>> {
    // a range of an index, on the first page too
    let before = before.unwrap_or(MailId::from_uuid(Uuid::max()));
    let to = filter.to.as_deref().map(key);
    let rows = match (&filter.about, to) {
        (Some(about), to) => db.query(&LIST_ABOUT, params![before, at_most, about, to]).await?,
        (None, Some(to)) => db.query(&LIST_TO, params![before, at_most, to]).await?,
        (None, None) => db.query(&LIST, params![before, at_most]).await?,
    };
    rows.iter().map(mail).collect()
}

fn mail(row: &Row) -> Result<Mail> {
    Ok(Mail {
        id: row.get("id")?,
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        text: row.get("body")?,
        template: row.get("template")?,
        about: row.get("about")?,
        created_at: row.get("created_at")?,
    })
}
