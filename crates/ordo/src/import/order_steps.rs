//! Brings an imported order to where it was, by the ways that every order goes.

use super::Status;
use crate::exit_code::Failure;
use contracts::{
    facades::{LookUpOrder, SetOrderStatusOnBehalf, TargetStatusRequest},
    orders::{OrderStatus, SetOrderStatusError, TargetStatus},
};
use endpoint::{
    Body, Context, Json, Path,
    client::{CallError, Client},
};
use kernel::{Env, id::UserId};
use std::time::Duration;

/// How long a step of an order may take.
const WITHIN: Duration = Duration::from_secs(30);

/// What brings an order where it was.
pub(super) struct Steps {
    /// In whose name.
    pub(super) admin: UserId,
    pub(super) orders: Client,
}

impl Steps {
    /// Brings an imported order to where it was, by the ways that every order goes. What was cut off is gone on with;
    /// an order that has gone on here since, or was imported in another state, stays where it is.
    pub(super) async fn bring(
        &self,
        env: &Env,
        imported: &orders::ImportedOrder,
        status: Status,
    ) -> Result<(), Failure> {
        let targets: &[TargetStatus] = match status {
            Status::Pending => return Ok(()),
            Status::Confirmed => &[TargetStatus::Confirmed],
            Status::Shipped => &[TargetStatus::Confirmed, TargetStatus::Shipped],
            Status::Delivered | Status::Completed => {
                &[TargetStatus::Confirmed, TargetStatus::Shipped, TargetStatus::Delivered]
            }
            Status::Cancelled => &[TargetStatus::Cancelled],
        };
        let id = imported.id;
        let failed = |error: String| Failure::other(format!("{id}: {error}. Import once more to go on."));
        let context = || Context::background(env, WITHIN).acting_for(self.admin);
        let Json(here) = self
            .orders
            .call(&context(), LookUpOrder { id: Path(id) })
            .await
            .map_err(|e| failed(e.to_string()))?;
        let is_same = here.metadata.get("imported_status").map(String::as_str) == Some(status.word());
        if !is_same
            || matches!(
                here.status,
                OrderStatus::Completed | OrderStatus::Cancelled | OrderStatus::Cancelling
            )
        {
            return Ok(());
        }
        for target in targets {
            let target = Body(TargetStatusRequest { status: Some(*target) });
            match self.orders.call(&context(), SetOrderStatusOnBehalf { id: Path(id), target }).await {
                Ok(_) => {}
                // it has gone on here since
                Err(CallError::Refused(SetOrderStatusError::IllegalTransition { .. })) => return Ok(()),
                Err(error) => return Err(failed(error.to_string())),
            }
        }
        Ok(())
    }
}
