//! A user service elsewhere that answers as servers may: other kinds of success, and another address.

use crate::world::{CompatTestBed, assert_says};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Answers one request after the other: `STATUS` of `/STATUS/…`, with the user, and sends on from `/to/HOST/PATH` and, to
/// itself, from `/here/PATH`.
async fn answer(mut stream: TcpStream) -> Option<()> {
    let mut request = vec![0; 4096];
    loop {
        let read = stream.read(&mut request).await.ok().filter(|read| *read > 0)?;
        let request = String::from_utf8_lossy(&request[..read]).into_owned();
        assert!(!request.contains("x-ordo-own-call"), "{request}");
        let path = request.split(' ').nth(1)?;
        let (first, rest) = path.trim_start_matches('/').split_once('/')?;
        let (status, location) = match first {
            "here" => ("308", format!("/{rest}")),
            "to" => ("302", format!("http://{rest}")),
            "sealed" => ("302", format!("https://{rest}")),
            "loop" => ("301", path.to_owned()),
            status => (status, String::new()),
        };
        let body = if status.starts_with('3') || status == "204" { "" } else { r#"{"name":"Far"}"# };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} x\r\nlocation: {location}\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    }
}

/// Such a service, and its address.
#[allow(clippy::disallowed_methods, reason = "a user service elsewhere is no part of the program")]
async fn user_service() -> (JoinHandle<()>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    (serving, host)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_success_counts_and_where_it_sends_on_to_is_asked() {
    let (_near, near) = user_service().await;
    let (_far, far) = user_service().await;
    let mut world = CompatTestBed::changed(&["express-pair.orders"], |launch| {
        launch.with("ORDO_COMPAT_USER_URL", format!("http://{near}/200"))
    });
    let mut placed = 100;
    for (path, is_good) in [
        ("200".to_owned(), true),
        ("201".to_owned(), true),
        ("203".to_owned(), true),
        ("here/203".to_owned(), true),
        (format!("here/to/{far}/201"), true),
        (format!("to/{far}/here/here/here/200"), true),
        // more often than their clients go on, and where they cannot
        ("here/here/here/here/here/here/200".to_owned(), false),
        ("loop".to_owned(), false),
        (format!("sealed/{far}/200"), false),
        ("here/404".to_owned(), false),
        ("204".to_owned(), false),
        ("304".to_owned(), false),
    ] {
        world.launch = world.launch.clone().with("ORDO_COMPAT_USER_URL", format!("http://{near}/{path}"));
        world.kill_and_start();
        let said = world.at("express-pair.orders").get("/api/order").await;
        if is_good {
            placed += 1;
            let user = said.expect(200).body;
            assert_eq!(
                (&user["orderId"], &user["user"]),
                (&json!(placed), &json!({"name": "Far"})),
                "{path}"
            );
        } else {
            assert_says(&said, 500, json!({"message": "Failed to create order"}));
        }
    }
    let admin = world.at("gateway").with_token(&world.admin().await);
    let orders: Value = admin.get("/v1/orders").await.expect(200).body["items"].clone();
    assert_eq!(orders.as_array().unwrap().len(), 6);
}
