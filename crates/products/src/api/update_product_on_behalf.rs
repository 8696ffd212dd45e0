//! `PATCH /internal/products/{id}`: changes some of a product's data, for a user of a façade, whose original counts
//! each change: the version is one higher, even where everything is as it was or only units were counted.

use crate::{
    Products,
    workflows::change_product::{VersionBump, change_product},
};
use contracts::facades::UpdateProductOnBehalf;
use endpoint::{Body, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_product_on_behalf(
    s: Products,
    call: Call,
    UpdateProductOnBehalf { id: Path(id), based_on, change: Body(change) }: UpdateProductOnBehalf,
) -> HandlerResult<UpdateProductOnBehalf> {
    let cause = Cause::request(call.user()?, &call.context);
    change_product(&s, &cause, id, (&based_on, &change), VersionBump::Always, None).await
}
