//! Saving a product that somebody else may have saved meanwhile.

use super::{
    editor,
    fields::{self, Editing},
    find, page, place, product_id,
};
use crate::{
    console::{parts::Trouble, user_names::Colleagues},
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::console as c,
    ui::form::Faults,
};
use contracts::products::{ChangeProductError, UpdateProduct};
use endpoint::{Body, IfMatch, OptionalIdempotencyKey, Path, Permission, client::CallError};
use kernel::id::{ProductId, UserId};

pub(super) const DEED: &str = "save";
/// Somebody who saves as often as this meanwhile is for people to talk to.
const TRIES: u32 = 4;

/// `POST /console/products/{id}`.
pub(crate) async fn save(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let id = product_id(&id)?;
    let mut editing = Editing::sent(&visit.form, visit.web.needs.settings.currency);
    let mut faults = Faults::default();
    let price = editing.price(visit.web.needs.settings.currency, &mut faults);
    let (Some(price), true) = (price.clone(), faults.is_empty()) else {
        let currency = visit.web.needs.settings.currency;
        let price = price.unwrap_or_else(|| fields::any_price(currency));
        // what the service would say as well is said with the rest
        faults.of_request(&editing.change(price));
        return again(&visit, &staff, id, &editing, Trouble::in_fields(faults)).await;
    };
    let key = editing.key(&visit.form_key());
    for _ in 0..TRIES {
        if !editing.is_changed() {
            return Ok(place(id, "unchanged"));
        }
        let change = Body(editing.change(price.clone()));
        let key = OptionalIdempotencyKey(Some(key.clone()));
        let request = UpdateProduct { id: Path(id), key, based_on: IfMatch(None), change };
        match visit.web.needs.products.call(&visit.cx, request).await {
            Ok(_) => return Ok(place(id, "saved")),
            Err(CallError::Refused(ChangeProductError::VersionConflict { .. })) => {
                let (_, theirs) = find(&visit, id).await?;
                let since = editing.version();
                editing = editing.merged(&theirs);
                if editing.has_conflicts() {
                    let title = saved_meanwhile(&visit, &staff, id, since).await;
                    let trouble = Trouble::to_choose(&title, c::SOMEBODY_SAVED_MORE.say());
                    return again(&visit, &staff, id, &editing, trouble).await;
                }
            }
            Err(CallError::Refused(ChangeProductError::SkuTaken { .. })) => {
                let mut faults = Faults::default();
                faults.add("sku", c::SKU_TAKEN.say());
                return again(&visit, &staff, id, &editing, Trouble::in_fields(faults)).await;
            }
            Err(error) => return again(&visit, &staff, id, &editing, Trouble::of(error)?).await,
        }
    }
    Err(Stop::Conflict(c::SOMEBODY_SAVED.say().to_owned()))
}

/// Who saved it, where there was one alone since this version, and it is told.
async fn saved_meanwhile(visit: &Visit, staff: &Staff, product: ProductId, since: i64) -> String {
    let somebody = || c::SOMEBODY_SAVED.say().to_owned();
    let editor = editor(visit, product).await.filter(|editor| editor.version == since.saturating_add(1));
    let Some(id) = editor.and_then(|editor| editor.saved_by?.parse::<UserId>().ok()) else {
        return somebody();
    };
    if id == staff.user.id {
        return c::YOU_SAVED.say().to_owned();
    }
    let people = visit.web.state::<Colleagues>().of(visit, [id].into()).await;
    people.get(&id).map_or_else(somebody, |person| c::saved_meanwhile(&person.name))
}

/// The page with what was typed.
async fn again(
    visit: &Visit,
    staff: &Staff,
    id: ProductId,
    editing: &Editing,
    trouble: Trouble,
) -> Result<Shown, Stop> {
    let (_, product) = find(visit, id).await?;
    page(visit, staff, &product, editing, Some(&trouble)).await
}
