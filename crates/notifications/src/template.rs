//! The texts of mails, one function for all: what happened in, subject and text out.
//!
//! A mail is plain text, so nothing is escaped. Its subject is made of our own words and a number, and what
//! others have written (names, reasons, carriers) is set in one line: it can forge neither a header nor a
//! paragraph.

use kernel::{Money, id::OrderId};
use serde::{Deserialize, Serialize};

/// What a mail tells, with what is known of it from the event alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// An account was registered.
    Welcome,
    /// An address is to be verified.
    VerifyEmail,
    /// Somebody has forgotten the password.
    PasswordReset,
    /// The account has another password.
    PasswordChanged,
    /// An order was placed.
    OrderPlaced {
        /// What it comes to.
        total: Money,
    },
    /// Its payment is secured.
    OrderConfirmed {
        /// What it comes to.
        total: Money,
    },
    /// An attempt at its payment failed.
    PaymentFailed {
        /// What is to be paid.
        owed: Money,
    },
    /// Its authorization ended before it was captured.
    PaymentLapsed {
        /// What is to be paid.
        owed: Money,
    },
    /// Some of its units were cancelled.
    OrderItemsCancelled {
        /// What it comes to without them.
        owed: Money,
    },
    /// It was cancelled.
    OrderCancelled {
        /// Why, where a reason was given.
        reason: Option<String>,
    },
    /// It was not paid in time.
    OrderExpired,
    /// Some or all of it is on its way.
    OrderShipped {
        /// Who carries it.
        carrier: Option<String>,
        /// The carrier's number for it.
        tracking_number: Option<String>,
    },
    /// What was on its way has arrived.
    OrderDelivered,
    /// All is shipped, delivered and settled.
    OrderCompleted,
    /// It is open again: something comes back.
    OrderReopened,
    /// Money was given back.
    OrderRefunded {
        /// How much.
        amount: Money,
        /// Whether people handed it over, since it was paid offline.
        offline: bool,
    },
}

/// The template of mails that tell the code with which a new password can be chosen.
pub const PASSWORD_RESET: &str = "password_reset";
/// The template of mails that tell the code by which an address is verified.
pub const VERIFY_EMAIL: &str = "verify_email";
/// What stands in the mailbox instead of that code, or of the key of a guest's order: whoever could read it there could take
/// the account, or act as the guest.
pub const HIDDEN_CODE: &str = "(hidden: administrators see it, as long as it is good)";

/// Who reads the mail, and of which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// What the person is called.
    pub name: Option<String>,
    /// The order's number for people.
    pub order_number: Option<i64>,
    /// The order, which has a page of its own.
    pub order: Option<OrderId>,
    /// Whether a guest has placed it, who comes to it with its key.
    pub is_guest: bool,
}

/// Subject and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Several lines.
    pub text: String,
}

impl Message {
    /// The template's name, as the mailbox shows it; part of the key that makes a mail once only.
    pub const fn template(&self) -> &'static str {
        match self {
            Message::Welcome => "welcome",
            Message::VerifyEmail => VERIFY_EMAIL,
            Message::PasswordReset => PASSWORD_RESET,
            Message::PasswordChanged => "password_changed",
            Message::OrderPlaced { .. } => "order_placed",
            Message::OrderConfirmed { .. } => "order_confirmed",
            Message::PaymentFailed { .. } => "payment_failed",
            Message::PaymentLapsed { .. } => "payment_lapsed",
            Message::OrderItemsCancelled { .. } => "order_items_cancelled",
            Message::OrderCancelled { .. } => "order_cancelled",
            Message::OrderExpired => "order_expired",
            Message::OrderShipped { .. } => "order_shipped",
            Message::OrderDelivered => "order_delivered",
            Message::OrderCompleted => "order_completed",
            Message::OrderReopened => "order_reopened",
            Message::OrderRefunded { .. } => "order_refunded",
        }
    }
}

/// Who writes, and where the pages are that a mail leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shop<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Such as `https://shop.example`; where it is empty, links are paths alone.
    pub site: &'a str,
}

/// Writes a mail for `reader`, signed by the shop.
pub fn write(message: &Message, reader: &Reader, Shop { name, site }: Shop<'_>) -> Letter {
    let shop = one_line(name);
    let order =
        reader.order_number.map_or_else(|| "your order".to_owned(), |number| format!("order {number}"));
    let greeting = match said(reader.name.as_deref()) {
        Some(name) => format!("Hello {name},"),
        None => "Hello,".to_owned(),
    };
    let mut text = greeting;
    for paragraph in paragraphs(message, &order, site) {
        text.push_str("\n\n");
        text.push_str(&paragraph);
    }
    match reader.order {
        Some(id) if reader.is_guest => {
            let place = format!("{site}/orders/{id}?key={HIDDEN_CODE}");
            text.push_str(&format!("\n\nYou have it on this page of our shop, without an account: {place}"));
        }
        Some(id) => text.push_str(&format!("\n\nYou have it on this page of our shop: {site}/orders/{id}")),
        None => {}
    }
    text.push_str(&format!("\n\n{shop}\n"));
    Letter { subject: capitalized(&subject(message, &order, &shop)), text }
}

fn subject(message: &Message, order: &str, shop: &str) -> String {
    match message {
        Message::Welcome => format!("welcome to {shop}"),
        Message::VerifyEmail => format!("your address for {shop}"),
        Message::PasswordReset => format!("a new password for {shop}"),
        Message::PasswordChanged => format!("your password for {shop} was changed"),
        Message::OrderPlaced { .. } => format!("we have received {order}"),
        Message::OrderConfirmed { .. } => format!("{order} is confirmed"),
        Message::PaymentFailed { .. } => format!("the payment for {order} failed"),
        Message::PaymentLapsed { .. } => format!("{order} must be paid again"),
        Message::OrderItemsCancelled { .. } => format!("part of {order} is cancelled"),
        Message::OrderCancelled { .. } => format!("{order} is cancelled"),
        Message::OrderExpired => format!("{order} has expired"),
        Message::OrderShipped { .. } => format!("a parcel of {order} is on its way"),
        Message::OrderDelivered => format!("a parcel of {order} has arrived"),
        Message::OrderCompleted => format!("{order} is complete"),
        Message::OrderReopened => format!("{order} is open again"),
        Message::OrderRefunded { amount, .. } => format!("{amount} of {order} refunded"),
    }
}

/// What stands between greeting and signature.
fn paragraphs(message: &Message, order: &str, site: &str) -> Vec<String> {
    match message {
        Message::Welcome => vec!["your account is ready. You can sign in and order at once.".into()],
        Message::VerifyEmail => vec![
            "somebody, hopefully you, has made an account with this address.".into(),
            format!(
                "Open this page of our shop within a day to say that it is yours: {site}/verify?token={HIDDEN_CODE}"
            ),
            "What you have ordered with this address without an account is in it then.".into(),
            "If it was not you, do nothing.".into(),
        ],
        Message::PasswordReset => vec![
            "somebody, hopefully you, has asked for a new password for your account.".into(),
            format!(
                "Choose one on this page of our shop, once and within an hour: {site}/reset?token={HIDDEN_CODE}"
            ),
            format!("Or give this code there: {HIDDEN_CODE}"),
            "If it was not you, do nothing: your password stays as it is.".into(),
        ],
        Message::PasswordChanged => vec![
            "your account has another password. Other sessions of it have ended; API keys stay as they are."
                .into(),
            "If it was not you, ask for a new password at once.".into(),
        ],
        Message::OrderPlaced { total } => vec![
            format!("thank you: we have received {order} over {total}, and its goods are reserved for you."),
            "We write again as soon as it is paid.".into(),
        ],
        Message::OrderConfirmed { total } => vec![
            format!("{order} over {total} is confirmed: its payment is secured."),
            "We write again as soon as it is on its way.".into(),
        ],
        Message::PaymentFailed { owed } => vec![
            format!("your payment of {owed} for {order} did not go through. Nothing was charged."),
            "The order waits a while: try again, or with another card.".into(),
        ],
        Message::PaymentLapsed { owed } => vec![
            format!(
                "the payment of {owed} that was promised for {order} does not hold any longer. Nothing was charged."
            ),
            "The order waits a while to be paid again.".into(),
        ],
        Message::OrderItemsCancelled { owed } => vec![
            format!("some of {order} is cancelled. It now comes to {owed}."),
            "If you have paid more than that, the rest is refunded.".into(),
        ],
        Message::OrderCancelled { reason } => {
            let cancelled = format!("{order} is cancelled. If you have paid for it, that is refunded.");
            let reason = said(reason.as_deref()).map(|reason| format!("The reason: {reason}"));
            [Some(cancelled), reason].into_iter().flatten().collect()
        }
        Message::OrderExpired => {
            vec![format!("{order} was not paid in time and has expired. You owe nothing for it.")]
        }
        Message::OrderShipped { carrier, tracking_number } => {
            let on_its_way = format!("a parcel of {order} is on its way.");
            let carrier = said(carrier.as_deref()).map(|carrier| format!("Carrier: {carrier}"));
            let number = said(tracking_number.as_deref()).map(|number| format!("Tracking number: {number}"));
            [Some(on_its_way), carrier, number].into_iter().flatten().collect()
        }
        Message::OrderDelivered => {
            vec![format!("a parcel of {order} has been delivered. Enjoy what is in it.")]
        }
        Message::OrderCompleted => {
            vec![format!("all of {order} is delivered and settled. Thank you for ordering.")]
        }
        Message::OrderReopened => {
            vec![format!("{order} is open again, since something of it comes back to us.")]
        }
        Message::OrderRefunded { amount, offline: true } => {
            vec![format!("we have handed {amount} of {order} back to you.")]
        }
        Message::OrderRefunded { amount, offline: false } => vec![
            format!("we have sent {amount} of {order} back to you."),
            "It can take some days until your bank shows it.".into(),
        ],
    }
}

/// What somebody wrote, in one line; none where it says nothing.
fn said(text: Option<&str>) -> Option<String> {
    text.map(one_line).filter(|line| !line.is_empty())
}

/// In one line: what would break it becomes a space.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(|c| breaks(c) || c == ' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn euros(minor: i64) -> Money {
        Money::new(minor, "EUR".parse::<Currency>().unwrap())
    }

    fn every_message() -> Vec<Message> {
        let (total, owed, amount) = (euros(4900), euros(2450), euros(50));
        vec![
            Message::Welcome,
            Message::VerifyEmail,
            Message::PasswordReset,
            Message::PasswordChanged,
            Message::OrderPlaced { total },
            Message::OrderConfirmed { total },
            Message::PaymentFailed { owed },
            Message::PaymentLapsed { owed },
            Message::OrderItemsCancelled { owed },
            Message::OrderCancelled { reason: Some("out\nof season".into()) },
            Message::OrderExpired,
            Message::OrderShipped { carrier: Some("DHL".into()), tracking_number: Some("00\r\n34".into()) },
            Message::OrderDelivered,
            Message::OrderCompleted,
            Message::OrderReopened,
            Message::OrderRefunded { amount, offline: false },
        ]
    }

    fn shop(name: &str) -> Shop<'_> {
        Shop { name, site: "" }
    }

    #[test]
    fn links_lead_to_where_the_shop_is() {
        let reader = Reader {
            order: Some("ord_01h455vb4pex5vsknk084sn02q".parse().unwrap()),
            is_guest: true,
            ..Reader::default()
        };
        let there = Shop { name: "Ordo", site: "https://shop.example" };
        let placed = write(&Message::OrderPlaced { total: euros(1) }, &reader, there).text;
        assert!(placed.contains(": https://shop.example/orders/ord_"), "{placed}");
        let verify = write(&Message::VerifyEmail, &Reader::default(), there).text;
        assert!(verify.contains(": https://shop.example/verify?token="), "{verify}");
        let forgotten = write(&Message::PasswordReset, &Reader::default(), there).text;
        assert!(forgotten.contains(": https://shop.example/reset?token="), "{forgotten}");
    }

    #[test]
    fn what_is_to_be_told_can_be_noted_and_read_again() {
        for message in every_message() {
            let noted = serde_json::to_value(&message).unwrap();
            assert_eq!(serde_json::from_value::<Message>(noted).unwrap(), message);
        }
    }

    #[test]
    fn a_mail_greets_tells_and_signs() {
        let reader =
            Reader { name: Some("Ada Lovelace".into()), order_number: Some(1001), ..Reader::default() };
        let letter = write(&Message::OrderPlaced { total: euros(4900) }, &reader, shop("Teapots"));
        assert_eq!(letter.subject, "We have received order 1001");
        let text = "Hello Ada Lovelace,\n\n\
            thank you: we have received order 1001 over 49.00 EUR, and its goods are reserved for you.\n\n\
            We write again as soon as it is paid.\n\nTeapots\n";
        assert_eq!(letter.text, text);
    }

    #[test]
    fn nothing_that_others_wrote_breaks_a_line() {
        let reader =
            Reader { name: Some("Eve\r\nBcc: all@example.org\u{2028}x".into()), ..Reader::default() };
        for message in every_message() {
            let letter = write(&message, &reader, shop("Tea\npots"));
            assert!(!letter.subject.chars().any(char::is_control), "{letter:?}");
            assert!(letter.text.starts_with("Hello Eve Bcc: all@example.org x,\n\n"), "{letter:?}");
            assert!(letter.text.ends_with("\n\nTea pots\n"), "{letter:?}");
            assert!(!letter.text.contains("\n\n\n") && !letter.text.contains('\r'), "{letter:?}");
        }
        let cancelled = write(&every_message()[9], &Reader::default(), shop("Ordo"));
        assert!(cancelled.text.contains("The reason: out of season\n"), "{}", cancelled.text);
    }

    #[test]
    fn a_guest_is_told_where_the_order_is_and_the_mailbox_is_not() {
        let id: OrderId = "ord_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let reader = Reader { order_number: Some(7), order: Some(id), is_guest: true, ..Reader::default() };
        let letter = write(&Message::OrderDelivered, &reader, shop("Ordo"));
        assert!(letter.text.contains(&format!("/orders/{id}?key={HIDDEN_CODE}\n")), "{}", letter.text);
        // who has an account needs no key
        let reader = Reader { is_guest: false, ..reader };
        let letter = write(&Message::OrderDelivered, &reader, shop("Ordo"));
        assert!(letter.text.contains(&format!(": /orders/{id}\n")), "{}", letter.text);
    }

    #[test]
    fn a_nameless_reader_is_greeted_all_the_same() {
        let reader = Reader { name: Some(" \n".into()), ..Reader::default() };
        let letter = write(&Message::OrderDelivered, &reader, shop("Ordo"));
        assert_eq!(letter.subject, "A parcel of your order has arrived");
        assert!(letter.text.starts_with("Hello,\n\na parcel of your order"), "{}", letter.text);
    }

    #[test]
    fn no_bank_is_promised_where_money_was_handed_over() {
        let reader = Reader { order_number: Some(7), ..Reader::default() };
        let text = |offline| {
            let amount = Money::new(1000, kernel::Currency::EUR);
            write(&Message::OrderRefunded { amount, offline }, &reader, shop("Ordo")).text
        };
        assert!(text(false).contains("bank") && !text(true).contains("bank"), "{}", text(true));
        assert!(text(true).contains("handed 10.00 EUR"), "{}", text(true));
    }

    #[test]
    fn each_template_has_a_name_and_a_subject_of_its_own() {
        let mut names: Vec<_> = every_message().iter().map(Message::template).collect();
        let reader = Reader { order_number: Some(7), ..Reader::default() };
        let mut subjects: Vec<_> =
            every_message().iter().map(|m| write(m, &reader, shop("Ordo")).subject).collect();
        for list in [&mut subjects, &mut names.iter_mut().map(|n| n.to_string()).collect()] {
            list.sort();
            list.dedup();
            assert_eq!(list.len(), every_message().len());
        }
    }
}
