//! Asking auth who orders: once when an order is placed, and by a timer should auth be away then.

use crate::{Orders, order::Person, store, work::kinds};
use contracts::auth::LookUpUser;
use endpoint::{Context, Json, Path, client::CallError};
use flow::{HearError, timer};
use kernel::id::{OrderId, UserId};

/// A person's e-mail address and name, each where there is one.
pub(crate) type Contact = (Option<String>, Option<String>);

impl Orders {
    /// Who the user is; nobody where auth knows no such user.
    ///
    /// # Errors
    /// When auth does not answer.
    pub(crate) async fn look_up(&self, cx: &Context, user: UserId) -> Result<Contact, HearError> {
        match self.auth.call(cx, LookUpUser { id: Path(user) }).await {
            Ok(Json(user)) => Ok((user.email, user.name)),
            Err(CallError::Problem(problem)) if problem.status == 404 => Ok((None, None)),
            Err(error) => Err(error.into()),
        }
    }

    /// Fills in who ordered.
    ///
    /// # Errors
    /// When auth does not answer, or the answer cannot be written down.
    pub(crate) async fn fill_contact(&self, cx: &Context, id: OrderId) -> Result<(), HearError> {
        let found = store::orders::find(&self.db, id).await?;
        let contact = match &found {
            Some((order, Person { email: None, .. })) => Some(self.look_up(cx, order.user_id).await?),
            _ => None,
        };
        let mut tx = self.db.begin().await?;
        if let Some((email, name)) = contact {
            store::persons::set_contact(&mut tx, id, email, name).await?;
        }
        timer::clear(&mut tx, kinds::CONTACT, id).await?;
        Ok(tx.commit("orders.fill_contact").await?)
    }
}
