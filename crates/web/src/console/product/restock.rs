//! Restocking returned units: the link from the order leads to the form, which knows the parcel and the line, books them once, and
//! leads back.

use crate::{
    console::{
        components::address,
        frame::{ConsolePage, ConsoleSection},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{Language, WebLanguage, console as c},
};
use contracts::{
    fulfilments::{Fulfilment, GetFulfilment},
    orders::Order,
    stock::{Movement, Reason},
};
use endpoint::{Json, Path, http::StatusCode};
use kernel::id::{FulfilmentId, LineId, OrderId};
use maud::{Markup, html};

/// Returned units of an order.
pub(crate) struct ReturnedUnits {
    order: OrderId,
    number: i64,
    parcel: FulfilmentId,
    /// The number of the parcel in its order, counted from 1.
    n: usize,
    line: LineId,
}

impl ReturnedUnits {
    pub(crate) fn new(order: &Order, parcel: &Fulfilment, n: usize, line: LineId) -> ReturnedUnits {
        ReturnedUnits { order: order.id, number: order.number, parcel: parcel.id, n, line }
    }
    /// From the submitted form or the address of the page; none for users who cannot see orders.
    pub(super) fn of(visit: &RequestContext, staff: &Staff, deed: &str) -> Option<ReturnedUnits> {
        let from = if visit.form.text("deed") == deed { &visit.form } else { &visit.query };
        let returned = ReturnedUnits {
            order: from.text("order").parse().ok()?,
            number: from.text("number").parse().ok()?,
            parcel: from.text("parcel").parse().ok()?,
            n: from.text("n").parse().ok()?,
            line: from.text("line").parse().ok()?,
        };
        ConsoleSection::Orders.is_open_to(staff).then_some(returned)
    }
    /// The stock page of the product, with the form filled in.
    pub(crate) fn way(&self, stock: &str, pieces: i64) -> String {
        let (pieces, fields) = (pieces.to_string(), self.fields());
        let begun = [("reason", "restock"), ("pieces", pieces.as_str())];
        address(stock, begun.into_iter().chain(fields.iter().map(|(name, value)| (*name, value.as_str()))))
    }
    /// The error for more units than the parcel had.
    pub(super) async fn too_many(
        &self,
        visit: &RequestContext,
        pieces: i64,
    ) -> Result<Option<String>, PageError> {
        let request = GetFulfilment { id: Path(self.parcel) };
        let Json(parcel) = visit.web.needs.orders.call(&visit.cx, request).await?;
        let inside = parcel.lines.iter().filter(|inside| inside.line_id == self.line);
        let had = inside.map(|inside| inside.quantity).sum();
        Ok((pieces > had).then(|| c::parcel_had(self.n, had)))
    }
    fn fields(&self) -> [(&'static str, String); 5] {
        [
            ("order", self.order.to_string()),
            ("number", self.number.to_string()),
            ("parcel", self.parcel.to_string()),
            ("n", self.n.to_string()),
            ("line", self.line.to_string()),
        ]
    }
    /// The hidden fields. The key is made of parcel and line: starting again from the order's page books nothing more.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="key" value=(self.reference());
            @for (name, value) in self.fields() { input type="hidden" name=(name) value=(value); }
        }
    }
    /// The reference of the movement, the same for every user and at any time.
    pub(super) fn reference(&self) -> String {
        format!("{}-{}", self.parcel, self.line)
    }
    /// The initial remark for the ledger.
    pub(super) fn remark(&self) -> String {
        c::came_back_with(self.number, self.n)
    }
    /// Whether one of these movements is it: a colleague may have booked it. Movements of version 0.1.0 have no reference, but the remark,
    /// in any language.
    pub(super) fn is_among(&self, movements: &[Movement]) -> bool {
        let remarks: Vec<String> =
            Language::ALL.iter().map(|language| language.during(|| self.remark())).collect();
        let begins = |note: &str, with: &String| {
            note.strip_prefix(with.as_str())
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        movements.iter().any(|movement| match &movement.reference {
            Some(reference) => *reference == self.reference(),
            None => {
                let note = movement.note.as_ref().filter(|_| movement.reason == Reason::Restock);
                note.is_some_and(|note| remarks.iter().any(|remark| begins(note, remark)))
            }
        })
    }
    pub(super) fn place(&self) -> String {
        format!("{}/{}", ConsoleSection::Orders.path(), self.order)
    }
    /// The page in place of the form after the product was deleted: a link back.
    pub(super) fn in_vain(&self, visit: &RequestContext, staff: &Staff) -> PageResponse {
        let main = html! {
            div.c-head { h1 { (c::PRODUCT_IS_DELETED) } }
            section.card.question {
                div.card-body.stack {
                    p { (c::PRODUCT_IS_DELETED_MORE) }
                    div { a.btn.btn-primary href=(self.place()) { (c::BACK_TO_ORDER) } }
                }
            }
        };
        let page = ConsolePage::new(staff, ConsoleSection::Products, c::PRODUCT_IS_DELETED.text());
        page.with_status(StatusCode::GONE).show(visit, &main)
    }
    /// The order's page with the outcome.
    pub(super) fn done(&self) -> PageResponse {
        PageResponse::redirect_with_flash(format!("{}?done=restocked", self.place()))
    }
}
