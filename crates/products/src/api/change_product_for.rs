//! `PATCH /internal/products/{id}`: changes some of a product's data, for a user of a façade, whose original counts
//! each change: the version is one higher, even where everything is as it was or only pieces were counted.

use crate::{
    Products,
    workflows::change_product::{VersionBump, change_product},
};
use contracts::facades::ChangeProductFor;
use endpoint::{Body, Path};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(super) async fn change_product_for(
    s: Products,
    call: Call,
    ChangeProductFor { id: Path(id), based_on, change: Body(change) }: ChangeProductFor,
) -> Answered<ChangeProductFor> {
    let cause = Cause::request(call.user()?, &call.context);
    change_product(&s, &cause, id, (&based_on, &change), VersionBump::Always, None).await
}
