//! What is sent again, how often, and how soon.

use crate::*;

#[tokio::test(start_paused = true)]
async fn what_may_be_repeated_is_repeated_until_it_is_answered() {
    let (client, script) = scripted(&["a"], |n, _| if n < 2 { Lost } else { Answer(200, "3") });
    assert_eq!(client.call(&cx(), count()).await.unwrap(), Json(3));
    assert_eq!(script.tries(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_repeated_is_sent_again_only_when_it_never_arrived() {
    for (first, tries) in [(NeverSent, 2), (BUSY, 2), (Lost, 1), (UNKNOWN, 1), (Answer(502, ""), 1)] {
        let first = Mutex::new(Some(first));
        let (client, script) =
            scripted(&["a"], move |_, _| first.lock().unwrap().take().unwrap_or(Answer(404, "{}")));
        assert!(client.call(&cx(), glaze()).await.is_err());
        assert_eq!(script.tries(), tries);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_makes_a_change_repeatable_and_a_precondition_does_not() {
    let change = |key: Option<&str>, known: Option<&str>| ChangeTeapot {
        id: Path(id()),
        key: OptionalIdempotencyKey(key.map(Into::into)),
        known: IfMatch(known.map(Into::into)),
        change: Body(Change::default()),
    };
    for (request, tries) in
        [(change(None, None), 1), (change(Some("k"), None), 3), (change(Some("k"), Some("\"1\"")), 3)]
    {
        let (client, script) = scripted(&["a"], |_, _| Lost);
        assert!(client.call(&cx(), request).await.unwrap_err().outcome_unknown());
        assert_eq!(script.tries(), tries);
    }
    // the second DELETE with If-Match would be told 412 because of the first
    for (known, tries) in [(None, 3), (Some("\"1\"".to_owned()), 1)] {
        let (client, script) = scripted(&["a"], |_, _| Lost);
        let _ = client.call(&cx(), BreakTeapot { id: Path(id()), known: IfMatch(known) }).await;
        assert_eq!(script.tries(), tries);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_never_told_as_a_refusal() {
    // the first try may have had an effect: that the second was told "busy" does not undo it
    let (client, _) = scripted(&["a"], |n, _| if n == 0 { Lost } else { BUSY });
    let error = client.call(&cx(), make()).await.unwrap_err();
    assert!(matches!(&error, CallError::Broken(b) if b.arrived), "{error}");
    let fail: HandlerError<NoErrors> = error.into();
    assert!(matches!(fail, HandlerError::Common(CommonError::OutcomeUnknown { .. })));
    for fate in [|| UNKNOWN, || Answer(500, "{}"), || Answer(502, ""), || Answer(504, "")] {
        let (client, _) = scripted(&["a"], move |_, _| fate());
        assert!(client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    }
    for fate in [|| BUSY, || NeverSent, || Answer(404, "{}")] {
        let (client, _) = scripted(&["a"], move |_, _| fate());
        assert!(!client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn reading_has_no_effect_whatever_became_of_it() {
    for fate in [|| Lost, || BlackHole] {
        let (client, script) = scripted(&["a"], move |_, _| fate());
        let error = client.call(&cx(), ListTeapots::default()).await.unwrap_err();
        assert!(!error.outcome_unknown(), "{error}");
        assert_eq!(script.tries(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_is_heard_when_it_names_a_time() {
    let (client, script) =
        scripted(&["a"], |n, _| if n == 0 { RetryAfter(503, "2") } else { Answer(200, "1") });
    let begun = Instant::now();
    assert!(client.call(&cx(), count()).await.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(2));
    // and where that is beyond the deadline, it is not waited for
    let (client, script_2) = scripted(&["a"], |_, _| RetryAfter(503, "60"));
    assert!(matches!(client.call(&cx(), count()).await, Err(CallError::Problem(p)) if p.status == 503));
    assert_eq!((script.tries(), script_2.tries()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn the_budget_bounds_retries_when_everything_fails() {
    let (client, script) = scripted(&["a", "b", "c"], |_, _| BUSY);
    for _ in 0..1000 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    // ten saved up, and one for each ten calls
    let retries = script.tries() - 1000;
    assert!((100..=111).contains(&retries), "{retries}");
    let counted = [&metrics::RETRIES, &metrics::BUDGET_EXHAUSTED].map(|meter| meter.get(&["pottery"]));
    assert_eq!(counted[0], retries as u64);
    assert!(counted[1] > 800, "{counted:?}");
    assert_eq!(metrics::CALLS.get(&["pottery", "failed"]), 1000);
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_often_is_told_so_at_once() {
    let (client, script) = scripted(&["a", "b"], |_, _| RetryAfter(429, "8"));
    let begun = Instant::now();
    let CallError::Problem(problem) = client.call(&cx(), count()).await.unwrap_err() else {
        panic!("it was refused");
    };
    assert_eq!((problem.status, problem.retry_after()), (429, Some(8)));
    assert_eq!((script.tries(), begun.elapsed()), (1, Duration::ZERO));
    // of a call that may have had an effect, it is no refusal
    let (client, _) = scripted(&["a"], |n, _| if n == 0 { Lost } else { RetryAfter(429, "1") });
    assert!(client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
}
