//! SIGINT and SIGTERM: the first asks for an orderly end, the second ends the process.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::problem::Problem;

/// Listens from the moment that it is made, so that a signal during the start is not lost.
#[derive(Debug)]
pub(crate) struct Interrupt {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupt {
    /// Must be called inside a tokio runtime.
    pub(crate) fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| Problem::new(format!("can't listen for signals: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Returns when the process is asked to end.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
