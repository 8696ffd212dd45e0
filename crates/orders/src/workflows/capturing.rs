//! Captures the money before something ships: under manual capture it is only authorized until then (I5).

use crate::{
    Orders,
    order::{Heard, Order},
};
use contracts::settlement::{CaptureOwed, OwedRequest, SettleError};
use endpoint::{Body, Common, Json, client::CallError};
use flow::Cause;
use ordo_http::Call;

/// Why the money was not taken.
#[derive(Debug)]
pub(crate) enum NotCaptured {
    Refused,
    /// The provider's answer is not known yet: nothing has shipped, and it can be tried again.
    NotKnownYet,
    Call(CallError<SettleError>),
    Db(db::Error),
}

impl Orders {
    /// Takes what is owed, where it is not taken yet.
    pub(crate) async fn capture_owed(
        &self,
        call: &Call,
        order: &Order,
        cause: &Cause,
    ) -> Result<(), NotCaptured> {
        if order.is_captured() {
            return Ok(());
        }
        let capture = OwedRequest { order_id: order.id, owed: order.owed };
        let answer = match self.payments.call(&call.context, CaptureOwed { capture: Body(capture) }).await {
            Ok(Json(answer)) => answer,
            Err(CallError::Refused(SettleError::CaptureFailed)) => return Err(NotCaptured::Refused),
            Err(CallError::Refused(SettleError::PaymentInProgress)) => return Err(NotCaptured::NotKnownYet),
            Err(error) => return Err(NotCaptured::Call(error)),
        };
        let heard = Heard::of(answer.figures, answer.payment).told_by(answer.event_id);
        let order = self.hear_answer(order.id, &heard, cause).await.map_err(NotCaptured::Db)?;
        if order.is_some_and(|order| order.is_captured()) { Ok(()) } else { Err(NotCaptured::Refused) }
    }
}

impl NotCaptured {
    /// What it means for whoever wanted to ship.
    pub(crate) fn into_fail<X>(self, refused: X) -> endpoint::Fail<X> {
        match self {
            NotCaptured::Refused => endpoint::Fail::Refused(refused),
            NotCaptured::NotKnownYet => Common::Unavailable { retry_after: 1 }.into(),
            NotCaptured::Call(error) => error.into(),
            NotCaptured::Db(error) => error.into(),
        }
    }
}
