//! The endpoints, one file for each.

mod add_note;
mod add_to_basket;
mod cancel_fulfilment;
mod cancel_order;
mod create_basket;
mod create_fulfilment;
mod delete_draft;
mod deliver_fulfilment;
mod draft_order;
mod fail_fulfilment;
mod get_basket;
mod get_contact;
mod get_draft;
mod get_fulfilment;
mod get_my_basket;
mod get_order;
mod get_order_by_number;
mod get_order_details;
mod get_overview;
mod get_sales_totals;
mod get_service_status;
mod hold_order;
mod list_activity;
mod list_drafts;
mod list_fulfilments;
mod list_history;
mod list_notes;
mod list_orders;
mod list_orders_of_user;
mod list_payments_of_order;
mod list_refunds_of_order;
mod look_up_order;
mod look_up_orders;
mod look_up_placements;
mod merge_basket;
mod pack_fulfilment;
mod pay_order;
mod place_basket;
mod place_draft;
mod place_order;
mod place_order_on_behalf;
mod read_feed;
mod refund_order;
mod release_order;
mod resolve_dead_letter;
mod resolve_placements;
mod return_fulfilment;
mod set_order_status;
mod set_order_status_on_behalf;
mod ship_fulfilment;
mod update_basket;
mod update_draft;
mod update_fulfilment;
mod update_order;

use crate::Orders;
use ordo_http::{Api, ApiContext};

/// All endpoints of this service.
pub(crate) fn api(s: Orders, shell: ApiContext) -> Api<Orders> {
    let currency = s.settings.currency;
    Api::in_currency(s, shell, currency)
        .ready(async |s: Orders| s.db.probe().await.map_err(|e| e.to_string()))
        .on(place_order::place_order)
        .on(get_order::get_order)
        .on(get_order_by_number::get_order_by_number)
        .on(get_order_details::get_order_details)
        .on(list_orders::list_orders)
        .on(list_orders_of_user::list_orders_of_user)
        .on(get_overview::get_overview)
        .on(get_sales_totals::get_sales_totals)
        .on(list_activity::list_activity)
        .on(pay_order::pay_order)
        .on(cancel_order::cancel_order)
        .on(set_order_status::set_order_status)
        .on(refund_order::refund_order)
        .on(hold_order::hold_order)
        .on(release_order::release_order)
        .on(update_order::update_order)
        .on(list_payments_of_order::list_payments_of_order)
        .on(list_refunds_of_order::list_refunds_of_order)
        .on(add_note::add_note)
        .on(list_notes::list_notes)
        .on(draft_order::draft_order)
        .on(list_drafts::list_drafts)
        .on(get_draft::get_draft)
        .on(update_draft::update_draft)
        .on(delete_draft::delete_draft)
        .on(place_draft::place_draft)
        .on(create_basket::create_basket)
        .on(get_my_basket::get_my_basket)
        .on(get_basket::get_basket)
        .on(add_to_basket::add_to_basket)
        .on(update_basket::update_basket)
        .on(merge_basket::merge_basket)
        .on(place_basket::place_basket)
        .on(list_history::list_history)
        .on(get_contact::get_contact)
        .on(place_order_on_behalf::place_order_on_behalf)
        .on(look_up_order::look_up_order)
        .on(set_order_status_on_behalf::set_order_status_on_behalf)
        .on(create_fulfilment::create_fulfilment)
        .on(list_fulfilments::list_fulfilments)
        .on(get_fulfilment::get_fulfilment)
        .on(pack_fulfilment::pack_fulfilment)
        .on(ship_fulfilment::ship_fulfilment)
        .on(update_fulfilment::update_fulfilment)
        .on(deliver_fulfilment::deliver_fulfilment)
        .on(cancel_fulfilment::cancel_fulfilment)
        .on(fail_fulfilment::fail_fulfilment)
        .on(return_fulfilment::return_fulfilment)
        .on(resolve_placements::resolve_placements)
        .on(look_up_placements::look_up_placements)
        .on(look_up_orders::look_up_orders)
        .on(read_feed::read_feed)
        .on(get_service_status::get_service_status)
        .on(resolve_dead_letter::resolve_dead_letter)
}
