//! The emails that were sent to customers, or suppressed.

use super::{
    components::{address, chip},
    frame::{ConsolePage, ConsoleSection},
    paging::PageLinks,
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
    ui::{
        components::{empty, moment},
        icons,
    },
};
use contracts::notifications::{EmailStatus, GetMail, ListMails, Mail, MailFilter};
use endpoint::{Json, PageParams, Path, Permission, Query, client::CallError};
use maud::{Markup, html};

const PATH: &str = "/console/mails";
/// The status in the address of the list of suppressed emails.
const SUPPRESSED: &str = "suppressed";
const SHOWN: u16 = 25;
const ADDRESS_MAX: usize = 254;

/// `GET /console/mails`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let to = visit.query.given("to").filter(|to| to.chars().count() <= ADDRESS_MAX);
    let turned = PageLinks::of(&visit);
    let is_suppressed = visit.query.text("status") == SUPPRESSED;
    let status = is_suppressed.then_some(EmailStatus::Suppressed);
    let filter = Query(MailFilter { to: to.clone(), status, ..MailFilter::default() });
    let request = ListMails { filter, slice: PageParams { limit: Some(SHOWN), cursor: turned.cursor() } };
    let to = to.as_deref().unwrap_or_default();
    let status = if is_suppressed { SUPPRESSED } else { "" };
    let list = address(PATH, [("to", to), ("status", status)]);
    let others = address(PATH, [("to", to), ("status", if is_suppressed { "" } else { SUPPRESSED })]);
    let Json(found) = match visit.web.needs.mails.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(PageResponse::redirect(list));
        }
        found => found?,
    };
    let next = found.next_cursor.as_deref().map(|next| turned.next(&list, next));
    let main = html! {
        div.c-head { h1 { (c::MAILS) } p { (c::MAILS_GO_NOWHERE) } }
        form.filters method="get" role="search" action=(PATH) aria-label=(c::FILTER_MAILS) {
            label.search {
                (icons::SEARCH)
                input.input type="search" name="to" value=(to) maxlength=(ADDRESS_MAX) aria-label=(c::SEARCH_MAILS)
                    placeholder=(c::SEARCH_MAILS) aria-describedby="to-hint";
            }
            span.small.quiet id="to-hint" { (c::SEARCH_MAILS_HINT) }
            @if is_suppressed { input type="hidden" name="status" value=(SUPPRESSED); }
            @if !to.is_empty() { (chip(&c::to_address(to), &address(PATH, [("status", status)]))) }
        }
        p.small.quiet {
            @if is_suppressed { (c::EMAILS_SUPPRESSED_MORE) " " }
            a href=(others) { @if is_suppressed { (c::EMAILS_SENT) } @else { (c::EMAILS_SUPPRESSED) } }
        }
        @if found.items.is_empty() {
            @if is_suppressed { (empty(c::NO_EMAILS_SUPPRESSED.text(), c::NO_EMAILS_SUPPRESSED_MORE.text(), None)) }
            @else if to.is_empty() { (empty(c::NO_MAILS.text(), c::NO_MAILS_MORE.text(), None)) }
            @else { (empty(c::NO_SUCH_MAILS.text(), c::NO_SUCH_MAILS_MORE.text(), Some((PATH, c::CLEAR_FILTERS.text())))) }
        } @else {
            div.card.clip {
                (table(&found.items))
                (turned.pager(&list, next.as_deref()))
            }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Mails, c::MAILS.text()).show(&visit, &main))
}

fn table(mails: &[Mail]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::MAILS) {
            table.table.table-fold role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::SUBJECT) }
                        th role="columnheader" scope="col" { (c::TO_WHOM) }
                        th.n role="columnheader" scope="col" { (c::WRITTEN) }
                    }
                }
                tbody role="rowgroup" {
                    @for mail in mails {
                        tr role="row" {
                            th.title-cell role="rowheader" scope="row" { a.lead.wrap-any href={ (PATH) "/" (mail.id) } { (mail.subject) } }
                            td.fold-2.wrap-any role="cell" { (mail.to) }
                            td.n.fold-2.fold-far.quiet role="cell" { (moment(mail.created_at)) }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /console/mails/{id}`: shown as plain text.
pub(crate) async fn one(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let id = Path(id.parse().map_err(|_| PageError::NotFound)?);
    let Json(mail) = visit.web.needs.mails.call(&visit.cx, GetMail { id }).await?;
    let main = html! {
        div.c-head {
            nav aria-label=(t::WHERE) {
                ol.crumbs { li { a href=(PATH) { (c::MAILS) } } li.wrap-any aria-current="page" { (mail.subject) } }
            }
        }
        div.c-head.letter {
            h1.wrap-any { (mail.subject) }
            @if mail.about.starts_with("ord_") {
                span.push { a.btn href={ "/console/orders/" (mail.about) } { (c::TO_THE_ORDER) } }
            }
        }
        section.card.letter {
            div.card-head {
                dl.facts.facts-row.facts-wide {
                    div { dt { (c::TO_WHOM) } dd.wrap-any { (mail.to) } }
                    div { dt { (c::WRITTEN) } dd { (moment(mail.created_at)) } }
                    @if let Some(about) = c::mail_about(&mail.template) { div { dt { (c::WHAT_ABOUT) } dd { (about) } } }
                }
            }
            @if mail.suppressed.is_some() { p.card-body { (c::EMAIL_SUPPRESSED) } }
            pre.card-body.mail-text { (mail.text) }
        }
    };
    Ok(ConsolePage::new(&staff, ConsoleSection::Mails, &mail.subject).show(&visit, &main))
}
