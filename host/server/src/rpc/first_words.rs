//! Closes a connection whose client says nothing at first.
//!
//! HTTP/2 asks a silent client whether it is still there, but only once it has been greeted. Until then nothing else
//! would end the connection of a client that never speaks.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::FutureExt;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

/// How long a client may take for its first words.
const LIMIT: Duration = Duration::from_secs(10);
/// How many bytes they are: HTTP/2 begins with 24 fixed ones, a TLS greeting and an HTTP/1 request are longer.
const BYTES: usize = 24;

/// A stream that fails if its first bytes don't come in time.
pub(crate) struct FirstWords<S> {
    stream: S,
    waiting: Option<Waiting>,
}

struct Waiting {
    bytes_left: usize,
    deadline: Pin<Box<Sleep>>,
}

impl<S> FirstWords<S> {
    /// The time begins to run now.
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            waiting: Some(Waiting {
                bytes_left: BYTES,
                deadline: Box::pin(tokio::time::sleep(LIMIT)),
            }),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FirstWords<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let this = &mut *self;
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let Some(waiting) = &mut this.waiting else {
            return read;
        };
        if read.is_pending() {
            ready!(waiting.deadline.poll_unpin(cx));
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the client said nothing",
            )));
        }
        waiting.bytes_left = waiting
            .bytes_left
            .saturating_sub(buffer.filled().len() - before);
        if waiting.bytes_left == 0 {
            this.waiting = None;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FirstWords<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::Instant,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_not_waited_for() {
        let (_client, server) = tokio::io::duplex(64);
        let mut server = FirstWords::new(server);
        let begun = Instant::now();
        let error = server.read_u8().await.expect_err("nothing was said");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn who_breaks_off_in_the_first_words_is_not_waited_for() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut server = FirstWords::new(server);
        let half = [0; BYTES - 1];
        client.write_all(&half).await.expect("it is read");
        let mut heard = [0; BYTES - 1];
        server.read_exact(&mut heard).await.expect("it was said");
        let error = server.read_u8().await.expect_err("no more was said");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_spoken_may_be_silent() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut server = FirstWords::new(server);
        client.write_all(&[0; BYTES]).await.expect("it is read");
        let mut heard = [0; BYTES];
        server.read_exact(&mut heard).await.expect("it was said");
        let more = tokio::time::timeout(LIMIT * 10, server.read_u8());
        assert!(more.await.is_err(), "it still waits");
    }
}
