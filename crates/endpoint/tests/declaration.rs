//! What a declaration writes it also reads, and what it cannot read it names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod teapots;

use endpoint::{http::HeaderMap, *};
use std::fmt::Debug;
use teapots::*;

/// Writes a request as a client does, and reads it as a server does.
fn there<E: Endpoint + PartialEq + Debug>(request: &E) -> E {
    let mut out = Outgoing { path: E::ROUTE.path.into(), ..Outgoing::default() };
    request.write(&mut out);
    assert!(!out.path.contains('{'), "{}", out.path);
    let path = values(E::ROUTE.path, &out.path);
    let body = out.body.unwrap_or_default();
    let incoming = Incoming {
        path: &path,
        query: &out.query,
        headers: &out.headers,
        body: &body,
        strict: true,
        currency: None,
    };
    E::read(&incoming).unwrap()
}

fn values(template: &str, path: &str) -> Vec<(String, String)> {
    let names = template.split('/').zip(path.split('/')).filter(|(name, _)| name.starts_with('{'));
    names.map(|(name, value)| (name.trim_matches(['{', '}']).into(), value.into())).collect()
}

fn faults<E: Endpoint>(
    path: &[(&str, &str)],
    query: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<String> {
    let path: Vec<(String, String)> = path.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    let body = body.to_owned().into();
    let incoming = Incoming { path: &path, query, headers: &map, body: &body, strict: true, currency: None };
    let faults = E::read(&incoming).err().unwrap_or_default();
    faults.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect()
}

#[test]
fn what_is_written_is_read() {
    let new = NewTeapot { name: "Tea & \"pot\" ü".into(), cups: vec![Cup { millilitres: 200 }], note: None };
    let make = MakeTeapot { key: IdempotencyKey("k-1".into()), teapot: Body(new) };
    assert_eq!(there(&make), make);
    let list = ListTeapots {
        filter: Query(Filter {
            q: Some("ü & 1+1=2".into()),
            glaze: vec![Glaze::Green, Glaze::Blue],
            broken: Some(true),
        }),
        slice: PageParams { limit: Some(7), cursor: Some("a-b_c".into()) },
    };
    assert_eq!(there(&list), list);
    assert_eq!(there(&ListTeapots::default()), ListTeapots::default());
    let get = GetTeapot { id: Path(id()), known: IfNoneMatch(Some("\"3\"".into())) };
    assert_eq!(there(&get), get);
    let change = ChangeTeapot {
        id: Path(id()),
        key: OptionalIdempotencyKey(Some("k".into())),
        known: IfMatch(None),
        change: Body(Change { note: Some("lid lost".into()) }),
    };
    assert_eq!(there(&change), change);
}

#[test]
fn one_answer_names_all_that_is_wrong() {
    let body = r#"{"name": "", "cups": [{"millilitres": 0, "colour": 1}], "nope": 1}"#;
    assert_eq!(
        faults::<MakeTeapot>(&[], "", &[], body),
        [
            "#Idempotency-Key required",
            "/cups/0/colour unknown_member",
            "/nope unknown_member",
            "/cups/0/millilitres range",
            "/name length",
        ]
    );
}

#[test]
fn a_query_is_told_by_its_parameter() {
    for (query, fault) in [
        ("limit=0", "?limit range"),
        ("limit=201", "?limit range"),
        ("limit=x", "?limit invalid"),
        ("limit=1&limit=2", "?limit duplicate"),
        ("cursor=a&cursor=b", "?cursor duplicate"),
        ("broken=maybe", "?broken invalid"),
        ("glaze=green&glaze=red", "?glaze invalid"),
        ("q=a&q=b", "?q duplicate"),
        ("q=", "?q invalid"),
        ("q=abcdefghijk", "?q length"),
    ] {
        assert_eq!(faults::<ListTeapots>(&[], query, &[], ""), [fault], "{query}");
    }
}

#[test]
fn an_idempotency_key_is_printable_and_short_and_sent_once() {
    let key = |keys: &[&str]| {
        let headers: Vec<_> = keys.iter().map(|k| ("idempotency-key", *k)).collect();
        faults::<MakeTeapot>(&[], "", &headers, r#"{"name": "x"}"#).join(" ")
    };
    assert_eq!(key(&[&"k".repeat(255)]), "");
    assert_eq!(key(&[&"k".repeat(256)]), "#Idempotency-Key length");
    assert_eq!(key(&["two words"]), "#Idempotency-Key invalid");
    assert_eq!(key(&["ü"]), "#Idempotency-Key invalid");
    assert_eq!(key(&[""]), "#Idempotency-Key length");
    assert_eq!(key(&["a", "a"]), "#Idempotency-Key duplicate");
}

#[test]
fn an_id_that_cannot_be_one_names_nothing() {
    let wrong = faults::<GetTeapot>(&[("id", "ord_01h455vb4pex5vsknk084sn02q")], "", &[], "");
    assert_eq!(wrong, [format!(" {NO_SUCH_ID}")]);
}

#[test]
fn a_body_without_required_members_may_be_left_out() {
    let id = [("id", "prd_01h455vb4pex5vsknk084sn02q")];
    assert_eq!(faults::<ChangeTeapot>(&id, "", &[], ""), [""; 0]);
    assert_eq!(faults::<MakeTeapot>(&[], "", &[("idempotency-key", "k")], ""), ["/name required"]);
}

#[test]
fn each_reply_is_kept_and_given_again() {
    fn again<R: Reply + Clone + PartialEq + Debug>(reply: R) {
        let kept = reply.clone().keep().unwrap();
        assert_eq!(R::replay(&kept).unwrap(), reply);
        assert_eq!(R::replay(&kept).unwrap().write().whole(), reply.write().whole());
    }
    let etag = || "\"3-9\"".to_owned();
    again(Json(teapot()));
    again(WithEtag { etag: etag(), body: teapot() });
    again(Conditional::New { etag: etag(), body: teapot() });
    again(Conditional::<Teapot>::NotModified { etag: etag() });
    again(Created { location: "/v1/teapots/1".into(), etag: etag(), body: teapot() });
    again(CreatedWithoutEtag { location: "/v1/teapots/1".into(), body: teapot() });
    again(Accepted(teapot()));
    again(NoContent);
    again(Json(Page { items: vec![teapot()], next_cursor: Some("x".into()) }));
    assert!(Json::<Teapot>::replay("{}").is_err());
    assert!(Json::<Teapot>::replay(&NoContent.keep().unwrap()).is_err());
}

#[test]
fn a_refusal_comes_back_as_the_same_enum() {
    let refusal = MakeTeapotError::NotEnoughClay {
        errors: vec![Lack { pointer: "/cups/0".into(), available: 2 }],
        left: 3,
    };
    let problem = Problem::of(&refusal);
    assert_eq!((problem.status, problem.code.as_str()), (409, "not_enough_clay"));
    assert_eq!(
        (problem.title.as_str(), problem.detail.as_str()),
        ("There is not enough clay.", "Make a smaller one.")
    );
    let wire = serde_json::to_value(&problem).unwrap();
    assert_eq!(wire["errors"][0]["available"], 2);
    assert_eq!(wire["type"], "/docs/problems#not_enough_clay");
    let back: Problem = serde_json::from_value(wire).unwrap();
    assert_eq!(back.read::<MakeTeapotError>(), Some(refusal));
    assert_eq!(back.read::<CommonError>(), None);
}

#[test]
fn a_precondition_names_the_current_etag() {
    let current = "\"4\"";
    assert_eq!(IfMatch(None).allows(current), Ok(()));
    assert_eq!(IfMatch(None).demands(current), Err(CommonError::PreconditionRequired));
    assert_eq!(IfMatch(Some("\"4\"".into())).demands(current), Ok(()));
    let failed = CommonError::PreconditionFailed { current_etag: current.into() };
    assert_eq!(IfMatch(Some("\"3\"".into())).allows(current), Err(failed));
}

#[test]
fn how_a_request_is_made_good_goes_by_its_operation_and_its_headers() {
    let of = |route: &Route, headers: &[(&'static str, &str)]| {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        (RetryAdvice::of(route, &map), route.may_repeat_with(&map))
    };
    let (key, etag) = (("idempotency-key", "k"), ("if-match", "\"1\""));
    assert_eq!(of(&GetTeapot::ROUTE, &[]), (RetryAdvice::ReadOnly, true));
    assert_eq!(of(&MakeTeapot::ROUTE, &[key]), (RetryAdvice::Keyed, true));
    assert_eq!(of(&ChangeTeapot::ROUTE, &[key, etag]), (RetryAdvice::Keyed, true));
    assert_eq!(of(&ChangeTeapot::ROUTE, &[etag]), (RetryAdvice::Conditional, false));
    assert_eq!(of(&ChangeTeapot::ROUTE, &[]), (RetryAdvice::KeyMissing, false));
    assert_eq!(of(&BreakTeapot::ROUTE, &[]), (RetryAdvice::Repeatable, true));
    assert_eq!(of(&BreakTeapot::ROUTE, &[etag]), (RetryAdvice::Conditional, false));
    // a key holds nothing together where none is taken
    assert_eq!(of(&GlazeTeapot::ROUTE, &[key]), (RetryAdvice::NotRepeatable, false));
    // nor does an ETag
    assert_eq!(of(&GlazeTeapot::ROUTE, &[etag]), (RetryAdvice::NotRepeatable, false));
}

#[test]
fn a_listing_tells_the_route() {
    let routes: Vec<String> = PUBLIC.iter().map(|l| format!("{} {}", l.route.method, l.route.path)).collect();
    assert_eq!(routes[0], "POST /v1/teapots");
    assert_eq!(PUBLIC[0].route.scope, Scope::Staff(Permission::Products));
    assert_eq!(PUBLIC[0].errors.len(), 2);
    assert!(PUBLIC[0].route.keyed && PUBLIC[0].route.may_repeat());
    assert!(!MakeTeapot::ROUTE.is_internal() && CountTeapots::ROUTE.is_internal());
    assert!(!GlazeTeapot::ROUTE.may_repeat());
}
