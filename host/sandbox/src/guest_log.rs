//! Log lines of guests: to `tracing`, with the run's fields, once, and in bounded number and size.

use crate::{cut::cut, guest::RunContext};

/// A line beyond this is cut, in bytes: what log collectors take.
pub(crate) const MAX_LINE_BYTES: usize = 8 << 10;

/// Lines of one activation beyond these are dropped: a loop that logs must not fill the disk before its CPU limit ends it.
const MAX_LINES: u32 = 1_000;

/// Lines that are held back while an instance is made; those beyond are dropped. They are in memory: half a megabyte at most.
const MAX_HELD_LINES: u32 = 64;

/// The last words quoted in a failure, in bytes.
const MAX_LAST_WORDS_BYTES: usize = 1 << 10;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// The log of one run.
#[derive(Debug, Default)]
pub(crate) struct GuestLog {
    state: State,
    /// Lines of this activation that were written or held back.
    lines: u32,
    dropped: u32,
    /// The last error line of this activation, replayed or not.
    last_error: Option<String>,
}

/// What becomes of lines.
#[derive(Debug)]
enum State {
    /// They are held back: until the first activation nobody knows whether the run is replayed, or whether there is one at all.
    Instantiating(Vec<(Level, String)>),
    Writing,
    /// They are not written again: they were when it happened.
    Replaying,
}

impl Default for State {
    fn default() -> Self {
        Self::Instantiating(Vec::new())
    }
}

impl GuestLog {
    /// Begins a new activation. The first one that is not replayed writes what was held back until then, as its own.
    pub(crate) fn restart(&mut self, replaying: bool, run: &RunContext) {
        let next = match replaying {
            true => State::Replaying,
            false => State::Writing,
        };
        let before = std::mem::replace(
            self,
            Self {
                state: next,
                ..Self::default()
            },
        );
        if let (State::Instantiating(held), false) = (before.state, replaying) {
            self.lines = before.lines;
            self.dropped = before.dropped;
            for (level, line) in held {
                emit(run, level, &line);
            }
        }
    }

    /// Writes one line.
    pub(crate) fn write(&mut self, run: &RunContext, level: Level, message: &str) {
        if level == Level::Error {
            self.last_error = Some(cut(message, MAX_LAST_WORDS_BYTES).to_owned());
        }
        let line = cut(message, MAX_LINE_BYTES);
        match &mut self.state {
            State::Replaying => {}
            State::Instantiating(held) if self.lines < MAX_HELD_LINES => {
                held.push((level, line.to_owned()));
                self.lines += 1;
            }
            State::Writing if self.lines < MAX_LINES => {
                emit(run, level, line);
                self.lines += 1;
            }
            State::Instantiating(_) | State::Writing => {
                self.dropped = self.dropped.saturating_add(1);
            }
        }
    }

    /// Says how many lines were dropped, at the end of an activation.
    pub(crate) fn finish(&self, run: &RunContext) {
        let dropped = self.dropped;
        if dropped > 0 {
            emit(
                run,
                Level::Warn,
                &format!("{dropped} more log lines of this activation were dropped"),
            );
        }
    }

    #[cfg(test)]
    pub(crate) fn lines(&self) -> u32 {
        self.lines
    }

    /// What the guest said before it failed: a panic hook's line, usually.
    pub(crate) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }
}

fn emit(run: &RunContext, level: Level, message: &str) {
    // The level of a tracing event is part of its static description, so each has its own.
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "sundial::guest",
                tracing::Level::$level,
                namespace = run.namespace,
                task_queue = run.task_queue,
                workflow_id = run.workflow_id,
                run_id = run.run_id,
                workflow_type = run.workflow_type,
                "{message}"
            )
        };
    }
    match level {
        Level::Trace => event!(TRACE),
        Level::Debug => event!(DEBUG),
        Level::Info => event!(INFO),
        Level::Warn => event!(WARN),
        Level::Error => event!(ERROR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_kept_while_replaying_and_forgotten_by_the_next_activation() {
        let (run, mut log) = (RunContext::default(), GuestLog::default());
        log.restart(true, &run);
        log.write(&run, Level::Error, "panicked");
        log.write(&run, Level::Info, "unheard");
        assert_eq!(log.last_error(), Some("panicked"));
        assert_eq!(log.lines, 0);
        log.restart(false, &run);
        assert_eq!(log.last_error(), None);
    }

    #[test]
    fn what_is_printed_before_the_first_activation_is_written_with_it_unless_it_is_replayed() {
        let run = RunContext::default();
        let instantiated = || {
            let mut log = GuestLog::default();
            for _ in 0..MAX_HELD_LINES + 2 {
                log.write(&run, Level::Info, "starting");
            }
            assert_eq!((log.lines, log.dropped), (MAX_HELD_LINES, 2));
            log
        };
        let mut log = instantiated();
        log.restart(false, &run);
        assert_eq!((log.lines, log.dropped), (MAX_HELD_LINES, 2));
        log.restart(false, &run);
        assert_eq!((log.lines, log.dropped), (0, 0), "once");
        let mut log = instantiated();
        log.restart(true, &run);
        log.write(&run, Level::Info, "replayed");
        log.restart(false, &run);
        assert_eq!((log.lines, log.dropped), (0, 0));
    }
}
