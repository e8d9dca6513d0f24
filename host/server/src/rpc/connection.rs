//! Accepted connections: each has an id, and matching hears when it is gone.
//!
//! A worker's sticky queue is worth something only while the worker is there. Its connection ends the moment that its
//! process does, long before any timeout.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{Stream, ready};
use metrics::{Gauge, gauge};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tonic::transport::server::Connected;

use super::{accepting::Accepting, first_words::FirstWords};
use crate::matching::{ConnectionId, Matching};

/// Tells matching that a connection is gone, when it is dropped.
struct Presence {
    id: ConnectionId,
    matching: Matching,
    open: Gauge,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.open.decrement(1.0);
        self.matching.connection_closed(self.id);
    }
}

/// One accepted connection.
pub(crate) struct Connection {
    stream: FirstWords<TcpStream>,
    presence: Presence,
}

impl Connected for Connection {
    type ConnectInfo = ConnectionId;

    fn connect_info(&self) -> ConnectionId {
        self.presence.id
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
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

/// The stream of connections to a listener. It never ends and never fails.
pub(crate) struct Incoming {
    accepting: Accepting,
    matching: Matching,
    open: Gauge,
    next_id: u64,
}

impl Incoming {
    /// Accepts from `listener`.
    pub(crate) fn new(listener: TcpListener, matching: Matching) -> Self {
        // 0 stands for calls without a connection.
        Self {
            accepting: Accepting::new(listener),
            matching,
            open: gauge!("sundial_connections"),
            next_id: 1,
        }
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = ready!(Pin::new(&mut self.accepting).poll_next(cx)) else {
            return Poll::Ready(None);
        };
        let id = ConnectionId(self.next_id);
        self.next_id += 1;
        self.open.increment(1.0);
        let presence = Presence {
            id,
            matching: self.matching.clone(),
            open: self.open.clone(),
        };
        let stream = FirstWords::new(stream);
        Poll::Ready(Some(Ok(Connection { stream, presence })))
    }
}
