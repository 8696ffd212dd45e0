//! The texts of mails, one function for all: what happened in, subject and text out.
//!
//! What it says stands in `texts/`, in every language. A mail is plain text, so nothing is escaped. Its subject is made of our own words and a number, and what
//! others have written (names, reasons, carriers) is set in one line: it can forge neither a header nor a
//! paragraph.

use crate::texts::say;
use jiff::tz::TimeZone;
use kernel::{Language, Money, Timestamp, id::OrderId};
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
    /// In which language to write.
    pub language: Language,
    /// The order's number for people.
    pub order_number: Option<i64>,
    /// The order, which has a page of its own.
    pub order: Option<OrderId>,
    /// Whether a guest has placed it, who comes to it with its key.
    pub is_guest: bool,
    /// Until when it is to be paid, where it waits for them to do so.
    pub pay_by: Option<Timestamp>,
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

    /// How much it is about.
    const fn amount(&self) -> Option<Money> {
        match self {
            Message::OrderPlaced { total } | Message::OrderConfirmed { total } => Some(*total),
            Message::PaymentFailed { owed }
            | Message::PaymentLapsed { owed }
            | Message::OrderItemsCancelled { owed } => Some(*owed),
            Message::OrderRefunded { amount, .. } => Some(*amount),
            _ => None,
        }
    }

    /// Whether it tells of an order that may have to be paid still.
    const fn asks_for_money(&self) -> bool {
        matches!(
            self,
            Message::OrderPlaced { .. } | Message::PaymentFailed { .. } | Message::PaymentLapsed { .. }
        )
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

/// Writes a mail for `reader`, in their language, signed by the shop.
pub fn write(message: &Message, reader: &Reader, shop: Shop<'_>) -> Letter {
    let words = Words::of(message, reader, shop);
    let greeting = match said(reader.name.as_deref()) {
        Some(name) => say(reader.language, "greeting", [("name", name.as_str())]),
        None => words.say("greeting-nameless"),
    };
    let mut paragraphs = vec![greeting, words.say(&id(message))];
    paragraphs.extend(details(message, reader.language));
    let pay_by = reader.pay_by.filter(|_| message.asks_for_money());
    paragraphs.extend(pay_by.map(|until| words.to_pay(until)));
    paragraphs.extend(page(reader, shop.site, pay_by.is_some()));
    paragraphs.push(format!("{}\n", words.shop));
    let subject = words.say(&subject_id(message));
    Letter { subject: capitalized(&subject), text: paragraphs.join("\n\n") }
}

/// What the messages of a mail are said with.
struct Words {
    language: Language,
    shop: String,
    order: String,
    amount: String,
    link: String,
}

impl Words {
    fn of(message: &Message, reader: &Reader, Shop { name, site }: Shop<'_>) -> Words {
        let language = reader.language;
        let order = match reader.order_number {
            Some(number) => say(language, "order-numbered", [("number", number.to_string().as_str())]),
            None => say(language, "order-unnumbered", []),
        };
        let amount = message.amount().map_or_else(String::new, |amount| languages::money(language, amount));
        let link = match message {
            Message::VerifyEmail => format!("{site}/verify?token={HIDDEN_CODE}"),
            Message::PasswordReset => format!("{site}/reset?token={HIDDEN_CODE}"),
            _ => String::new(),
        };
        Words { language, shop: one_line(name), order, amount, link }
    }

    /// The message of this id. It takes of the words what it needs.
    fn say(&self, id: &str) -> String {
        let Words { language, shop, order, amount, link } = self;
        let with = [("shop", shop), ("order", order), ("amount", amount), ("link", link)]
            .map(|(n, v)| (n, v.as_str()));
        say(*language, id, with.into_iter().chain([("code", HIDDEN_CODE)]))
    }
}

impl Words {
    /// How much is to be paid, and until when.
    fn to_pay(&self, until: Timestamp) -> String {
        let until = moment(self.language, until);
        say(self.language, "to-pay", [("amount", self.amount.as_str()), ("until", until.as_str())])
    }
}

/// `20 November 2026, 10:30 UTC`: nobody knows where a mail is read.
fn moment(language: Language, at: Timestamp) -> String {
    // what is no time of a calendar was never due
    let Ok(at) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return "?".to_owned() };
    let at = TimeZone::UTC.to_datetime(at);
    let (day, month, year) = (at.day().to_string(), format!("m{}", at.month()), at.year().to_string());
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let with = [("day", &day), ("month", &month), ("year", &year), ("time", &time)];
    say(language, "moment", with.map(|(name, value)| (name, value.as_str())))
}

/// What stands between greeting and signature, by its template's name, but that no bank is promised where money was handed
/// over.
fn id(message: &Message) -> String {
    match message {
        Message::OrderRefunded { offline: true, .. } => "order-handed-back".to_owned(),
        _ => message.template().replace('_', "-"),
    }
}

fn subject_id(message: &Message) -> String {
    format!("{}-subject", message.template().replace('_', "-"))
}

/// What others wrote about it, a paragraph each.
fn details(message: &Message, language: Language) -> Vec<String> {
    let detail = |id, name, text: &Option<String>| {
        said(text.as_deref()).map(|text| say(language, id, [(name, text.as_str())]))
    };
    let all = match message {
        Message::OrderCancelled { reason } => [detail("reason", "reason", reason), None],
        Message::OrderShipped { carrier, tracking_number } => {
            [detail("carrier", "carrier", carrier), detail("tracking-number", "number", tracking_number)]
        }
        _ => [None, None],
    };
    all.into_iter().flatten().collect()
}

/// Where the order is, and is paid where it has to be.
fn page(reader: &Reader, site: &str, is_to_pay: bool) -> Option<String> {
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
mod tests {
    use super::*;
    use crate::texts::file;
    use kernel::Currency;
    use std::collections::BTreeSet;

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
            Thank you. We have received order 1001 for €49.00, and its goods are reserved for you.\n\n\
            We write again as soon as it is paid.\n\nTeapots\n";
        assert_eq!(letter.text, text);
    }

    #[test]
    fn nothing_that_others_wrote_breaks_a_line() {
        let name = "Eve\r\nBcc: all@example.org\u{2028}{ $link }";
        for (language, hello, why) in
            [(Language::English, "Hello", "The reason"), (Language::German, "Guten Tag", "Der Grund")]
        {
            let reader = Reader { name: Some(name.into()), language, ..Reader::default() };
            let greeting = format!("{hello} Eve Bcc: all@example.org {{ $link }},\n\n");
            for message in every_mail() {
                let letter = write(&message, &reader, shop("Tea\npots"));
                assert!(!letter.subject.chars().any(char::is_control), "{letter:?}");
                assert!(letter.text.starts_with(&greeting), "{letter:?}");
                assert!(letter.text.ends_with("\n\nTea pots\n"), "{letter:?}");
                assert!(!letter.text.contains("\n\n\n") && !letter.text.contains('\r'), "{letter:?}");
            }
            let cancelled = write(&every_message()[9], &reader, shop("Ordo"));
            assert!(cancelled.text.contains(&format!("{why}: out of season\n")), "{}", cancelled.text);
        }
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
        assert!(text(true).contains("handed €10.00"), "{}", text(true));
    }

    /// Who has all that a mail can be written with.
    fn somebody(language: Language) -> Reader {
        Reader {
            name: Some("Ada".into()),
            language,
            order_number: Some(1234),
            order: Some("ord_01h455vb4pex5vsknk084sn02q".parse().unwrap()),
            is_guest: false,
            pay_by: None,
        }
    }

    /// 26 November 2026, 09:05 UTC.
    fn due() -> Option<Timestamp> {
        Some(Timestamp::from_seconds(1_795_683_900))
    }

    #[test]
    fn what_is_to_be_paid_is_told_with_the_time_and_the_page() {
        let placed = Message::OrderPlaced { total: euros(4900) };
        let of = |message: &Message, language, is_guest| {
            write(message, &Reader { is_guest, pay_by: due(), ..somebody(language) }, shop("Ordo")).text
        };
        let english = of(&placed, Language::English, false);
        assert!(english.contains("Please pay €49.00 by 26 November 2026, 09:05 UTC:"), "{english}");
        assert!(english.contains("Pay it on this page: /orders/ord_"), "{english}");
        assert!(!english.contains("See your order here"), "{english}");
        let german = of(&placed, Language::German, true);
        assert!(german.contains("49,00\u{a0}€ bis zum 26. November 2026, 09:05 UTC:"), "{german}");
        assert!(german.contains(&format!("?key={HIDDEN_CODE}\n")), "{german}");
        let failed = of(&Message::PaymentFailed { owed: euros(2450) }, Language::English, false);
        assert!(failed.contains("Please pay €24.50 by 26 November"), "{failed}");
        // what is over asks for nothing
        assert!(!of(&Message::OrderExpired, Language::English, false).contains("Please pay"));
        let paid = write(&placed, &somebody(Language::English), shop("Ordo")).text;
        assert!(!paid.contains("Please pay") && paid.contains("See your order here"), "{paid}");
    }

    /// Every message, and what is handed over.
    fn every_mail() -> Vec<Message> {
        let handed = Message::OrderRefunded { amount: euros(123_456), offline: true };
        every_message().into_iter().chain([handed]).collect()
    }

    #[test]
    fn every_language_says_every_message_of_the_mails_and_no_other() {
        let english = languages::messages(&[file(Language::English)]).unwrap();
        for language in Language::ALL {
            assert_eq!(languages::messages(&[file(language)]).unwrap(), english, "{language:?}");
        }
        let subjects = every_mail().into_iter().map(|message| subject_id(&message));
        let texts = every_mail().into_iter().map(|message| id(&message));
        let said: BTreeSet<String> = subjects.chain(texts).collect();
        let about_mails = english.keys().filter(|id| !AROUND.contains(&id.as_str()));
        assert_eq!(about_mails.collect::<Vec<_>>(), said.iter().collect::<Vec<_>>());
    }

    /// The messages that belong to no template.
    const AROUND: [&str; 13] = [
        "carrier",
        "greeting",
        "greeting-nameless",
        "moment",
        "order-numbered",
        "order-unnumbered",
        "page-of-guests-order",
        "page-of-order",
        "pay-guests-order",
        "pay-order",
        "reason",
        "to-pay",
        "tracking-number",
    ];

    #[test]
    fn every_mail_is_whole_in_every_language() {
        for (language, message) in
            Language::ALL.into_iter().flat_map(|l| every_mail().into_iter().map(move |m| (l, m)))
        {
            for reader in [
                somebody(language),
                Reader { is_guest: true, ..somebody(language) },
                Reader { is_guest: true, pay_by: due(), ..somebody(language) },
                Reader { pay_by: due(), ..somebody(language) },
                Reader { language, ..Reader::default() },
            ] {
                let Letter { subject, text } = write(&message, &reader, shop("Teapots"));
                let all = format!("{subject}\n{text}");
                assert!(!all.contains(['{', '}', '$']) && !all.contains("\n\n\n"), "{all}");
                assert!(!all.contains(&id(&message)), "{all}");
                assert!(subject.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()), "{subject}");
            }
        }
    }

    #[test]
    fn no_english_stands_in_a_german_mail() {
        const ENGLISH: [&str; 16] = [
            "the", "you", "your", "we", "is", "it", "of", "for", "and", "order", "has", "have", "page",
            "with", "again", "EUR",
        ];
        for message in every_mail() {
            for (is_guest, pay_by) in [(false, None), (true, None), (false, due()), (true, due())] {
                let reader = Reader { is_guest, pay_by, ..somebody(Language::German) };
                let Letter { subject, text } = write(&message, &reader, shop("Teapots"));
                // what is not ours: a hidden code, a link, what somebody wrote
                let text = text.replace(HIDDEN_CODE, "").replace("out of season", "");
                let words = subject.split_whitespace().chain(text.split_whitespace());
                let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
                let found: Vec<&str> = words.filter(|word| ENGLISH.contains(word)).collect();
                assert!(found.is_empty(), "{found:?} in {subject}\n{text}");
            }
        }
    }

    #[test]
    fn a_german_mail_is_written_as_germans_write() {
        let message = Message::OrderPlaced { total: euros(123_456) };
        let letter = write(&message, &somebody(Language::German), shop("Teekannen"));
        assert_eq!(letter.subject, "Wir haben Bestellung 1234 erhalten");
        let text = "Guten Tag Ada,\n\n\
            vielen Dank: Wir haben Bestellung 1234 über 1.234,56\u{a0}€ erhalten und alles für Sie zurückgelegt.\n\n\
            Wir schreiben wieder, sobald bezahlt ist.\n\n\
            Sie finden sie auf dieser Seite unseres Shops: /orders/ord_01h455vb4pex5vsknk084sn02q\n\n\
            Teekannen\n";
        assert_eq!(letter.text, text);
        let nameless = Reader { language: Language::German, ..Reader::default() };
        let letter = write(&Message::OrderDelivered, &nameless, shop("Teekannen"));
        assert_eq!(letter.subject, "Ein Paket für Ihre Bestellung ist angekommen");
        assert!(letter.text.starts_with("Guten Tag,\n\nein Paket für Ihre Bestellung"), "{}", letter.text);
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
