//! Asking auth who orders: once when an order is placed, and by a timer should auth be away then.

use crate::{Orders, order::PersonalData, store, workflows::kinds};
use contracts::auth::{LookUpUser, User};
use endpoint::{Context, Json, Path, client::CallError};
use flow::{ConsumeError, timer};
use kernel::{
    Language,
    id::{OrderId, UserId},
};

/// How to write to a person, as far as that is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contact {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) language: Option<Language>,
}

impl From<User> for Contact {
    fn from(user: User) -> Self {
        Contact { email: user.email, name: user.name, language: user.language }
    }
}
impl From<Contact> for PersonalData {
    fn from(Contact { email, name, language }: Contact) -> Self {
        PersonalData { email, name, language, ..PersonalData::default() }
    }
}

impl Orders {
    /// Who the user is; nobody where auth knows no such user.
    ///
    /// # Errors
    /// When auth does not answer.
    pub(crate) async fn look_up(&self, cx: &Context, user: UserId) -> Result<Contact, ConsumeError> {
        match self.auth.call(cx, LookUpUser { id: Path(user) }).await {
            Ok(Json(user)) => Ok(user.into()),
            Err(CallError::Problem(problem)) if problem.status == 404 => Ok(Contact::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Fills in who ordered.
    ///
    /// # Errors
    /// When auth does not answer, or the answer cannot be written down.
    pub(crate) async fn fill_contact(&self, cx: &Context, id: OrderId) -> Result<(), ConsumeError> {
        let found = store::orders::find(&self.db, id).await?;
        let contact = match &found {
            Some((order, PersonalData { email: None, .. })) => Some(self.look_up(cx, order.user_id).await?),
            _ => None,
        };
        let mut tx = self.db.begin().await?;
        if let Some(contact) = contact {
            store::personal_data::set_contact(&mut tx, id, &contact.into()).await?;
        }
        timer::clear(&mut tx, kinds::CONTACT, id).await?;
        Ok(tx.commit("orders.fill_contact").await?)
    }
}
