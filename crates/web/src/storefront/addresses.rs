//! The address book of an account: checkout starts with the default address and offers the others.

use super::account::around;
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        address::{FIELDS, address, address_inputs, address_over, check_address, form_of},
        components::{banner, empty, ends, post, summary_of},
        form::{FieldErrors, Form},
        format, icons,
        page::Page,
    },
};
use contracts::{
    Address,
    auth::{
        AddAddress, AddAddressError, AddressChange, GetAddress, ListAddresses, NewAddress, RemoveAddress,
        SavedAddress, UpdateAddress,
    },
};
use endpoint::{
    Body, Conditional, IfMatch, IfNoneMatch, Json, OptionalIdempotencyKey, PageParams, Path,
    client::CallError, etag, http::StatusCode,
};
use kernel::id::AddressId;
use maud::{Markup, html};

const HERE: &str = "/account/addresses";

/// All addresses, the default first.
pub(crate) async fn kept(visit: &RequestContext) -> Result<Vec<SavedAddress>, PageError> {
    let request = ListAddresses { slice: PageParams { limit: Some(PageParams::MOST), cursor: None } };
    let Json(mut page) = visit.web.needs.auth.call(&visit.cx, request).await?;
    page.items.sort_by_key(|kept| !kept.default);
    Ok(page.items)
}

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let all = kept(&visit).await?;
    let content = html! {
        div.row.spread {
            div.stack.gap-2 { h1 { (t::ADDRESSES) } p.quiet { (t::ADDRESSES_MORE) } }
            div.ends { a.btn.btn-primary href="/account/addresses/new" { (t::ADD_ADDRESS) } }
        }
        @if visit.done("changed") == "1" { (banner("wait", t::CHANGED_MEANWHILE.text(), nothing_saved())) }
        @if visit.done("full") == "1" { (banner("bad", t::TOO_MANY_ADDRESSES.text(), nothing_saved())) }
        @if all.is_empty() {
            (empty(t::NO_ADDRESSES.text(), t::NO_ADDRESSES_MORE.text(), None))
        } @else {
            ul.card.cards-list role="list" { @for one in &all { (entry(&visit, one)) } }
        }
    };
    Ok(around(&visit, HERE, t::ADDRESSES.text(), content).into())
}

fn nothing_saved() -> Markup {
    html! { p { (t::NOTHING_SAVED) } }
}

fn entry(visit: &RequestContext, one: &SavedAddress) -> Markup {
    let own = format!("{HERE}/{}", one.id);
    let seen = html! { input type="hidden" name="etag" value=(etag::of(&[one.version])); };
    html! {
        li.row.spread.row-top {
            address.wrap-any {
                (written(&one.address))
                @if one.default { br; span.badge.good { (icons::OK) (t::DEFAULT_ADDRESS) } }
            }
            div.row.gap-2 {
                a.btn.btn-small href=(own) { (t::CHANGE) span.sr { (t::of_address(&one.address.line1)) } }
                @if !one.default {
                    (post(visit.csrf(), &own, "", html! {
                        (seen)
                        button.btn.btn-small name="do" value="default" { (t::MAKE_DEFAULT) span.sr { (t::of_address(&one.address.line1)) } }
                    }))
                }
                a.btn.btn-small.btn-danger href={ (own) "/remove" } { (t::REMOVE_ADDRESS) span.sr { (t::of_address(&one.address.line1)) } }
            }
        }
    }
}

/// An address as on a parcel.
pub(crate) fn written(to: &Address) -> Markup {
    html! {
        strong { (to.name) } @for line in format::address(to) { br; (line) }
    }
}

pub(crate) async fn show_new(visit: RequestContext) -> Result<PageResponse, PageError> {
    let name = visit.signed_in()?.own_name().unwrap_or_default();
    let begun = [("name", name), ("country", t::HOME_COUNTRY)];
    let form =
        visit.form.or(|| Form::of(begun.map(|(name, value)| (name.to_owned(), value.to_owned())).into()));
    Ok(editor(&visit, None, &form, &FieldErrors::default()).into())
}

pub(crate) async fn show_one(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let id: AddressId = id.parse().map_err(|_| PageError::NotFound)?;
    let (etag, kept) = one(&visit, id).await?;
    let (form, etag) = (visit.form.or(|| form_of(&kept.address)), visit.form.given("etag").unwrap_or(etag));
    Ok(editor(&visit, Some((id, etag)), &form, &FieldErrors::default()).into())
}

async fn one(visit: &RequestContext, id: AddressId) -> Result<(String, SavedAddress), PageError> {
    let request = GetAddress { id: Path(id), known: IfNoneMatch(None) };
    match visit.web.needs.auth.call(&visit.cx, request).await? {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// The form for a new address, or for a stored one.
fn editor(
    visit: &RequestContext,
    seen: Option<(AddressId, String)>,
    form: &Form,
    faults: &FieldErrors,
) -> Page {
    let (title, action) = match &seen {
        Some((id, _)) => (t::CHANGE_ADDRESS.text(), format!("{HERE}/{id}")),
        None => (t::ADD_ADDRESS.text(), format!("{HERE}/new")),
    };
    let deed = html! { button.btn.btn-primary data-once { (t::SAVE_ADDRESS) } };
    let etag = seen.map(|(_, etag)| etag);
    let key = form.given("key").unwrap_or_else(|| visit.web.needs.env.uuid().to_string());
    let fields = html! {
        (summary_of(&FIELDS, faults, Some(t::NOTHING_SAVED.text())))
        input type="hidden" name="key" value=(key);
        @if let Some(etag) = &etag { input type="hidden" name="etag" value=(etag); }
        div.fields { (address_inputs(form, faults)) }
        (ends(&deed, HERE, t::CANCEL.text()))
    };
    let content = html! { h1 { (title) } (post(visit.csrf(), &action, "stack gap-6 form-fields", fields)) };
    around(visit, HERE, title, content)
}

/// Adds an address.
pub(crate) async fn add(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let form = &visit.form;
    let mut faults = FieldErrors::default();
    check_address(form, None, &mut faults);
    let new = NewAddress { address: address(form), default: false };
    // errors that the service would report are shown together with these
    faults.of_request(&new);
    if faults.is_empty() {
        let (key, address) = (OptionalIdempotencyKey(Some(visit.form_key())), Body(new));
        match visit.web.needs.auth.call(&visit.cx, AddAddress { key, address }).await {
            Ok(_) => return Ok(PageResponse::redirect(HERE)),
            Err(CallError::Refused(AddAddressError::TooManyAddresses { .. })) => {
                return Ok(PageResponse::redirect_with_flash(format!("{HERE}?full=1")));
            }
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<AddAddressError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(editor(&visit, None, form, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// Asks for confirmation.
pub(crate) async fn show_removal(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let id: AddressId = id.parse().map_err(|_| PageError::NotFound)?;
    let (etag, kept) = one(&visit, id).await?;
    let deed = html! { button.btn.btn-danger.btn-primary data-once { (t::REMOVE_IT) } };
    let form = html! {
        input type="hidden" name="etag" value=(etag);
        address.wrap-any { (written(&kept.address)) }
        p { (t::REMOVE_ADDRESS_MORE) }
        (ends(&deed, HERE, t::KEEP_ADDRESS_HERE.text()))
    };
    let main = html! {
        div.narrow.asks.stack.gap-6 {
            h1 { (t::REMOVE_ADDRESS_QUESTION) }
            div.panel { (post(visit.csrf(), &format!("{HERE}/{id}/remove"), "stack gap-6", form)) }
        }
    };
    Ok(Page::new(t::REMOVE_ADDRESS_QUESTION, main).into())
}

/// Removes an address in the version that was shown; one that is gone was removed by the same form.
pub(crate) async fn remove(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let id = Path(id.parse::<AddressId>().map_err(|_| PageError::NotFound)?);
    let request = RemoveAddress { id, based_on: IfMatch(visit.form.given("etag")) };
    match visit.web.needs.auth.call(&visit.cx, request).await {
        Ok(_) => Ok(PageResponse::redirect(HERE)),
        Err(CallError::Problem(problem)) if problem.status == 404 => Ok(PageResponse::redirect(HERE)),
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
            Ok(PageResponse::redirect_with_flash(format!("{HERE}?changed=1")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes an address, or makes it the default, in the version that was shown: a form that is sent again after another change has no
/// effect.
pub(crate) async fn change(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let (auth, form) = (&visit.web.needs.auth, &visit.form);
    let id: AddressId = id.parse().map_err(|_| PageError::NotFound)?;
    let based_on = IfMatch(form.given("etag"));
    let there = Ok(PageResponse::redirect(HERE));
    let is_edited = form.text("do") != "default";
    let mut faults = FieldErrors::default();
    let change = match is_edited {
        false => AddressChange { default: Some(true), address: None },
        true => {
            let (_, stored) = one(&visit, id).await?;
            check_address(form, [&stored.address], &mut faults);
            AddressChange { default: None, address: Some(address_over(form, &stored.address)) }
        }
    };
    if is_edited {
        faults.of_request(&change);
    }
    if !faults.is_empty() {
        return again(&visit, id, form.text("etag").to_owned(), &faults);
    }
    match auth.call(&visit.cx, UpdateAddress { id: Path(id), based_on, change: Body(change) }).await {
        Ok(_) => there,
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" && is_edited => {
            let (etag, kept) = one(&visit, id).await?;
            let mut faults = FieldErrors::default();
            faults.add("name", t::changed_to(&format::whole_address(&kept.address)));
            again(&visit, id, etag, &faults)
        }
        Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
            Ok(PageResponse::redirect_with_flash(format!("{HERE}?changed=1")))
        }
        Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
            Some(faults) => again(&visit, id, form.text("etag").to_owned(), &faults),
            None => Err(CallError::<endpoint::NoErrors>::Problem(problem).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The form again, with its input.
fn again(
    visit: &RequestContext,
    id: AddressId,
    etag: String,
    faults: &FieldErrors,
) -> Result<PageResponse, PageError> {
    let page = editor(visit, Some((id, etag)), &visit.form, faults);
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}
