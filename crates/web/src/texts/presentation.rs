//! How the shop wants its pages to show things: times in its time zone, stock as counts or as levels.

use contracts::products::StockDisplay;
use kernel::Timestamp;
use languages::Zone;

/// The settings that texts and parts of pages follow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presentation {
    pub(crate) zone: Zone,
    /// The moment of the visit: what is of another year says of which.
    pub(crate) now: Option<Timestamp>,
    pub(crate) stock: StockDisplay,
}

tokio::task_local! {
    static NOW: Presentation;
}

/// The time zone of the visit that this is a part of; UTC outside of one.
pub(crate) fn zone() -> Zone {
    NOW.try_with(|now| now.zone.clone()).unwrap_or_default()
}
/// Whether this is the year of the visit that this is a part of, in its time zone.
pub(crate) fn is_this_year(year: i16) -> bool {
    let now = NOW.try_with(|now| now.zone.local(now.now?)).ok().flatten();
    now.is_some_and(|now| now.year() == year)
}
/// Whether customers are shown how many units there are.
pub(crate) fn shows_counts() -> bool {
    NOW.try_with(|now| now.stock == StockDisplay::Exact).unwrap_or(true)
}
/// Does this in the way of a shop.
pub(crate) fn during<T>(presentation: Presentation, work: impl FnOnce() -> T) -> T {
    NOW.sync_scope(presentation, work)
}
/// Does this in the way of a shop.
pub(crate) async fn throughout<T>(presentation: Presentation, work: impl Future<Output = T>) -> T {
    NOW.scope(presentation, work).await
}
