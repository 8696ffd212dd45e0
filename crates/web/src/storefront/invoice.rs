//! The invoice of an order that was paid, for whoever placed it.

use crate::{
    session::{
        order_details::{self, all_refunds_of},
        page_error::Stop,
        request::Visit,
        response::Shown,
    },
    texts::papers as p,
    ui::order::invoice,
};
use contracts::orders::OrderDetails;

/// `GET /orders/{id}/invoice`: where there is none, the way leads to the order.
pub(crate) async fn show(visit: Visit, id: String) -> Result<Shown, Stop> {
    visit.buyer()?;
    let id = id.parse().map_err(|_| Stop::NotFound)?;
    let orders = &visit.web.needs.orders;
    let OrderDetails { order, history, .. } = order_details::read(orders, &visit.cx, id, None).await?;
    let back = format!("/orders/{}", order.id);
    if !invoice::is_there(&order) {
        return Ok(Shown::there(back));
    }
    // a document that somebody keeps says all, or is not there just now
    let refunds = all_refunds_of(&visit, &order).await?;
    let content = invoice::content(&order, &history.items, &refunds);
    Ok(Shown::document(&visit, &p::invoice_title(order.number), &back, &content))
}
