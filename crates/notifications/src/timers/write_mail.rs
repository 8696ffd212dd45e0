//! `write_mail`: finds out whom to write to, and puts the mail into the mailbox. When auth or orders is away, the
//! timer comes again, each time later.

use crate::{
    Notifications,
    notice::Addressee,
    store::mails,
    template::{self, Message, Reader, Shop},
    wanted::Wanted,
};
use contracts::{auth::LookUpUser, notifications::Mail, orders::LookUpContact};
use endpoint::{ApiError, Context, Json, Path, client::CallError};
use flow::{Due, HearError, timer};

pub(super) async fn write_mail(s: Notifications, due: Due) -> Result<(), HearError> {
    let wanted: Wanted = serde_json::from_value(due.payload)?;
    let mail = mail(&s, &wanted).await?;
    let mut tx = s.db.begin().await?;
    if let Some(mail) = &mail {
        mails::insert(&mut tx, &wanted.aggregate, wanted.version, mail).await?;
    }
    timer::clear(&mut tx, super::WRITE_MAIL, &due.key).await?;
    Ok(tx.commit("notifications.write_mail").await?)
}

/// The mail, where its addressee has an address.
async fn mail(s: &Notifications, wanted: &Wanted) -> Result<Option<Mail>, HearError> {
    let (addressee, mut message) = (wanted.notice.addressee, wanted.notice.message.clone());
    let Some((to, reader, why)) = look_up(s, wanted).await? else {
        tracing::debug!(about = %addressee, template = message.template(), "nobody to write to: no mail");
        return Ok(None);
    };
    if let Message::OrderCancelled { reason } = &mut message {
        *reason = why;
    }
    let shop = Shop { name: &s.settings.shop_name, site: &s.settings.site };
    let letter = template::write(&message, &reader, shop);
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

/// Address, name and language of who is to be written to, as they are now, and why an order was cancelled, where it was.
async fn look_up(
    s: &Notifications,
    wanted: &Wanted,
) -> Result<Option<(String, Reader, Option<String>)>, HearError> {
    let mut context = Context::background(&s.env, s.settings.look_up_within);
    if let Some(correlation) = &wanted.correlation {
        context.request_id.clone_from(correlation);
    }
    let (email, reader, why) = match wanted.notice.addressee {
        Addressee::User(id) => match s.auth.call(&context, LookUpUser { id: Path(id) }).await {
            Ok(Json(user)) => {
                let language = user.language.unwrap_or_default();
                (user.email, Reader { name: user.name, language, ..Reader::default() }, None)
            }
            Err(error) => return nobody(error),
        },
        Addressee::BuyerOf(id) => match s.orders.call(&context, LookUpContact { id: Path(id) }).await {
            Ok(Json(contact)) => {
                let is_guest = contact.order_key.is_some();
                let reader = Reader {
                    name: contact.name,
                    language: contact.language.unwrap_or_default(),
                    order_number: Some(contact.number),
                    order: Some(id),
                    is_guest,
                    pay_by: contact.pay_by,
                };
                (contact.email, reader, contact.cancel_reason)
            }
            Err(error) => return nobody(error),
        },
    };
    Ok(email.filter(|address| is_address(address)).map(|address| (address, reader, why)))
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
