//! The settings of the shop for its texts: the time zone, and whether stock is shown as counts or as levels.

use contracts::products::StockDisplay;
use kernel::Timestamp;
use languages::Zone;

/// The settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presentation {
    pub(crate) zone: Zone,
    /// The time of the request: dates in another year include the year.
    pub(crate) now: Option<Timestamp>,
    pub(crate) stock: StockDisplay,
}

tokio::task_local! {
    static NOW: Presentation;
}

/// The time zone of the current request; UTC outside of one.
pub(crate) fn zone() -> Zone {
    NOW.try_with(|now| now.zone.clone()).unwrap_or_default()
}
/// Whether this is the year of the current request, in its time zone.
pub(crate) fn is_this_year(year: i16) -> bool {
    let now = NOW.try_with(|now| now.zone.local(now.now?)).ok().flatten();
    now.is_some_and(|now| now.year() == year)
}
/// Whether customers see the number of units.
pub(crate) fn shows_counts() -> bool {
    NOW.try_with(|now| now.stock == StockDisplay::Exact).unwrap_or(true)
}
/// Does `work` with these settings.
pub(crate) fn during<T>(presentation: Presentation, work: impl FnOnce() -> T) -> T {
    NOW.sync_scope(presentation, work)
}
/// Does `work` with these settings.
pub(crate) async fn throughout<T>(presentation: Presentation, work: impl Future<Output = T>) -> T {
    NOW.scope(presentation, work).await
}
