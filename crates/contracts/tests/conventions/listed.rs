//! What the catalogue and the table of events list.

use contracts::{
    catalogue::{self, document, endpoints},
    dependencies::{call_dependencies, dependencies_of, event_subscriptions},
    events::EventType,
};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_tag_is_described_and_no_other() {
    let document = document("1").finish();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let used: BTreeSet<&str> = operations.filter_map(|one| one["tags"][0].as_str()).collect();
    let tags = document["tags"].as_array().unwrap();
    let described =
        tags.iter().filter(|tag| tag["description"].as_str().is_some_and(|about| !about.is_empty()));
    let described: Vec<&str> = described.map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(described.len(), tags.len(), "one is not described");
    assert_eq!(described.iter().copied().collect::<BTreeSet<_>>(), used);
    assert_eq!(described.len(), used.len(), "one is described twice");
}

#[test]
fn the_schema_of_each_events_data_is_in_the_document() {
    let document = document("1").finish();
    assert_eq!(document["components"]["schemas"]["Event"]["properties"]["dataschema"]["type"][0], "string");
    for event in EventType::ALL {
        let row = event.row();
        let schema = &document["components"]["schemas"][row.data];
        assert!(schema["properties"].is_object(), "{}: {}", row.name, row.dataschema);
        assert_eq!(schema["x-dataschema"], row.dataschema, "{}", row.name);
    }
}

#[test]
fn every_public_operation_says_more_than_its_summary() {
    let public = endpoints().into_iter().map(|(_, listing)| listing.route).filter(|r| !r.is_internal());
    let silent =
        public.filter(|route| route.doc.split_once('\n').is_none_or(|(_, more)| more.trim().is_empty()));
    assert_eq!(silent.map(|route| route.name).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_guide_has_each_step_of_a_fulfilment() {
    use contracts::fulfilments::FulfilmentStatus::{self, *};
    let word = |status: &FulfilmentStatus| serde_json::to_value(status).unwrap().as_str().unwrap().to_owned();
    let table =
        catalogue::GUIDE.split_once("| `status` of a fulfilment |").unwrap().1.split("\n\n").next().unwrap();
    let states = [Pending, Packed, Shipped, Delivered, Cancelled, Failed, Returned];
    for status in states {
        let is_its = |row: &&str| {
            row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{}`", word(&status))))
        };
        let steps = table.lines().find(is_its).unwrap().split('|').nth(2).unwrap();
        let told: Vec<_> =
            states.into_iter().filter(|next| steps.contains(&format!("`{}`", word(next)))).collect();
        assert_eq!(told.iter().collect::<BTreeSet<_>>(), status.next().iter().collect(), "{status:?}");
    }
}

#[test]
fn a_code_has_one_status_everywhere() {
    let mut statuses: BTreeMap<&str, u16> = BTreeMap::new();
    for (_, listing) in endpoints() {
        for row in listing.errors {
            let before = statuses.insert(row.code, row.status);
            assert!(before.is_none_or(|status| status == row.status), "{} has two statuses", row.code);
        }
    }
}

#[test]
fn an_address_is_given_out_once() {
    let mut seen = BTreeSet::new();
    for (service, listing) in endpoints() {
        let route = listing.route;
        // each service answers these for itself
        if !["/internal/events", "/internal/state", "/internal/letters", "/internal/audit"]
            .contains(&route.path)
        {
            assert!(seen.insert((route.method.as_str().to_owned(), route.path)), "{service}: {}", route.path);
        }
    }
}

#[test]
fn a_service_needs_those_whom_it_asks_and_those_whom_it_hears() {
    let of = |service| dependencies_of(service).into_iter().collect::<Vec<_>>();
    assert_eq!(of("auth"), [""; 0]);
    assert_eq!(of("products"), ["auth", "orders"]);
    assert_eq!(of("orders"), ["auth", "payments", "products"]);
    assert_eq!(of("payments"), ["auth"]);
    assert_eq!(of("notifications"), ["auth", "orders", "payments", "products"]);
    // the page of the system asks each how it does
    assert_eq!(of("gateway"), ["auth", "notifications", "orders", "payments", "products"]);
}

/// Who asks whom for this.
fn asked(endpoint: &str) -> Vec<(&'static str, &'static str)> {
    let of_it = call_dependencies().into_iter().filter(|asks| asks.endpoint == endpoint);
    of_it.map(|asks| (asks.caller, asks.callee)).collect()
}

#[test]
fn a_feed_is_read_by_who_hears_of_it_and_by_the_public_log() {
    let log = ["auth", "orders", "payments", "products"].map(|producer| ("notifications", producer));
    let orders = ["auth", "payments", "products"].map(|producer| ("orders", producer));
    let read = asked("read_feed");
    assert_eq!(read, [&log[..], &orders, &[("products", "orders")]].concat());
    assert!(event_subscriptions().iter().all(|hears| read.contains(&(hears.consumer, hears.producer))));
}

#[test]
fn whoever_asks_what_was_revoked_reads_the_keys() {
    let verifiers = ["gateway", "notifications", "orders", "payments", "products"];
    assert_eq!(asked("get_jwks"), verifiers.map(|verifier| (verifier, "auth")));
}

#[test]
fn names_are_unique_and_read_back() {
    for kind in EventType::ALL {
        assert_eq!(kind.row().name.parse(), Ok(*kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.row().name);
        assert!(!kind.row().doc.trim().is_empty());
    }
    let mut names: Vec<_> = EventType::ALL.iter().map(|k| k.row().name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), EventType::ALL.len());
}
