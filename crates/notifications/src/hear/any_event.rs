//! Any event: it goes into the public log once, and the mail that it calls for into the mailbox, in one
//! transaction.
//!
//! The log is keyed by the event's id, a mail by aggregate, kind and version (R3): a repeat has no effect, and
//! neither has another event that tells the same once more.

use crate::{
    Notifications,
    notice::{self, Addressee, Notice},
    store::{log, mails},
    template::{self, Reader},
};
use contracts::{
    auth::LookUpUser,
    events::{AnyEvent, Event},
    notifications::Mail,
    orders::LookUpContact,
};
use endpoint::{ApiError, Context, Json, Path, client::CallError};
use flow::HearError;
use kernel::id::UserId;
use serde::Serialize;
use std::fmt::Display;

/// Acts on an event.
pub(crate) async fn any_event(s: Notifications, event: Event) -> Result<(), HearError> {
    // repeats are common and cost no transaction; what slips through is caught by the insert
    if log::knows(&s.db, event.id).await? {
        return Ok(());
    }
    let reading = notice::read(&event)?;
    let mail = match reading.notice {
        Some(notice) => write_mail(&s, &event, notice).await?,
        None => None,
    };
    keep(&s, &event, reading.user_id, mail).await
}

/// Keeps an event that this version cannot name: the log holds it as it is, and nobody is written to.
pub(crate) async fn strange_event(s: Notifications, event: AnyEvent) -> Result<(), HearError> {
    keep(&s, &event, None, None).await
}

async fn keep<Kind: Display + Serialize>(
    s: &Notifications,
    event: &Event<Kind>,
    user_id: Option<UserId>,
    mail: Option<Mail>,
) -> Result<(), HearError> {
    let mut tx = s.db.begin().await?;
    if !log::append(&mut tx, event, user_id).await? {
        return Ok(tx.rollback().await?);
    }
    if let Some(mail) = &mail {
        mails::insert(&mut tx, &event.subject, event.version(), mail).await?;
    }
    tx.commit("notifications.hear_event").await?;
    s.placing.notify_one();
    Ok(())
}

/// The mail, where its addressee has an address.
async fn write_mail(s: &Notifications, event: &Event, notice: Notice) -> Result<Option<Mail>, HearError> {
    let Notice { addressee, message } = notice;
    let Some((to, reader)) = look_up(s, event, addressee).await? else {
        tracing::debug!(event = %event.id, about = %addressee, "nobody to write to: no mail");
        return Ok(None);
    };
    let letter = template::write(&message, &reader, &s.settings.shop_name);
    Ok(Some(Mail {
        id: s.env.id(),
        to,
        subject: letter.subject,
        text: letter.text,
        template: message.template().to_owned(),
        about: addressee.to_string(),
        created_at: s.env.now(),
    }))
}

/// Address and name of who is to be written to, as they are now.
async fn look_up(
    s: &Notifications,
    event: &Event,
    addressee: Addressee,
) -> Result<Option<(String, Reader)>, HearError> {
    let mut context = Context::background(&s.env, s.settings.look_up_within);
    if let Some(correlation) = &event.correlationid {
        context.request_id.clone_from(correlation);
    }
    let (email, reader) = match addressee {
        Addressee::User(id) => match s.auth.call(&context, LookUpUser { id: Path(id) }).await {
            Ok(Json(user)) => (user.email, Reader { name: user.name, order_number: None }),
            Err(error) => return nobody(error),
        },
        Addressee::BuyerOf(id) => match s.orders.call(&context, LookUpContact { id: Path(id) }).await {
            Ok(Json(contact)) => {
                (contact.email, Reader { name: contact.name, order_number: Some(contact.number) })
            }
            Err(error) => return nobody(error),
        },
    };
    Ok(email.filter(|address| is_address(address)).map(|address| (address, reader)))
}

/// Who has been erased since is written to no more; other failures are the caller's.
fn nobody<T, X: ApiError>(error: CallError<X>) -> Result<Option<T>, HearError> {
    match &error {
        CallError::Problem(problem) if problem.status == 404 => Ok(None),
        _ => Err(error.into()),
    }
}

/// Something that can stand in a header as the one address that it is.
fn is_address(text: &str) -> bool {
    text.contains('@') && !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == ',')
}
