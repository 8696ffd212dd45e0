-- Each index of orders is written with nearly every change of an order. These are left, and each is the only one for what it does:
--   orders_number_key, orders_placement_id_key  an order by its number and by its placing
--   orders_by_created                           all orders by when they were made; sums by the hour
--   orders_by_updated_and_status                all orders by their last change, drafts passed over without their rows
--   orders_by_total_and_status                  the same by their total
--   orders_of_user_by_status                    a customer's orders; how many of them are unpaid
--   orders_of_states                            orders in any status of themselves, their payment and their fulfilment
--   orders_attention                            orders that need attention, by kind
-- A replica of an older version gets slower without the others, and gives the same answers.
drop index orders_of_user_by_created;
drop index orders_of_user_by_updated;
drop index orders_of_user_by_total;
drop index orders_unpaid;
drop index orders_of_status;
drop index orders_of_payment_status;
drop index orders_of_fulfilment_status;
drop index orders_to_pack;
drop index orders_packed;
drop index orders_on_hold;
drop index orders_turned_down;
drop index orders_undelivered;
drop index orders_to_hand_back;
drop index orders_to_unpack;
drop index orders_unreturned;
drop index orders_refunding;
drop index orders_to_be_paid;
drop index orders_due;
