//! The account: its overview, orders, name and password.

use super::register::check_password;
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, sign_in::me},
    texts::{self as t, Text},
    ui::{
        components::{Field, banner, day, empty, post, ring, summary},
        form::{FieldErrors, Form},
        format, icons,
        order::status,
        page::Page,
    },
};
use contracts::{
    auth::{ChangePassword, ChangePasswordError, MeChange, PasswordChange, UpdateMe, User},
    orders::{ListOrders, Order, OrderFilter, OrderSelection, OrderStatus},
};
use endpoint::{
    Body, IfMatch, Json, Page as Listed, PageParams, Query, WithEtag, client::CallError, http::StatusCode,
};
use futures_util::future::try_join;
use kernel::Secret;
use maud::{Markup, html};

const RECENT: u16 = 5;
const SHOWN: u16 = 20;

const NAME: Field = Field::new("name", t::YOUR_NAME).autocomplete("name");
const CURRENT: Field =
    Field::new("current_password", t::CURRENT_PASSWORD).kind("password").autocomplete("current-password");
const NEW: Field = Field::new("new_password", t::NEW_PASSWORD)
    .kind("password")
    .autocomplete("new-password")
    .hint(t::PASSWORD_HINT);

/// A page of the account, with links to the others.
pub(super) fn around(visit: &RequestContext, here: &str, title: &str, content: Markup) -> Page {
    let rooms = [
        ("/account", t::OVERVIEW),
        ("/account/orders", t::ORDERS),
        ("/account/profile", t::PROFILE),
        ("/account/addresses", t::ADDRESSES),
        ("/account/sessions", t::SESSIONS),
        ("/account/developer", t::DEVELOPER),
    ];
    let main = html! {
        div.account {
            div.stack.gap-3 {
                nav.side-nav aria-label=(t::ACCOUNT) {
                    @for (place, name) in rooms {
                        a href=(place) aria-current=[(place == here).then_some("page")] { (name) }
                    }
                }
                (post(visit.csrf(), "/sign-out", "sign-out", html! { button.btn.btn-quiet { (icons::LOGOUT) (t::SIGN_OUT) } }))
            }
            div.stack.gap-8 { (content) }
        }
    };
    Page::new(title, main)
}

async fn list(
    visit: &RequestContext,
    user: &User,
    filter: OrderFilter,
    limit: u16,
    cursor: Option<String>,
) -> Result<Listed<Order>, CallError<endpoint::NoErrors>> {
    // staff would see every customer's orders otherwise
    let selection = OrderSelection { user_id: Some(user.id), ..OrderSelection::default() };
    let request = ListOrders {
        filter: Query(filter),
        selection: Query(selection),
        slice: PageParams { limit: Some(limit), cursor },
    };
    let Json(page) = visit.web.needs.orders.call(&visit.cx, request).await?;
    Ok(page)
}

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let (_, user) = me(&visit).await?;
    // pending orders are shown however many others were placed since
    let pending = OrderFilter { status: Some(OrderStatus::Pending), ..OrderFilter::default() };
    let (recent, pending) = try_join(
        list(&visit, &user, OrderFilter::default(), RECENT, None),
        list(&visit, &user, pending, SHOWN, None),
    )
    .await?;
    let waiting: Vec<&Order> = pending
        .items
        .iter()
        .filter(|order| order.allowed.contains(&contracts::orders::Action::Pay))
        .collect();
    let name = visit.session.as_ref().map_or(t::YOU.text(), |session| &session.name);
    let content = html! {
        div.stack.gap-2 {
            h1 { (t::hello(name)) }
            @match waiting.as_slice() {
                [one] => p { a href={ "/orders/" (one.id) } { (t::wait_for_payment(1)) } },
                [_, ..] => p.quiet { (t::wait_for_payment(waiting.len())) },
                [] if is_to_be_verified(&user) => p { a href="/account/profile" { (t::VERIFY_TITLE) } },
                [] => p.quiet { (t::NOTHING_NEEDS_YOU) },
            }
        }
        section.stack.gap-3 {
            div.ruled { h2 { (t::LATEST_ORDERS) } a href="/account/orders" { (t::ALL_ORDERS) } }
            (table(&recent.items))
        }
        section.stack.gap-3 {
            div.ruled { h2 { (t::PROFILE) } a href="/account/profile" { (t::CHANGE) } }
            (facts(&user))
        }
    };
    Ok(around(&visit, "/account", t::YOUR_ACCOUNT.text(), content).into())
}

/// Whether the account has an email address that is not verified.
fn is_to_be_verified(user: &User) -> bool {
    user.email.is_some() && !user.email_verified
}

fn facts(user: &User) -> Markup {
    html! {
        dl.facts.facts-row.facts-wide {
            div { dt { (t::YOUR_NAME) } dd.wrap-any { (user.name.as_deref().unwrap_or(t::NONE_YET.text())) } }
            @if let Some(email) = &user.email {
                div {
                    dt { (t::EMAIL) }
                    dd.wrap-any {
                        (email) " "
                        @if user.email_verified { span.badge.good { (icons::OK) (t::IS_VERIFIED) } }
                        @else { span.badge.wait { (icons::WARN) (t::IS_NOT_VERIFIED) } }
                    }
                }
            }
            @if let Some(username) = &user.username { div { dt { (t::USERNAME) } dd.wrap-any { (username) } } }
            div { dt { (t::MEMBER_SINCE) } dd { (day(user.created_at)) } }
        }
    }
}

pub(crate) async fn orders(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let (_, user) = me(&visit).await?;
    let cursor = visit.query.given("cursor");
    let is_first = cursor.is_none();
    let found = match list(&visit, &user, OrderFilter::default(), SHOWN, cursor).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !is_first => {
            return Ok(PageResponse::redirect("/account/orders"));
        }
        found => found?,
    };
    let content = html! {
        div.stack.gap-6 {
            h1 { (t::YOUR_ORDERS) }
            (table(&found.items))
            @if !is_first || found.next_cursor.is_some() {
                nav.pager aria-label=(t::PAGES) {
                    @if !is_first { a.btn href="/account/orders" { (t::NEWEST) } }
                    @if let Some(next) = &found.next_cursor {
                        a.btn.push href={ "/account/orders?cursor=" (next) } { (t::OLDER) (icons::RIGHT) }
                    }
                }
            }
        }
    };
    Ok(around(&visit, "/account/orders", t::YOUR_ORDERS.text(), content).into())
}

fn table(orders: &[Order]) -> Markup {
    if orders.is_empty() {
        return empty(
            t::NO_ORDERS.text(),
            t::NO_ORDERS_MORE.text(),
            Some(("/search", t::ALL_PRODUCTS.text())),
        );
    }
    html! {
        div.card.table-wrap tabindex="0" role="region" aria-label=(t::YOUR_ORDERS) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { span.sr { (t::PROGRESS) } }
                        th role="columnheader" scope="col" { (t::ORDER) }
                        th role="columnheader" scope="col" { (t::STATE) }
                        th role="columnheader" scope="col" { (t::DATE) }
                        th role="columnheader" scope="col" { (t::CONTENTS) }
                        th.n role="columnheader" scope="col" { (t::TOTAL) }
                    }
                }
                tbody role="rowgroup" { @for order in orders { (row(order)) } }
            }
        }
    }
}

fn row(order: &Order) -> Markup {
    let pieces: i64 = order.lines.iter().map(|line| line.quantity).sum();
    html! {
        tr role="row" {
            td role="cell" { (ring(status::stations(order, &[]))) }
            th role="rowheader" scope="row" { a.lead.num href={ "/orders/" (order.id) } { "#" (order.number) } }
            td.fold-3 role="cell" { (status::badge(order, &[])) }
            td.fold-2.quiet role="cell" { (day(order.created_at)) }
            td.fold-2.fold-far.quiet role="cell" { (t::pieces(pieces)) }
            td.n.fold-end role="cell" { strong { (format::money(order.total)) } }
        }
    }
}

pub(crate) async fn profile(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let (etag, user) = me(&visit).await?;
    let said = match visit.done("saved") {
        "name" => Some(t::NAME_SAVED),
        "password" => Some(t::PASSWORD_SAVED),
        "mail" => Some(t::VERIFICATION_SENT),
        _ => None,
    };
    let form = visit.form.or(|| named(&user));
    let user = (etag.as_str(), &user);
    Ok(profile_page(&visit, user, &form, (&FieldErrors::default(), t::NOTHING_SAVED), said.as_deref()).into())
}

/// The form with the name of the account.
fn named(user: &User) -> Form {
    Form::of(vec![("name".to_owned(), user.name.clone().unwrap_or_default())])
}

fn profile_page(
    visit: &RequestContext,
    (etag, user): (&str, &User),
    form: &Form,
    (faults, not_done): (&FieldErrors, Text),
    said: Option<&str>,
) -> Page {
    let name = html! { input type="hidden" name="etag" value=(etag); (NAME.show(form, faults)) div.ends { button.btn.btn-primary { (t::SAVE_NAME) } } };
    let password = html! {
        input type="hidden" name="etag" value=(etag);
        // the account, for password managers; it has no name and is not submitted
        @if let Some(who) = user.email.as_ref().or(user.username.as_ref()) {
            input autocomplete="username" value=(who) readonly hidden;
        }
        (CURRENT.show(form, faults)) (NEW.show(form, faults))
        div.ends { button.btn { (t::CHANGE_PASSWORD) } }
    };
    let content = html! {
        h1 { (t::PROFILE) }
        (summary(faults, Some(not_done.text())))
        @if let Some(said) = said { (banner("good", said, html! {})) }
        (facts(user))
        @if is_to_be_verified(user) {
            section.stack.gap-3 {
                div.ruled { h2 { (t::VERIFY_TITLE) } }
                p.quiet { (t::VERIFY_WHY) }
                (post(visit.csrf(), "/account/verify", "", html! { button.btn.wide-on-phones { (t::SEND_VERIFICATION) } }))
            }
        }
        section.stack.gap-3 { div.ruled { h2 { (t::CALLED) } } (post(visit.csrf(), "/account/profile", "stack form-narrow", name)) }
        section.stack.gap-3 {
            div.ruled { h2 { (t::PASSWORD) } }
            p.quiet { (t::CHANGE_PASSWORD_MORE) }
            (post(visit.csrf(), "/account/password", "stack form-narrow", password))
        }
    };
    around(visit, "/account/profile", t::PROFILE.text(), content)
}

/// Changes the name.
pub(crate) async fn rename(visit: RequestContext) -> Result<PageResponse, PageError> {
    let session = visit.signed_in()?;
    let (etag, user) = me(&visit).await?;
    let mut faults = FieldErrors::default();
    faults.demand(&visit.form, "name", t::ENTER_NAME.text());
    if faults.is_empty() {
        let based_on = IfMatch(visit.form.given("etag"));
        let name = Some(visit.form.text_or_stored("name", user.name.as_deref().unwrap_or_default()));
        let change = Body(MeChange { name, ..MeChange::default() });
        match visit.web.needs.auth.call(&visit.cx, UpdateMe { based_on, change }).await {
            Ok(WithEtag { body, .. }) => {
                visit.sign_in(&session.renamed(&body));
                return Ok(PageResponse::redirect_with_flash("/account/profile?saved=name"));
            }
            Err(CallError::Problem(problem)) if problem.code == "precondition_failed" => {
                faults.add("name", t::CHANGED_MEANWHILE);
            }
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<endpoint::NoErrors>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    let page = profile_page(&visit, (&etag, &user), &visit.form, (&faults, t::NOTHING_SAVED), None);
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// Changes the password.
pub(crate) async fn change_password(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let (etag, user) = me(&visit).await?;
    let form = &visit.form;
    let mut faults = FieldErrors::default();
    faults.demand(form, "current_password", t::ENTER_CURRENT_PASSWORD.text());
    check_password(form, "new_password", &mut faults);
    // a form that is sent again after the password was changed has no effect
    if faults.is_empty() && form.given("etag").is_some_and(|seen| seen != etag) {
        faults.add("new_password", t::CHANGED_MEANWHILE);
    }
    if faults.is_empty() {
        let change = PasswordChange {
            current_password: Secret::new(form.raw("current_password")),
            new_password: Secret::new(form.raw("new_password")),
        };
        match visit.web.needs.auth.call(&visit.cx, ChangePassword { change: Body(change) }).await {
            Ok(_) => return Ok(PageResponse::redirect_with_flash("/account/profile?saved=password")),
            Err(CallError::Refused(ChangePasswordError::WrongPassword)) => {
                faults.add("current_password", t::WRONG_PASSWORD);
            }
            Err(CallError::Refused(ChangePasswordError::TooManyFailures { retry_after })) => {
                return Err(PageError::RateLimited(u64::from(retry_after)));
            }
            Err(CallError::Refused(ChangePasswordError::CommonPassword)) => {
                faults.add("new_password", t::COMMON_PASSWORD);
            }
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<ChangePasswordError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    let page = profile_page(&visit, (&etag, &user), &named(&user), (&faults, t::PASSWORD_STAYS), None);
    Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}
