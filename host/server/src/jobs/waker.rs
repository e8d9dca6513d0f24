//! Takes turns of jobs: of those that are due, that somebody poked, and that waited for a run.
//!
//! A job has one turn at a time here. What a poke was about is in the store, so that a lost one is found again when the
//! job is due, or at the next start. A turn that fails, even by a panic, is that job's own trouble: the others go on, and
//! it is tried again after a while. Where idle time is skipped, none is while a job has its turn or is about to.

use std::{any::Any, collections::HashSet, panic::AssertUnwindSafe, sync::Arc};

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use sundial_core::{Timestamp, time::Span};
use sundial_store::{JobKey, Store, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{
    TurnEnd, TurnError, Watch,
    resting::Resting,
    watches::{Closed, Watches},
};
use crate::clock::{Clock, Hold, Outlook, Party, SkippingClock};

/// Turns at the same time. They wait for commits, which they share.
const TURNS: usize = 64;
/// Rows that are read at once.
const PAGE: usize = 256;
/// After a failed read.
const REST: Span = Span::from_seconds(1);
/// At the start, jobs that are due this soon get a turn too: those that wait for runs, whose ends nobody saw.
const FIRST_LOOK: Span = Span::from_seconds(30);

/// What takes a turn of a job.
#[async_trait]
pub(crate) trait Turns: Send + Sync + 'static {
    /// One turn.
    async fn turn(&self, key: &JobKey) -> Result<TurnEnd, TurnError>;

    /// Ends when the run has closed, and so have all that followed it.
    async fn until_closed(&self, watch: &Watch);
}

/// A cloneable handle, which says that a job was changed.
#[derive(Clone)]
pub(crate) struct Waker {
    pokes: mpsc::UnboundedSender<Poke>,
    clock: Arc<dyn Clock>,
}

/// A job that was changed.
pub(crate) struct Poke {
    key: JobKey,
    _hold: Option<Hold>,
}

impl Waker {
    /// The handle, and what [`start`] needs to hear of it.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> (Self, mpsc::UnboundedReceiver<Poke>) {
        let (pokes, receiver) = mpsc::unbounded_channel();
        (Self { pokes, clock }, receiver)
    }

    /// The job gets a turn soon.
    pub(crate) fn poke(&self, key: JobKey) {
        let _hold = hold(&*self.clock);
        // Without a receiver the server is stopping; the job is found again at the next start.
        let _ = self.pokes.send(Poke { key, _hold });
    }
}

/// Where idle time is skipped, the time stays until this is dropped.
pub(super) fn hold(clock: &dyn Clock) -> Option<Hold> {
    clock.skipping().map(SkippingClock::hold)
}

/// Works until the server stops.
pub(crate) fn start(
    turns: Arc<dyn Turns>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    pokes: mpsc::UnboundedReceiver<Poke>,
    stop: CancellationToken,
) -> JoinHandle<()> {
    let next_look = clock.now();
    let party = clock.skipping().map(SkippingClock::take_part);
    let waker = Loop {
        turns,
        store,
        clock,
        busy: HashSet::new(),
        again: HashSet::new(),
        resting: Resting::default(),
        next_look: Some(next_look),
        first_look: true,
        running: FuturesUnordered::new(),
        watches: Watches::default(),
        party,
    };
    tokio::spawn(waker.run(pokes, stop))
}

struct Loop {
    turns: Arc<dyn Turns>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    busy: HashSet<JobKey>,
    /// Poked while they had their turn.
    again: HashSet<JobKey>,
    resting: Resting,
    next_look: Option<Timestamp>,
    first_look: bool,
    running: FuturesUnordered<BoxFuture<'static, (JobKey, Result<TurnEnd, TurnError>)>>,
    watches: Watches,
    /// Present where idle time is skipped: jobs are a part of what happens.
    party: Option<Party>,
}

impl Loop {
    async fn run(mut self, mut pokes: mpsc::UnboundedReceiver<Poke>, stop: CancellationToken) {
        loop {
            let has_room = self.running.len() < TURNS;
            let look = has_room.then(|| self.sleep_until_look());
            tokio::select! {
                () = stop.cancelled() => break,
                Some((key, result)) = self.running.next() => self.turn_ended(key, result),
                closed = self.watches.next() => {
                    if let Some(closed) = &closed {
                        self.closed(closed);
                    }
                    // Before the hold ends.
                    self.tell_party();
                }
                Some(poke) = pokes.recv(), if has_room => {
                    self.begin(poke.key.clone());
                    // Before the poke's hold ends.
                    self.tell_party();
                }
                () = look.unwrap_or_else(|| futures::future::pending().boxed()) => {
                    if let Err(error) = self.look().await {
                        tracing::warn!(%error, "jobs that are due could not be read; trying again");
                        self.next_look = Some(self.clock.now().plus(REST));
                    }
                }
            }
            self.tell_party();
        }
        // A turn that was begun is ended: what it stores next says what it did.
        while self.running.next().await.is_some() {}
    }

    /// Where idle time is skipped, says how things stand.
    fn tell_party(&self) {
        if let Some(party) = &self.party {
            party.report(Outlook {
                is_at_rest: self.running.is_empty(),
                next: self.next_look,
                ..Outlook::default()
            });
        }
    }

    fn sleep_until_look(&self) -> BoxFuture<'static, ()> {
        match self.next_look {
            Some(at) => self.clock.sleep_until(at),
            None => futures::future::pending().boxed(),
        }
    }

    /// Begins turns of what is due, and finds out when to look again.
    async fn look(&mut self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let due_until = match self.first_look {
            true => now.plus(FIRST_LOOK),
            false => now,
        };
        self.next_look = None;
        self.begin_due(due_until).await?;
        self.first_look = false;
        // Last, so that jobs that keep failing leave room for the others.
        for key in self.resting.rested(now) {
            if self.running.len() >= TURNS {
                // With no room, the next look comes as soon as a turn has ended.
                self.look_at(now);
                break;
            }
            if !self.busy.contains(&key) {
                self.begin(key);
            }
        }
        if let Some(at) = self.resting.next(now) {
            self.look_at(at);
        }
        Ok(())
    }

    /// Begins turns of jobs that are due by then, but for those that rest.
    async fn begin_due(&mut self, until: Timestamp) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self
                .store
                .jobs_to_wake(Timestamp(i64::MAX), after.as_ref(), PAGE)
                .await?;
            let is_last = page.len() < PAGE;
            for wake in page {
                if wake.at > until {
                    self.look_at(wake.at);
                    return Ok(());
                }
                if !self.resting.contains(&wake.key) && !self.busy.contains(&wake.key) {
                    if self.running.len() >= TURNS {
                        self.look_at(self.clock.now());
                        return Ok(());
                    }
                    self.begin(wake.key.clone());
                }
                after = Some(wake);
            }
            if is_last {
                return Ok(());
            }
        }
    }

    fn look_at(&mut self, at: Timestamp) {
        self.next_look = Some(self.next_look.map_or(at, |next| next.min(at)));
    }

    fn begin(&mut self, key: JobKey) {
        if !self.busy.insert(key.clone()) {
            self.again.insert(key);
            return;
        }
        let turns = self.turns.clone();
        self.running.push(Box::pin(async move {
            let turn = AssertUnwindSafe(async { turns.turn(&key).await }).catch_unwind();
            let result = turn
                .await
                .unwrap_or_else(|panic| Err(TurnError::Panicked(words_of(&*panic).to_owned())));
            (key, result)
        }));
    }

    fn turn_ended(&mut self, key: JobKey, result: Result<TurnEnd, TurnError>) {
        self.busy.remove(&key);
        match result {
            Ok(end) => {
                if let Some(at) = end.wake_at {
                    self.look_at(at);
                }
                self.resting.succeeded(&key);
                self.watches.set(&key, end.watch, &self.turns, &self.clock);
            }
            Err(error) => {
                tracing::warn!(job = key.id, %error, "a job's turn was broken off; trying again");
                self.rest(key.clone());
            }
        }
        if self.again.remove(&key) {
            self.begin(key);
        }
    }

    fn rest(&mut self, key: JobKey) {
        let until = self.resting.failed(key, self.clock.now());
        self.look_at(until);
    }

    fn closed(&mut self, closed: &Closed) {
        if closed.is_closed {
            self.begin(closed.key.clone());
        } else {
            tracing::error!(
                job = closed.key.id,
                "waiting for a job's run panicked; looking at the job again"
            );
            self.rest(closed.key.clone());
        }
    }
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
