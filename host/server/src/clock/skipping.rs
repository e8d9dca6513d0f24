//! A clock that skips: while nobody works, it jumps to the next moment at which something is to happen.
//!
//! It runs at the pace of another clock, ahead of it by all that was skipped. Those who make things happen (the shards)
//! are its parties: each says, after everything it does, whether it is at rest, what work its runs wait for, and when it
//! next acts by itself. The clock jumps when all rest, nobody works and nothing is due. What works are those who must
//! act before time may go on; what locks is the tests' own counter, as Temporal's test server has it
//! (temporal.api.testservice.v1).

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use sundial_core::{Timestamp, run::PendingWork, time::Span};
use tokio::sync::{Notify, watch};

use super::Clock;

/// The lock was released more often than it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "time skipping is not locked: each unlock must follow a lock of its own (a test server starts with one lock)"
)]
pub struct Unbalanced;

/// A cloneable handle.
#[derive(Clone)]
pub struct SkippingClock {
    inner: Arc<Inner>,
}

struct Inner {
    pace: Arc<dyn Clock>,
    state: Mutex<State>,
    jumped: Notify,
    is_stalled: watch::Sender<bool>,
}

struct State {
    skipped: Span,
    /// Locks taken and not released. It falls below zero where an activity sleeps: it gives away the hold that it is.
    locks: i64,
    holds: usize,
    parties: Vec<Outlook>,
    appointments: BTreeSet<(Timestamp, u64)>,
    next_appointment: u64,
}

/// What a party says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outlook {
    /// True if nothing happens there until it is told something or a time comes.
    pub(crate) is_at_rest: bool,
    /// What its runs wait for that is not time.
    pub(crate) work: PendingWork,
    /// When it next acts by itself.
    pub(crate) next: Option<Timestamp>,
}

/// One that makes things happen.
pub(crate) struct Party {
    clock: SkippingClock,
    index: usize,
}

/// Time stays while this lives.
pub(crate) struct Hold {
    clock: SkippingClock,
}

/// Somebody waits for a moment: the clock does not jump past it.
struct Appointment {
    clock: SkippingClock,
    at: Timestamp,
    id: u64,
    /// Whether its end takes a lock, in the same instant.
    locks: bool,
}

impl State {
    fn activities(&self) -> i64 {
        let activities = self.parties.iter().map(|party| party.work.activities);
        i64::try_from(activities.sum::<usize>()).unwrap_or(i64::MAX)
    }

    fn workflow_tasks(&self) -> i64 {
        let tasks = self.parties.iter().map(|party| party.work.workflow_tasks);
        i64::try_from(tasks.sum::<usize>()).unwrap_or(i64::MAX)
    }

    fn may_skip(&self) -> bool {
        self.holds == 0
            && self.workflow_tasks() == 0
            && self.locks.saturating_add(self.activities()) <= 0
            && self.parties.iter().all(|party| party.is_at_rest)
    }

    fn next(&self) -> Option<Timestamp> {
        let parties = self.parties.iter().filter_map(|party| party.next);
        let appointments = self.appointments.first().map(|(at, _)| *at);
        parties.chain(appointments).min()
    }
}

impl SkippingClock {
    /// A clock at the pace of `pace`, with one lock if it `is_locked`.
    #[must_use]
    pub fn new(pace: Arc<dyn Clock>, is_locked: bool) -> Self {
        Self {
            inner: Arc::new(Inner {
                pace,
                state: Mutex::new(State {
                    skipped: Span::ZERO,
                    locks: i64::from(is_locked),
                    holds: 0,
                    parties: Vec::new(),
                    appointments: BTreeSet::new(),
                    next_appointment: 0,
                }),
                jumped: Notify::new(),
                is_stalled: watch::Sender::new(false),
            }),
        }
    }

    /// LockTimeSkipping: time goes on at its ordinary pace.
    pub fn lock(&self) {
        self.change(|state| state.locks += 1);
    }

    /// UnlockTimeSkipping: takes one lock back.
    ///
    /// As on Temporal's test server, whatever holds the time counts as a lock here: an activity that runs may sleep by
    /// [`SkippingClock::unlock_while_sleeping`] though the test has no lock.
    pub fn unlock(&self) -> Result<(), Unbalanced> {
        self.change(State::release)
    }

    /// SleepUntil: ends when this clock reaches the moment, to which it may jump, but never past it. At once if it has passed.
    pub async fn reach(&self, at: Timestamp) {
        self.wait(self.appoint(at)).await;
    }

    /// Sleep: ends when this clock has gone on by so much.
    pub async fn sleep(&self, duration: Duration) {
        self.reach(self.now().plus(span(duration))).await;
    }

    /// UnlockTimeSkippingWithSleep: takes one lock back until this clock has gone on by so much, or the caller gives up.
    pub async fn unlock_while_sleeping(&self, duration: Duration) -> Result<(), Unbalanced> {
        let at = self.now().plus(span(duration));
        // Appointed first: the time must not go past it between the two.
        let mut appointment = self.appoint(at);
        self.unlock()?;
        appointment.locks = true;
        self.wait(appointment).await;
        Ok(())
    }

    /// Ends when time may be skipped and there is nothing to skip to: nothing will ever happen again by itself.
    pub async fn stalled(&self) {
        let mut is_stalled = self.inner.is_stalled.subscribe();
        // The sender lives as long as this handle.
        let _ = is_stalled.wait_for(|is_stalled| *is_stalled).await;
    }

    /// Takes part from now on; it is not at rest before it says so.
    pub(crate) fn take_part(&self) -> Party {
        let index = self.change(|state| {
            state.parties.push(Outlook::default());
            state.parties.len() - 1
        });
        Party {
            clock: self.clone(),
            index,
        }
    }

    /// Keeps the clock from jumping.
    pub(crate) fn hold(&self) -> Hold {
        self.change(|state| state.holds += 1);
        Hold {
            clock: self.clone(),
        }
    }

    fn appoint(&self, at: Timestamp) -> Appointment {
        let id = self.change(|state| {
            let id = state.next_appointment;
            state.next_appointment += 1;
            state.appointments.insert((at, id));
            id
        });
        Appointment {
            clock: self.clone(),
            at,
            id,
            locks: false,
        }
    }

    async fn wait(&self, appointment: Appointment) {
        self.sleep_until(appointment.at).await;
        drop(appointment);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and jumps if that leaves nothing to wait for but time.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state();
        let result = change(&mut state);
        let may_skip = state.may_skip();
        let next = state.next();
        self.inner.is_stalled.send_if_modified(|is_stalled| {
            let was = std::mem::replace(is_stalled, may_skip && next.is_none());
            was != *is_stalled
        });
        if may_skip && let Some(next) = next {
            let now = self.inner.pace.now().plus(state.skipped);
            // What is due already must be done before the next jump; whoever does it will say so.
            if next > now {
                let left = next.since(now);
                state.skipped = Span(state.skipped.0.saturating_add(left.0));
                self.inner.jumped.notify_waiters();
            }
        }
        result
    }
}

impl State {
    fn release(&mut self) -> Result<(), Unbalanced> {
        let holds = self.activities() + self.workflow_tasks();
        if self.locks.saturating_add(holds) <= 0 {
            return Err(Unbalanced);
        }
        self.locks -= 1;
        Ok(())
    }
}

/// What is longer than the clock's range ends with it.
fn span(duration: Duration) -> Span {
    Span(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
}

impl Clock for SkippingClock {
    fn now(&self) -> Timestamp {
        let skipped = self.state().skipped;
        self.inner.pace.now().plus(skipped)
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            loop {
                let jumped = clock.inner.jumped.notified();
                tokio::pin!(jumped);
                // A jump between the look at the clock and the wait must not be missed.
                jumped.as_mut().enable();
                let left = at.since(clock.now());
                if left.is_zero() {
                    return;
                }
                let pace = clock.inner.pace.clone();
                tokio::select! {
                    () = pace.sleep_until(pace.now().plus(left)) => {}
                    () = jumped => {}
                }
            }
        })
    }

    fn skipping(&self) -> Option<&SkippingClock> {
        Some(self)
    }
}

impl Party {
    /// Says how things stand.
    pub(crate) fn report(&self, outlook: Outlook) {
        self.clock.change(|state| {
            if let Some(party) = state.parties.get_mut(self.index) {
                *party = outlook;
            }
        });
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        // It does nothing any more, so time need not wait for it.
        self.report(Outlook {
            is_at_rest: true,
            ..Outlook::default()
        });
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.clock.change(|state| state.holds -= 1);
    }
}

impl Drop for Appointment {
    fn drop(&mut self) {
        let (at, id, locks) = (self.at, self.id, self.locks);
        self.clock.change(|state| {
            state.appointments.remove(&(at, id));
            state.locks += i64::from(locks);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{StillClock, TokioClock};
    use futures::FutureExt;

    fn clock(is_locked: bool) -> SkippingClock {
        SkippingClock::new(Arc::new(StillClock), is_locked)
    }

    fn seconds(seconds: i64) -> Timestamp {
        TokioClock::START.plus(Span::from_seconds(seconds))
    }

    fn at_rest(next: Option<Timestamp>) -> Outlook {
        Outlook {
            is_at_rest: true,
            next,
            ..Outlook::default()
        }
    }

    fn with_work(workflow_tasks: usize, activities: usize) -> Outlook {
        Outlook {
            work: PendingWork {
                workflow_tasks,
                activities,
            },
            ..at_rest(Some(seconds(60)))
        }
    }

    #[tokio::test]
    async fn a_sleep_takes_no_time_unless_it_is_locked() {
        let clock = clock(true);
        let mut sleep = Box::pin(clock.sleep(Duration::from_secs(3600)));
        assert!(sleep.as_mut().now_or_never().is_none());
        clock.unlock().unwrap();
        sleep.await;
        assert_eq!(clock.now(), seconds(3600));
    }

    #[tokio::test]
    async fn it_jumps_to_what_is_next_and_waits_until_that_is_done() {
        let clock = clock(false);
        let party = clock.take_part();
        party.report(at_rest(Some(seconds(10))));
        assert_eq!(clock.now(), seconds(10));
        let mut sleep = Box::pin(clock.reach(seconds(50)));
        assert!(sleep.as_mut().now_or_never().is_none());
        assert_eq!(clock.now(), seconds(10), "what was due is not done yet");
        party.report(at_rest(Some(seconds(99))));
        sleep.await;
        assert_eq!(clock.now(), seconds(99));
    }

    #[test]
    fn whoever_is_not_at_rest_or_has_work_keeps_the_time() {
        let clock = clock(false);
        let hold = clock.hold();
        let party = clock.take_part();
        let other = clock.take_part();
        other.report(at_rest(None));
        for outlook in [
            with_work(1, 0),
            with_work(0, 1),
            Outlook {
                is_at_rest: false,
                ..at_rest(Some(seconds(60)))
            },
            at_rest(Some(seconds(60))),
        ] {
            party.report(outlook);
            assert_eq!(clock.now(), seconds(0), "{outlook:?}");
        }
        drop(hold);
        assert_eq!(clock.now(), seconds(60));
    }

    #[tokio::test]
    async fn an_activity_may_sleep_though_no_lock_is_left() {
        let clock = clock(true);
        let party = clock.take_part();
        party.report(with_work(0, 1));
        clock.unlock().unwrap();
        assert_eq!(clock.now(), seconds(0));
        let mut sleep = Box::pin(clock.unlock_while_sleeping(Duration::from_secs(61)));
        assert!(sleep.as_mut().now_or_never().is_none());
        assert_eq!(
            clock.now(),
            seconds(60),
            "it stops at what is due meanwhile"
        );
        party.report(with_work(1, 0));
        assert!(
            sleep.as_mut().now_or_never().is_none(),
            "a workflow task is done first"
        );
        party.report(at_rest(None));
        sleep.await.unwrap();
        assert_eq!(clock.now(), seconds(61));
        clock.lock();
        clock.unlock().unwrap();
    }

    #[tokio::test]
    async fn a_sleep_that_is_given_up_takes_its_lock_back() {
        let clock = clock(true);
        let party = clock.take_part();
        party.report(Outlook::default());
        let mut sleep = Box::pin(clock.unlock_while_sleeping(Duration::from_secs(5)));
        assert!(sleep.as_mut().now_or_never().is_none());
        assert_eq!(clock.unlock(), Err(Unbalanced));
        drop(sleep);
        clock.unlock().unwrap();
    }

    #[tokio::test]
    async fn nothing_to_wait_for_is_noticed() {
        let clock = clock(true);
        let party = clock.take_part();
        party.report(with_work(1, 0));
        clock.unlock().unwrap();
        let mut stalled = Box::pin(clock.stalled());
        assert!(stalled.as_mut().now_or_never().is_none());
        party.report(at_rest(None));
        stalled.await;
    }

    #[test]
    fn an_unlock_without_a_lock_is_refused() {
        assert_eq!(clock(false).unlock(), Err(Unbalanced));
        let clock = clock(true);
        assert_eq!(clock.unlock(), Ok(()));
        assert_eq!(clock.unlock(), Err(Unbalanced));
    }
}
