//! Accepts connections. It never ends and never fails: a failed accept is tried again.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures::{FutureExt, Stream, ready};
use tokio::{
    net::{TcpListener, TcpStream},
    time::Sleep,
};

/// After a failed accept, most likely for want of file descriptors, the listener rests this long.
const PAUSE: Duration = Duration::from_millis(50);

/// The connections to a listener.
pub(crate) struct Accepting {
    listener: TcpListener,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Accepting {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            pause: None,
        }
    }
}

impl Stream for Accepting {
    type Item = TcpStream;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<TcpStream>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.poll_unpin(cx));
                self.pause = None;
            }
            match ready!(self.listener.poll_accept(cx)) {
                Ok((stream, _)) => {
                    // Small frames must not wait for more: an answer is often one of them.
                    match stream.set_nodelay(true) {
                        Ok(()) => return Poll::Ready(Some(stream)),
                        Err(error) => {
                            tracing::debug!(%error, "a connection was gone before it was used");
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection failed; trying again soon");
                    self.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
                }
            }
        }
    }
}
