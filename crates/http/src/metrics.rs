//! Metrics of requests, by service.

use kernel::{
    Timestamp,
    metrics::{Counter, Gauge, Histogram, Metric},
    recent_stats::{self, RecentStats},
};
use std::time::Duration;

static REQUESTS: Counter = Counter::new(
    "ordo_requests_total",
    "Requests, by endpoint and status class.",
    &["service", "endpoint", "status"],
);
static TIMES: Histogram =
    Histogram::new("ordo_request_seconds", "Duration of requests.", &["service", "endpoint"]);
static LATELY: RecentStats = RecentStats::new();
static IN_FLIGHT: Gauge = Gauge::new("ordo_requests_in_flight", "Requests in flight.", &["service"]);
/// Requests rejected because of too many concurrent ones.
pub static SHED: Counter =
    Counter::new("ordo_shed_total", "Requests rejected because too many were in flight.", &["service"]);
/// Requests that exceeded their deadline.
static LATE: Counter =
    Counter::new("ordo_request_deadlines_total", "Requests that exceeded their deadline.", &["service"]);

pub(crate) static CONNECTIONS_REFUSED: Counter = Counter::new(
    "ordo_connections_refused_total",
    "Connections refused because the client address had reached its limit.",
    &[],
);
/// Slow requests that were rejected.
pub(crate) static SLOW_REQUESTS_REFUSED: Counter = Counter::new(
    "ordo_slow_requests_refused_total",
    "Connections closed because the client address sent too many requests slowly.",
    &[],
);

/// All metrics.
pub static ALL: [&dyn Metric; 7] =
    [&REQUESTS, &TIMES, &IN_FLIGHT, &SHED, &LATE, &CONNECTIONS_REFUSED, &SLOW_REQUESTS_REFUSED];

/// Records a response.
pub fn answered(service: &'static str, endpoint: &str, status: u16, time: Duration, now: Timestamp) {
    let class = match status / 100 {
        1 | 2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    REQUESTS.count(&[service, endpoint, class]);
    TIMES.took(&[service, endpoint], time);
    // status queries of operators are not part of the statistics
    if endpoint != LOOKING {
        LATELY.took(service, class == "5xx", time, now);
    }
}

/// The endpoint with which operators query the status of a service.
const LOOKING: &str = "get_service_status";

/// What a service answered in this process of late.
pub fn recent_stats(service: &str, now: Timestamp) -> recent_stats::RequestStats {
    LATELY.of(service, now)
}

pub(crate) fn late(service: &str) {
    LATE.count(&[service]);
}

/// A request in flight. Dropping it decrements the gauge.
#[derive(Debug)]
pub struct InFlightRequest(&'static str);

impl InFlightRequest {
    /// Records the start of a request.
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

/// Returns the number of requests in flight.
pub fn at_work(service: &str) -> i64 {
    IN_FLIGHT.get(&[service])
}
