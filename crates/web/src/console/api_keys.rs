//! API keys: the list, the form that creates one and shows it once, and revoking.

use super::{
    components::{ActionError, Input, asked, done, faults, once, select, sent},
    frame::{ConsolePage, ConsoleSection},
    paging::PageLinks,
};
use crate::{
    console::user_names::UserNames,
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, Text, console as c},
    ui::{
        components::{day, empty, moment, post},
        form::FieldErrors,
    },
};
use contracts::auth::{ApiKey, CreateApiKey, ListApiKeys, NewApiKey, RevokeApiKey};
use endpoint::{
    Body, CreatedWithoutEtag, Json, OptionalIdempotencyKey, PageParams, Path, Permission, client::CallError,
    http::StatusCode,
};
use kernel::{Secret, Timestamp};
use maud::{Markup, html};

const PATH: &str = "/console/api-keys";
const REVOKE: &str = "/console/api-keys/revoke";
const DEED: &str = "create";
const SHOWN: u16 = 50;
/// The offered periods of validity, in days; the last choice is unlimited.
const EXPIRIES: [(&str, Text); 4] =
    [("30", c::IN_30_DAYS), ("90", c::IN_90_DAYS), ("365", c::IN_365_DAYS), (NEVER, c::NEVER)];
const NEVER: &str = "never";
/// The default choice.
const FIRST_CHOICE: &str = "90";

/// `GET /console/api-keys`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let revoked = Some(c::KEY_REVOKED.text()).filter(|_| visit.done("done") == "revoked");
    page(&visit, &staff, &done(revoked), None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    said: &Markup,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let turned = PageLinks::of(visit);
    let slice = PageParams { limit: Some(SHOWN), cursor: turned.cursor() };
    let Json(found) = match visit.web.needs.auth.call(&visit.cx, ListApiKeys { slice }).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(PATH));
        }
        found => found?,
    };
    let next = found.next_cursor.as_deref().map(|next| turned.next(PATH, next));
    let people = visit
        .web
        .state::<UserNames>()
        .of(visit, found.items.iter().map(|key| key.created_by).collect())
        .await;
    let now = visit.web.needs.env.now();
    let main = html! {
        div.c-head { h1 { (c::API_KEYS) } p { (c::API_KEYS_MORE) } }
        (said)
        @if let Some(trouble) = trouble { (trouble.banner()) }
        (form(visit, staff, trouble))
        @if found.items.is_empty() { (empty(c::NO_API_KEYS.text(), c::NO_API_KEYS_MORE.text(), None)) }
        @else {
            section.card.clip {
                ul.rows role="list" {
                    @for key in &found.items {
                        @let creator = people.get(&key.created_by).map_or(c::A_COLLEAGUE.text(), |person| person.name.as_str());
                        li { (one(visit, key, creator, now)) }
                    }
                }
                (turned.pager(PATH, next.as_deref()))
            }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, ConsoleSection::ApiKeys, c::API_KEYS.text())
        .with_status(status)
        .show(visit, &main))
}

fn form(visit: &RequestContext, staff: &Staff, trouble: Option<&ActionError>) -> Markup {
    // the form is empty again after a key was created
    let is_again = trouble.is_some() && visit.form.text("deed") == DEED;
    let name = if is_again { visit.form.raw("name") } else { "" };
    let expiry = if is_again { sent(&visit.form, DEED, "expiry", FIRST_CHOICE) } else { FIRST_CHOICE };
    let content = html! {
        h2 { (c::CREATE_API_KEY) }
        (once(visit, DEED, trouble))
        (Input { value: name, hint: Some(c::KEY_NAME_HINT.text()), ..Input::new("name", c::NAME.text()) }.show(&faults(trouble)))
        (select("expiry", c::KEY_EXPIRES.text(), expiry, &EXPIRIES))
        fieldset.stack.gap-3 {
            legend.label { (c::PERMISSIONS) }
            p.small.quiet { (c::KEY_PERMISSIONS_MORE) }
            @for permission in Permission::ALL.into_iter().filter(|one| staff.may(*one)) {
                @let field = c::permission_key(permission);
                label.check {
                    input type="checkbox" name=(field) value="on" checked[is_again && visit.form.raw(field) == "on"];
                    span { (c::permission(permission)) }
                }
            }
        }
        div.ends { button.btn.btn-primary { (c::CREATE_KEY) } }
    };
    html! { section.card.question { (post(visit.csrf(), PATH, "card-body stack", content)) } }
}

fn one(visit: &RequestContext, key: &ApiKey, creator: &str, now: Timestamp) -> Markup {
    let scopes: Vec<&str> = key.scopes.iter().map(|one| c::permission(*one)).collect();
    let what = html! { (c::REVOKE) span.sr { " " (key.name) } };
    let deed = html! { button.btn.btn-danger name="id" value=(key.id) { (c::REVOKE_KEY) } };
    html! {
        div.stack.gap-2 data-is=(key.id) {
            p {
                strong.wrap-any { (key.name) } " " code { "…" (key.hint) } " "
                @match key.expires_at {
                    Some(at) if at <= now => { span.badge.bad { (c::KEY_EXPIRED) } }
                    None => { span.badge { (c::NO_EXPIRY) } }
                    _ => {}
                }
            }
            p.small.quiet {
                @if scopes.is_empty() { (c::KEY_WITHOUT_PERMISSIONS) } @else { (scopes.join(" · ")) }
            }
            dl.facts.facts-row {
                @if let Some(at) = key.expires_at { div { dt { (t::EXPIRES) } dd { (moment(at)) } } }
                div { dt { (c::LAST_USED) } dd { @match key.last_used_at { Some(at) => (moment(at)), None => (c::NEVER_USED) } } }
                div { dt { (c::CREATED) } dd { (day(key.created_at)) ", " span.wrap-any { (creator) } } }
            }
            (post(visit.csrf(), REVOKE, "", asked("revoke", false, &what, c::REVOKE_MORE, &deed, PATH)))
        }
    }
}

/// The key, which is shown once.
fn shown_once(name: &str, key: Option<&Secret>) -> Markup {
    html! {
        div.banner.good role="status" {
            h2 { (c::KEY_CREATED) }
            p.wrap-any { strong { (name) } }
            @match key {
                Some(key) => { p { (c::COPY_KEY_NOW) } p { code.wrap-any data-secret { (key.expose()) } } }
                // the form was sent again
                None => { p { (c::KEY_SHOWN_BEFORE) } }
            }
        }
    }
}

/// `POST /console/api-keys`: the response contains the key, and no browser stores it.
pub(crate) async fn create(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let form = &visit.form;
    let mut wrong = FieldErrors::default();
    wrong.demand(form, "name", c::ENTER_KEY_NAME.text());
    let expiry = form.text("expiry");
    if !EXPIRIES.iter().any(|(value, _)| *value == expiry) {
        wrong.add("expiry", c::CHOOSE_EXPIRY.text());
    }
    let given = Permission::ALL.into_iter().filter(|one| form.raw(c::permission_key(*one)) == "on");
    let new = NewApiKey {
        name: form.text("name").to_owned(),
        expires_in_days: expiry.parse().ok(),
        expires_at: None,
        scopes: given.collect(),
    };
    if wrong.is_empty() {
        wrong.of_request(&new);
    }
    if !wrong.is_empty() {
        return page(&visit, &staff, &html! {}, Some(&ActionError::in_fields(wrong))).await;
    }
    let request = CreateApiKey { key: OptionalIdempotencyKey(form.given("key")), api_key: Body(new) };
    match visit.web.needs.auth.call(&visit.cx, request).await {
        Ok(CreatedWithoutEtag { body, .. }) => {
            page(&visit, &staff, &shown_once(&body.name, body.key.as_ref()), None).await
        }
        Err(error) => page(&visit, &staff, &html! {}, Some(&ActionError::of(error)?)).await,
    }
}

/// `POST /console/api-keys/revoke`.
pub(crate) async fn revoke(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let id = Path(visit.form.text("id").parse().map_err(|_| PageError::NotFound)?);
    match visit.web.needs.auth.call(&visit.cx, RevokeApiKey { id }).await {
        Ok(_) => Ok(PageResponse::redirect_with_flash(format!("{PATH}?done=revoked"))),
        // a colleague has revoked it
        Err(CallError::Problem(problem)) if problem.status == 404 => {
            Ok(PageResponse::redirect_with_flash(format!("{PATH}?done=revoked")))
        }
        Err(error) => page(&visit, &staff, &html! {}, Some(&ActionError::of(error)?)).await,
    }
}
