//! Takes turns of jobs: of those that are due, that somebody poked, and that waited for a run.
//!
//! A job has one turn at a time here. What a poke was about is in the store, so that a lost one is found again when the
//! job is due, or at the next start. Where idle time is skipped, none is while a job has its turn or is about to.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
};

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use sundial_core::{Timestamp, time::Span};
use sundial_store::{JobKey, Store, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{TurnEnd, TurnError, Watch};
use crate::clock::{Clock, Hold, Outlook, Party, SkippingClock};

/// Turns at the same time. They wait for commits, which they share.
const TURNS: usize = 64;
/// Rows that are read at once.
const PAGE: usize = 256;
/// A turn that was broken off is taken again after this.
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

fn hold(clock: &dyn Clock) -> Option<Hold> {
    clock.skipping().map(SkippingClock::hold)
}

/// Ends with a hold: the time at which the future ended stays until that is dropped.
async fn with_hold<F: Future>(clock: Arc<dyn Clock>, future: F) -> (F::Output, Option<Hold>) {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let hold = hold(&*clock);
        future.as_mut().poll(context).map(|output| (output, hold))
    })
    .await
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
        resting: HashMap::new(),
        watched: HashMap::new(),
        next_look: Some(next_look),
        first_look: true,
        running: FuturesUnordered::new(),
        watches: FuturesUnordered::new(),
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
    /// Broken off: no turn before this.
    resting: HashMap<JobKey, Timestamp>,
    watched: HashMap<JobKey, Watch>,
    next_look: Option<Timestamp>,
    first_look: bool,
    running: FuturesUnordered<BoxFuture<'static, (JobKey, Result<TurnEnd, TurnError>)>>,
    watches: FuturesUnordered<BoxFuture<'static, (JobKey, Watch, Option<Hold>)>>,
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
                Some((key, watch, _hold)) = self.watches.next() => {
                    self.closed(key, &watch);
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
        self.resting.retain(|_, until| *until > now);
        let due_until = if std::mem::take(&mut self.first_look) {
            now.plus(FIRST_LOOK)
        } else {
            now
        };
        self.next_look = self.resting.values().min().copied();
        let jobs = self.store.jobs_to_wake(Timestamp(i64::MAX), PAGE).await?;
        let is_all = jobs.len() < PAGE;
        let mut found_later = is_all;
        for (key, at) in jobs {
            if at > due_until {
                self.look_at(at);
                found_later = true;
                break;
            }
            if self.resting.contains_key(&key) || self.busy.contains(&key) {
                continue;
            }
            if self.running.len() >= TURNS {
                found_later = false;
                break;
            }
            self.begin(key);
        }
        if !found_later {
            // With no room, the next look comes as soon as a turn has ended.
            let pause = match self.running.len() >= TURNS {
                true => Span::ZERO,
                false => REST,
            };
            self.look_at(now.plus(pause));
        }
        Ok(())
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
            let result = turns.turn(&key).await;
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
                self.watch(&key, end.watch);
            }
            Err(error) => {
                tracing::warn!(job = key.id, %error, "a job's turn was broken off; trying again");
                let until = self.clock.now().plus(REST);
                self.resting.insert(key.clone(), until);
                self.look_at(until);
            }
        }
        if self.again.remove(&key) {
            self.begin(key);
        }
    }

    fn watch(&mut self, key: &JobKey, watch: Option<Watch>) {
        let Some(watch) = watch else {
            self.watched.remove(key);
            return;
        };
        if self.watched.get(key) == Some(&watch) {
            return;
        }
        self.watched.insert(key.clone(), watch.clone());
        let (turns, key, clock) = (self.turns.clone(), key.clone(), self.clock.clone());
        self.watches.push(Box::pin(async move {
            let ((), hold) = with_hold(clock, turns.until_closed(&watch)).await;
            (key, watch, hold)
        }));
    }

    fn closed(&mut self, key: JobKey, watch: &Watch) {
        // The end of a run that the job does not wait for any more is nothing to it.
        if self.watched.get(&key) == Some(watch) {
            self.watched.remove(&key);
            self.begin(key);
        }
    }
}
