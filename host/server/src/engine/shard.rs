//! A shard: the loop that owns a part of the runs.
//!
//! Invariants. One loop writes a run, so a run needs no lock. One transaction is on its way at a time, so what is
//! gathered meanwhile is stored after it or not at all. Nothing is answered, offered or sent before it is durable.
//! The loop never waits for the store: loads, commits and looks at the alarms go on beside it.

use std::{collections::VecDeque, future::Future, sync::Arc};

use futures::{
    StreamExt,
    future::{BoxFuture, OptionFuture},
};
use sundial_core::{Limits, RunId, Timestamp, time::Span};
use sundial_store::{ShardLease, Store, StoreError, WakePage};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    alarms::{self, Alarms},
    batch::Batches,
    cell::Cells,
    command::Command,
    error::EngineError,
    event::Event,
    loading::Loads,
    meters::Meters,
    transfers::TransferQueue,
};
use crate::{
    clock::{Clock, Outlook, Party},
    ids::Ids,
    matching::Matching,
};

/// Commands that wait for a shard before their senders do.
pub(crate) const COMMANDS: usize = 1024;
/// Commands that are run before the loop looks at anything else.
const BURST: usize = 128;
/// Runs that are woken before the loop looks at anything else.
const WAKES: usize = 128;
/// A closed run stays this long in memory: those who waited for its end come back for its history and result.
const CLOSED_STAY: Span = Span::from_millis(500);

/// What a shard is made with.
pub(crate) struct ShardParts {
    pub(crate) lease: ShardLease,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) matching: Matching,
    pub(crate) transfers: TransferQueue,
    pub(crate) limits: Arc<Limits>,
    pub(crate) ids: Ids,
    pub(crate) cache_bytes: usize,
    pub(crate) stop: CancellationToken,
}

/// The state of the loop.
pub(crate) struct Shard {
    pub(super) lease: ShardLease,
    pub(super) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    pub(super) matching: Matching,
    pub(super) transfers: TransferQueue,
    pub(super) limits: Arc<Limits>,
    pub(super) ids: Ids,
    /// The time that everything in this turn of the loop happens at; it never goes back.
    pub(super) now: Timestamp,
    pub(super) cells: Cells,
    pub(super) batches: Batches,
    pub(super) loads: Loads,
    pub(super) alarms: Alarms,
    /// Closed runs, and when they may leave.
    pub(super) leaving: VecDeque<(Timestamp, RunId)>,
    /// True after a lost batch, until the store answers again: then tasks and transfers are looked for in it.
    pub(super) must_recover: bool,
    pub(super) is_stopping: bool,
    pub(super) commit: Option<BoxFuture<'static, Result<(), StoreError>>>,
    look: Option<BoxFuture<'static, Result<WakePage, StoreError>>>,
    sleep: Option<(Timestamp, BoxFuture<'static, ()>)>,
    /// Present where idle time is skipped: a shard says when it is idle.
    party: Option<Party>,
    pub(super) meters: Meters,
    stop: CancellationToken,
}

impl Shard {
    pub(crate) fn new(parts: ShardParts) -> Self {
        let ShardParts {
            lease,
            store,
            clock,
            matching,
            transfers,
            limits,
            ids,
            cache_bytes,
            stop,
        } = parts;
        let party = clock.skipping().map(|skipping| skipping.take_part());
        let (cells, ahead) = match &party {
            Some(_) => (Cells::keeping_all(), alarms::ALL_TIME),
            None => (Cells::new(cache_bytes), alarms::WINDOW),
        };
        Self {
            lease,
            store,
            now: clock.now(),
            clock,
            matching,
            transfers,
            limits,
            ids,
            cells,
            batches: Batches::new(),
            loads: Loads::new(),
            alarms: Alarms::new(ahead),
            leaving: VecDeque::new(),
            must_recover: false,
            is_stopping: false,
            commit: None,
            look: None,
            sleep: None,
            party,
            meters: Meters::new(lease.shard_id),
            stop,
        }
    }

    /// Runs until the server stops or every handle is gone; what was begun is stored first.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Box<dyn Command>>) {
        let mut burst = Vec::with_capacity(BURST);
        loop {
            self.prepare_sleep();
            let event = self.next_event(&mut commands, &mut burst).await;
            self.now = self.now.max(self.clock.now());
            match event {
                Event::Commands(0) | Event::Stop => self.begin_stop(),
                Event::Commands(_) => {
                    for command in burst.drain(..) {
                        self.take(command);
                    }
                }
                Event::Committed(result) => {
                    self.commit = None;
                    self.finish_commit(result);
                }
                Event::Loaded(loaded) => self.finish_load(*loaded),
                Event::Alarms(page) => {
                    self.look = None;
                    self.learn_alarms(page);
                }
                Event::Time => {}
            }
            self.fire_alarms();
            self.let_closed_runs_leave();
            self.deliver_ready();
            self.launch_commit();
            self.start_look();
            self.tell_party();
            if self.is_stopping && self.batches.is_idle() {
                commands.close();
                // Those that were sent before the close are refused, not forgotten.
                while let Ok(command) = commands.try_recv() {
                    command.fail(EngineError::ShuttingDown);
                }
                return;
            }
        }
    }

    async fn next_event(
        &mut self,
        commands: &mut mpsc::Receiver<Box<dyn Command>>,
        burst: &mut Vec<Box<dyn Command>>,
    ) -> Event {
        let takes_commands = !self.batches.is_full() && !self.is_stopping;
        let sleep = self.sleep.as_mut().map(|(_, sleep)| sleep);
        tokio::select! {
            biased;
            Some(result) = optional(self.commit.as_mut()) => Event::Committed(result),
            Some(loaded) = self.loads.running.next() => Event::Loaded(Box::new(loaded)),
            Some(page) = optional(self.look.as_mut()) => Event::Alarms(page),
            () = self.stop.cancelled(), if !self.is_stopping => Event::Stop,
            count = commands.recv_many(burst, BURST), if takes_commands => Event::Commands(count),
            Some(()) = optional(sleep) => Event::Time,
        }
    }

    /// Waits for the next alarm, unless so many loads are going on that it could not be served.
    fn prepare_sleep(&mut self) {
        let next = if self.loads.are_full() || self.is_stopping {
            None
        } else {
            self.alarms.next()
        };
        let closed = self.leaving.front().map(|(at, _)| *at);
        let next = match (next, closed) {
            (Some(next), Some(closed)) => Some(next.min(closed)),
            (next, closed) => next.or(closed),
        };
        match (next, &self.sleep) {
            (None, _) => self.sleep = None,
            // The one that is set goes off earlier or at that time: it does no harm, and setting costs more.
            (Some(next), Some((set, _))) if *set <= next && *set > self.now => {}
            (Some(next), _) => self.sleep = Some((next, self.clock.sleep_until(next))),
        }
    }

    fn fire_alarms(&mut self) {
        if self.is_stopping {
            return;
        }
        for _ in 0..WAKES {
            if self.loads.are_full() {
                return;
            }
            let Some((at, run_id)) = self.alarms.take_due(self.now) else {
                break;
            };
            if let Some(cell) = self.cells.get_mut(run_id) {
                if cell.alarm == Some(at) {
                    cell.alarm = None;
                    if !self.wake_if_due(run_id) {
                        self.set_alarm(run_id);
                    }
                }
            } else if let Some(key) = self.alarms.take_sleeper(run_id, at) {
                self.nudge(&key);
            }
        }
        self.alarms.sweep(&self.cells);
    }

    /// Where idle time is skipped, says how things stand.
    fn tell_party(&mut self) {
        let Some(party) = &self.party else { return };
        let is_at_rest = self.batches.is_idle()
            && self.loads.running.is_empty()
            && self.look.is_none()
            && !self.is_stopping;
        party.report(Outlook {
            is_at_rest,
            work: self.cells.work(),
            next: self.alarms.next_due(&mut self.cells, self.now),
        });
    }

    fn start_look(&mut self) {
        if self.look.is_some() || self.is_stopping {
            return;
        }
        if let Some(look) = self.alarms.look(self.now) {
            let (store, shard_id) = (self.store.clone(), self.lease.shard_id);
            self.look = Some(Box::pin(async move {
                store
                    .runs_to_wake(shard_id, look.after, look.until, super::alarms::Look::PAGE)
                    .await
            }));
        }
    }

    fn learn_alarms(&mut self, page: Result<WakePage, StoreError>) {
        match page {
            Ok(page) => {
                self.alarms.learn(page, &self.cells);
                if std::mem::take(&mut self.must_recover) {
                    self.matching.rescan();
                    self.transfers.rescan();
                }
            }
            Err(error) => {
                tracing::warn!(shard = self.lease.shard_id, %error, "alarms could not be read; trying again soon");
                self.alarms.forget_window(self.now);
            }
        }
    }

    /// Takes closed runs out of memory after their stay, and others when the budget is overdrawn.
    fn let_closed_runs_leave(&mut self) {
        let durable = self.batches.durable();
        let Self {
            cells,
            loads,
            alarms,
            leaving,
            ..
        } = self;
        while let Some((at, run_id)) = leaving.front().copied() {
            if at > self.now {
                break;
            }
            leaving.pop_front();
            // One that is still needed leaves with the others, when the budget is overdrawn.
            cells.release(run_id, durable, |workflow| loads.concern(workflow));
        }
        cells.keep_budget(
            durable,
            |workflow| loads.concern(workflow),
            |cell| alarms.run_left(&cell),
        );
    }

    /// Notes that a run has closed and need not stay for long.
    pub(super) fn run_closed(&mut self, run_id: RunId) {
        self.leaving.push_back((self.now.plus(CLOSED_STAY), run_id));
    }

    /// Another server owns the shard: nothing that is here may be acted on.
    pub(super) fn stop_for_lost_lease(&mut self) {
        self.begin_stop();
    }

    fn begin_stop(&mut self) {
        if self.is_stopping {
            return;
        }
        self.is_stopping = true;
        self.loads.fail_all(&EngineError::ShuttingDown);
        // What waits for changes will see none; a query will not be answered.
        for cell in self.cells.drain() {
            fail_cell(cell, &EngineError::ShuttingDown);
        }
    }
}

/// Tells everyone who waits for a run that it is of no use.
pub(super) fn fail_cell(cell: super::cell::Cell, error: &EngineError) {
    for waiter in cell.waiters {
        waiter.fail(error.clone());
    }
    for query in cell.queries {
        query.fail(error.clone());
    }
}

/// Ends with `Some` when the future does; with `None` at once if there is none, which disables a branch of a select.
fn optional<F: Future + Unpin>(future: Option<F>) -> OptionFuture<F> {
    OptionFuture::from(future)
}
