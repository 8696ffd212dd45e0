//! Connections: TCP, or TLS between the processes of a shop.

use crate::write_timeout::WriteTimeoutStream;
use endpoint::mutual_tls::{MutualTls, names_us};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(crate) enum Connection {
    Plain(WriteTimeoutStream),
    Tls(Box<TlsStream<WriteTimeoutStream>>),
}

impl Connection {
    /// Performs the TLS handshake.
    ///
    /// # Errors
    /// When the peer does not use TLS, or its certificate is rejected.
    pub(crate) async fn sealed(stream: WriteTimeoutStream, by: &MutualTls) -> io::Result<Connection> {
        let stream = TlsAcceptor::from(by.answering()).accept(stream).await?;
        Ok(Connection::Tls(Box::new(stream)))
    }

    /// Returns whether the peer was asked for a certificate and presented none.
    pub(crate) fn is_of_a_stranger(&self) -> bool {
        let Connection::Tls(stream) = self else { return false };
        let shown = stream.get_ref().1.peer_certificates().and_then(|shown| shown.first());
        !shown.is_some_and(names_us)
    }

    fn inner(&mut self) -> Pin<&mut dyn Io> {
        match self {
            Connection::Plain(stream) => Pin::new(stream),
            Connection::Tls(stream) => Pin::new(stream),
        }
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner().poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.inner().poll_write(cx, buf)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_write_vectored(cx, bufs)
    }
    fn is_write_vectored(&self) -> bool {
        match self {
            Connection::Plain(stream) => stream.is_write_vectored(),
            Connection::Tls(stream) => stream.is_write_vectored(),
        }
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_shutdown(cx)
    }
}
