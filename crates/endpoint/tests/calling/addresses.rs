//! Several addresses, and those that are out of order.

use crate::*;
use futures_util::future::join_all;

#[tokio::test(start_paused = true)]
async fn a_dead_address_is_left_alone_and_looked_at_now_and_then() {
    let (client, script) =
        scripted(&["dead", "good"], |_, to| if to == "dead" { NeverSent } else { Answer(200, "1") });
    for _ in 0..1000 {
        advance(Duration::from_millis(10)).await;
        assert!(client.call(&cx(), count()).await.is_ok());
    }
    let dead = script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == "dead").count();
    // five open the breaker; then no call goes there, and twice a second somebody looks
    assert_eq!(dead, 5);
    let looks = script.looks.lock().unwrap().len();
    assert!((15..=20).contains(&looks), "{looks}");
    assert_eq!((metrics::OPEN.get(&["pottery"]), metrics::OPENED.get(&["pottery"])), (1, 1));
    drop(client);
    assert_eq!(metrics::OPEN.get(&["pottery"]), 0);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_fails_at_once_and_closes_when_somebody_is_there() {
    let well = Arc::new(AtomicU64::new(0));
    let flag = well.clone();
    let (client, script) =
        scripted(&["a"], move |_, _| if flag.load(SeqCst) == 0 { NeverSent } else { Answer(200, "1") });
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    let tries = script.tries();
    assert_eq!(tries, 5);
    assert!(client.call(&cx(), count()).await.is_err());
    assert_eq!(script.tries(), tries, "nothing is sent through an open breaker");
    well.store(1, SeqCst);
    sleep(Policy::default().look_every * 2).await;
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_ok());
    }
    assert_eq!(metrics::OPEN.get(&["pottery"]), 0);
}

/// Who fails at once has no call in flight, and would draw all of them.
#[tokio::test(start_paused = true)]
async fn who_fails_all_the_time_is_asked_last_for_a_while_and_then_once_more() {
    let (client, script) = scripted(&["failing", "good"], |_, to| match to {
        "failing" => Answer(500, "{}"),
        _ => Slow(Duration::from_millis(20)),
    });
    let failed = || script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == "failing").count();
    let some_calls = async || {
        for _ in 0..10 {
            join_all((0..16).map(|_| async { drop(client.call(&cx(), glaze()).await) })).await;
        }
    };
    some_calls().await;
    let at_first = failed();
    // those that were on their way when the fifth failed
    assert!((5..=16).contains(&at_first), "{at_first}");
    some_calls().await;
    assert_eq!(failed(), at_first, "others are there");
    advance(Duration::from_secs(10)).await;
    some_calls().await;
    assert!((1..=16).contains(&(failed() - at_first)), "{}", failed() - at_first);
    // where all fail, it is nobody's own trouble, and all are asked
    let (client, script) = scripted(&["a", "b"], |_, _| Answer(500, "{}"));
    for _ in 0..100 {
        assert!(client.call(&cx(), glaze()).await.is_err());
    }
    let asked = |name: &str| script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == name).count();
    assert!(asked("a") > 20 && asked("b") > 20, "{} and {}", asked("a"), asked("b"));
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
async fn who_is_there_and_fails_again_is_left_alone_after_one_failure() {
    let (client, script) = scripted(&["a"], |_, _| Slow(Duration::from_secs(3600)));
    let broken = async || {
        let (well, tries) = (cx().within(Duration::from_secs(2)), script.tries());
        assert!(client.call(&well, glaze()).await.is_err());
        script.tries() - tries
    };
    for _ in 0..5 {
        assert_eq!(broken().await, 1);
    }
    for _ in 0..3 {
        assert_eq!(broken().await, 0, "it is left alone");
        // it answers a look, and nothing else
        sleep(Policy::default().look_every * 2).await;
        assert_eq!(broken().await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stands_still_costs_no_call_its_deadline_and_only_the_first_some_time() {
    for may_only_read in [true, false] {
        let thaws = Instant::now() + Duration::from_secs(60);
        let (client, script) = scripted(&["frozen", "good"], move |_, to| match to {
            "frozen" if Instant::now() < thaws => BlackHole,
            _ => Answer(200, if may_only_read { r#"{"items": [], "next_cursor": null}"# } else { "1" }),
        });
        let mut slow = 0;
        for _ in 0..200 {
            let begun = Instant::now();
            let answered = match may_only_read {
                true => client.call(&cx(), ListTeapots::default()).await.is_ok(),
                false => client.call(&cx(), count()).await.is_ok(),
            };
            assert!(answered);
            assert!(begun.elapsed() < Duration::from_millis(2100), "{:?}", begun.elapsed());
            slow += u32::from(begun.elapsed() > Duration::from_millis(100));
            advance(Duration::from_millis(100)).await;
        }
        assert_eq!(slow, 1, "one finds out, and the others are spared");
        // once it goes on, it is asked again
        sleep(Duration::from_secs(45)).await;
        let tries = script.tries();
        for _ in 0..50 {
            let _ = client.call(&cx(), count()).await;
        }
        let sent = script.sent.lock().unwrap();
        assert!(sent[tries..].iter().any(|(_, to, _)| to == "frozen"), "it comes back");
    }
}

#[tokio::test(start_paused = true)]
async fn who_works_for_long_is_waited_for_and_is_not_taken_for_absent() {
    let (client, script) = scripted(&["a", "b"], |_, _| Slow(Duration::from_secs(4)));
    for _ in 0..10 {
        let patient =
            client.clone().with_policy(Policy { per_try: Duration::from_secs(12), ..Policy::default() });
        assert!(patient.call(&cx(), count()).await.is_ok());
    }
    assert_eq!(script.tries(), 10);
    assert_eq!(script.looks.lock().unwrap().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn where_the_only_process_stands_still_all_but_the_first_are_told_at_once() {
    let thaws = Instant::now() + Duration::from_secs(60);
    let (client, script) =
        scripted(&["a"], move |_, _| if Instant::now() < thaws { BlackHole } else { Answer(200, "1") });
    let patient = client.with_policy(Policy { per_try: Duration::from_secs(12), ..Policy::default() });
    let begun = Instant::now();
    assert!(patient.call(&cx(), count()).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let begun = Instant::now();
    for _ in 0..10 {
        assert!(!patient.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    }
    assert_eq!((script.tries(), begun.elapsed()), (1, Duration::ZERO));
    sleep(thaws - Instant::now() + Duration::from_secs(4)).await;
    assert!(patient.call(&cx(), count()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_way_that_is_slow_is_better_than_none() {
    let (client, script) = scripted(&["a"], |_, _| Far(Duration::from_secs(2)));
    let patient = client.with_policy(Policy { per_try: Duration::from_secs(12), ..Policy::default() });
    for _ in 0..10 {
        assert!(patient.call(&cx(), count()).await.is_ok());
    }
    assert_eq!(script.tries(), 10);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_repeated_is_not_even_where_nobody_is() {
    let (client, script) = scripted(&["a", "b"], |_, _| BlackHole);
    assert!(client.call(&cx(), glaze()).await.unwrap_err().outcome_unknown());
    assert_eq!(script.tries(), 1);
    assert_eq!(metrics::OPEN.get(&["pottery"]), 1, "others are spared");
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
    // abandoned, they count no more: both are taken again
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

const UNAUTHENTICATED: TryOutcome = Answer(401, r#"{"code": "unauthenticated"}"#);

#[tokio::test(start_paused = true)]
async fn an_address_that_does_not_know_our_own_credential_is_none_of_ours() {
    let (client, script) =
        scripted(
            &["strange", "ours"],
            |_, to| if to == "strange" { UNAUTHENTICATED } else { Answer(200, "1") },
        );
    let client = client.with_credential(Arc::new(OwnCredential));
    for _ in 0..100 {
        advance(Duration::from_millis(10)).await;
        assert!(client.call(&cx(), count()).await.is_ok());
    }
    let strange = script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == "strange").count();
    assert!((5..=10).contains(&strange), "{strange}");
    // where there is no other one, nothing has happened: nobody is told more than "not now"
    let (client, _) = scripted(&["strange"], |_, _| UNAUTHENTICATED);
    match client.with_credential(Arc::new(OwnCredential)).call(&cx(), make()).await {
        Err(CallError::Broken(broken)) => assert!(!broken.arrived && broken.is_not_let_in(), "{broken}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn that_a_person_is_not_signed_in_is_for_the_person_to_hear() {
    let (client, script) = scripted(&["a"], |_, _| UNAUTHENTICATED);
    match client.call(&cx(), count()).await {
        Err(CallError::Problem(problem)) => assert_eq!(problem.status, 401),
        other => panic!("{other:?}"),
    }
    // and so is a refusal of what was asked, such as a wrong password
    let (client, _) = scripted(&["a"], |_, _| Answer(401, r#"{"code": "invalid_credentials"}"#));
    match client.with_credential(Arc::new(OwnCredential)).call(&cx(), count()).await {
        Err(CallError::Problem(problem)) => assert_eq!(problem.code, "invalid_credentials"),
        other => panic!("{other:?}"),
    }
    assert_eq!(script.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_is_cut_off_is_left_out_until_it_is_ready() {
    let mends = Instant::now() + Duration::from_secs(60);
    let (client, script) = scripted(&["cut", "good"], move |_, to| match to {
        "cut" if Instant::now() < mends => CutOff("unavailable"),
        _ => Answer(404, "{}"),
    });
    let asked = |from: usize| {
        let sent = script.sent.lock().unwrap();
        sent[from..].iter().filter(|(_, to, _)| to == "cut").count()
    };
    for n in 0..1000 {
        let begun = Instant::now();
        // what may not be repeated goes elsewhere as well: nothing has happened
        let status = match n % 2 {
            0 => client.call(&cx(), glaze()).await.map_err(status_of).unwrap_err(),
            _ => client.call(&cx(), count()).await.map_err(status_of).unwrap_err(),
        };
        assert_eq!(status, 404, "whoever is well answers");
        assert!(begun.elapsed() < Duration::from_millis(100), "nobody waits as long as it says");
        advance(Duration::from_millis(10)).await;
    }
    assert_eq!(asked(0), 1, "it says so once, and no other call goes there");
    let counted = || (metrics::EJECTED.get(&["pottery"]), metrics::CUT_OFF.get(&["pottery"]));
    assert_eq!((counted(), metrics::OPENED.get(&["pottery"])), ((1, 1), 0));
    sleep(mends - Instant::now() + Policy::default().look_every * 2).await;
    assert_eq!(counted(), (1, 0));
    let tries = script.tries();
    for _ in 0..100 {
        assert_eq!(client.call(&cx(), count()).await.map_err(status_of).unwrap_err(), 404);
    }
    assert!((20..80).contains(&asked(tries)), "{} of 100", asked(tries));
}

fn status_of<X>(error: CallError<X>) -> u16 {
    match error {
        CallError::Problem(problem) => problem.status,
        _ => 0,
    }
}

#[tokio::test(start_paused = true)]
async fn where_all_are_cut_off_none_is_left_out() {
    let (client, script) = scripted(&["a", "b"], |_, _| CutOff("unavailable"));
    for _ in 0..100 {
        let Err(CallError::Problem(problem)) = client.call(&cx(), count()).await else {
            panic!("it is told")
        };
        assert_eq!((problem.status, problem.code.as_str()), (503, "unavailable"));
    }
    for one in ["a", "b"] {
        let asked = script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == one).count();
        assert!(asked > 20, "{one}: {asked}");
    }
    assert_eq!(metrics::CUT_OFF.get(&["pottery"]), 2);
    drop(client);
    assert_eq!(metrics::CUT_OFF.get(&["pottery"]), 0);
    // an only one is nothing to choose from: nobody looks
    let (client, script) = scripted(&["alone"], |_, _| CutOff("unavailable"));
    assert!(client.call(&cx(), count()).await.is_err());
    sleep(Duration::from_secs(5)).await;
    assert!(script.looks.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_was_cut_off_is_asked_about_elsewhere_by_who_may_repeat_it() {
    let scripted = || {
        scripted(&["cut", "good"], |n, _| if n == 0 { CutOff("outcome_unknown") } else { Answer(404, "{}") })
    };
    let (client, script) = scripted();
    assert!(client.call(&cx(), glaze()).await.unwrap_err().outcome_unknown());
    assert_eq!(script.tries(), 1);
    let (client, script) = scripted();
    assert!(!client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    let to: Vec<_> = script.sent.lock().unwrap().iter().map(|(_, to, _)| to.clone()).collect();
    assert_eq!(to.len(), 2);
    assert_ne!(to[0], to[1]);
}
