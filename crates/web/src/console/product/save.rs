//! Saving a product that another user may have saved in the meantime.

use super::{
    editor,
    fields::{self, ProductEdit},
    find, page, place, product_id,
};
use crate::{
    console::{components::ActionError, user_names::UserNames},
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::console as c,
    ui::form::FieldErrors,
};
use contracts::products::{ChangeProductError, UpdateProduct};
use endpoint::{Body, IfMatch, OptionalIdempotencyKey, Path, Permission, client::CallError};
use kernel::id::{ProductId, UserId};

pub(super) const DEED: &str = "save";
/// After this many conflicts, the users have to talk.
const TRIES: u32 = 4;

/// `POST /console/products/{id}`.
pub(crate) async fn save(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Products).await?;
    let id = product_id(&id)?;
    let mut editing = ProductEdit::sent(&visit.form, visit.web.needs.settings.currency);
    let mut faults = FieldErrors::default();
    let price = editing.price(visit.web.needs.settings.currency, &mut faults);
    let (Some(price), true) = (price.clone(), faults.is_empty()) else {
        let currency = visit.web.needs.settings.currency;
        let price = price.unwrap_or_else(|| fields::any_price(currency));
        // errors that the service would report are shown together with these
        faults.of_request(&editing.change(price));
        return again(&visit, &staff, id, &editing, ActionError::in_fields(faults)).await;
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
                    let trouble = ActionError::to_choose(&title, c::SOMEBODY_SAVED_MORE.text());
                    return again(&visit, &staff, id, &editing, trouble).await;
                }
            }
            Err(CallError::Refused(ChangeProductError::SkuTaken { .. })) => {
                let mut faults = FieldErrors::default();
                faults.add("sku", c::SKU_TAKEN.text());
                return again(&visit, &staff, id, &editing, ActionError::in_fields(faults)).await;
            }
            Err(error) => return again(&visit, &staff, id, &editing, ActionError::of(error)?).await,
        }
    }
    Err(PageError::Conflict(c::SOMEBODY_SAVED.text().to_owned()))
}

/// Who saved it, if one other user did since this version and is known.
async fn saved_meanwhile(visit: &RequestContext, staff: &Staff, product: ProductId, since: i64) -> String {
    let somebody = || c::SOMEBODY_SAVED.text().to_owned();
    let editor = editor(visit, product).await.filter(|editor| editor.version == since.saturating_add(1));
    let Some(id) = editor.and_then(|editor| editor.saved_by?.parse::<UserId>().ok()) else {
        return somebody();
    };
    if id == staff.user.id {
        return c::YOU_SAVED.text().to_owned();
    }
    let people = visit.web.state::<UserNames>().of(visit, [id].into()).await;
    people.get(&id).map_or_else(somebody, |person| c::saved_meanwhile(&person.name))
}

/// The page with the submitted values.
async fn again(
    visit: &RequestContext,
    staff: &Staff,
    id: ProductId,
    editing: &ProductEdit,
    trouble: ActionError,
) -> Result<PageResponse, PageError> {
    let (_, product) = find(visit, id).await?;
    page(visit, staff, &product, editing, Some(&trouble)).await
}
