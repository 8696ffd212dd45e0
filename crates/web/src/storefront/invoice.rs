//! The invoice of a paid order, for the customer.

use crate::{
    session::{
        order_details::{self, all_refunds_of},
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
    },
    texts::papers as p,
    ui::order::invoice,
};
use contracts::orders::OrderDetails;

/// `GET /orders/{id}/invoice`: redirects to the order where it has no invoice.
pub(crate) async fn show(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    visit.require_order_access()?;
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let orders = &visit.web.needs.orders;
    let OrderDetails { order, history, .. } = order_details::read(orders, &visit.cx, id, None).await?;
    let back = format!("/orders/{}", order.id);
    if !invoice::is_there(&order) {
        return Ok(PageResponse::redirect(back));
    }
    // a document that customers store is complete, or not available now
    let refunds = all_refunds_of(&visit, &order).await?;
    let content = invoice::content(&order, &history.items, &refunds);
    Ok(PageResponse::document(&visit, &p::invoice_title(order.number), &back, &content))
}
