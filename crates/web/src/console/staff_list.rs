//! Staff and their permissions: the list, and for administrators the form that changes permissions.

use super::{
    components::{ActionError, done, sent},
    customers::{find, table},
    frame::{ConsolePage, ConsoleSection},
};
use crate::{
    session::{
        page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff, tokens::name_of,
    },
    texts::{self as t, console as c},
    ui::components::{ends, post},
};
use contracts::auth::{ListUsers, Role, UpdateUser, User, UserChange, UserFilter};
use endpoint::{Body, IfMatch, Json, PageParams, Path, Permission, Query, http::StatusCode};
use futures_util::future::try_join;
use maud::{Markup, html};

const PATH: &str = "/console/staff";
const DEED: &str = "role";
const ROLES: [(&str, Role); 3] =
    [("customer", Role::Customer), ("staff", Role::Staff), ("admin", Role::Admin)];

/// `GET /console/staff`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    let of = |role: Role| {
        let filter = Query(UserFilter { role: Some(role), ..UserFilter::default() });
        let slice = PageParams { limit: Some(PageParams::MOST), cursor: None };
        visit.web.needs.auth.call(&visit.cx, ListUsers { filter, slice })
    };
    let (Json(admins), Json(others)) = try_join(of(Role::Admin), of(Role::Staff)).await?;
    let has_more = admins.next_cursor.is_some() || others.next_cursor.is_some();
    let all: Vec<User> = admins.items.into_iter().chain(others.items).collect();
    let main = html! {
        div.c-head { h1 { (c::STAFF) } p { (c::HOW_STAFF_ARE_MADE) } }
        div.card.clip {
            (table(&all, PATH, true))
            @if has_more { p.card-foot.small.quiet { (c::NOT_ALL) } }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Staff, c::STAFF.text()).show(&visit, &main))
}

/// `GET /console/staff/{id}`.
pub(crate) async fn one(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Settings).await?;
    page(&visit, &staff, &id, None).await
}

async fn page(
    visit: &RequestContext,
    staff: &Staff,
    id: &str,
    trouble: Option<&ActionError>,
) -> Result<PageResponse, PageError> {
    let (etag, user) = find(visit, id).await?;
    let name = name_of(&user);
    let title = c::role_of(&name);
    let now = if user.active { c::may(user.role, &user.permissions) } else { c::SWITCHED_OFF.into() };
    let trouble = trouble.map(|trouble| trouble.clone().beside(&now));
    let trouble = trouble.as_ref();
    let main = html! {
        div.c-head { nav aria-label=(t::WHERE) { (crumbs(&user, &name)) } }
        div.c-head {
            h1.wrap-any { (title) }
            @if !user.active { span.badge { (c::SWITCHED_OFF) } }
            @if let Some(email) = &user.email { p.wrap-any { (email) } }
        }
        @if let Some(trouble) = trouble { (trouble.banner()) }
        @else { (done(Some(c::ROLE_SAVED.text()).filter(|_| visit.done("done") == "saved"))) }
        @if staff.is_admin() { (form(visit, &etag, &user)) }
        @else {
            section.card.question { div.card-body.stack { p { (c::may(user.role, &user.permissions)) } p.quiet { (c::ADMINS_ONLY) } } }
        }
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(ConsolePage::new(staff, room_of(&user), &title).with_status(status).show(visit, &main))
}

/// The section of an account: customers are not staff.
fn room_of(user: &User) -> ConsoleSection {
    if user.role == Role::Customer { ConsoleSection::Customers } else { ConsoleSection::Staff }
}
fn before(user: &User) -> String {
    match room_of(user) {
        ConsoleSection::Customers => format!("{}/{}", ConsoleSection::Customers.path(), user.id),
        _ => PATH.to_owned(),
    }
}

fn crumbs(user: &User, name: &str) -> Markup {
    let room = room_of(user);
    html! {
        ol.crumbs {
            li { a href=(room.path()) { (room.name()) } }
            @if room == ConsoleSection::Customers {
                li.wrap-any { a href=(before(user)) { (name) } }
                li aria-current="page" { (c::ROLE_AND_PERMISSIONS_OF) }
            } @else { li.wrap-any aria-current="page" { (name) } }
        }
    }
}

fn form(visit: &RequestContext, etag: &str, user: &User) -> Markup {
    let is_again = visit.form.text("deed") == DEED;
    let role = ROLES.iter().find(|(_, role)| *role == user.role).map_or("", |(name, _)| name);
    let role = sent(&visit.form, DEED, "role", role);
    let has = |permission: Permission| match is_again {
        true => visit.form.raw(c::permission_key(permission)) == "on",
        false => user.permissions.contains(&permission),
    };
    let is_active = if is_again { visit.form.raw("active") == "on" } else { user.active };
    let content = html! {
        input type="hidden" name="deed" value=(DEED);
        input type="hidden" name="etag" value=(etag);
        fieldset.stack.gap-3 {
            legend.label { (c::ROLE) }
            div.choice {
                @for (value, known) in ROLES {
                    label {
                        span.check { input type="radio" name="role" value=(value) checked[value == role]; }
                        span { (c::role(known)) span.hint { (c::role_more(known)) } }
                    }
                }
            }
        }
        fieldset.stack.gap-3.of-staff {
            legend.label { (c::PERMISSIONS) }
            p.small.quiet { (c::PERMISSIONS_MORE) }
            @for permission in Permission::ALL {
                label.check {
                    input type="checkbox" name=(c::permission_key(permission)) value="on" checked[has(permission)];
                    span { (c::permission(permission)) }
                }
            }
        }
        label.check { input type="checkbox" name="active" value="on" checked[is_active]; span { (c::MAY_SIGN_IN) } }
        p.small.quiet { (c::SESSIONS_END) }
        (ends(&html! { button.btn.btn-primary { (c::SAVE) } }, &before(user), c::BACK.text()))
    };
    html! { section.card.question { (post(visit.csrf(), &format!("{PATH}/{}", user.id), "card-body stack", content)) } }
}

/// `POST /console/staff/{id}`: based on the version that was shown.
pub(crate) async fn change(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::of(&visit).await?;
    if !staff.is_admin() {
        return Err(PageError::Forbidden);
    }
    let form = &visit.form;
    let role = ROLES.iter().find(|(name, _)| *name == form.text("role")).map(|(_, role)| *role);
    let role = role.ok_or(PageError::NotFound)?;
    let given = Permission::ALL.into_iter().filter(|one| form.raw(c::permission_key(*one)) == "on");
    let permissions = (role == Role::Staff).then(|| given.collect());
    let change = UserChange { role: Some(role), permissions, active: Some(form.raw("active") == "on") };
    let request = UpdateUser {
        id: Path(id.parse().map_err(|_| PageError::NotFound)?),
        based_on: IfMatch(form.given("etag")),
        change: Body(change),
    };
    match visit.web.needs.auth.call(&visit.cx, request).await {
        Ok(_) => Ok(PageResponse::redirect_with_flash(format!("{PATH}/{id}?done=saved"))),
        Err(error) => page(&visit, &staff, &id, Some(&ActionError::of(error)?)).await,
    }
}
