//! A TCP proxy between a client and a server that behaves badly when it is told to: it delays, throttles, loses, holds
//! up and cuts, in each direction for itself, switched while it runs.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, watch},
    time::{Instant, sleep, sleep_until},
};

/// Pieces that one direction of a connection may have on their way.
const ON_THEIR_WAY: usize = 1024;
const PIECE: usize = 16 * 1024;
/// Between two looks of a direction that is stuck.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How one direction behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinkBehaviour {
    /// Each byte takes so much longer.
    pub delay: Duration,
    /// No more than so many go through.
    pub bytes_per_second: Option<u32>,
    /// What is sent is lost, its end as well: to the other side the connection is open, and silent.
    pub is_lost: bool,
    /// Nothing is taken, until nothing more can be sent.
    pub is_stuck: bool,
}

impl LinkBehaviour {
    /// So slow.
    #[must_use]
    pub fn delayed(delay: Duration) -> Self {
        LinkBehaviour { delay, ..LinkBehaviour::default() }
    }
    /// So narrow.
    #[must_use]
    pub fn throttled(bytes_per_second: u32) -> Self {
        LinkBehaviour { bytes_per_second: Some(bytes_per_second), ..LinkBehaviour::default() }
    }
    /// Half open: what is sent arrives nowhere.
    #[must_use]
    pub fn lost() -> Self {
        LinkBehaviour { is_lost: true, ..LinkBehaviour::default() }
    }
    /// Half open: nobody reads what is sent.
    #[must_use]
    pub fn stuck() -> Self {
        LinkBehaviour { is_stuck: true, ..LinkBehaviour::default() }
    }
}

/// How connections end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// In an orderly way (FIN).
    End,
    /// By a reset (RST).
    Reset,
}

/// A proxy in front of one server; everything ends with it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    inside: Arc<ProxyInner>,
    /// Counts the cuts; the kind of the newest one.
    cuts: watch::Sender<(u64, Cut)>,
}

#[derive(Debug)]
struct ProxyInner {
    server: SocketAddr,
    ways: Mutex<LinkDirections>,
    connections: AtomicUsize,
    connected: AtomicUsize,
    refused: AtomicUsize,
}

#[derive(Debug, Clone, Copy, Default)]
struct LinkDirections {
    to_server: LinkBehaviour,
    to_client: LinkBehaviour,
    refuses: bool,
}

type DirectionSelector = fn(&LinkDirections) -> LinkBehaviour;

impl Proxy {
    /// In front of a server, at a port of its own.
    pub async fn start(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, connected, refused) = Default::default();
        let inside = ProxyInner { server, ways: Mutex::default(), connections, connected, refused };
        let proxy = Proxy { address, inside: Arc::new(inside), cuts: watch::Sender::new((0, Cut::End)) };
        let (inside, mut ended) = (proxy.inside.clone(), proxy.cuts.subscribe());
        crate::real_env::env().spawn("proxy", async move {
            loop {
                let accepted = tokio::select! {
                    () = gone(&mut ended) => return,
                    accepted = listener.accept() => accepted,
                };
                let Ok((client, _)) = accepted else { continue };
                if inside.ways().refuses {
                    inside.refused.fetch_add(1, SeqCst);
                    let _ = client.set_zero_linger();
                    continue;
                }
                ended.mark_unchanged();
                crate::real_env::env().spawn("proxied", carry(client, inside.clone(), ended.clone()));
            }
        });
        proxy
    }

    /// Where clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// How what clients send behaves from now on, on connections that are open as well.
    pub fn to_server(&self, way: LinkBehaviour) {
        self.inside.ways.lock().unwrap().to_server = way;
    }
    /// How what the server sends behaves from now on.
    pub fn to_client(&self, way: LinkBehaviour) {
        self.inside.ways.lock().unwrap().to_client = way;
    }
    /// Both.
    pub fn both(&self, way: LinkBehaviour) {
        self.to_server(way);
        self.to_client(way);
    }
    /// Whether new connections are refused.
    pub fn refuse(&self, refuses: bool) {
        self.inside.ways.lock().unwrap().refuses = refuses;
    }
    /// Ends the connections that are open.
    pub fn cut(&self, how: Cut) {
        self.cuts.send_modify(|(count, cut)| {
            *count += 1;
            *cut = how;
        });
    }
    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.inside.connections.load(SeqCst)
    }
    /// How many connections were refused so far.
    pub fn refused(&self) -> usize {
        self.inside.refused.load(SeqCst)
    }
    /// How many connections there were so far.
    pub fn connected(&self) -> usize {
        self.inside.connected.load(SeqCst)
    }
}

impl ProxyInner {
    fn ways(&self) -> LinkDirections {
        *self.ways.lock().unwrap()
    }
}

/// Waits for the end of the proxy.
async fn gone(cuts: &mut watch::Receiver<(u64, Cut)>) {
    while cuts.changed().await.is_ok() {}
}

async fn carry(client: TcpStream, inside: Arc<ProxyInner>, mut cuts: watch::Receiver<(u64, Cut)>) {
    let Ok(server) = TcpStream::connect(inside.server).await else {
        let _ = client.set_zero_linger();
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    inside.connections.fetch_add(1, SeqCst);
    inside.connected.fetch_add(1, SeqCst);
    let (from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let cut = tokio::select! {
        biased;
        cut = cuts.changed() => cut.map_or(Cut::End, |()| cuts.borrow().1),
        // each direction has its own end
        _ = async { tokio::join!(
            pass(from_client, &mut to_server, &inside, |ways| ways.to_server),
            pass(from_server, &mut to_client, &inside, |ways| ways.to_client),
        ) } => Cut::End,
    };
    if cut == Cut::Reset {
        for half in [to_client, to_server] {
            let _ = half.as_ref().set_zero_linger();
            half.forget(); // dropped, it would end in an orderly way first
        }
    }
    inside.connections.fetch_sub(1, SeqCst);
}

/// Carries one direction to its end.
async fn pass(from: OwnedReadHalf, to: &mut OwnedWriteHalf, inside: &ProxyInner, way: DirectionSelector) {
    let (queue, mut queued) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THEIR_WAY);
    let take = async move {
        let mut from = from;
        let mut buffer = vec![0; PIECE];
        loop {
            let read = from.read(&mut buffer).await.unwrap_or(0);
            // no more is read in the meantime, so that soon nothing more can be sent
            while way(&inside.ways()).is_stuck {
                sleep(LOOK_AGAIN).await;
            }
            let way = way(&inside.ways());
            if way.is_lost && read == 0 {
                std::future::pending::<()>().await; // its end is lost as well
            }
            let piece = buffer[..read].to_vec();
            if !way.is_lost && queue.send((Instant::now() + way.delay, piece)).await.is_err() || read == 0 {
                return;
            }
        }
    };
    let give = async {
        while let Some((due, piece)) = queued.recv().await {
            sleep_until(due).await;
            // a piece is there when its last byte is
            if let Some(limit) = way(&inside.ways()).bytes_per_second {
                sleep(Duration::from_secs_f64(piece.len() as f64 / f64::from(limit.max(1)))).await;
            }
            if piece.is_empty() || to.write_all(&piece).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(take, give);
}
