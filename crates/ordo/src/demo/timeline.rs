//! The timeline of the demo: all that happens in its story, in its order.

use super::{
    catalogue::{ITEMS, Item},
    order_player::OrderPlayer,
    people::{CUSTOMERS, DemoActor},
    player::ScenarioPlayer,
    scenario::{SALES, SHELVES, StockChange},
};
use crate::exit_code::Failure;
use contracts::auth::Logout;
use std::time::Duration;

/// After a jump: timers that are due by then do their work, for whoever rests has looked again.
const ARRIVING: Duration = flow::poll_backoff::IDLE_POLL_INTERVAL.saturating_add(Duration::from_secs(2));
/// After a deed: events, mails, webhooks and second tries are on their way no longer.
const SETTLING: Duration = Duration::from_secs(12);
/// Between two deeds of one minute: ids are in the order of their making, to the millisecond.
const MOMENT: Duration = Duration::from_millis(100);
const MINUTE: Duration = Duration::from_secs(60);

/// What must be told at a moment.
enum Event {
    Joins(DemoActor),
    Item(&'static Item),
    Shelf(&'static StockChange),
    /// A step of a sale; the first one begins it.
    Sale(usize, Option<usize>),
    /// An unpaid order falls due.
    Nothing,
}

impl ScenarioPlayer<'_> {
    /// Tells all of it, to the end.
    pub(super) async fn tell(mut self, unpaid_for: Duration) -> Result<(), Failure> {
        let mut sales: Vec<OrderPlayer> = Vec::new();
        sales.resize_with(SALES.len(), Default::default);
        let mut told = None;
        for (ago, event) in plot(unpaid_for) {
            if told.replace(ago) != Some(ago) {
                self.past.settle(SETTLING).await;
                self.past.jump_to(self.end.minus(MINUTE * ago));
                self.past.settle(ARRIVING).await;
            }
            self.past.settle(MOMENT).await;
            match event {
                Event::Joins(who) => self.joins(who).await?,
                Event::Item(item) => self.adds(item).await?,
                Event::Shelf(shelf) => self.shelves(shelf).await?,
                Event::Sale(n, step) => sales[n].goes_on(&mut self, n, step).await?,
                Event::Nothing => {}
            }
        }
        self.past.settle(SETTLING).await;
        self.past.jump_to(self.end);
        self.past.settle(ARRIVING).await;
        for who in self.people.keys().copied().collect::<Vec<_>>() {
            self.ask(auth::NAME, who, Logout {}).await?;
        }
        self.past.settle(SETTLING).await;
        Ok(())
    }
}

/// All that must be told, with how many minutes ago it was, in its order.
fn plot(unpaid_for: Duration) -> Vec<(u32, Event)> {
    let day = 24 * 60;
    // those who come first on a day are there when the things come
    let people = [DemoActor::Staff, DemoActor::Clerk]
        .into_iter()
        .chain(CUSTOMERS)
        .map(|who| (who.days() * day, Event::Joins(who)));
    let items = ITEMS.iter().map(|item| (item.days * day, Event::Item(item)));
    let shelves = SHELVES.iter().map(|shelf| (shelf.ago, Event::Shelf(shelf)));
    let begun = SALES.iter().enumerate().map(|(n, sale)| (sale.ago, Event::Sale(n, None)));
    let steps = SALES.iter().enumerate().flat_map(|(n, sale)| {
        let step = move |(i, (after, _)): (usize, &(u32, _))| (sale.ago - after, Event::Sale(n, Some(i)));
        sale.course.iter().enumerate().map(step)
    });
    let unpaid_for = u32::try_from(unpaid_for.as_secs() / 60).unwrap_or(u32::MAX);
    let due = SALES.iter().filter(|sale| sale.course.is_empty()).filter_map(|sale| {
        let due = sale.ago.checked_sub(unpaid_for)?;
        Some((due, Event::Nothing))
    });
    let mut all: Vec<_> = people.chain(items).chain(shelves).chain(begun).chain(steps).chain(due).collect();
    all.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago)); // stable: what is at once stays in this order
    all
}
