//! Keys that the provider was asked with, and that stand nowhere else: their rows are gone, or it was asked by somebody else.

use super::{Corruption, breaks, foreign::NOISE};
use crate::audit_fixture::{Sample, SampleOrder};

/// I4: the newest of its kind is gone, so that those before it have no gap.
pub(super) fn lost(s: &Sample) -> Vec<Corruption> {
    let on = |of: SampleOrder, kind: &str| {
        let newest =
            format!("(select max(n) from operation where payment_id = {} and kind = '{kind}')", of.pay());
        let statement = format!(
            "delete from operation where payment_id = {} and kind = '{kind}' and n = {newest}",
            of.pay()
        );
        breaks("payments", statement, "I4", of.payment)
    };
    // what it is asked a second time for waits for minutes, or never happens here: it has the key, and they have not
    let second = |of: SampleOrder, kind: &str| {
        let statement = format!(
            "insert into known_key (key, operation, charge_id, amount, refused)
             select replace(key, '-{kind}-1', '-{kind}-2'), operation, charge_id, amount, 1 from known_key
             where operation = '{kind}' and charge_id = (select id from charge where order_id = {})",
            of.id()
        );
        breaks("simulator", statement, "I4", of.payment)
    };
    let planted = format!(
        "insert into known_key (key, operation, refused)
         select replace(key, '-submit-1', '-submit-2'), 'submit', 1 from charge where order_id = {}",
        s.paid.id()
    );
    let renamed = format!(
        "update known_key set key = key || '0'
         where operation = 'refund' and charge_id = (select id from charge where order_id = {})",
        s.delivered.id()
    );
    // of nothing that is here
    let nobodys =
        "insert into known_key (key, operation, refused) values ('7-submit-1', 'submit', 1)".to_owned();
    let noise = format!("insert into known_key (key, operation, refused) values ({NOISE}, 'submit', 1)");
    vec![
        on(s.acted, "submit"),
        on(s.voided, "void"),
        second(s.shipped, "capture"),
        second(s.delivered, "refund"),
        second(s.cancelled, "refund"),
        breaks("simulator", planted, "I4", s.paid.payment),
        breaks("simulator", renamed, "I4", s.delivered.payment),
        breaks("simulator", nobodys, "I4", "7-submit-1"),
        breaks("simulator", noise, "I7", "known_key text that is not UTF-8"),
    ]
}
