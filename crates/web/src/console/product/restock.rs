//! Putting what came back with a parcel into stock again: the way from its order to the form, which knows for which parcel
//! and line it is, books it once, and leads back.

use crate::{
    console::{
        frame::{Page, Room},
        parts::address,
    },
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{Language, Spoken, console as c},
};
use contracts::{
    fulfilments::{Fulfilment, GetFulfilment},
    orders::Order,
    stock::{Movement, Reason},
};
use endpoint::{Json, Path, http::StatusCode};
use kernel::id::{FulfilmentId, LineId, OrderId};
use maud::{Markup, html};

/// What of which order came back.
pub(crate) struct Returned {
    order: OrderId,
    number: i64,
    parcel: FulfilmentId,
    /// Which of the order's parcels that is, counted from 1.
    n: usize,
    line: LineId,
}

impl Returned {
    pub(crate) fn new(order: &Order, parcel: &Fulfilment, n: usize, line: LineId) -> Returned {
        Returned { order: order.id, number: order.number, parcel: parcel.id, n, line }
    }
    /// As the form says that was sent, or the address that led to it; none of who may not see orders.
    pub(super) fn of(visit: &Visit, staff: &Staff, deed: &str) -> Option<Returned> {
        let from = if visit.form.text("deed") == deed { &visit.form } else { &visit.query };
        let returned = Returned {
            order: from.text("order").parse().ok()?,
            number: from.text("number").parse().ok()?,
            parcel: from.text("parcel").parse().ok()?,
            n: from.text("n").parse().ok()?,
            line: from.text("line").parse().ok()?,
        };
        Room::Orders.is_open_to(staff).then_some(returned)
    }
    /// Where so many pieces are put in stock again: the page of the product's stock, filled in.
    pub(crate) fn way(&self, stock: &str, pieces: i64) -> String {
        let (pieces, fields) = (pieces.to_string(), self.fields());
        let begun = [("reason", "restock"), ("pieces", pieces.as_str())];
        address(stock, begun.into_iter().chain(fields.iter().map(|(name, value)| (*name, value.as_str()))))
    }
    /// Why so many pieces cannot have come back with it.
    pub(super) async fn too_many(&self, visit: &Visit, pieces: i64) -> Result<Option<String>, Stop> {
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
    /// What is hidden in the form. Its key is that of the piece of work: whoever begins anew, from the order's page, books
    /// nothing more.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="key" value=(self.reference());
            @for (name, value) in self.fields() { input type="hidden" name=(name) value=(value); }
        }
    }
    /// What it is booked for, once, whoever does it and however long ago.
    pub(super) fn reference(&self) -> String {
        format!("{}-{}", self.parcel, self.line)
    }
    /// What the ledger will say, unless somebody writes something else.
    pub(super) fn remark(&self) -> String {
        c::came_back_with(self.number, self.n)
    }
    /// Whether one of these is it: a colleague may have booked it. What a version booked that noted no reference has the remark,
    /// in whatever language.
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
        format!("{}/{}", Room::Orders.path(), self.order)
    }
    /// Instead of the form, where its product was deleted meanwhile: the way back.
    pub(super) fn in_vain(&self, visit: &Visit, staff: &Staff) -> Shown {
        let main = html! {
            div.c-head { h1 { (c::PRODUCT_IS_DELETED) } }
            section.card.question {
                div.card-body.stack {
                    p { (c::PRODUCT_IS_DELETED_MORE) }
                    div { a.btn.btn-primary href=(self.place()) { (c::BACK_TO_ORDER) } }
                }
            }
        };
        let page = Page::new(staff, Room::Products, c::PRODUCT_IS_DELETED.say());
        page.with_status(StatusCode::GONE).show(visit, &main)
    }
    /// Back at the order, which says that it is done.
    pub(super) fn done(&self) -> Shown {
        Shown::done(format!("{}?done=restocked", self.place()))
    }
}
