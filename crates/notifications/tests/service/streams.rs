//! The stream of events, as far as it goes at once: to whom which events are sent, and where it goes on.

use crate::{
    happenings::{TestOrder, of_user, some, stock},
    world::NotificationsTestBed,
};
use contracts::{
    events::{AnyEvent, EventType, EventType::*},
    notifications::{EventFilter, StreamEvents, StreamEventsError, StreamFilter, StreamFrom},
};
use endpoint::{LastEventId, PageParams, Query, StreamItem, client::CallError};
use futures_util::StreamExt;
use kernel::{Id, id::UserId};

on_both!(
    a_stream_that_is_resumed_again_and_again_is_the_log,
    customers_are_sent_what_is_theirs_and_nothing_else,
    a_stream_begins_with_what_happens_next,
    an_id_is_good_for_its_own_stream_only,
    from_the_list_to_the_stream_and_back_nothing_is_missed,
    who_has_missed_what_is_gone_is_told,
    an_account_has_so_many_streams_and_no_more,
);

type StreamItems = Vec<StreamItem<AnyEvent>>;

/// The customer whose token is "customer".
fn customer() -> UserId {
    Id::from_uuid(Default::default())
}

async fn listen(
    world: &NotificationsTestBed,
    who: &'static str,
    filter: StreamFilter,
    last: Option<&str>,
) -> Result<StreamItems, CallError<StreamEventsError>> {
    let asked = StreamEvents { filter: Query(filter), last: LastEventId(last.map(str::to_owned)) };
    let events = world.client(notifications::NAME, who).call(&world.context(), asked).await?;
    Ok(events.pieces.concat().await)
}

fn oldest() -> StreamFilter {
    StreamFilter { from: Some(StreamFrom::Oldest), ..StreamFilter::default() }
}

fn events(told: &StreamItems) -> Vec<AnyEvent> {
    let event = |sent: &StreamItem<AnyEvent>| match sent {
        StreamItem::Event { data, name, .. } => {
            assert_eq!(*name, data.kind);
            Some(data.clone())
        }
        StreamItem::Nothing { .. } => None,
    };
    told.iter().filter_map(event).collect()
}

fn id(sent: &StreamItem<AnyEvent>) -> &str {
    match sent {
        StreamItem::Event { id, .. } | StreamItem::Nothing { id, .. } => id,
    }
}

/// One event of each kind, about an order of the customer's.
async fn everything_happens(world: &NotificationsTestBed) -> TestOrder {
    let order = TestOrder { user_id: customer(), ..TestOrder::new(&world.env, 1001) };
    for kind in EventType::ALL {
        world.happens(some(&world.env, *kind, &order)).await;
    }
    world.logged(EventType::ALL.len() as i64).await;
    order
}

async fn a_stream_that_is_resumed_again_and_again_is_the_log(world: NotificationsTestBed) {
    world.start();
    everything_happens(&world).await;
    let all = world.events(EventFilter::default(), PageParams { limit: Some(200), cursor: None }).await.items;
    let whole = listen(&world, "staff", oldest(), None).await.unwrap();
    assert_eq!(events(&whole), all);
    // it breaks off after each block, and goes on behind it
    for n in 0..whole.len() {
        let rest = listen(&world, "staff", StreamFilter::default(), Some(id(&whole[n]))).await.unwrap();
        let both = [&whole[..=n], &rest[..]].concat();
        assert_eq!(events(&both), all, "broken off after {n}");
    }
}

async fn customers_are_sent_what_is_theirs_and_nothing_else(world: NotificationsTestBed) {
    world.start();
    let order = everything_happens(&world).await;
    let other = TestOrder::new(&world.env, 1002);
    for kind in EventType::ALL {
        world.happens(some(&world.env, *kind, &other)).await;
    }
    world.logged(2 * EventType::ALL.len() as i64).await;
    let own = events(&listen(&world, "customer", oldest(), None).await.unwrap());
    for event in &own {
        let names_them = event.data.to_string().contains(&customer().to_string());
        assert!(names_them && !event.kind.starts_with("order.draft"), "{event:?}");
        assert!(!event.data.to_string().contains(&other.user_id.to_string()), "{event:?}");
    }
    let kinds: Vec<&str> = own.iter().map(|event| event.kind.as_str()).collect();
    let of_people = ["user.", "session.", "api_key.", "order.", "fulfilment.", "payment.", "refund."];
    for kind in EventType::ALL {
        let name = kind.row().name;
        let theirs =
            of_people.iter().any(|people| name.starts_with(people)) && !name.starts_with("order.draft");
        assert_eq!(kinds.contains(&name), theirs, "{name}");
    }
    let subject = Some(order.id.to_string());
    let placed = StreamFilter { kind: Some(OrderPlaced), subject, ..oldest() };
    assert_eq!(events(&listen(&world, "customer", placed, None).await.unwrap()).len(), 1);
    let others = StreamFilter { subject: Some(other.id.to_string()), ..oldest() };
    assert_eq!(events(&listen(&world, "customer", others, None).await.unwrap()), []);
}

async fn a_stream_begins_with_what_happens_next(world: NotificationsTestBed) {
    world.start();
    world.happens(of_user(&world.env, UserUpdated, customer())).await;
    world.logged(1).await;
    for who in ["staff", "customer"] {
        let told = listen(&world, who, StreamFilter::default(), None).await.unwrap();
        assert_eq!(events(&told), []);
        // also who has been sent nothing yet misses nothing
        let registered = of_user(&world.env, UserRegistered, customer());
        world.happens(registered.clone()).await;
        world
            .until("it is in the stream", async || {
                let told = listen(&world, who, StreamFilter::default(), told.last().map(id)).await.unwrap();
                events(&told).first() == Some(&registered.clone().into())
            })
            .await;
    }
}

async fn an_id_is_good_for_its_own_stream_only(world: NotificationsTestBed) {
    world.start();
    world.happens(of_user(&world.env, UserUpdated, customer())).await;
    world.logged(1).await;
    let told = listen(&world, "customer", oldest(), None).await.unwrap();
    let own = id(&told[0]);
    assert!(listen(&world, "customer", StreamFilter::default(), Some(own)).await.is_ok());
    let of_type = StreamFilter { kind: Some(UserUpdated), ..StreamFilter::default() };
    // what staff keep of the list is good for staff, with the same filters
    let of_staff = &world.events(EventFilter::default(), PageParams::default()).await.last_cursor;
    let all_of_type = StreamFilter { kind: Some(UserUpdated), ..StreamFilter::default() };
    for (who, filter, id) in [
        ("staff", StreamFilter::default(), own),
        ("customer", of_type, own),
        ("customer", StreamFilter::default(), of_staff),
        ("staff", all_of_type, of_staff),
        ("customer", StreamFilter::default(), "1"),
        ("customer", StreamFilter::default(), "%"),
    ] {
        match listen(&world, who, filter, Some(id)).await {
            Err(CallError::Problem(problem)) => {
                assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
                assert!(problem.data["errors"][0]["pointer"] == "#Last-Event-ID", "{problem:?}");
            }
            other => panic!("{who} with {id}: {other:?}"),
        }
    }
    // the log that it was given out for went on; this one, from a backup, has not got so far
    world.meddle("update public_log set head = 0").await;
    assert!(listen(&world, "customer", StreamFilter::default(), Some(own)).await.is_err());
}

async fn from_the_list_to_the_stream_and_back_nothing_is_missed(world: NotificationsTestBed) {
    world.start();
    let kind = Some(StockAdjusted);
    let (of_list, of_stream) =
        (EventFilter { kind, subject: None }, StreamFilter { kind, ..StreamFilter::default() });
    let mut cursor = world.events(of_list.clone(), PageParams::default()).await.last_cursor;
    for n in 1..=3 {
        world.happens(stock(&world.env, StockOut, 1)).await;
        world.happens(stock(&world.env, StockAdjusted, 2 * n - 1)).await;
        world.logged(4 * n - 2).await;
        let mut streamed = Vec::new();
        // a stream is told that the log has grown a moment after it has
        while streamed.is_empty() {
            let told = listen(&world, "staff", of_stream.clone(), Some(&cursor)).await.unwrap();
            streamed.extend(events(&told));
            id(told.last().unwrap()).clone_into(&mut cursor);
        }
        assert_eq!(streamed.len(), 1);
        world.happens(stock(&world.env, StockOut, 1)).await;
        world.happens(stock(&world.env, StockAdjusted, 2 * n)).await;
        world.logged(4 * n).await;
        let page = world.events(of_list.clone(), PageParams { limit: None, cursor: Some(cursor) }).await;
        assert_eq!(page.items.len(), 1);
        cursor = page.last_cursor;
    }
}

async fn who_has_missed_what_is_gone_is_told(world: NotificationsTestBed) {
    world.start();
    for version in 1..=3 {
        world.happens(stock(&world.env, StockAdjusted, version)).await;
    }
    world.logged(3).await;
    let told = listen(&world, "staff", oldest(), None).await.unwrap();
    world.meddle("delete from public_event where position <= 2").await;
    world.meddle("update public_log set gone = 2").await;
    let after = async |n: usize| listen(&world, "staff", StreamFilter::default(), Some(id(&told[n]))).await;
    let refused = after(0).await.map(|told| told.len());
    assert!(matches!(refused, Err(CallError::Refused(StreamEventsError::EventsGone))), "{refused:?}");
    assert_eq!(events(&after(1).await.unwrap()).len(), 1);
    assert_eq!(events(&listen(&world, "staff", oldest(), None).await.unwrap()).len(), 1);
}

async fn an_account_has_so_many_streams_and_no_more(world: NotificationsTestBed) {
    let router = world.service().router.clone();
    let open = async || {
        let request =
            axum::http::Request::get("/v1/events/stream").header("authorization", "Bearer customer");
        let mut router = router.clone();
        tower::Service::call(&mut router, request.body(axum::body::Body::empty()).unwrap()).await.unwrap()
    };
    let mut streams = Vec::new();
    loop {
        let answer = open().await;
        if answer.status() != 200 {
            assert_eq!(answer.status(), 429);
            assert_eq!(answer.headers()["retry-after"], "10");
            break;
        }
        streams.push(answer);
        assert!(streams.len() < 100);
    }
    assert_eq!(streams.len(), 10);
    streams.pop();
    assert_eq!(open().await.status(), 200);
}
