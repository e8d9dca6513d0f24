//! What runs ask of other runs: done at least once, each step so that doing it again changes nothing.
//!
//! A transfer is a row of the asking run's. It is done when the asked run has taken it and the asking run has heard so,
//! which removes the row. Whatever is interrupted is found in the store at the next start. Messages of one run are
//! delivered in order; children are started side by side.

mod children;
mod messages;
mod nexus;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{
    StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use sundial_core::{Cx, Run, RunId, Transfer, TransferRow};
use sundial_store::{Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::{
    Engine, Inner, Target,
    command::{Absence, Mode},
    error::EngineError,
};
use crate::clock::{Clock, Hold, SkippingClock};

/// Batches of rows that wait in the channel; when it is full, the rows are read from the store instead.
const BATCHES: usize = 1024;
/// Rows that are worked on at once; each is a few commands to shards.
const CONCURRENT: usize = 256;
/// Rows that wait for handlers of Nexus operations, which may take seconds: they keep nobody else waiting.
const CONCURRENT_NEXUS: usize = 256;
/// Rows that are kept in memory; the rest waits in the store.
const KEPT: usize = 10_000;
/// Rows that are read at once.
const PAGE: usize = 500;
/// After a failure, doubling up to the longest pause.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where shards put rows that are durable.
#[derive(Clone)]
pub(crate) struct TransferQueue {
    rows: mpsc::Sender<Vec<HeldRow>>,
    scan: Arc<Notify>,
    clock: Arc<dyn Clock>,
}

/// A row on its way. Where idle time is skipped, none is while there are any.
pub(super) struct HeldRow {
    row: TransferRow,
    _hold: Option<Hold>,
}

impl HeldRow {
    fn new(row: TransferRow, clock: &dyn Clock) -> Self {
        Self {
            row,
            _hold: clock.skipping().map(SkippingClock::hold),
        }
    }
}

impl TransferQueue {
    /// The queue, and what [`run`] needs of it.
    pub(super) fn new(clock: Arc<dyn Clock>) -> (Self, mpsc::Receiver<Vec<HeldRow>>) {
        let (rows, receiver) = mpsc::channel(BATCHES);
        (
            Self {
                rows,
                scan: Arc::new(Notify::new()),
                clock,
            },
            receiver,
        )
    }

    /// Takes rows that are durable.
    pub(crate) fn add(&self, rows: Vec<TransferRow>) {
        let rows = rows
            .into_iter()
            .map(|row| HeldRow::new(row, &*self.clock))
            .collect();
        if self.rows.try_send(rows).is_err() {
            self.rescan();
        }
    }

    /// Reads all rows from the store.
    pub(crate) fn rescan(&self) {
        self.scan.notify_one();
    }
}

/// A walk through the stored rows.
struct Scan {
    shard: usize,
    after_id: i64,
    page: Option<BoxFuture<'static, Result<Vec<TransferRow>, StoreError>>>,
}

struct Executor {
    engine: Weak<Inner>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    shard_ids: Vec<i32>,
    /// Rows that are here.
    known: HashSet<i64>,
    /// Messages that wait for an earlier one of the same run, which is on its way.
    chains: HashMap<RunId, VecDeque<HeldRow>>,
    /// Rows that may begin.
    ready: VecDeque<HeldRow>,
    /// The same of Nexus.
    ready_nexus: VecDeque<HeldRow>,
    running_nexus: usize,
    running: FuturesUnordered<BoxFuture<'static, HeldRow>>,
    scan: Option<Scan>,
}

/// Works until the server stops or the engine is gone.
pub(super) async fn run(
    engine: Weak<Inner>,
    store: Arc<dyn Store>,
    shard_ids: Vec<i32>,
    queue: TransferQueue,
    mut rows: mpsc::Receiver<Vec<HeldRow>>,
    stop: CancellationToken,
) {
    let TransferQueue {
        scan,
        rows: sender,
        clock,
    } = queue;
    // The shards' own senders keep the channel open.
    drop(sender);
    let mut executor = Executor {
        engine,
        store,
        clock,
        shard_ids,
        known: HashSet::new(),
        chains: HashMap::new(),
        ready: VecDeque::new(),
        ready_nexus: VecDeque::new(),
        running_nexus: 0,
        running: FuturesUnordered::new(),
        scan: Some(Scan {
            shard: 0,
            after_id: 0,
            page: None,
        }),
    };
    loop {
        executor.begin();
        let page = executor.scan.as_mut().and_then(|scan| scan.page.as_mut());
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            Some(held) = executor.running.next() => executor.end(&held.row),
            Some(page) = OptionFuture::from(page) => executor.take_page(page),
            batch = rows.recv() => match batch {
                Some(rows) => rows.into_iter().for_each(|row| executor.admit(row)),
                None => return,
            },
            () = scan.notified() => {
                executor.scan = Some(Scan { shard: 0, after_id: 0, page: None });
            }
        }
    }
}

impl Executor {
    /// Begins as much as may run at once, and the reading of the next page if there is room for it.
    fn begin(&mut self) {
        while self.running_nexus < CONCURRENT_NEXUS {
            let Some(row) = self.ready_nexus.pop_front() else {
                break;
            };
            self.running_nexus += 1;
            self.running
                .push(Box::pin(carry_out(self.engine.clone(), row)));
        }
        while self.running.len() - self.running_nexus < CONCURRENT {
            let Some(row) = self.ready.pop_front() else {
                break;
            };
            self.running
                .push(Box::pin(carry_out(self.engine.clone(), row)));
        }
        if self.known.len() >= KEPT {
            return;
        }
        if let Some(scan) = &mut self.scan
            && scan.page.is_none()
        {
            let Some(shard_id) = self.shard_ids.get(scan.shard).copied() else {
                self.scan = None;
                return;
            };
            let (store, after_id) = (self.store.clone(), scan.after_id);
            scan.page = Some(Box::pin(async move {
                store.transfers(shard_id, after_id, PAGE).await
            }));
        }
    }

    fn take_page(&mut self, page: Result<Vec<TransferRow>, StoreError>) {
        let Some(scan) = &mut self.scan else { return };
        match page {
            Ok(rows) => {
                scan.page = None;
                match rows.last() {
                    Some(last) if rows.len() >= PAGE => scan.after_id = last.id,
                    _ => (scan.shard, scan.after_id) = (scan.shard + 1, 0),
                }
                for row in rows {
                    self.admit(HeldRow::new(row, &*self.clock));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "requests to other runs could not be read; trying again soon");
                let Some(shard_id) = self.shard_ids.get(scan.shard).copied() else {
                    return;
                };
                let (store, after_id) = (self.store.clone(), scan.after_id);
                scan.page = Some(Box::pin(async move {
                    tokio::time::sleep(LONGEST_PAUSE / 10).await;
                    store.transfers(shard_id, after_id, PAGE).await
                }));
            }
        }
    }

    fn admit(&mut self, held: HeldRow) {
        let row = &held.row;
        if self.known.len() >= KEPT {
            // It is in the store: found there when there is room.
            self.scan.get_or_insert(Scan {
                shard: 0,
                after_id: 0,
                page: None,
            });
            return;
        }
        if !self.known.insert(row.id) {
            return;
        }
        if is_of_nexus(&row.transfer) {
            self.ready_nexus.push_back(held);
            return;
        }
        if !is_ordered(&row.transfer) {
            self.ready.push_back(held);
            return;
        }
        match self.chains.entry(row.run.run_id) {
            std::collections::hash_map::Entry::Occupied(mut chain) => {
                chain.get_mut().push_back(held);
            }
            std::collections::hash_map::Entry::Vacant(chain) => {
                chain.insert(VecDeque::new());
                self.ready.push_back(held);
            }
        }
    }

    fn end(&mut self, row: &TransferRow) {
        self.known.remove(&row.id);
        self.running_nexus -= usize::from(is_of_nexus(&row.transfer));
        if !is_ordered(&row.transfer) {
            return;
        }
        let run_id = row.run.run_id;
        match self.chains.get_mut(&run_id).and_then(VecDeque::pop_front) {
            Some(next) => self.ready.push_back(next),
            None => {
                self.chains.remove(&run_id);
            }
        }
    }
}

fn is_ordered(transfer: &Transfer) -> bool {
    match transfer {
        Transfer::SignalExternal { .. } | Transfer::CancelExternal { .. } => true,
        Transfer::StartChild { .. }
        | Transfer::StartNexusOperation { .. }
        | Transfer::CancelNexusOperation { .. }
        | Transfer::CompletionCallback { .. }
        | Transfer::ChildClosed
        | Transfer::ParentClosed { .. } => false,
    }
}

/// True for what waits for a handler.
fn is_of_nexus(transfer: &Transfer) -> bool {
    match transfer {
        Transfer::StartNexusOperation { .. } | Transfer::CancelNexusOperation { .. } => true,
        Transfer::StartChild { .. }
        | Transfer::SignalExternal { .. }
        | Transfer::CancelExternal { .. }
        | Transfer::CompletionCallback { .. }
        | Transfer::ChildClosed
        | Transfer::ParentClosed { .. } => false,
    }
}

/// Does what the row asks, however often it takes.
async fn carry_out(engine: Weak<Inner>, held: HeldRow) -> HeldRow {
    let row = &held.row;
    let mut pause = PAUSE;
    loop {
        let Some(inner) = engine.upgrade() else {
            return held;
        };
        let result = Engine { inner }.transfer(row).await;
        match result {
            Ok(()) | Err(EngineError::ShuttingDown) => return held,
            Err(error) => {
                tracing::warn!(run = %row.run, transfer = row.id, %error, "a request to another run failed; trying again");
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

impl Engine {
    async fn transfer(&self, row: &TransferRow) -> Result<(), EngineError> {
        match &row.transfer {
            Transfer::StartChild { initiated_event_id } => {
                self.start_child(row, *initiated_event_id).await
            }
            Transfer::SignalExternal { initiated_event_id }
            | Transfer::CancelExternal { initiated_event_id } => {
                self.send_message(row, *initiated_event_id).await
            }
            Transfer::StartNexusOperation { scheduled_event_id } => {
                self.start_nexus_operation(row, *scheduled_event_id).await
            }
            Transfer::CancelNexusOperation { scheduled_event_id } => {
                self.cancel_nexus_operation(row, *scheduled_event_id).await
            }
            Transfer::CompletionCallback { index } => self.call_back(row, *index).await,
            Transfer::ChildClosed => self.tell_parent(row).await,
            Transfer::ParentClosed {
                namespace,
                workflow_id,
                run_id,
                terminate,
            } => {
                self.close_child(row, namespace, workflow_id, run_id, *terminate)
                    .await?;
                self.finish(row, |_, _| {}).await
            }
        }
    }

    /// Reads the asking run; `None` if it is gone.
    async fn read_asker<R: Send + 'static>(
        &self,
        row: &TransferRow,
        read: impl FnOnce(&Run) -> Option<R> + Send + 'static,
    ) -> Result<Option<R>, EngineError> {
        self.submit(
            Target::run(&row.run),
            Mode {
                absence: Absence::Pass,
                read_only: true,
            },
            |stage| Ok(stage.cell.and_then(|cell| read(cell.execution.workflow()?))),
        )
        .await
    }

    /// Tells the asking run how it went, and removes the row in the same transaction.
    async fn finish(
        &self,
        row: &TransferRow,
        tell: impl FnOnce(&mut Run, &mut Cx<'_>) + Send + 'static,
    ) -> Result<(), EngineError> {
        let id = row.id;
        let mode = Mode {
            absence: Absence::Pass,
            read_only: false,
        };
        self.submit(Target::run(&row.run), mode, move |stage| {
            let Some(cell) = stage.cell else {
                stage.wishes.stale_transfers.push(id);
                return Ok(());
            };
            let run = cell.workflow_mut()?;
            tell(run, stage.cx);
            run.transfer_done(id);
            Ok(())
        })
        .await
    }
}
