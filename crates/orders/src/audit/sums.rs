//! The sums of orders by the hour (I7): worked out again from the orders, day by day, and compared.

use crate::store::sales_totals::{self as store, HourlySales};
use contracts::{
    audit::{Finding, Invariant},
    orders::SalesInterval,
};
use db::{Db, Result};
use flow::row_reader::is_unreadable;
use kernel::{Money, Timestamp};

/// How what is found broken here begins its name, before the hour that it is about.
pub const SUMS_OF: &str = "sums of ";

/// Checks every sum. To be asked where no order is broken in a way of its own: its part of a sum would be, too.
///
/// # Errors
/// What the database says.
pub async fn sums(db: &Db) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut from = Timestamp::from_micros(0);
    while let Some(next) = store::next(db, from).await? {
        let day = SalesInterval::Day.begin(next);
        let after = day.plus(SalesInterval::Day.length());
        if after <= next {
            // beyond this there is no time
            found.push(of(next, "there is no such hour".to_owned()));
            break;
        }
        from = after;
        // numbers that end beyond all cannot be added up, and a currency can be none
        match store::different(db, day, from).await {
            Err(error) if is_unreadable(&error) => {
                found.push(of(day, format!("they cannot be read: {error}")))
            }
            different => found.extend(different?.into_iter().map(|one| match one {
                Ok((noted, worked_out)) => finding(&noted, &worked_out),
                Err(error) => of(day, format!("one of them cannot be read: {error}")),
            })),
        }
    }
    Ok(found)
}

fn of(begins: Timestamp, detail: String) -> Finding {
    Finding { invariant: Invariant::I7, subject: format!("{SUMS_OF}{begins}"), detail }
}

fn finding(noted: &HourlySales, worked_out: &HourlySales) -> Finding {
    let told = |HourlySales { currency, counted, .. }: &HourlySales| {
        let revenue = Money::new(counted.revenue, *currency);
        format!("{} orders, {} paid, {revenue}", counted.orders, counted.paid)
    };
    of(noted.begins, format!("{} are noted, the orders come to {}", told(noted), told(worked_out)))
}
