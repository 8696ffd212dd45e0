//! The endpoints, one file for each.

mod add_note;
mod add_to_basket;
mod ask_fate;
mod cancel_fulfilment;
mod cancel_order;
mod create_basket;
mod create_fulfilment;
mod delete_draft;
mod deliver_fulfilment;
mod draft_order;
mod fail_fulfilment;
mod get_basket;
mod get_draft;
mod get_fulfilment;
mod get_my_basket;
mod get_order;
mod get_order_by_number;
mod hold_order;
mod keep_audit;
mod list_drafts;
mod list_fulfilments;
mod list_notes;
mod list_orders;
mod list_orders_of_user;
mod list_payments_of_order;
mod list_refunds_of_order;
mod look_up_contact;
mod look_up_order;
mod look_up_orders;
mod look_up_placements;
mod merge_basket;
mod pack_fulfilment;
mod pay_order;
mod place_basket;
mod place_draft;
mod place_order;
mod place_order_for;
mod read_feed;
mod read_history;
mod read_lately;
mod read_overview;
mod read_state;
mod read_sums;
mod read_whole_order;
mod refund_order;
mod release_order;
mod return_fulfilment;
mod set_order_status;
mod set_order_status_for;
mod ship_fulfilment;
mod treat_letter;
mod update_basket;
mod update_draft;
mod update_fulfilment;
mod update_order;

use crate::Orders;
use ordo_http::{Api, Shell};

/// All endpoints of this service.
pub(crate) fn api(s: Orders, shell: Shell) -> Api<Orders> {
    let currency = s.settings.currency;
    Api::in_currency(s, shell, currency)
        .ready(async |s: Orders| s.db.probe().await.map_err(|e| e.to_string()))
        .on(place_order::place_order)
        .on(get_order::get_order)
        .on(get_order_by_number::get_order_by_number)
        .on(read_whole_order::read_whole_order)
        .on(list_orders::list_orders)
        .on(list_orders_of_user::list_orders_of_user)
        .on(read_overview::read_overview)
        .on(read_sums::read_sums)
        .on(read_lately::read_lately)
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
        .on(read_history::read_history)
        .on(look_up_contact::look_up_contact)
        .on(place_order_for::place_order_for)
        .on(look_up_order::look_up_order)
        .on(set_order_status_for::set_order_status_for)
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
        .on(ask_fate::ask_fate)
        .on(look_up_placements::look_up_placements)
        .on(look_up_orders::look_up_orders)
        .on(read_feed::read_feed)
        .on(read_state::read_state)
        .on(treat_letter::treat_letter)
        .on(keep_audit::keep_audit)
}
