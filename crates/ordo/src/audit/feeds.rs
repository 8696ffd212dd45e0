//! The feeds of the services: whole, and as long as those who hear them know (I7).
//!
//! A position is assigned once and never reused, so that a missing event leaves a gap, even where nothing else shows it; and
//! a consumer position beyond the end of a feed shows that a restored database lost events.

use super::sources::AuditSources;
use crate::{exit_code::Failure, service_names::SERVICES};
use contracts::{
    audit::{Finding, Invariant},
    audit_queries::{AuditData, AuditQuery},
};
use std::collections::BTreeMap;

/// What is missing in the feeds.
pub(super) async fn check(books: &AuditSources) -> Result<Vec<Finding>, Failure> {
    // before the feeds are checked: what was heard by then is there
    let mut heard = Vec::new();
    for service in SERVICES {
        let known = books.ask(service, AuditQuery::Feeds).await?.heard;
        heard.extend(known.into_iter().map(|known| (service, known)));
    }
    let mut feeds = BTreeMap::new();
    for service in SERVICES {
        feeds.insert(service, books.ask(service, AuditQuery::Feeds).await?);
    }
    let gaps = feeds.iter().filter_map(|(service, feed)| gap(service, feed));
    let ahead = heard.iter().filter_map(|(service, known)| {
        let head = feeds.get(known.producer.as_str())?.head;
        let position = known.position;
        let detail = match position {
            ..0 => format!("{service} has heard {position} of its events, which is no number of events"),
            _ if position <= head => return None,
            _ => format!(
                "{service} has heard {position} of its events, and it has {head}: is its database older?"
            ),
        };
        Some(finding(&known.producer, detail))
    });
    Ok(gaps.chain(ahead).collect())
}

fn gap(service: &str, feed: &AuditData) -> Option<Finding> {
    if feed.has_no_feed {
        let detail = "how far it goes is not noted any more: none of its events can be published";
        return Some(finding(service, detail.to_owned()));
    }
    let lost = feed.lost.as_ref()?;
    if lost.count == 0 {
        return Some(finding(service, format!("its events are not numbered up to {}", feed.head)));
    }
    let events = if lost.count == 1 { "event is" } else { "events are" };
    Some(finding(service, format!("{} {events} gone, the first at position {}", lost.count, lost.first)))
}

fn finding(producer: &str, detail: String) -> Finding {
    Finding { invariant: Invariant::I7, subject: format!("{producer}: feed"), detail }
}
