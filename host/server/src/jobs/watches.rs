//! Runs whose ends jobs wait for. A job waits for one at most: with another one, or none, the old wait is given up.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    sync::Arc,
};

use futures::{
    FutureExt, StreamExt,
    future::{AbortHandle, Abortable, BoxFuture},
    stream::FuturesUnordered,
};
use sundial_store::JobKey;

use super::{
    Watch,
    waker::{Turns, hold},
};
use crate::clock::{Clock, Hold};

/// A wait that is over.
pub(super) struct Closed {
    pub(super) key: JobKey,
    /// False if it broke down before the run closed.
    pub(super) is_closed: bool,
    /// Where idle time is skipped: the time at which the run closed stays until this is dropped.
    _hold: Option<Hold>,
}

type Wait = BoxFuture<'static, Option<(Closed, Watch)>>;

/// The waits.
#[derive(Default)]
pub(super) struct Watches {
    of: HashMap<JobKey, (Watch, AbortHandle)>,
    waits: FuturesUnordered<Wait>,
}

impl Watches {
    /// The job waits for this now, and for nothing else.
    pub(super) fn set(
        &mut self,
        key: &JobKey,
        watch: Option<Watch>,
        turns: &Arc<dyn Turns>,
        clock: &Arc<dyn Clock>,
    ) {
        if let (Some((known, _)), Some(watch)) = (self.of.get(key), &watch)
            && known == watch
        {
            return;
        }
        if let Some((_, wait)) = self.of.remove(key) {
            wait.abort();
        }
        let Some(watch) = watch else { return };
        let (abort, registration) = AbortHandle::new_pair();
        self.of.insert(key.clone(), (watch.clone(), abort));
        let (turns, clock, key) = (turns.clone(), clock.clone(), key.clone());
        let wait = async move {
            let until_closed = AssertUnwindSafe(turns.until_closed(&watch)).catch_unwind();
            let (result, _hold) = with_hold(clock, until_closed).await;
            let closed = Closed {
                key,
                is_closed: result.is_ok(),
                _hold,
            };
            (closed, watch)
        };
        let wait = Abortable::new(wait, registration);
        self.waits.push(wait.map(Result::ok).boxed());
    }

    /// The next wait that is over. `None`, once, for one that was given up; waits forever if there is nothing to wait for.
    pub(super) async fn next(&mut self) -> Option<Closed> {
        if self.waits.is_empty() {
            return std::future::pending().await;
        }
        let (closed, watch) = self.waits.next().await.flatten()?;
        // It may have been given up at the last moment.
        if self
            .of
            .get(&closed.key)
            .is_none_or(|(known, _)| *known != watch)
        {
            return None;
        }
        self.of.remove(&closed.key);
        Some(closed)
    }
}

/// Ends with a hold: the time at which the future ended stays until that is dropped.
async fn with_hold<F: Future>(clock: Arc<dyn Clock>, future: F) -> (F::Output, Option<Hold>) {
    let mut future: Pin<&mut F> = pin!(future);
    std::future::poll_fn(|context| {
        let hold = hold(&*clock);
        future.as_mut().poll(context).map(|output| (output, hold))
    })
    .await
}
