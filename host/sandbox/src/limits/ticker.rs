//! The thread that moves the engine's epoch on while guests run. When none has for a while it lets the caller tidy up and sleeps, so
//! that an idle worker is idle.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::{JoinHandle, Thread},
    time::Duration,
};

use wasmtime::Engine;

/// How often the epoch moves on: the grain of the CPU limit. Each tick costs a running guest one reading of its thread's clock.
const TICK: Duration = Duration::from_millis(10);

/// Ticks without a guest running after which the thread goes to sleep. Waking it costs a system call, so short pauses don't.
const IDLE_TICKS: u32 = 100;

/// Moves an engine's epoch on for as long as it is held.
#[derive(Debug)]
pub(crate) struct Ticker {
    state: Arc<State>,
    thread: Thread,
    handle: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    /// Guests that are running now, in the lower half; calls so far, in the upper half, where they may wrap.
    calls: AtomicU64,
    asleep: AtomicBool,
    stop: AtomicBool,
}

/// A call of a guest, in [`State::calls`].
const CALL: u64 = (1 << 32) | 1;

/// The guests that run, of [`State::calls`].
fn running(calls: u64) -> u64 {
    calls & 0xffff_ffff
}

/// While held, the epoch moves on.
pub(crate) struct Running<'a>(&'a State);

impl Ticker {
    /// `rest` is called when no guest has run for a second.
    pub(crate) fn start(
        engine: Engine,
        rest: impl FnMut() + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::start_with(IDLE_TICKS, move || engine.increment_epoch(), rest)
    }

    fn start_with(
        idle_ticks: u32,
        advance: impl Fn() + Send + 'static,
        rest: impl FnMut() + Send + 'static,
    ) -> std::io::Result<Self> {
        let state = Arc::new(State::default());
        let handle = std::thread::Builder::new()
            .name("sandbox-ticker".into())
            .spawn({
                let state = state.clone();
                move || tick(&state, idle_ticks, advance, rest)
            })?;
        Ok(Self {
            state,
            thread: handle.thread().clone(),
            handle: Some(handle),
        })
    }

    /// Says that a guest runs until the answer is dropped.
    pub(crate) fn run(&self) -> Running<'_> {
        // The ticker sets `asleep` and then reads `calls`; this is the other way round, so one of the two sees the other.
        self.state.calls.fetch_add(CALL, SeqCst);
        if self.state.asleep.load(SeqCst) {
            self.thread.unpark();
        }
        Running(&self.state)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.state.stop.store(true, SeqCst);
        self.thread.unpark();
        if let Some(handle) = self.handle.take() {
            // It can't have panicked, and if it had there would be nothing to do.
            let _ = handle.join();
        }
    }
}

fn tick(state: &State, allowed_idle_ticks: u32, advance: impl Fn(), mut rest: impl FnMut()) {
    let mut idle_ticks = 0;
    let mut calls_before = 0;
    while !state.stop.load(SeqCst) {
        let calls = state.calls.load(SeqCst);
        if running(calls) > 0 {
            advance();
        }
        idle_ticks = if running(calls) > 0 || calls != calls_before {
            0
        } else {
            idle_ticks + 1
        };
        calls_before = calls;
        if idle_ticks <= allowed_idle_ticks {
            std::thread::park_timeout(TICK);
            continue;
        }
        rest();
        state.asleep.store(true, SeqCst);
        if state.calls.load(SeqCst) == calls && !state.stop.load(SeqCst) {
            std::thread::park();
        }
        state.asleep.store(false, SeqCst);
        idle_ticks = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Longer than any machine takes.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn time_passes_while_a_guest_runs_even_after_a_long_sleep() {
        let (tick, ticks) = mpsc::channel();
        let ticker = Ticker::start_with(
            0,
            move || {
                // The test may have ended.
                let _ = tick.send(());
            },
            || {},
        )
        .expect("a thread can be made");
        for _ in 0..3 {
            while !ticker.state.asleep.load(SeqCst) {
                std::thread::yield_now();
            }
            assert!(ticks.try_recv().is_err(), "no guest runs, and time passes");
            let running = ticker.run();
            for _ in 0..3 {
                ticks.recv_timeout(PATIENCE).expect("time passes");
            }
            drop(running);
            // A tick may have been on its way.
            while !ticker.state.asleep.load(SeqCst) {
                std::thread::yield_now();
            }
            while ticks.try_recv().is_ok() {}
        }
    }

    #[test]
    fn a_pause_is_told_once_and_ended_by_a_call() {
        let (rest, rests) = mpsc::channel();
        let ticker = Ticker::start_with(
            0,
            || {},
            move || {
                // The test may have ended.
                let _ = rest.send(());
            },
        )
        .expect("a thread can be made");
        for _ in 0..3 {
            rests.recv_timeout(PATIENCE).expect("no guest runs");
            while !ticker.state.asleep.load(SeqCst) {
                std::thread::yield_now();
            }
            assert!(rests.try_recv().is_err(), "one pause is told twice");
            drop(ticker.run());
        }
    }

    #[test]
    fn a_sleeping_ticker_can_be_dropped() {
        let ticker = Ticker::start_with(0, || {}, || {}).expect("a thread can be made");
        while !ticker.state.asleep.load(SeqCst) {
            std::thread::yield_now();
        }
        drop(ticker);
    }
}
