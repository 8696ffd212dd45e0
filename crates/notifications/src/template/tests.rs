//! What mails say, and that each can be said in every language.

use super::*;
use crate::texts::file;
use kernel::Currency;
use std::collections::BTreeSet;
use std::sync::LazyLock;

fn euros(minor: i64) -> Money {
    Money::new(minor, "EUR".parse::<Currency>().unwrap())
}

fn every_message() -> Vec<EmailTemplate> {
    let (total, owed, amount) = (euros(4900), euros(2450), euros(50));
    vec![
        EmailTemplate::Welcome,
        EmailTemplate::VerifyEmail,
        EmailTemplate::PasswordReset,
        EmailTemplate::PasswordChanged,
        EmailTemplate::OrderPlaced { total },
        EmailTemplate::OrderConfirmed { total },
        EmailTemplate::PaymentFailed { owed, provider_unavailable: false },
        EmailTemplate::PaymentLapsed { owed },
        EmailTemplate::OrderItemsCancelled { owed },
        EmailTemplate::OrderCancelled { reason: Some("out\nof season".into()) },
        EmailTemplate::OrderExpired,
        EmailTemplate::OrderShipped { carrier: Some("DHL".into()), tracking_number: Some("00\r\n34".into()) },
        EmailTemplate::OrderDelivered,
        EmailTemplate::OrderCompleted,
        EmailTemplate::OrderReopened,
        EmailTemplate::OrderRefunded { amount, offline: false },
    ]
}

fn utc() -> &'static Zone {
    static UTC: LazyLock<Zone> = LazyLock::new(Zone::default);
    &UTC
}

fn shop(name: &str) -> Sender<'_> {
    Sender { name, site: "", zone: utc() }
}

#[test]
fn links_lead_to_where_the_shop_is() {
    let reader = EmailContext {
        order: Some("ord_01h455vb4pex5vsknk084sn02q".parse().unwrap()),
        is_guest: true,
        ..EmailContext::default()
    };
    let there = Sender { name: "Ordo", site: "https://shop.example", zone: utc() };
    let placed = write(&EmailTemplate::OrderPlaced { total: euros(1) }, &reader, there).text;
    assert!(placed.contains(": https://shop.example/orders/ord_"), "{placed}");
    let verify = write(&EmailTemplate::VerifyEmail, &EmailContext::default(), there).text;
    assert!(verify.contains(": https://shop.example/verify?token="), "{verify}");
    let forgotten = write(&EmailTemplate::PasswordReset, &EmailContext::default(), there).text;
    assert!(forgotten.contains(": https://shop.example/reset?token="), "{forgotten}");
}

#[test]
fn what_is_to_be_told_can_be_noted_and_read_again() {
    for message in every_message() {
        let noted = serde_json::to_value(&message).unwrap();
        assert_eq!(serde_json::from_value::<EmailTemplate>(noted).unwrap(), message);
    }
}

#[test]
fn a_mail_greets_tells_and_signs() {
    let reader = EmailContext {
        name: Some("Ada Lovelace".into()),
        order_number: Some(1001),
        ..EmailContext::default()
    };
    let letter = write(&EmailTemplate::OrderPlaced { total: euros(4900) }, &reader, shop("Teapots"));
    assert_eq!(letter.subject, "We’ve received order 1001");
    let text = "Hello Ada Lovelace,\n\n\
        Thank you for your order. We’ve received order 1001 for €49.00 and reserved your items.\n\n\
        We’ll email you when it’s paid.\n\nTeapots\n";
    assert_eq!(letter.text, text);
}

#[test]
fn nothing_that_others_wrote_breaks_a_line() {
    let name = "Eve\r\nBcc: all@example.org\u{2028}{ $link }";
    for (language, hello, why) in
        [(Language::English, "Hello", "Reason"), (Language::German, "Guten Tag", "Grund")]
    {
        let reader = EmailContext { name: Some(name.into()), language, ..EmailContext::default() };
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
    let reader =
        EmailContext { order_number: Some(7), order: Some(id), is_guest: true, ..EmailContext::default() };
    let letter = write(&EmailTemplate::OrderDelivered, &reader, shop("Ordo"));
    assert!(letter.text.contains(&format!("/orders/{id}?key={HIDDEN_CODE}\n")), "{}", letter.text);
    // who has an account needs no key
    let reader = EmailContext { is_guest: false, ..reader };
    let letter = write(&EmailTemplate::OrderDelivered, &reader, shop("Ordo"));
    assert!(letter.text.contains(&format!(": /orders/{id}\n")), "{}", letter.text);
}

#[test]
fn a_nameless_reader_is_greeted_all_the_same() {
    let reader = EmailContext { name: Some(" \n".into()), ..EmailContext::default() };
    let letter = write(&EmailTemplate::OrderDelivered, &reader, shop("Ordo"));
    assert_eq!(letter.subject, "A parcel from your order was delivered");
    assert!(letter.text.starts_with("Hello,\n\nA parcel from your order"), "{}", letter.text);
}

#[test]
fn no_bank_is_promised_where_money_was_handed_over() {
    let reader = EmailContext { order_number: Some(7), ..EmailContext::default() };
    let text = |offline| {
        let amount = Money::new(1000, kernel::Currency::EUR);
        write(&EmailTemplate::OrderRefunded { amount, offline }, &reader, shop("Ordo")).text
    };
    assert!(
        text(false).contains("payment method") && !text(true).contains("payment method"),
        "{}",
        text(true)
    );
    assert!(text(true).contains("in cash or by transfer"), "{}", text(true));
}

/// Who has all that a mail can be written with.
fn somebody(language: Language) -> EmailContext {
    EmailContext {
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
    let placed = EmailTemplate::OrderPlaced { total: euros(4900) };
    let of = |message: &EmailTemplate, language, is_guest| {
        write(message, &EmailContext { is_guest, pay_by: due(), ..somebody(language) }, shop("Ordo")).text
    };
    let english = of(&placed, Language::English, false);
    assert!(english.contains("Please pay €49.00 by 26 November 2026, 09:05 UTC."), "{english}");
    assert!(english.contains("Pay for your order: /orders/ord_"), "{english}");
    assert!(!english.contains("View your order"), "{english}");
    let german = of(&placed, Language::German, true);
    assert!(german.contains("49,00\u{a0}€ bis zum 26. November 2026, 09:05 UTC."), "{german}");
    assert!(german.contains(&format!("?key={HIDDEN_CODE}\n")), "{german}");
    let failed = EmailTemplate::PaymentFailed { owed: euros(2450), provider_unavailable: false };
    let failed = of(&failed, Language::English, false);
    assert!(failed.contains("Please pay €24.50 by 26 November"), "{failed}");
    // what is over asks for nothing
    assert!(!of(&EmailTemplate::OrderExpired, Language::English, false).contains("Please pay"));
    let paid = write(&placed, &somebody(Language::English), shop("Ordo")).text;
    assert!(!paid.contains("Please pay") && paid.contains("View your order"), "{paid}");
}

/// Every message, and what is handed over.
fn every_mail() -> Vec<EmailTemplate> {
    let handed = EmailTemplate::OrderRefunded { amount: euros(123_456), offline: true };
    let unsent = EmailTemplate::PaymentFailed { owed: euros(1), provider_unavailable: true };
    every_message().into_iter().chain([handed, unsent]).collect()
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
            EmailContext { is_guest: true, ..somebody(language) },
            EmailContext { is_guest: true, pay_by: due(), ..somebody(language) },
            EmailContext { pay_by: due(), ..somebody(language) },
            EmailContext { language, ..EmailContext::default() },
        ] {
            let RenderedEmail { subject, text } = write(&message, &reader, shop("Teapots"));
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
        "the", "you", "your", "we", "is", "it", "of", "for", "and", "order", "has", "have", "page", "with",
        "again", "EUR",
    ];
    for message in every_mail() {
        for (is_guest, pay_by) in [(false, None), (true, None), (false, due()), (true, due())] {
            let reader = EmailContext { is_guest, pay_by, ..somebody(Language::German) };
            let RenderedEmail { subject, text } = write(&message, &reader, shop("Teapots"));
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
    let message = EmailTemplate::OrderPlaced { total: euros(123_456) };
    let letter = write(&message, &somebody(Language::German), shop("Teekannen"));
    assert_eq!(letter.subject, "Wir haben Bestellung 1234 erhalten");
    let text = "Guten Tag Ada,\n\n\
        vielen Dank für Ihren Einkauf. Wir haben Bestellung 1234 über 1.234,56\u{a0}€ erhalten und die Artikel für Sie \
        reserviert.\n\n\
        Sie erhalten eine E‑Mail, sobald die Zahlung eingegangen ist.\n\n\
        Bestellung ansehen: /orders/ord_01h455vb4pex5vsknk084sn02q\n\n\
        Teekannen\n";
    assert_eq!(letter.text, text);
    let nameless = EmailContext { language: Language::German, ..EmailContext::default() };
    let letter = write(&EmailTemplate::OrderDelivered, &nameless, shop("Teekannen"));
    assert_eq!(letter.subject, "Ein Paket für Ihre Bestellung wurde zugestellt");
    assert!(letter.text.starts_with("Guten Tag,\n\nein Paket für Ihre Bestellung"), "{}", letter.text);
}

#[test]
fn each_template_has_a_name_and_a_subject_of_its_own() {
    let mut names: Vec<_> = every_message().iter().map(EmailTemplate::template).collect();
    let reader = EmailContext { order_number: Some(7), ..EmailContext::default() };
    let mut subjects: Vec<_> =
        every_message().iter().map(|m| write(m, &reader, shop("Ordo")).subject).collect();
    for list in [&mut subjects, &mut names.iter_mut().map(|n| n.to_string()).collect()] {
        list.sort();
        list.dedup();
        assert_eq!(list.len(), every_message().len());
    }
}
