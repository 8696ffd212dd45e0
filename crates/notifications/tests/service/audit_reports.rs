//! The stored result of the last audit.

use crate::world::NotificationsTestBed;
use contracts::{
    audit::{Finding, Invariant},
    system::{AuditReport, GetServiceStatus, SaveAuditReport},
};
use db::{Sql, params};
use endpoint::Body;
use kernel::Timestamp;
use serde_json::json;

on_both!(the_last_audit_report_is_stored);

async fn the_last_audit_report_is_stored(world: NotificationsTestBed) {
    world.start();
    let gateway = world.client(notifications::NAME, "gateway");
    let last = async || gateway.call(&world.context(), GetServiceStatus {}).await.unwrap().0.audit;
    assert_eq!(last().await, None);
    let found = |n: usize| Finding {
        invariant: if n < 7 { Invariant::I4 } else { Invariant::I1 },
        subject: format!("ord_{n}"),
        detail: "1 too many".to_owned(),
    };
    let at = Timestamp::from_seconds;
    let bad = AuditReport::of(at(20), Ok((0..8).map(found).collect()));
    // by invariant, and the first of each
    assert_eq!(
        bad.broken.iter().map(|one| (one.invariant, one.count)).collect::<Vec<_>>(),
        [(Invariant::I1, 1), (Invariant::I4, 7)]
    );
    assert_eq!(bad.broken[1].first, (0..5).map(found).collect::<Vec<_>>());
    let why = "payments does not answer".to_owned();
    let failed = AuditReport::of(at(30), Err(why.clone()));
    let good = AuditReport::of(at(10), Ok(Vec::new()));
    // one that could not look takes back nothing; the clocks of those who run them count for nothing
    for (report, failed, broken) in
        [(&bad, None, &bad.broken), (&failed, Some(why), &bad.broken), (&good, None, &good.broken)]
    {
        let before = world.db.now().await.unwrap();
        gateway.call(&world.context(), SaveAuditReport { report: Body(report.clone()) }).await.unwrap();
        let last = last().await.unwrap();
        assert_eq!((last.failed, &last.broken), (failed, broken));
        assert!(last.at >= before, "{} {before}", last.at);
    }
    // what cannot be read hides nothing else
    let unknown = Sql::both("update audit_report set report = $1");
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&unknown, params![json!({"broken": "I11"})]).await.unwrap();
    tx.commit("test.unknown").await.unwrap();
    assert_eq!(last().await, None);
}
