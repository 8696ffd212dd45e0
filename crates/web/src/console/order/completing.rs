//! Saying that nothing is left to do of an order of which a parcel came back.

use super::{
    super::{parts::Trouble, staff::Staff},
    again, order_id, place,
};
use crate::{
    shown::{Shown, Stop},
    visit::Visit,
};
use contracts::orders::{OrderTarget, SetOrderStatus, TargetStatus};
use endpoint::{Body, IfMatch, Path, Permission};

/// `POST /console/orders/{id}/complete`: of the order as it was seen.
pub(in super::super) async fn complete(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let order = order_id(&id)?;
    let target = Body(OrderTarget { status: TargetStatus::Completed, version: None });
    let request = SetOrderStatus { id: Path(order), based_on: IfMatch(visit.form.given("etag")), target };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(place(order, "completed")),
        Err(error) => again(&visit, &staff, &id, Trouble::of(error)?).await,
    }
}
