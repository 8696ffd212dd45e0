//! What is counted of requests, by the service that answers them.

use kernel::{
    Timestamp,
    metrics::{Counter, Gauge, Histogram, Metric},
    recent_stats::{self, RecentStats},
};
use std::time::Duration;

static REQUESTS: Counter = Counter::new(
    "ordo_requests_total",
    "Requests that were answered, by endpoint and class of status.",
    &["service", "endpoint", "status"],
);
static TIMES: Histogram =
    Histogram::new("ordo_request_seconds", "How long requests took.", &["service", "endpoint"]);
static LATELY: RecentStats = RecentStats::new();
static IN_FLIGHT: Gauge = Gauge::new("ordo_requests_in_flight", "Requests that are worked on.", &["service"]);
/// Requests that were refused because too many are at work.
pub static SHED: Counter = Counter::new(
    "ordo_shed_total",
    "Requests that were told to come back because too many are worked on.",
    &["service"],
);
/// Requests that were not answered in time.
static LATE: Counter = Counter::new(
    "ordo_request_deadlines_total",
    "Requests whose time was up while they were worked on.",
    &["service"],
);

/// Connections that were refused.
pub(crate) static CONNECTIONS_REFUSED: Counter = Counter::new(
    "ordo_connections_refused_total",
    "Connections that were refused because their client address held its share.",
    &[],
);
/// Slow requests that were refused.
pub(crate) static SLOW_REQUESTS_REFUSED: Counter = Counter::new(
    "ordo_slow_requests_refused_total",
    "Connections that were closed because their client address sent too many requests slowly.",
    &[],
);

/// All of them.
pub static ALL: [&dyn Metric; 7] =
    [&REQUESTS, &TIMES, &IN_FLIGHT, &SHED, &LATE, &CONNECTIONS_REFUSED, &SLOW_REQUESTS_REFUSED];

/// One was answered now.
pub fn answered(service: &'static str, endpoint: &str, status: u16, time: Duration, now: Timestamp) {
    let class = match status / 100 {
        1 | 2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    REQUESTS.count(&[service, endpoint, class]);
    TIMES.took(&[service, endpoint], time);
    // who looks how things are is not part of how they are
    if endpoint != LOOKING {
        LATELY.took(service, class == "5xx", time, now);
    }
}

/// The endpoint by which people look how a service does.
const LOOKING: &str = "get_service_status";

/// What a service answered in this process of late.
pub fn recent_stats(service: &str, now: Timestamp) -> recent_stats::RequestStats {
    LATELY.of(service, now)
}

pub(crate) fn late(service: &str) {
    LATE.count(&[service]);
}

/// A request that is worked on, until it is dropped.
#[derive(Debug)]
pub struct InFlightRequest(&'static str);

impl InFlightRequest {
    /// It begins.
    pub fn on(service: &'static str) -> Self {
        IN_FLIGHT.add(&[service], 1);
        InFlightRequest(service)
    }
}
impl Drop for InFlightRequest {
    fn drop(&mut self) {
        IN_FLIGHT.add(&[self.0], -1);
    }
}

/// How many are worked on.
pub fn at_work(service: &str) -> i64 {
    IN_FLIGHT.get(&[service])
}
