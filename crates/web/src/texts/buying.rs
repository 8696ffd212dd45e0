//! Checkout and orders.

pub(crate) const CHECKOUT: &str = "Checkout";
pub(crate) const STEPS: &str = "Steps";
pub(crate) const ADDRESS_AND_PAYMENT: &str = "Address and payment";
pub(crate) const DONE: &str = "Done";
pub(crate) const WHERE_TO: &str = "Where shall it go?";
pub(crate) const FULL_NAME: &str = "Full name";
pub(crate) const STREET: &str = "Street and number";
pub(crate) const FLOOR: &str = "Floor, company";
pub(crate) const POSTAL_CODE: &str = "Postal code";
pub(crate) const CITY: &str = "City";
pub(crate) const COUNTRY: &str = "Country";
pub(crate) const KEEP_ADDRESS: &str = "Keep this address in my account";
pub(crate) const NOTE: &str = "A note for the packers";
pub(crate) const NOTE_HINT: &str = "Such as: leave it with the neighbours.";
pub(crate) const HOW_TO_PAY: &str = "How do you want to pay?";
pub(crate) const SIMULATOR: &str =
    "This shop runs on the payment simulator. No money moves; each card says what it does.";
pub(crate) const TEST_CARD: &str = "Test card";
pub(crate) const CARD_OK: &str = "Card that works";
pub(crate) const CARD_OK_MORE: &str = "Charges at once";
pub(crate) const CARD_DECLINED: &str = "Card that is declined";
pub(crate) const CARD_DECLINED_MORE: &str = "The order is placed and waits for another card";
pub(crate) const CARD_NO_FUNDS: &str = "Card without funds";
pub(crate) const CARD_NO_FUNDS_MORE: &str = "Declines: not enough money on the account";
pub(crate) const CARD_ASKS: &str = "Card that asks back";
pub(crate) const CARD_ASKS_MORE: &str = "The bank wants you to confirm first";
pub(crate) const CARD_SLOW: &str = "Slow card";
pub(crate) const CARD_SLOW_MORE: &str = "Works, but takes its time to answer";
pub(crate) const CARD_LATE: &str = "Card that is charged later";
pub(crate) const CARD_LATE_MORE: &str = "The provider tells of it after a while; the page follows";
pub(crate) const CARD_LOST: &str = "Card whose answer gets lost";
pub(crate) const CARD_LOST_MORE: &str = "Charges without an answer; the shop finds out by itself";
pub(crate) const YOUR_ORDER: &str = "Your order";
pub(crate) const SETTLE_IN_BASKET: &str = "Settle it in the basket";
pub(crate) const ONCE_ONLY: &str = "Pressing twice does not order twice.";
pub(crate) const ENTER_NAME: &str = "Enter a name";
pub(crate) const ENTER_STREET: &str = "Enter a street and a number, such as Könneritzstraße 14";
pub(crate) const ENTER_POSTAL_CODE: &str = "Enter a postal code, such as 04229";
pub(crate) const ENTER_CITY: &str = "Enter a town or city";
pub(crate) const CHOOSE_COUNTRY: &str = "Choose a country";
pub(crate) const CHOOSE_CARD: &str = "Choose a card";
pub(crate) const NOTHING_ORDERED: &str = "Nothing was ordered, and nothing was charged.";
pub(crate) const NOT_ENOUGH: &str = "There is not enough left";
pub(crate) const NOT_ENOUGH_MORE: &str =
    "Somebody was faster. Nothing was ordered, and nothing was charged. Lower the quantities in the basket.";
pub(crate) const NOT_ON_SALE: &str = "Something is no longer sold";
pub(crate) const NOT_ON_SALE_MORE: &str =
    "Take it out of the basket. Nothing was ordered, and nothing was charged.";
pub(crate) const PRICE_CHANGED: &str = "A price has changed";
pub(crate) const BASKET_CHANGED: &str = "The basket has changed";
pub(crate) const BASKET_CHANGED_MORE: &str = "Something was put in or taken out since, perhaps in another window. Nothing was ordered. Look at it, and order if it suits you.";
pub(crate) const TOO_MANY_UNPAID: &str = "Other orders wait for their payment";
pub(crate) const ONCE_MORE: &str = "This did not go through";
pub(crate) const ONCE_MORE_MORE: &str = "Nothing was ordered, and nothing was charged. Try once more.";
pub(crate) const WAS_PLACED: &str = "This checkout was sent before, with other details";
pub(crate) const WAS_PLACED_MORE: &str = "This is the order that came of it, as it was sent first.";
pub(crate) const NOT_KNOWN: &str = "The answer did not come in time";
pub(crate) const NOT_KNOWN_MORE: &str = "Your order may have been placed. Press the button once more: it is the same order, and it is placed and paid once.";
pub(crate) const SEE_ORDERS: &str = "see your orders";
pub(crate) const HOME_COUNTRY: &str = "DE";
pub(crate) fn price_changed_more(was: &str, is: &str) -> String {
    format!("The total went from {was} to {is}. Nothing was ordered. Look at it, and order if it suits you.")
}
pub(crate) fn too_many_unpaid_more(limit: u32) -> String {
    format!(
        "An account has at most {limit} unpaid orders. Pay or cancel one of them first. Nothing was ordered."
    )
}
pub(crate) fn pay(amount: &str) -> String {
    format!("Pay {amount}")
}
pub(crate) fn times(count: i64) -> String {
    format!("{count} ×")
}

pub(crate) const ORDER: &str = "Order";
pub(crate) const YOUR_ORDERS: &str = "Your orders";
pub(crate) const LIVE: &str = "Live";
pub(crate) const NOT_LIVE: &str = "Not live";
pub(crate) const LAST_CHANGE: &str = "Last change ";
pub(crate) const LOOK_AGAIN: &str = "Look again";
pub(crate) const PROGRESS: &str = "Progress";
pub(crate) const ABOUT_THIS_ORDER: &str = "About this order";
pub(crate) const PLACED: &str = "Placed";
pub(crate) const PAID: &str = "Paid";
pub(crate) const PACKED: &str = "Packed";
pub(crate) const SHIPPED: &str = "Shipped";
pub(crate) const DELIVERED: &str = "Delivered";
pub(crate) const IS_DRAFT: &str = "Being prepared";
pub(crate) const IS_CANCELLING: &str = "Being cancelled";
pub(crate) const IS_CANCELLED: &str = "Cancelled";
pub(crate) const IS_EXPIRED: &str = "Expired: it was not paid in time";
pub(crate) const WAITS_FOR_BANK: &str = "Your bank waits for you";
pub(crate) const PAYMENT_UNDER_WAY: &str = "The payment is under way";
pub(crate) const PAYMENT_UNDER_WAY_MORE: &str =
    "There is nothing to do. This page tells as soon as it is known.";
pub(crate) const CARD_WAS_DECLINED: &str = "Not paid yet";
pub(crate) const WAITS_FOR_PAYMENT: &str = "Waiting for its payment";
pub(crate) const IS_PAID: &str = "Paid, to be packed next";
pub(crate) const IS_PACKED: &str = "Packed";
pub(crate) const IS_PARTLY_ON_ITS_WAY: &str = "Partly on its way";
pub(crate) const IS_ON_ITS_WAY: &str = "On its way";
pub(crate) const IS_DELIVERED: &str = "Delivered";
pub(crate) const DRAFT: &str = "Draft";
pub(crate) const CANCELLING: &str = "Cancelling";
pub(crate) const CANCELLED: &str = "Cancelled";
pub(crate) const EXPIRED: &str = "Expired";
pub(crate) const UNPAID: &str = "Unpaid";
pub(crate) const PAYMENT_PENDING: &str = "Payment pending";
pub(crate) const AUTHORIZED: &str = "Authorized";
pub(crate) const PARTLY_REFUNDED: &str = "Partly refunded";
pub(crate) const REFUNDED: &str = "Refunded";
pub(crate) const VOIDED: &str = "Voided";
pub(crate) const PARTLY_SHIPPED: &str = "Partly shipped";
pub(crate) const PARTLY_DELIVERED: &str = "Partly delivered";
pub(crate) const TO_PACK: &str = "To be packed";
pub(crate) const DELIVERY_FAILED: &str = "Delivery failed";
pub(crate) const RETURNED: &str = "Returned";
pub(crate) const PAY_THIS_ORDER: &str = "Pay this order";
pub(crate) const NOTHING_CHARGED: &str = "Nothing was charged.";
pub(crate) const HELD_UNTIL: &str = "Your things are held for you until ";
pub(crate) const BANK_ASKS: &str = "Your bank asks you to confirm";
pub(crate) const BANK_ASKS_MORE: &str = "The payment goes on once you have. Nothing was charged so far.";
pub(crate) const TO_BANK: &str = "Go to the bank’s page";
pub(crate) const BANK: &str = "The simulator’s bank";
pub(crate) const BANK_MORE: &str = "A real provider would show its own page here.";
pub(crate) const BANK_CONFIRM: &str = "Confirm the payment";
pub(crate) const BANK_BACK: &str = "Back to the order";
pub(crate) const WHAT_IS_IN_IT: &str = "What is in it";
pub(crate) const PARCELS: &str = "Parcels";
pub(crate) const WHAT_HAPPENED: &str = "What happened";
pub(crate) const GOES_TO: &str = "Goes to";
pub(crate) const YOUR_NOTE: &str = "Your note";
pub(crate) const WHY_CANCELLED: &str = "Why it was cancelled";
pub(crate) const CANCEL_ORDER: &str = "Cancel the order …";
pub(crate) const WHY: &str = "Why?";
pub(crate) const KEEP_ORDER: &str = "Keep the order";
pub(crate) const CANCEL_IT: &str = "Cancel it";
pub(crate) const CANCEL_THE_REST: &str =
    "What has shipped stays yours. The rest is cancelled, and its money goes back. This cannot be undone.";
pub(crate) const NOTHING_TO_GIVE_BACK: &str =
    "Nothing was charged, so nothing needs to go back. This cannot be undone.";
pub(crate) const YOU_PLACED: &str = "You placed the order";
pub(crate) const PAYMENT_SECURED: &str = "The payment is secured";
pub(crate) const A_CARD_WAS_DECLINED: &str = "A card was declined";
pub(crate) const AUTHORIZATION_LAPSED: &str = "The promise of the payment has ended";
pub(crate) const CANCEL_REQUESTED: &str = "The cancellation began";
pub(crate) const WAS_CANCELLED: &str = "The order was cancelled";
pub(crate) const WAS_EXPIRED: &str = "The order was not paid in time";
pub(crate) const ITEMS_CANCELLED: &str = "Some pieces were cancelled";
pub(crate) const WAS_REFUNDED: &str = "Money went back to you";
pub(crate) const WAS_COMPLETED: &str = "The order is complete";
pub(crate) const WAS_REOPENED: &str = "Something came back, and the order was opened again";
pub(crate) const PARCEL_PACKED: &str = "A parcel was packed";
pub(crate) const PARCEL_SHIPPED: &str = "A parcel is on its way";
pub(crate) const PARCEL_DELIVERED: &str = "A parcel has arrived";
pub(crate) const PARCEL_FAILED: &str = "A parcel could not be delivered";
pub(crate) const PARCEL_RETURNED: &str = "A parcel came back";
pub(crate) fn order_title(number: i64) -> String {
    format!("Order #{number}")
}
pub(crate) fn order_of(number: i64) -> String {
    format!("Order #{number} of ")
}
pub(crate) fn pieces_are(count: i64, state: &str) -> String {
    format!("{} {}", super::pieces(count), state.to_lowercase())
}
pub(crate) fn parcel(n: usize, of: usize) -> String {
    if of == 1 { "Parcel".to_owned() } else { format!("Parcel {n} of {of}") }
}
pub(crate) fn cancel_question(number: i64) -> String {
    format!("Cancel order #{number}?")
}
pub(crate) fn money_goes_back(amount: &str) -> String {
    format!("Nothing has shipped yet. {amount} goes back the way it came. This cannot be undone.")
}
pub(crate) fn bank_question(amount: &str, shop: &str) -> String {
    format!("{shop} wants to charge {amount} to your card.")
}
