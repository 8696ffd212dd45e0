//! The mailbox: what was sent to customers, or would have been.

use super::{
    frame::{Page, Room},
    paging::Turned,
    parts::{address, chip},
    staff::Staff,
};
use crate::{
    icons,
    parts::{empty, moment},
    shown::{Shown, Stop},
    texts::{self as t, console as c},
    visit::Visit,
};
use contracts::notifications::{GetMail, ListMails, Mail, MailFilter};
use endpoint::{Json, Path, Permission, Query, Slice, client::CallError};
use maud::{Markup, html};
use std::time::Duration;

const PATH: &str = "/console/mails";
const SHOWN: u16 = 25;
const ADDRESS_MAX: usize = 254;

/// `GET /console/mails`.
pub(super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let to = visit.query.given("to").filter(|to| to.chars().count() <= ADDRESS_MAX);
    let turned = Turned::of(&visit);
    let filter = Query(MailFilter { to: to.clone(), about: None });
    let request = ListMails { filter, slice: Slice { limit: Some(SHOWN), cursor: turned.cursor() } };
    let to = to.as_deref().unwrap_or_default();
    let list = address(PATH, [("to", to)]);
    let Json(mut found) = match visit.web.needs.mails.call(&visit.cx, request).await {
        Err(CallError::Problem(problem)) if problem.status == 400 && !turned.is_first() => {
            return Ok(Shown::there(list));
        }
        found => found?,
    };
    let next = found.next_cursor.as_deref().map(|next| turned.next(&list, next));
    in_turn(&mut found.items);
    let main = html! {
        div.c-head { h1 { (c::MAILS) } p { (c::MAILS_GO_NOWHERE) } }
        form.filters method="get" role="search" action=(PATH) aria-label=(c::FILTER_MAILS) {
            label.search {
                (icons::SEARCH)
                input.input type="search" name="to" value=(to) maxlength=(ADDRESS_MAX) aria-label=(c::SEARCH_MAILS)
                    placeholder=(c::SEARCH_MAILS) aria-describedby="to-hint";
            }
            span.small.quiet id="to-hint" { (c::SEARCH_MAILS_HINT) }
            @if !to.is_empty() { (chip(&c::to(to), PATH)) }
        }
        @if found.items.is_empty() {
            @if to.is_empty() { (empty(c::NO_MAILS.say(), c::NO_MAILS_MORE.say(), None)) }
            @else { (empty(c::NO_SUCH_MAILS.say(), c::NO_SUCH_MAILS_MORE.say(), Some((PATH, c::CLEAR_FILTERS.say())))) }
        } @else {
            div.card.clip {
                (table(&found.items))
                (turned.pager(&list, next.as_deref()))
            }
        }
    };
    Ok(Page::new(&staff, Room::Mails, c::MAILS.say()).show(&visit, &main))
}

/// In this order an order begins, whatever comes later and in which order.
const BEGINNING: [&str; 3] = ["order_placed", "payment_failed", "order_confirmed"];
/// Mails of what happened at once are written side by side, within so long.
const SIDE_BY_SIDE: Duration = Duration::from_secs(10);

/// Those about one order that were written side by side, the newest first, are put in the order of what they tell of.
fn in_turn(mails: &mut [Mail]) {
    let stage = |mail: &Mail| BEGINNING.iter().position(|template| *template == mail.template);
    for later in 0..mails.len() {
        for earlier in later + 1..mails.len() {
            let (above, below) = (&mails[later], &mails[earlier]);
            let belong =
                above.about == below.about && above.created_at.since(below.created_at) < SIDE_BY_SIDE;
            if belong && matches!((stage(above), stage(below)), (Some(a), Some(b)) if a < b) {
                mails.swap(later, earlier);
            }
        }
    }
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

/// `GET /console/mails/{id}`: shown as the text that it is.
pub(super) async fn one(visit: Visit, id: String) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let id = Path(id.parse().map_err(|_| Stop::NotFound)?);
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
            pre.card-body.mail-text { (mail.text) }
        }
    };
    Ok(Page::new(&staff, Room::Mails, &mail.subject).show(&visit, &main))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;
    use serde_json::json;

    fn mail(about: &str, template: &str, second: i64) -> Mail {
        let at = Timestamp::from_micros(1_700_000_040_000_000 + second * 1_000_000);
        serde_json::from_value(json!({
            "id": "mai_00000000000000000000000000", "to": "ada@example.com", "subject": "", "text": "",
            "template": template, "about": about, "created_at": at,
        }))
        .unwrap()
    }

    #[test]
    fn mails_that_are_written_side_by_side_stand_as_what_they_tell_of_happened() {
        let mut mails = [
            mail("ord_1", "order_shipped", 93),
            mail("ord_1", "order_delivered", 92),
            mail("ord_1", "order_shipped", 91),
            mail("ord_2", "order_placed", 62),
            mail("ord_1", "order_placed", 61),
            mail("ord_2", "order_confirmed", 60),
            mail("usr_1", "welcome", 59),
            mail("ord_1", "payment_failed", 58),
            mail("ord_1", "order_confirmed", 57),
            mail("ord_1", "order_confirmed", 3),
        ];
        in_turn(&mut mails);
        let told: Vec<String> =
            mails.iter().map(|mail| format!("{} {}", &mail.about[4..], mail.template)).collect();
        assert_eq!(
            told,
            [
                "1 order_shipped",
                "1 order_delivered",
                "1 order_shipped",
                "2 order_confirmed",
                "1 order_confirmed",
                "2 order_placed",
                "1 welcome",
                "1 payment_failed",
                "1 order_placed",
                "1 order_confirmed",
            ]
        );
    }
}
