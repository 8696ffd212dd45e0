//! The texts of mails, one function for all: what happened in, subject and text out.
//!
//! What it says stands in `texts/`, in every language. A mail is plain text, so nothing is escaped. Its subject is made of our own words and a number, and what
//! others have written (names, reasons, carriers) is set in one line: it can forge neither a header nor a
//! paragraph.

use crate::texts::say;
use kernel::{Language, Money, Timestamp, id::OrderId};
use languages::Zone;
use serde::{Deserialize, Serialize};

/// What a mail tells, with what is known of it from the event alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailTemplate {
    /// An account was registered.
    Welcome,
    /// An address must be verified.
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
        /// What must be paid.
        owed: Money,
        /// Whether the provider could not be reached: no card was declined.
        #[serde(default)]
        provider_unavailable: bool,
    },
    /// Its authorization ended before it was captured.
    PaymentLapsed {
        /// What must be paid.
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
pub struct EmailContext {
    /// What the person is called.
    pub name: Option<String>,
    /// In which language to write.
    pub language: Language,
    /// The order's number for people.
    pub order_number: Option<i64>,
    /// The order, which has a page of its own.
    pub order: Option<OrderId>,
    /// Whether a guest has placed it, who comes to it with its key.
    pub is_guest: bool,
    /// Until when it must be paid, where it waits for them to do so.
    pub pay_by: Option<Timestamp>,
}

/// Subject and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedEmail {
    /// One line.
    pub subject: String,
    /// Several lines.
    pub text: String,
}

impl EmailTemplate {
    /// The template's name, as the mailbox shows it; part of the key that makes a mail once only.
    pub const fn template(&self) -> &'static str {
        match self {
            EmailTemplate::Welcome => "welcome",
            EmailTemplate::VerifyEmail => VERIFY_EMAIL,
            EmailTemplate::PasswordReset => PASSWORD_RESET,
            EmailTemplate::PasswordChanged => "password_changed",
            EmailTemplate::OrderPlaced { .. } => "order_placed",
            EmailTemplate::OrderConfirmed { .. } => "order_confirmed",
            EmailTemplate::PaymentFailed { .. } => "payment_failed",
            EmailTemplate::PaymentLapsed { .. } => "payment_lapsed",
            EmailTemplate::OrderItemsCancelled { .. } => "order_items_cancelled",
            EmailTemplate::OrderCancelled { .. } => "order_cancelled",
            EmailTemplate::OrderExpired => "order_expired",
            EmailTemplate::OrderShipped { .. } => "order_shipped",
            EmailTemplate::OrderDelivered => "order_delivered",
            EmailTemplate::OrderCompleted => "order_completed",
            EmailTemplate::OrderReopened => "order_reopened",
            EmailTemplate::OrderRefunded { .. } => "order_refunded",
        }
    }

    /// How much it is about.
    const fn amount(&self) -> Option<Money> {
        match self {
            EmailTemplate::OrderPlaced { total } | EmailTemplate::OrderConfirmed { total } => Some(*total),
            EmailTemplate::PaymentFailed { owed, .. }
            | EmailTemplate::PaymentLapsed { owed }
            | EmailTemplate::OrderItemsCancelled { owed } => Some(*owed),
            EmailTemplate::OrderRefunded { amount, .. } => Some(*amount),
            _ => None,
        }
    }

    /// Whether it tells of an order that may have to be paid still.
    const fn asks_for_money(&self) -> bool {
        matches!(
            self,
            EmailTemplate::OrderPlaced { .. }
                | EmailTemplate::PaymentFailed { .. }
                | EmailTemplate::PaymentLapsed { .. }
        )
    }
}

/// Who writes, and where the pages are that a mail leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Such as `https://shop.example`; where it is empty, links are paths alone.
    pub site: &'a str,
    /// Its local time.
    pub zone: &'a Zone,
}

/// Writes a mail for `reader`, in their language, signed by the shop.
pub fn write(message: &EmailTemplate, reader: &EmailContext, shop: Sender<'_>) -> RenderedEmail {
    let words = MessageArgs::of(message, reader, shop);
    let greeting = match said(reader.name.as_deref()) {
        Some(name) => say(reader.language, "greeting", [("name", name.as_str())]),
        None => words.say("greeting-nameless"),
    };
    let body = words.say(&id(message));
    // what follows a greeting begins with a small letter in German
    let body = if reader.language == Language::English { capitalized(&body) } else { body };
    let mut paragraphs = vec![greeting, body];
    paragraphs.extend(details(message, reader.language));
    let pay_by = reader.pay_by.filter(|_| message.asks_for_money());
    paragraphs.extend(pay_by.map(|until| words.to_pay(until, shop.zone)));
    paragraphs.extend(page(reader, shop.site, pay_by.is_some()));
    paragraphs.push(format!("{}\n", words.shop));
    let subject = words.say(&subject_id(message));
    RenderedEmail { subject: capitalized(&subject), text: paragraphs.join("\n\n") }
}

/// What the messages of a mail are said with.
struct MessageArgs {
    language: Language,
    shop: String,
    order: String,
    amount: String,
    link: String,
}

impl MessageArgs {
    fn of(
        message: &EmailTemplate,
        reader: &EmailContext,
        Sender { name, site, .. }: Sender<'_>,
    ) -> MessageArgs {
        let language = reader.language;
        let order = match reader.order_number {
            Some(number) => say(language, "order-numbered", [("number", number.to_string().as_str())]),
            None => say(language, "order-unnumbered", []),
        };
        let amount = message.amount().map_or_else(String::new, |amount| languages::money(language, amount));
        let link = match message {
            EmailTemplate::VerifyEmail => format!("{site}/verify?token={HIDDEN_CODE}"),
            EmailTemplate::PasswordReset => format!("{site}/reset?token={HIDDEN_CODE}"),
            _ => String::new(),
        };
        MessageArgs { language, shop: one_line(name), order, amount, link }
    }

    /// The message of this id. It takes of the words what it needs.
    fn say(&self, id: &str) -> String {
        let MessageArgs { language, shop, order, amount, link } = self;
        let with = [("shop", shop), ("order", order), ("amount", amount), ("link", link)]
            .map(|(n, v)| (n, v.as_str()));
        say(*language, id, with.into_iter().chain([("code", HIDDEN_CODE)]))
    }
}

impl MessageArgs {
    /// How much must be paid, and until when.
    fn to_pay(&self, until: Timestamp, zone: &Zone) -> String {
        let until = moment(self.language, until, zone);
        say(self.language, "to-pay", [("amount", self.amount.as_str()), ("until", until.as_str())])
    }
}

/// `20 November 2026, 10:30 UTC`, in the time of the shop: nobody knows where a mail is read.
fn moment(language: Language, at: Timestamp, zone: &Zone) -> String {
    // what is no time of a calendar was never due
    let local = zone.abbreviation(at);
    let Some(at) = zone.local(at) else { return "?".to_owned() };
    let (day, month, year) = (at.day().to_string(), format!("m{}", at.month()), at.year().to_string());
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let with = [("day", &day), ("month", &month), ("year", &year), ("time", &time), ("zone", &local)];
    say(language, "moment", with.map(|(name, value)| (name, value.as_str())))
}

/// What stands between greeting and signature, by its template's name, but that no bank is promised where money was handed
/// over, and no card blamed where nobody was asked.
fn id(message: &EmailTemplate) -> String {
    match message {
        EmailTemplate::OrderRefunded { offline: true, .. } => "order-handed-back".to_owned(),
        EmailTemplate::PaymentFailed { provider_unavailable: true, .. } => "payment-not-sent".to_owned(),
        _ => message.template().replace('_', "-"),
    }
}

fn subject_id(message: &EmailTemplate) -> String {
    format!("{}-subject", message.template().replace('_', "-"))
}

/// What others wrote about it, a paragraph each.
fn details(message: &EmailTemplate, language: Language) -> Vec<String> {
    let detail = |id, name, text: &Option<String>| {
        said(text.as_deref()).map(|text| say(language, id, [(name, text.as_str())]))
    };
    let all = match message {
        EmailTemplate::OrderCancelled { reason } => [detail("reason", "reason", reason), None],
        EmailTemplate::OrderShipped { carrier, tracking_number } => {
            [detail("carrier", "carrier", carrier), detail("tracking-number", "number", tracking_number)]
        }
        _ => [None, None],
    };
    all.into_iter().flatten().collect()
}

/// Where the order is, and is paid where it has to be.
fn page(reader: &EmailContext, site: &str, is_to_pay: bool) -> Option<String> {
    let order = reader.order?;
    let link = match reader.is_guest {
        true => format!("{site}/orders/{order}?key={HIDDEN_CODE}"),
        false => format!("{site}/orders/{order}"),
    };
    let id = match (is_to_pay, reader.is_guest) {
        (true, true) => "pay-guests-order",
        (true, false) => "pay-order",
        (false, true) => "page-of-guests-order",
        (false, false) => "page-of-order",
    };
    Some(say(reader.language, id, [("link", link.as_str())]))
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
mod tests;
