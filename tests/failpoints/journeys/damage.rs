//! What is repaired that should not happen: after a restore of old files, a mistake, or a race that was lost.

use crate::{
    accidents::{blob, number},
    script::{Deadline, JourneyRun, NONE},
};
use serde_json::{Value, json};

/// A timer that is due since ever.
fn timer(kind: &str, order: &str) -> String {
    format!("insert into timer (kind, key, due_at, payload) values ('{kind}', '{order}', 0, 'null')")
}

/// Who cannot act on strange events, and on how many.
const HEARERS: [(&str, i64); 3] = [("orders", 1), ("products", 1), ("notifications", 2)];

impl JourneyRun {
    pub(super) async fn until_counted(&mut self, service: &str, query: &str, wanted: i64) {
        let patience = Deadline::new();
        while !patience.is_over() {
            if number(&self.launch.data, service, query) == wanted {
                return;
            }
            self.wait().await;
        }
        panic!("in {service} there are never {wanted}: {query}");
    }

    /// Events whose data nobody can read.
    pub(super) async fn strange_events(&mut self) {
        self.stop_unheard();
        for (service, kind, subject) in
            [("orders", "order.confirmed", "ord_strange"), ("payments", "payment.captured", "pay_strange")]
        {
            let columns = "id, type, subject, sequence, time, actor, data";
            let values = format!("randomblob(16), '{kind}', '{subject}', 1, 1, 'nobody', '{{}}'");
            self.accident(service, &format!("insert into event ({columns}) values ({values})"));
        }
    }
    /// They are dead-lettered, what follows is heard, and people look at them.
    pub(super) async fn put_aside(&mut self) {
        let id = self.paid_order("follows").await;
        self.until_put_aside().await;
        self.put(&id, "shipped").await;
        self.books.shipped(&id);
        self.people_look();
    }
    async fn until_put_aside(&mut self) {
        for (service, letters) in HEARERS {
            self.until_counted(service, "select count(*) from dead_letter where not replay", letters).await;
        }
    }
    fn people_look(&mut self) {
        self.stop();
        for (service, _) in HEARERS {
            self.accident(service, "update dead_letter set seen = 1");
        }
        self.start();
    }

    /// They were dead-lettered, and people want them to be acted on again.
    pub(super) async fn wanted_again(&mut self) {
        self.strange_events().await;
        self.start();
        self.until_put_aside().await;
        self.stop_unheard();
        for (service, _) in HEARERS {
            self.accident(service, "update dead_letter set replay = 1");
        }
    }
    /// They are dead-lettered again.
    pub(super) async fn put_aside_again(&mut self) {
        self.until_put_aside().await;
        self.people_look();
    }

    /// The files of products are older than those of orders.
    pub(super) async fn lose_reservation(&mut self) {
        self.paid_order("lost").await;
        self.comes_to_rest().await;
        self.stop_unheard();
        self.accident("products", "delete from reservation");
        self.accident("products", "update product set reserved = 0");
    }
    /// When the order moves it is reserved again, and shipped.
    pub(super) async fn mended_stock(&mut self) {
        let id = self.only_order();
        self.put(&id, "shipped").await;
        self.books.shipped(&id);
        self.until_counted("orders", "select count(*) from reservation_heard", 2).await;
    }

    pub(super) async fn forget_person(&mut self) {
        let id = self.order("nameless", NONE).await;
        self.stop_unheard();
        self.accident("orders", "update person set email = null, name = null");
        self.accident("orders", &timer("contact", &id));
    }
    /// Auth is asked again who it is.
    pub(super) async fn named(&mut self) {
        let named = "select count(*) from person where email is not null";
        self.until_counted("orders", named, 1).await;
        self.until_counted("orders", "select count(*) from timer where kind = 'contact'", 0).await;
    }

    pub(super) async fn early_timer(&mut self) {
        self.order("early", NONE).await;
        self.stop_unheard();
        self.accident("orders", "update timer set due_at = 0 where kind = 'due'");
    }
    /// It is asked when the order is really due, and set to that.
    pub(super) async fn put_off(&mut self) {
        let as_the_order_says =
            "select count(*) from timer join orders on due_at = payment_due_at where kind = 'due'";
        self.until_counted("orders", as_the_order_says, 1).await;
        let id = self.only_order();
        assert_eq!(self.read(&id).await["status"], "pending");
    }

    pub(super) async fn clock_ahead(&mut self) {
        const DAYS: i64 = 2 * 24 * 3600 * 1_000_000;
        self.order("ahead", NONE).await;
        self.stop_unheard();
        let ahead =
            format!("update timer set due_at = due_at + {DAYS}, set_at = set_at + {DAYS} where kind = 'due'");
        self.accident("orders", &ahead);
        let held = format!("update placement set ask_at = ask_at + {DAYS} where ask_at is not null");
        self.accident("products", &held);
    }
    /// It moves back with the clock.
    pub(super) async fn of_today(&mut self) {
        let today =
            "select count(*) from timer where kind = 'due' and due_at < 1000000 * (unixepoch() + 86400)";
        self.until_counted("orders", today, 1).await;
        let soon = "select count(*) from placement where ask_at < 1000000 * (unixepoch() + 86400)";
        self.until_counted("products", soon, 1).await;
        let id = self.only_order();
        assert_eq!(self.read(&id).await["status"], "pending");
    }

    pub(super) async fn needless_timer(&mut self) {
        let id = self.order("needless", NONE).await;
        self.stop_unheard();
        self.accident("orders", &timer("close", &id));
    }
    pub(super) async fn stops(&mut self) {
        self.until_counted("orders", "select count(*) from timer where kind = 'close'", 0).await;
        let id = self.only_order();
        assert_eq!(self.read(&id).await["status"], "pending");
    }

    pub(super) async fn strange_timer(&mut self) {
        self.stop_unheard();
        self.accident("orders", &timer("close", "of no order"));
    }
    /// It is marked for the audit, until somebody takes it away.
    pub(super) async fn marked(&mut self) {
        self.until_counted("orders", "select count(*) from timer where error is not null", 1).await;
        self.until_passed("flow.mark_timer/committed").await;
        self.stop();
        self.accident("orders", "delete from timer where key = 'of no order'");
        self.start();
    }

    pub(super) async fn undo_completion(&mut self) {
        let id = self.paid_order("undone").await;
        self.put(&id, "shipped").await;
        self.books.shipped(&id);
        self.put(&id, "delivered").await;
        self.until_is(&id, "completed").await;
        self.comes_to_rest().await;
        self.stop_unheard();
        self.accident("orders", &format!("update orders set status = 'confirmed' where id = {}", blob(&id)));
        // as if it had never been told either
        let untold = "update event set type = 'order.updated',
                          data = replace(data, '\"status\":\"completed\"', '\"status\":\"confirmed\"')
                      where type = 'order.completed'";
        self.accident("orders", untold);
    }
    pub(super) async fn completed(&mut self) {
        let id = self.only_order();
        self.put(&id, "completed").await;
        self.until_is(&id, "completed").await;
    }

    /// The files of payments are older than the provider's, which has heard of the key that comes next.
    pub(super) async fn provider_ahead(&mut self) {
        let id = self.order("ahead", json!({"method": "sim_requires_action"})).await;
        let waits = |order: &Value| order["payment"]["status"] == "requires_action";
        self.until(&id, "to be acted on", waits).await;
        self.comes_to_rest().await;
        self.stop_unheard();
        let next = "insert into known_key (key, operation, charge_id, amount, refused)
                    select replace(key, '-submit-1', '-submit-2'), 'submit', id, null, 0 from charge
                    where key like '%-submit-1'";
        self.accident("simulator", next);
    }
    /// It says how the charge stands, as to any repeat; the next key is a new one, and goes on with it.
    pub(super) async fn acts_again(&mut self) {
        let id = self.only_order();
        self.acts_until_confirmed(&id).await;
    }

    /// The program ended after the provider had given money back, and was away for longer than keys live.
    pub(super) async fn old_refund(&mut self) {
        let id = self.paid_order("yesterday").await;
        let path = format!("/v1/orders/{id}/refunds");
        let refund = json!({"amount": "1.00"});
        self.ends_at("provider.refund/called", (&path, "yesterday-r", &refund), &self.admin.clone()).await;
        let a_day = 24 * 3600 * 1_000_000_i64;
        let earlier = format!("update operation set created_at = created_at - {a_day} where kind = 'refund'");
        self.accident("payments", &earlier);
    }
    /// The provider is asked, and nothing is sent under that key.
    pub(super) async fn refund_is_found(&mut self) {
        let id = self.only_order();
        self.refund(&id, "yesterday-r").await;
    }
}
