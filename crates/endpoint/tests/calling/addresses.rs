//! Several addresses, and those that are out of order.

use crate::*;

#[tokio::test(start_paused = true)]
async fn a_dead_address_is_left_alone_and_looked_at_now_and_then() {
    let (client, script) =
        scripted(&["dead", "good"], |_, to| if to == "dead" { NeverSent } else { Answer(200, "1") });
    for _ in 0..1000 {
        advance(Duration::from_millis(10)).await;
        assert!(client.call(&cx(), count()).await.is_ok());
    }
    let dead = script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == "dead").count();
    // five open the breaker; then one probe in two seconds
    assert!((5..=10).contains(&dead), "{dead}");
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_fails_at_once_and_closes_after_one_good_answer() {
    let well = Arc::new(AtomicU64::new(0));
    let flag = well.clone();
    let (client, script) =
        scripted(&["a"], move |_, _| if flag.load(SeqCst) == 0 { NeverSent } else { Answer(200, "1") });
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    let tries = script.tries();
    assert!(client.call(&cx(), count()).await.is_err());
    assert_eq!(script.tries(), tries, "nothing is sent through an open breaker");
    well.store(1, SeqCst);
    advance(Policy::default().open_for).await;
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn shed_load_opens_no_breaker_but_a_proxys_503_does() {
    let (client, script) = scripted(&["a"], |_, _| BUSY);
    for _ in 0..20 {
        assert!(client.call(&cx(), glaze()).await.is_err());
    }
    assert!(script.tries() >= 20);
    let (client, script) = scripted(&["a"], |_, _| Answer(503, "<html>no server is available</html>"));
    for _ in 0..20 {
        assert!(client.call(&cx(), glaze()).await.is_err());
    }
    assert_eq!(script.tries(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_or_is_given_up_is_followed_by_another() {
    let well = Arc::new(AtomicU64::new(0));
    let flag = well.clone();
    let (client, script) = scripted(&["a"], move |n, _| match (flag.load(SeqCst), n) {
        (1, _) => Answer(200, "1"),
        (2, _) => BlackHole,
        _ => NeverSent,
    });
    for _ in 0..5 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    assert_eq!(script.tries(), 5);
    for n in 1..=3 {
        advance(Policy::default().open_for).await;
        assert!(client.call(&cx(), count()).await.is_err());
        assert_eq!(script.tries(), 5 + n, "one probe each time");
    }
    well.store(2, SeqCst);
    advance(Policy::default().open_for).await;
    assert!(tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await.is_err());
    well.store(1, SeqCst);
    assert!(client.call(&cx(), count()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn of_two_addresses_the_one_with_fewer_calls_in_flight_is_taken() {
    let (client, script) = scripted(&["slow", "quick"], |n, to| match to {
        "slow" if n < 100 => BlackHole,
        _ => Answer(200, "1"),
    });
    let short = Duration::from_millis(100);
    let stuck = async {
        // until one call hangs in the slow one
        while tokio::time::timeout(short, client.call(&cx(), glaze())).await.is_ok() {}
    };
    let others = async {
        tokio::task::yield_now().await;
        let mut asked = Vec::new();
        while script.tries() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let _ = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
            asked = script.sent.lock().unwrap().iter().map(|(_, to, _)| to.clone()).collect();
        }
        asked
    };
    let ((), asked) = tokio::join!(stuck, others);
    let slow = asked.iter().filter(|to| *to == "slow").count();
    assert!((1..=10).contains(&slow), "{slow} of {}", asked.len());
    // given up, they count no more: both are taken again
    while script.tries() < 300 {
        let _ = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
    }
    let sent = script.sent.lock().unwrap();
    let slow = sent[100..].iter().filter(|(_, to, _)| to == "slow").count();
    assert!((50..150).contains(&slow), "{slow} of {}", sent.len() - 100);
}

#[tokio::test(start_paused = true)]
async fn a_call_given_up_leaves_nothing_behind() {
    let (client, script) = scripted(&["a"], |n, _| if n < 50 { BlackHole } else { Answer(200, "1") });
    for _ in 0..50 {
        let given_up = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
        assert!(given_up.is_err());
    }
    assert!(client.call(&cx(), count()).await.is_ok());
    assert_eq!(script.tries(), 51);
}
