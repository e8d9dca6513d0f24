//! How far a worker host has come with what it is to poll: for those who wait until it is ready.

use tokio::sync::watch;

/// The state that is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Progress {
    /// All modules that were there at the start are known.
    caught_up: bool,
    /// Found, but neither polling nor given up yet.
    starting: usize,
}

/// Tells of progress. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProgressReporter(watch::Sender<Progress>);

impl ProgressReporter {
    /// Everything that was there at the start is known.
    pub(crate) fn caught_up(&self) {
        self.0.send_modify(|progress| progress.caught_up = true);
    }

    /// Something is being started; it counts until the result is dropped.
    pub(crate) fn starting(&self) -> Starting {
        self.0.send_modify(|progress| progress.starting += 1);
        Starting(self.clone())
    }

    /// Resolves when all that was there at the start is polled for, or was given up.
    pub(crate) async fn ready(&self) {
        let mut receiver = self.0.subscribe();
        // It can't fail: `self` holds a sender.
        let _ = receiver
            .wait_for(|progress| progress.caught_up && progress.starting == 0)
            .await;
    }
}

/// Something that has not come to polling yet.
#[derive(Debug)]
pub(crate) struct Starting(ProgressReporter);

impl Drop for Starting {
    fn drop(&mut self) {
        self.0.0.send_modify(|progress| progress.starting -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn it_is_ready_once_it_caught_up_and_nothing_is_starting() {
        let progress = ProgressReporter::default();
        let starting = progress.starting();
        assert!(progress.ready().now_or_never().is_none());
        progress.caught_up();
        assert!(progress.ready().now_or_never().is_none());
        drop(starting);
        assert!(progress.ready().now_or_never().is_some());
    }
}
