//! `write_emails`: writes the queued emails about one order or account, one after the other, in the order of their
//! events. While auth or orders is unreachable, the timer is retried with increasing delay, and all of them wait.
//!
//! A run that has lost its lease does no harm: whoever deletes the row of the queue writes the email.

use super::{WRITE_EMAILS, commit_step};
use crate::{
    Notifications,
    email_limit::{self, Budget, Overflow},
    store::{
        audit, emails,
        queue::{self, QueuedEmail},
    },
    template::{self, Sender},
    workflows::recipient,
};
use contracts::notifications::{Mail, SuppressionReason};
use db::Tx;
use flow::{ConsumeError, DueTimer, timer};
use kernel::{Timestamp, canonical_name::mailbox, id::MailId};
use std::time::Duration;
use uuid::Uuid;

/// What the limit is counted in.
const HOUR: Duration = Duration::from_secs(3600);
/// How long an email about a refund waits for earlier events of its order, and how often it looks for them.
const ORDER_IS_AWAITED: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What became of the first email of a queue.
enum WriteEmailOutcome {
    /// It is written, or there is nothing to write; the next one follows.
    Done,
    /// So was the last one, and the timer is cleared.
    AllDone,
    /// It has to wait until then, and those behind it too.
    NotBefore(Timestamp),
}

pub(super) async fn write_emails(s: Notifications, due: DueTimer) -> Result<(), ConsumeError> {
    loop {
        let not_before = match queue::next(&s.db, &due.key).await? {
            Some(next) => match write(&s, &due, &next).await? {
                WriteEmailOutcome::Done => continue,
                WriteEmailOutcome::AllDone => return Ok(()),
                WriteEmailOutcome::NotBefore(at) => Some(at),
            },
            None => None,
        };
        let mut tx = s.db.begin().await?;
        match not_before {
            Some(at) => timer::set(&mut tx, WRITE_EMAILS, &due.key, at, &()).await?,
            None => timer::done(&mut tx, WRITE_EMAILS, &due).await?,
        }
        return Ok(commit_step(tx).await?);
    }
}

async fn write(
    s: &Notifications,
    due: &DueTimer,
    next: &QueuedEmail,
) -> Result<WriteEmailOutcome, ConsumeError> {
    let found = recipient::find(s, &next.wanted).await?;
    if let Some(found) = &found
        && next.producer != "orders"
    {
        let is_awaited = s.env.now().since(next.happened_at) < ORDER_IS_AWAITED;
        if is_awaited && !has_heard_order(s, &due.key, found.order_version).await? {
            return Ok(WriteEmailOutcome::NotBefore(s.db.now().await?.plus(LOOK_AGAIN)));
        }
        // what was awaited may have come since the queue was read, and be the next one
        if queue::next(&s.db, &due.key).await?.is_none_or(|now| now.seq != next.seq) {
            return Ok(WriteEmailOutcome::Done);
        }
    }
    let mut tx = s.db.begin().await?;
    if !queue::remove(&mut tx, next.seq).await? {
        tx.rollback().await?;
        return Ok(WriteEmailOutcome::Done);
    }
    match found {
        Some(found) => {
            if let Some(at) = insert(s, &mut tx, next, found).await? {
                tx.rollback().await?;
                return Ok(WriteEmailOutcome::NotBefore(at));
            }
        }
        None => {
            let (about, template) = (&due.key, next.wanted.notice.message.template());
            tracing::debug!(about, template, "email skipped: no recipient");
        }
    }
    if next.is_only {
        timer::done(&mut tx, WRITE_EMAILS, due).await?;
    }
    commit_step(tx).await?;
    Ok(if next.is_only { WriteEmailOutcome::AllDone } else { WriteEmailOutcome::Done })
}

/// Whether all events of an order up to this version are in the log. An email about a refund comes by another feed
/// than those about the order, which may tell of something earlier.
async fn has_heard_order(s: &Notifications, order: &str, version: Option<i64>) -> db::Result<bool> {
    let Some(version) = version else { return Ok(true) };
    let known = audit::newest(&s.db, &[order.to_owned()]).await?;
    Ok(known.get(order).is_some_and(|known| *known >= version))
}

/// Inserts an email, suppressed where the limit demands it; when it has to be tried again, where it is postponed.
async fn insert(
    s: &Notifications,
    tx: &mut Tx,
    next: &QueuedEmail,
    found: recipient::AddressedEmail,
) -> Result<Option<Timestamp>, ConsumeError> {
    let recipient::AddressedEmail { to, reader, message, is_verified, .. } = found;
    let (mailbox, limit) = (mailbox(&to), s.settings.emails_per_address_per_hour);
    let rule = email_limit::rule(&message, is_verified).filter(|_| limit > 0);
    let now = tx.now().await?;
    let mut suppressed = None;
    if let Some((budget, overflow)) = rule
        && let Some(at) = free_at(tx, (&mailbox, budget), limit, now).await?
    {
        match overflow {
            Overflow::Postpone => return Ok(Some(at)),
            Overflow::Suppress => suppressed = Some(SuppressionReason::HourlyLimit),
        }
    }
    let about = next.wanted.notice.addressee.to_string();
    let (id, created_at) = after(emails::newest_about(tx, &about).await?, (s.env.id(), now));
    let shop = Sender { name: &s.settings.shop_name, site: &s.settings.site, zone: &s.settings.time_zone };
    let letter = template::write(&message, &reader, shop);
    let mail = Mail {
        id,
        to,
        subject: letter.subject,
        text: letter.text,
        template: message.template().to_owned(),
        about,
        created_at,
        suppressed,
    };
    let budget = rule.map(|(budget, _)| budget);
    let (aggregate, version) = (next.wanted.aggregate.as_str(), next.wanted.version);
    emails::insert(tx, &emails::NewEmail { aggregate, version, mail: &mail, mailbox: &mailbox, budget })
        .await?;
    if suppressed.is_some() {
        let (id, about, template) = (mail.id, &mail.about, &mail.template);
        // a flood of them is one line, which is counted
        tracing::warn!(template, limit, "emails suppressed: hourly limit of an address reached");
        tracing::debug!(email_id = %id, about, template, "email suppressed");
    }
    Ok(None)
}

/// When another email of this budget may be sent to the mailbox; `None`: now.
async fn free_at(
    tx: &mut Tx,
    of: (&str, Budget),
    limit: u32,
    now: Timestamp,
) -> db::Result<Option<Timestamp>> {
    emails::lock_mailbox(tx, of.0).await?;
    let last = emails::last_permitted(tx, of, now.minus(HOUR), of.1.share(limit)).await?;
    Ok(last.map(|at| at.plus(HOUR)))
}

/// ID and time of an email that comes after the newest one about the same resource, which a replica with a clock ahead
/// may have written.
fn after(newest: Option<(MailId, Timestamp)>, (id, now): (MailId, Timestamp)) -> (MailId, Timestamp) {
    match newest {
        Some((last, at)) => {
            let next = Uuid::from_u128(last.uuid().as_u128().saturating_add(1));
            (id.max(MailId::from_uuid(next)), now.max(at))
        }
        None => (id, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_comes_after_the_newest_one_whatever_the_clock_says() {
        let id = |n: u128| MailId::from_uuid(Uuid::from_u128(n));
        let at = Timestamp::from_seconds;
        assert_eq!(after(None, (id(5), at(1))), (id(5), at(1)));
        assert_eq!(after(Some((id(4), at(1))), (id(5), at(2))), (id(5), at(2)));
        assert_eq!(after(Some((id(9), at(3))), (id(5), at(2))), (id(10), at(3)));
    }
}
