//! The console.

mod orders;
mod people;
mod products;

pub(crate) use orders::*;
pub(crate) use people::*;
pub(crate) use products::*;

use contracts::auth::Role;

pub(crate) const ROOMS: &str = "Rooms";
pub(crate) const HOME: &str = "Home";
pub(crate) const SHOP_GROUP: &str = "Shop";
pub(crate) const OPERATE_GROUP: &str = "Operate";
pub(crate) const SYSTEM: &str = "System";
pub(crate) const SERVICES: &str = "Services";
pub(crate) const SERVICE: &str = "Service";
pub(crate) const WHAT_FOR: &str = "What for";
pub(crate) const ASKED: &str = "asked ";
pub(crate) const ANSWERS: &str = "Answers";
pub(crate) const DOES_NOT_ANSWER: &str = "Does not answer";
pub(crate) const DOES_NOT_ANSWER_MORE: &str = "What it decides about waits until it is back; nothing that was acknowledged is lost. The program’s log says why.";
pub(crate) const BY_THE_PROGRAM: &str = "On the shop’s own machine";
pub(crate) const COMMANDS: [(&str, &str); 3] = [
    ("ordo audit", "Compares what the services know of orders, stock and money, and names what is broken."),
    ("ordo replay", "Lists the events that were put aside, and has them acted on once more."),
    ("ordo doctor", "Says what is wrong with the installation and how to mend it."),
];
pub(crate) const SEARCH: &str = "Search";
pub(crate) const ALL_OF_THEM: &str = "All of them";
pub(crate) const NOTHING_FITS: &str = "Nothing fits";
pub(crate) const NOTHING_FITS_MORE: &str = "Look for a number, a name, an e-mail address or an article.";
pub(crate) const TODAY: &str = "Today in figures";
pub(crate) const REVENUE_TODAY: &str = "Revenue today";
pub(crate) const REVENUE_MORE: &str = "Orders of today that are paid";
pub(crate) const ORDERS_TODAY: &str = "Orders today";
pub(crate) const AVERAGE_ORDER: &str = "Average order";
pub(crate) const AVERAGE_MORE: &str = "Of those that are paid";
pub(crate) const ORDERS_BY_HOUR: &str = "Orders by hour";
pub(crate) const HOUR: &str = "Hour";
pub(crate) const THIS_HOUR: &str = "This hour";
pub(crate) const SHOW_AS_TABLE: &str = "Show as a table";
pub(crate) const NEWEST_ORDERS: &str = "Newest orders";
pub(crate) const ALL_ORDERS: &str = "All orders";
pub(crate) const NEEDS_ATTENTION: &str = "Orders that need you";
pub(crate) const NOTHING_NEEDS_YOU: &str = "Nothing needs you.";
pub(crate) const ORDERS_TO_PACK: &str = "to pack";
pub(crate) const ORDERS_PARTLY_SHIPPED: &str = "sent in part";
pub(crate) const ORDERS_HELD: &str = "of these on hold";
pub(crate) const ORDERS_UNPAID: &str = "unpaid, the oldest first";
pub(crate) const ORDERS_CANCELLING: &str = "being cancelled";
pub(crate) const ORDERS: &str = "Orders";
pub(crate) const MORE: &str = "More";
pub(crate) const OPEN_THE_SHOP: &str = "Open the shop";
pub(crate) const TO_HOME: &str = "Console, home";
pub(crate) const SEARCH_ALL: &str = "Search orders, products, people";
pub(crate) const YOUR_PROFILE: &str = "Your profile";
pub(crate) const CLEAR: &str = "Clear";
pub(crate) const REMOVE: &str = ", remove";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const APPLY: &str = "Show";
pub(crate) const ANY: &str = "Any";
pub(crate) const SORT_BY: &str = "Sort by";
pub(crate) const BACK: &str = "Back";
pub(crate) const OPEN: &str = "Open";
pub(crate) const NOT_DONE: &str = "Nothing was changed.";
pub(crate) const NOT_KNOWN: &str = "The answer did not come in time";
pub(crate) const NOT_KNOWN_MORE: &str = "It may have been done all the same. Look at the page; where it is not, press the button once more: it is done once.";

pub(crate) fn of_which_paid(paid: usize) -> String {
    format!("{paid} of them paid")
}
pub(crate) fn chart_by_hour(orders: usize, busiest: Option<usize>) -> String {
    match busiest {
        Some(hour) => format!("Orders per hour today, in UTC: {orders} so far, most of them from {hour}:00"),
        None => "Orders per hour today, in UTC: none so far".to_owned(),
    }
}
pub(crate) fn found(words: &str) -> String {
    format!("Search for “{words}”")
}
pub(crate) fn does_not_answer(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} does not answer"),
        many => format!("{} do not answer", many.join(", ")),
    }
}
/// What a service, or what else is asked, is for.
pub(crate) fn service(name: &str) -> &'static str {
    match name {
        "auth" => "Accounts, sessions, permissions",
        "products" => "The catalogue, stock and reservations",
        "orders" => "Orders and their parcels",
        "payments" => "Payments and refunds",
        "notifications" => "Mails and the log of events",
        "disk" => "Room for what is written",
        _ => "",
    }
}
pub(crate) fn your_menu(name: &str) -> String {
    format!("Your menu, {name}")
}
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Customer => "Customer",
        Role::Staff => "Staff",
        Role::Admin => "Administrator",
    }
}
