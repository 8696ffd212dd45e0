//! No call takes longer than it has time.

use crate::*;

#[tokio::test(start_paused = true)]
async fn a_black_hole_ends_at_the_deadline() {
    for may_repeat in [true, false] {
        let (client, script) = scripted(&["a"], |_, _| BlackHole);
        let begun = Instant::now();
        let broken = match may_repeat {
            true => client.call(&cx(), count()).await.is_err_and(|e| e.outcome_unknown()),
            false => client.call(&cx(), glaze()).await.is_err_and(|e| e.outcome_unknown()),
        };
        assert!(broken);
        assert_eq!(script.tries(), if may_repeat { 3 } else { 1 });
        assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_outlives_its_declaration() {
    let (client, _) = scripted(&["a"], |_, _| BlackHole);
    let begun = Instant::now();
    let patient = Context::background(&env(), Duration::from_secs(100));
    assert!(client.call(&patient, make()).await.is_err());
    assert!(begun.elapsed() <= Duration::from_millis(MakeTeapot::ROUTE.within_ms));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_there_is_no_time_left() {
    let (client, script) = scripted(&["a"], |_, _| Answer(200, "1"));
    let late = Context::background(&env(), Duration::ZERO);
    let error = client.call(&late, count()).await.unwrap_err();
    assert!(!error.outcome_unknown());
    assert_eq!(script.tries(), 0);
    assert_eq!(metrics::DEADLINES.get(&["pottery"]), 1);
}
