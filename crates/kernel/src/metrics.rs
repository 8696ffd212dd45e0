//! Metrics of a process, for operators: counted where they occur, exported as text.
//!
//! A metric is a static of the crate that counts it, and each crate lists its metrics for export. Being static, metrics are
//! not passed through the code. They never influence behaviour: no code reads its own metrics.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// The maximum number of label combinations of a metric. Further ones are counted as [`OTHER`].
const SERIES_MAX: usize = 1000;
/// The label for combinations beyond the limit.
pub const OTHER: &str = "other";

/// The upper bounds of the buckets of a [`Histogram`], in milliseconds, with their notation in seconds.
const ENDS: [(u64, &str); 11] = [
    (5, "0.005"),
    (10, "0.01"),
    (25, "0.025"),
    (50, "0.05"),
    (100, "0.1"),
    (250, "0.25"),
    (500, "0.5"),
    (1000, "1"),
    (2500, "2.5"),
    (5000, "5"),
    (10_000, "10"),
];

/// A metric.
pub trait Metric: Sync {
    /// Writes the metric in the Prometheus text format: its help, its type, and a line for each label combination.
    fn write(&self, text: &mut String);
}

/// Returns the metrics in the Prometheus text format.
pub fn text<'a>(meters: impl IntoIterator<Item = &'a dyn Metric>) -> String {
    let mut text = String::new();
    for meter in meters {
        meter.write(&mut text);
    }
    text
}

/// The name, the help text and the labels of a metric.
struct MetricInfo {
    name: &'static str,
    help: &'static str,
    labels: &'static [&'static str],
}

/// The value of each label combination.
type Series<T> = Mutex<BTreeMap<Vec<String>, T>>;

impl MetricInfo {
    fn head(&self, text: &mut String, kind: &str) {
        let MetricInfo { name, help, .. } = self;
        // writing to a string cannot fail
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// Writes a line with its labels, and an additional label if given.
    fn line(
        &self,
        text: &mut String,
        suffix: &str,
        values: &[String],
        more: Option<&str>,
        value: impl std::fmt::Display,
    ) {
        let own =
            self.labels.iter().zip(values).map(|(label, value)| format!("{label}=\"{}\"", escaped(value)));
        let labels: Vec<String> = own.chain(more.map(|end| format!("le=\"{end}\""))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(text, "{}{suffix}{labels} {value}", self.name);
    }

    fn at<T: Default>(&self, series: &Series<T>, values: &[&str], change: impl FnOnce(&mut T)) {
        debug_assert_eq!(values.len(), self.labels.len(), "{}", self.name);
        let mut series = locked(series);
        let mut key: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        if series.len() >= SERIES_MAX && !series.contains_key(&key) {
            key.fill(OTHER.to_owned());
        }
        change(series.entry(key).or_default());
    }
}

fn locked<T>(series: &Series<T>) -> MutexGuard<'_, BTreeMap<Vec<String>, T>> {
    series.lock().unwrap_or_else(PoisonError::into_inner)
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// A value that only increases.
pub struct Counter(MetricInfo, Series<u64>);

impl Counter {
    /// Creates a counter with labels. Its name ends in `_total`.
    pub const fn new(name: &'static str, help: &'static str, labels: &'static [&'static str]) -> Self {
        Counter(MetricInfo { name, help, labels }, Mutex::new(BTreeMap::new()))
    }
    /// Initializes a series with 0, so that monitoring can observe the first increase.
    pub fn begin(&self, values: &[&str]) {
        self.0.at(&self.1, values, |_| {});
    }
    /// Increments the counter for these label values.
    pub fn count(&self, values: &[&str]) {
        self.0.at(&self.1, values, |count| *count += 1);
    }
    /// Returns the current value.
    pub fn get(&self, values: &[&str]) -> u64 {
        locked(&self.1).get(&owned(values)).copied().unwrap_or_default()
    }
}
impl Metric for Counter {
    fn write(&self, text: &mut String) {
        self.0.head(text, "counter");
        for (values, count) in locked(&self.1).iter() {
            self.0.line(text, "", values, None, count);
        }
    }
}

/// A counter without labels, for frequent events: concurrent increments do not block one another.
pub struct UnlabelledCounter(MetricInfo, AtomicU64);

impl UnlabelledCounter {
    /// Creates a counter. Its name ends in `_total`.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        UnlabelledCounter(MetricInfo { name, help, labels: &[] }, AtomicU64::new(0))
    }
    /// Increments the counter.
    pub fn count(&self) {
        self.1.fetch_add(1, Relaxed);
    }
}
impl Metric for UnlabelledCounter {
    fn write(&self, text: &mut String) {
        self.0.head(text, "counter");
        self.0.line(text, "", &[], None, self.1.load(Relaxed));
    }
}

/// A value that increases and decreases.
pub struct Gauge(MetricInfo, Series<i64>);

impl Gauge {
    /// Creates a gauge with labels.
    pub const fn new(name: &'static str, help: &'static str, labels: &'static [&'static str]) -> Self {
        Gauge(MetricInfo { name, help, labels }, Mutex::new(BTreeMap::new()))
    }
    /// Adds to the gauge; `more` can be negative.
    pub fn add(&self, values: &[&str], more: i64) {
        self.0.at(&self.1, values, |value| *value += more);
    }
    /// Sets the gauge.
    pub fn set(&self, values: &[&str], now: i64) {
        self.0.at(&self.1, values, |value| *value = now);
    }
    /// Returns the current value.
    pub fn get(&self, values: &[&str]) -> i64 {
        locked(&self.1).get(&owned(values)).copied().unwrap_or_default()
    }
}
impl Metric for Gauge {
    fn write(&self, text: &mut String) {
        self.0.head(text, "gauge");
        for (values, value) in locked(&self.1).iter() {
            self.0.line(text, "", values, None, value);
        }
    }
}

/// A distribution of durations.
pub struct Histogram(MetricInfo, Series<Buckets>);

#[derive(Default)]
struct Buckets {
    /// The number of values in each bucket: at most its bound, and more than the previous one.
    within: [u64; ENDS.len()],
    count: u64,
    micros: u64,
}

impl Histogram {
    /// Creates a histogram with labels. Its name ends in `_seconds`.
    pub const fn new(name: &'static str, help: &'static str, labels: &'static [&'static str]) -> Self {
        Histogram(MetricInfo { name, help, labels }, Mutex::new(BTreeMap::new()))
    }
    /// Records a duration.
    pub fn took(&self, values: &[&str], time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.0.at(&self.1, values, |taken| {
            taken.count += 1;
            taken.micros = taken.micros.saturating_add(micros);
            if let Some(end) = ENDS.iter().position(|(millis, _)| micros <= millis * 1000) {
                taken.within[end] += 1;
            }
        });
    }
}
impl Metric for Histogram {
    fn write(&self, text: &mut String) {
        self.0.head(text, "histogram");
        for (values, taken) in locked(&self.1).iter() {
            let mut so_far = 0;
            for ((_, end), within) in ENDS.iter().zip(taken.within) {
                so_far += within;
                self.0.line(text, "_bucket", values, Some(end), so_far);
            }
            self.0.line(text, "_bucket", values, Some("+Inf"), taken.count);
            let seconds = format!("{}.{:06}", taken.micros / 1_000_000, taken.micros % 1_000_000);
            self.0.line(text, "_sum", values, None, seconds);
            self.0.line(text, "_count", values, None, taken.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meters_are_written_as_prometheus_reads_them() {
        let requests = Counter::new("requests_total", "Requests.", &["to", "status"]);
        requests.count(&["orders", "2xx"]);
        requests.count(&["orders", "2xx"]);
        requests.count(&["a \"b\\\n", "5xx"]);
        let tally = UnlabelledCounter::new("tally_total", "All.");
        (0..2).for_each(|_| tally.count());
        let mut written = String::new();
        tally.write(&mut written);
        assert_eq!(written, "# HELP tally_total All.\n# TYPE tally_total counter\ntally_total 2\n");
        let waiting = Gauge::new("waiting", "What waits.", &[]);
        waiting.add(&[], 3);
        waiting.add(&[], -1);
        let times = Histogram::new("answer_seconds", "How long.", &["to"]);
        for millis in [3, 5, 80, 60_000] {
            times.took(&["orders"], Duration::from_millis(millis));
        }
        let expected = r##"# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{to="a \"b\\\n",status="5xx"} 1
requests_total{to="orders",status="2xx"} 2
# HELP waiting What waits.
# TYPE waiting gauge
waiting 2
# HELP answer_seconds How long.
# TYPE answer_seconds histogram
answer_seconds_bucket{to="orders",le="0.005"} 2
answer_seconds_bucket{to="orders",le="0.01"} 2
answer_seconds_bucket{to="orders",le="0.025"} 2
answer_seconds_bucket{to="orders",le="0.05"} 2
answer_seconds_bucket{to="orders",le="0.1"} 3
answer_seconds_bucket{to="orders",le="0.25"} 3
answer_seconds_bucket{to="orders",le="0.5"} 3
answer_seconds_bucket{to="orders",le="1"} 3
answer_seconds_bucket{to="orders",le="2.5"} 3
answer_seconds_bucket{to="orders",le="5"} 3
answer_seconds_bucket{to="orders",le="10"} 3
answer_seconds_bucket{to="orders",le="+Inf"} 4
answer_seconds_sum{to="orders"} 60.088000
answer_seconds_count{to="orders"} 4
"##;
        assert_eq!(text([&requests as &dyn Metric, &waiting, &times]), expected);
        assert_eq!((requests.get(&["orders", "2xx"]), waiting.get(&[])), (2, 2));
    }

    #[test]
    fn labels_cannot_fill_the_memory() {
        let counter = Counter::new("c_total", "C.", &["by"]);
        for n in 0..SERIES_MAX + 5 {
            counter.count(&[&n.to_string()]);
        }
        assert_eq!(counter.get(&[OTHER]), 5);
        counter.count(&["7"]);
        assert_eq!(counter.get(&["7"]), 2);
    }
}
