//! Everything is as it was acknowledged to the clients, at once and when all is quiet; and the provider's own ledger agrees.

use crate::{
    script::{Deadline, JourneyRun, NONE},
    shop::{
        client_ledger::minor,
        definite,
        ledger::{ProviderTotals, ledger},
    },
};
use http::Method;
use std::pin::pin;

impl JourneyRun {
    /// All responses are true. Then everything that was begun comes to its end, which takes its time; then they still are,
    /// and repeated requests have the same responses.
    pub async fn settle(&mut self) {
        self.books_are_kept().await;
        self.comes_to_rest().await;
        self.books_are_kept().await;
        self.ask_all_again().await;
        self.until_at_rest(false).await;
        self.books_are_kept().await;
        self.nobody_has_an_order_too_many().await;
    }

    /// Each acknowledged order is there, as it was sent, and agrees with the responses about it.
    pub async fn books_are_kept(&mut self) {
        let (books, admin, fulfilments) = (self.books.clone(), self.admin.clone(), self.fulfilments.clone());
        let kept = async {
            books.compare(&admin, "").await;
            for (id, told) in fulfilments {
                let path = format!("/v1/fulfilments/{id}");
                let said = definite(&admin, Method::GET, &path, "", &NONE).await.expect(200);
                let now = said.text("status");
                assert!(stage(now) >= stage(&told), "{id} was {told}, and is {now}");
            }
        };
        Box::pin(self.meanwhile(kept)).await;
    }

    /// Clients of the program wait while it is down after its fail point, until it was restarted.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = self.wait() => {}
            }
        }
    }

    /// Waits until nothing is under way: every unit is in an order or on the shelf, the provider's ledger says what
    /// the orders say, refunds that were promised have gone out, and the audit is clean.
    pub async fn comes_to_rest(&mut self) {
        self.until_at_rest(true).await;
    }

    async fn until_at_rest(&mut self, with_audit: bool) {
        // to look takes a good part of a second's work: not much more often than it may have become so
        const LONGEST: u32 = 8;
        let (mut last, mut moments, patience) = (String::new(), 1, Deadline::new());
        while !patience.is_over() {
            match self.is_at_rest(with_audit).await {
                Ok(()) => return,
                Err(unrest) => last = unrest,
            }
            for _ in 0..moments {
                self.wait().await;
            }
            moments = LONGEST.min(moments * 2);
        }
        panic!("it does not come to rest: {last}");
    }

    async fn is_at_rest(&mut self, with_audit: bool) -> Result<(), String> {
        self.provider_agrees().await?;
        let (books, admin, goods) = (self.books.clone(), self.admin.clone(), self.goods.clone());
        if let Some(imbalance) = self.meanwhile(books.imbalance(&admin, &goods)).await {
            return Err(imbalance);
        }
        self.meanwhile(books.refunds_arrive(&admin)).await;
        if with_audit { self.audit_is_clean().await } else { Ok(()) }
    }

    /// The provider took and gave back for each order what the order says, by one charge; and nothing for any other.
    async fn provider_agrees(&mut self) -> Result<(), String> {
        let mut ledger = ledger(&self.launch).await;
        for id in self.books.orders() {
            let order = self.staff(Method::GET, &format!("/v1/orders/{id}"), "", &NONE).await;
            let figures = |name: &str| minor(&order["payment"][name]["amount"]);
            let mut told =
                ProviderTotals { captured: figures("captured"), refunded: figures("refunded"), charges: 0 };
            if self.offline.contains(&id) {
                told = ProviderTotals::default();
            }
            told.charges = i64::from(told.captured > 0);
            let taken = ledger.remove(&id).unwrap_or_default();
            if taken != told {
                return Err(format!("{id}: the provider says {taken:?}, the order {told:?}: {order}"));
            }
        }
        ledger.retain(|_, taken| taken.captured > 0);
        if ledger.is_empty() {
            Ok(())
        } else {
            Err(format!("charged, and nobody was told of an order: {ledger:?}"))
        }
    }

    async fn audit_is_clean(&mut self) -> Result<(), String> {
        let mut command = self.launch.command(&["audit", "--patience", "0"]);
        #[allow(clippy::disallowed_methods, reason = "a test waits for a program")]
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stdout).into_owned())
        }
    }

    /// The orders that there are, are those that were acknowledged.
    async fn nobody_has_an_order_too_many(&mut self) {
        let orders = self.staff(Method::GET, "/v1/orders?limit=100", "", &NONE).await;
        self.books.are_all_of(orders["items"].as_array().unwrap());
    }
}

/// How far a fulfilment is.
fn stage(status: &str) -> Option<usize> {
    ["pending", "packed", "shipped", "delivered", "cancelled"].iter().position(|stage| *stage == status)
}
