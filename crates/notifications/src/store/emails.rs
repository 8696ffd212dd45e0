//! The mailbox's rows.

use crate::email_limit::Budget;
use contracts::notifications::{EmailStatus, Mail, MailFilter, SuppressionReason};
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, canonical_name::key, id::MailId};
use uuid::Uuid;

statements! {
    INSERT = "insert into mail (id, aggregate, version, template, about, recipient, subject, body, created_at,
                  recipient_key, mailbox, budget, suppressed)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              on conflict (aggregate, template, version) do nothing";
    FIND = "select * from mail where id = $1";
    LIST = "select * from mail where id < $1 and ($3 or suppressed is null) order by id desc limit $2";
    LIST_ABOUT = "select * from mail
                  where about = $3 and id < $1 and (cast($4 as text) is null
                      or coalesce(recipient_key, lower(recipient)) = $4) and ($5 or suppressed is null)
                  order by id desc limit $2";
    LIST_TO = "select * from mail where coalesce(recipient_key, lower(recipient)) = $3 and id < $1
                   and ($4 or suppressed is null)
               order by id desc limit $2";
    LIST_SUPPRESSED = "select * from mail
                       where suppressed is not null and id < $1 and (cast($3 as text) is null or about = $3)
                           and (cast($4 as text) is null or coalesce(recipient_key, lower(recipient)) = $4)
                       order by id desc limit $2";
    /// The newest email about a resource.
    NEWEST_ABOUT = "select id, created_at from mail where about = $1 order by id desc limit 1";
    LOCK_MAILBOX = "update mailbox_lock set locked = locked where id = $1";
    /// The email that keeps the budget used up, where as many were sent after `$3` as the budget permits.
    LAST_PERMITTED = "select created_at from mail
                      where mailbox = $1 and budget = $2 and suppressed is null and created_at > $3
                      order by created_at desc limit 1 offset $4";
    /// The oldest ones first: ids rise with time.
    DELETE_OLDER = "delete from mail where id in (select id from mail order by id limit $2) and created_at < $1";
}

/// An email that is put into the mailbox.
pub(crate) struct NewEmail<'a> {
    /// The aggregate of its event, and the aggregate's version.
    pub(crate) aggregate: &'a str,
    pub(crate) version: i64,
    pub(crate) mail: &'a Mail,
    /// What the hourly limit counts by.
    pub(crate) mailbox: &'a str,
    pub(crate) budget: Option<Budget>,
}

/// Puts an email into the mailbox; false when it is there already.
pub(crate) async fn insert(tx: &mut Tx, new: &NewEmail<'_>) -> Result<bool> {
    let NewEmail { aggregate, version, mail, mailbox, budget } = *new;
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
        mailbox,
        budget.map(Budget::name),
        mail.suppressed.map(SuppressionReason::name),
    ];
    Ok(tx.run(&INSERT, values).await? == 1)
}

/// ID and time of the newest email about a resource.
pub(crate) async fn newest_about(tx: &mut Tx, about: &str) -> Result<Option<(MailId, Timestamp)>> {
    let row = tx.query_opt(&NEWEST_ABOUT, params![about]).await?;
    row.map(|row| Ok((row.get("id")?, row.get("created_at")?))).transpose()
}

/// Locks that the migration has made.
const LOCKS: i64 = 16;

/// Until the transaction ends, no other one counts the emails to this mailbox.
pub(crate) async fn lock_mailbox(tx: &mut Tx, mailbox: &str) -> Result<()> {
    // FNV-1a: replicas of all versions have to compute the same number
    let hash = mailbox.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let lock = i64::try_from(hash % LOCKS.unsigned_abs()).unwrap_or(0);
    tx.run(&LOCK_MAILBOX, params![lock]).await.map(drop)
}

/// Where at least `permitted` emails of the budget went to this mailbox after `since`: when the one was created after
/// whose time another is permitted. The mailbox is locked.
pub(crate) async fn last_permitted(
    tx: &mut Tx,
    (mailbox, budget): (&str, Budget),
    since: Timestamp,
    permitted: u32,
) -> Result<Option<Timestamp>> {
    let offset = i64::from(permitted.max(1)) - 1;
    let row = tx.query_opt(&LAST_PERMITTED, params![mailbox, budget.name(), since, offset]).await?;
    row.map(|row| row.get("created_at")).transpose()
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
    let (about, all) = (filter.about.as_ref(), filter.status == Some(EmailStatus::All));
    let rows = match (about, to) {
        (about, to) if filter.status == Some(EmailStatus::Suppressed) => {
            db.query(&LIST_SUPPRESSED, params![before, at_most, about, to]).await?
        }
        (Some(about), to) => db.query(&LIST_ABOUT, params![before, at_most, about, to, all]).await?,
        (None, Some(to)) => db.query(&LIST_TO, params![before, at_most, to, all]).await?,
        (None, None) => db.query(&LIST, params![before, at_most, all]).await?,
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
        // there is one reason so far
        suppressed: row.get::<Option<String>>("suppressed")?.map(|_| SuppressionReason::HourlyLimit),
    })
}
