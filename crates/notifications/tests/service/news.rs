//! Which events are news, and which are not: every event of the table is one or the other, as two pages say.

use crate::{
    happenings::{TestOrder, some},
    world::NotificationsTestBed,
};
use contracts::{events::EventType, notifications::MailFilter};
use std::collections::BTreeMap;

on_both!(each_event_gives_the_mail_that_the_readme_says_or_is_listed_as_silent);

/// The first two columns of those rows of a page's tables that begin with the name of an event.
fn rows(page: &str) -> BTreeMap<String, String> {
    let columns = |line: &str| {
        let mut cells =
            line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        Some((cells.next()?, cells.next()?))
    };
    page.lines().filter_map(columns).filter(|(name, _)| name.parse::<EventType>().is_ok()).collect()
}

async fn each_event_gives_the_mail_that_the_readme_says_or_is_listed_as_silent(world: NotificationsTestBed) {
    let mails = rows(include_str!("../../README.md"));
    let silent = rows(include_str!("../../../../docs/decisions/0007-events-that-trigger-emails.md"));
    world.start();
    let mut happened = Vec::new();
    for (number, kind) in (1001..).zip(EventType::ALL) {
        let order = TestOrder::new(&world.env, number);
        world.auth.has_user(order.user_id, Some("ada@example.org"), None);
        world.orders.has_order(order.id, number, Some("ada@example.org"), None);
        world.happens(some(&world.env, *kind, &order)).await;
        happened.push((kind.row().name, order));
    }
    world.logged(EventType::ALL.len() as i64).await;
    world.written().await;
    let written = world.mails(MailFilter::default()).await;
    assert_eq!(written.len(), mails.len(), "as many as the README has: {written:?}");
    for (name, order) in happened {
        let (user, order) = (order.user_id.to_string(), order.id.to_string());
        let its = written.iter().filter(|mail| mail.about == user || mail.about == order);
        let its: Vec<&str> = its.map(|mail| mail.template.as_str()).collect();
        match (mails.get(name), silent.get(name)) {
            (Some(template), None) => assert_eq!(its, [template], "{name}"),
            (None, Some(why)) => assert!(its.is_empty() && !why.is_empty(), "{name}: {its:?}"),
            (Some(_), Some(_)) => panic!("{name} is news and silent"),
            (None, None) => panic!("nobody has decided whether {name} is news: {its:?}"),
        }
    }
}
