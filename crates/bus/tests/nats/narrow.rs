//! The proxy by itself: a way that is narrow takes its time, and the way back does not.

use std::time::Duration;
use testkit::proxy::{LinkBehaviour, Proxy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};

const BYTES: usize = 64 << 10;
const BYTES_PER_SECOND: u32 = 32 << 10;
const AT_LEAST: Duration = Duration::from_secs(2);

/// How long all of them take.
async fn sent(from: &mut TcpStream, to: &mut TcpStream) -> Duration {
    let (bytes, mut arrived) = (vec![7; BYTES], vec![0; BYTES]);
    let begun = Instant::now();
    let (sent, read) = tokio::join!(from.write_all(&bytes), to.read_exact(&mut arrived));
    sent.unwrap();
    assert_eq!((read.unwrap(), arrived), (BYTES, bytes));
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_narrow_way_takes_its_time_and_the_way_back_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap()).await;
    let (client, accepted) = tokio::join!(TcpStream::connect(proxy.address()), listener.accept());
    let (mut client, (mut server, _)) = (client.unwrap(), accepted.unwrap());
    let (narrow, wide) = (LinkBehaviour::throttled(BYTES_PER_SECOND), LinkBehaviour::default());
    for to_server_is_narrow in [true, false] {
        let ways = if to_server_is_narrow { (narrow, wide) } else { (wide, narrow) };
        proxy.to_server(ways.0);
        proxy.to_client(ways.1);
        let there = sent(&mut client, &mut server).await;
        let back = sent(&mut server, &mut client).await;
        let (slow, quick) = if to_server_is_narrow { (there, back) } else { (back, there) };
        assert!(slow >= AT_LEAST && quick < AT_LEAST, "{slow:?} and {quick:?}, {ways:?}");
    }
}
