//! Log lines of guests: to `tracing`, with the run's fields, once, and in bounded number and size.

use crate::{cut::cut, guest::RunContext};

/// A line beyond this is cut, in bytes: what log collectors take.
const MAX_LINE_BYTES: usize = 8 << 10;

/// Lines of one activation beyond these are dropped: a loop that logs must not fill the disk before its CPU limit ends it.
const MAX_LINES: u32 = 1_000;

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
    replaying: bool,
    lines: u32,
    /// The last error line of this activation, replayed or not.
    last_error: Option<String>,
}

impl GuestLog {
    /// Begins a new activation. While history is replayed nothing is written: it was when it happened.
    pub(crate) fn restart(&mut self, replaying: bool) {
        *self = Self {
            replaying,
            ..Self::default()
        };
    }

    /// Writes one line.
    pub(crate) fn write(&mut self, run: &RunContext, level: Level, message: &str) {
        if level == Level::Error {
            self.last_error = Some(cut(message, MAX_LAST_WORDS_BYTES).to_owned());
        }
        if self.replaying {
            return;
        }
        self.lines = self.lines.saturating_add(1);
        if self.lines <= MAX_LINES {
            emit(run, level, cut(message, MAX_LINE_BYTES));
        }
    }

    /// Says how many lines were dropped, at the end of an activation.
    pub(crate) fn finish(&self, run: &RunContext) {
        let dropped = self.lines.saturating_sub(MAX_LINES);
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
        log.restart(true);
        log.write(&run, Level::Error, "panicked");
        log.write(&run, Level::Info, "unheard");
        assert_eq!(log.last_error(), Some("panicked"));
        assert_eq!(log.lines, 0);
        log.restart(false);
        assert_eq!(log.last_error(), None);
    }
}
