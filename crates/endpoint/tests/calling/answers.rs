//! What comes back, and what goes along.

use crate::*;

#[tokio::test(start_paused = true)]
async fn refusals_come_back_typed_and_unknown_codes_as_problems() {
    let body = r#"{"code": "not_enough_clay", "status": 409, "errors": [{"pointer": "/cups/0", "available": 2}], "left": 3}"#;
    let (client, _) = scripted(&["a"], move |_, _| Answer(409, body));
    let refused = client.call(&cx(), make()).await.unwrap_err();
    let CallError::Refused(MakeTeapotError::NotEnoughClay { errors, left: 3 }) = refused else {
        panic!("{refused}");
    };
    assert_eq!(errors[0].available, 2);
    for body in [
        r#"{"code": "from_the_future", "x": 1}"#,
        // a code that is known with data that is not
        r#"{"code": "not_enough_clay", "errors": "all"}"#,
        "<html>",
    ] {
        let (client, _) = scripted(&["a"], move |_, _| Answer(409, body));
        assert!(matches!(client.call(&cx(), make()).await, Err(CallError::Problem(p)) if p.status == 409));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cannot_be_read_is_an_unknown_outcome() {
    let (client, _) = scripted(&["a"], |_, _| Answer(201, "<html>"));
    assert!(matches!(client.call(&cx(), make()).await, Err(CallError::Broken(b)) if b.arrived));
}

#[tokio::test(start_paused = true)]
async fn deadline_identity_and_trace_travel_along() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let (client, script) = scripted(&["a"], |_, _| Answer(200, "1"));
    let mut passed_on = cx().acting_for(user).within(Duration::from_secs(1));
    passed_on.bearer = Some(HeaderValue::from_static("Bearer of the user"));
    client.call(&passed_on, count()).await.unwrap();
    client.with_credential(Arc::new(OwnCredential)).call(&passed_on, count()).await.unwrap();
    let sent = script.sent.lock().unwrap();
    let header =
        |n: usize, name: &endpoint::http::HeaderName| sent[n].2.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(0, &AUTHORIZATION), "Bearer of the user");
    assert_eq!(header(1, &AUTHORIZATION), "Bearer own for usr_01h455vb4pex5vsknk084sn02q");
    assert_eq!(header(0, &REQUEST_ID), passed_on.request_id);
    assert_eq!(header(0, &TRACE), passed_on.traceparent.clone().unwrap());
    assert_eq!(header(0, &DEADLINE), "1000");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_for_an_address_is_refused_before_anybody_is_asked() {
    let (client, script) = scripted(&["a"], |_, _| Answer(200, r#"{"items": []}"#));
    let asked = |quotes: usize| ListTeapots {
        slice: PageParams { limit: None, cursor: Some("'".repeat(quotes)) },
        ..ListTeapots::default()
    };
    client.call(&cx(), asked(21_000)).await.unwrap();
    // three characters for each, and more than an address holds
    let refused = client.call(&cx(), asked(22_000)).await.unwrap_err();
    assert!(!refused.outcome_unknown());
    let CallError::Problem(problem) = refused else { panic!("{refused}") };
    assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
    assert_eq!(script.sent.lock().unwrap().len(), 1);
}
