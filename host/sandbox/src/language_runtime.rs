//! What the runtime of a guest's language is given, and what it was refused: kept beside each instance, whichever interface it comes by
//! (`sundial:workflow/runtime`, or WASI).

use sha2::{Digest, Sha256};
use temporalio_protos::coresdk::workflow_activation::WorkflowActivation;
use thiserror::Error;

use crate::{
    cut::cut,
    guest::RunContext,
    guest_log::{GuestLog, Level, MAX_LINE_BYTES},
};

/// How much of standard error is quoted if the guest fails, in bytes: a panic's message and its first lines of stack.
const MAX_LAST_WORDS_BYTES: usize = 1 << 10;

/// Something that the guest asked for and does not get. As an error it stops the guest; where the guest can be told by an error of its
/// own, it is noted instead.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("it called {call}: {instead}")]
pub(crate) struct CallRefused {
    /// What it called, as its author may know it.
    pub(crate) call: String,
    /// What to use instead: a clause.
    pub(crate) instead: &'static str,
}

/// The runtime ended itself.
#[derive(Debug, Error)]
#[error(
    "its runtime ended itself with exit code {code}, as a panic or a call of exit does; a workflow returns its result, or fails with an error"
)]
pub(crate) struct Exited {
    pub(crate) code: u32,
}

/// An output stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    Stderr,
}

/// The state of one instance.
#[derive(Debug, Default)]
pub(crate) struct LanguageRuntime {
    /// Nanoseconds since 1970.
    time_ns: u64,
    /// Whether an activation has begun: the runtime is up, and what comes now is the workflow's.
    is_up: bool,
    /// Whether what runs is recorded, and not run again in a replay.
    is_in_side_effect: bool,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The beginning of what was written to standard error in this activation.
    last_words: String,
    /// The last refusal of this activation.
    refused: Option<CallRefused>,
}

impl LanguageRuntime {
    /// One for a run that started at `started_at_ns`.
    pub(crate) fn new(started_at_ns: u64) -> Self {
        Self {
            time_ns: started_at_ns,
            ..Self::default()
        }
    }

    pub(crate) fn begin(&mut self, activation: &WorkflowActivation) {
        self.is_up = true;
        self.is_in_side_effect = false;
        self.last_words.clear();
        self.refused = None;
        if let Some(time) = &activation.timestamp {
            self.time_ns = nanoseconds(time);
        }
    }

    /// The workflow's time, in nanoseconds since 1970.
    pub(crate) fn time_ns(&self) -> u64 {
        self.time_ns
    }

    /// Side effects are recorded by the guest, so they may have what a replay could not bring back.
    pub(crate) fn set_side_effect(&mut self, is_ongoing: bool) {
        self.is_in_side_effect = is_ongoing;
    }

    /// The seed for a runtime that starts, or random bits for a side effect. Else it would be the workflow that wants a random number,
    /// which `call` names.
    pub(crate) fn seed(
        &self,
        run: Option<&RunContext>,
        call: &str,
        instead: &'static str,
    ) -> wasmtime::Result<u64> {
        if self.is_in_side_effect {
            return Ok(getrandom::u64()?);
        }
        if self.is_up {
            let call = call.to_owned();
            return Err(CallRefused { call, instead }.into());
        }
        Ok(seed_of(run.map_or("", |run| &run.run_id)))
    }

    pub(crate) fn note_refusal(&mut self, refused: CallRefused) {
        self.refused = Some(refused);
    }

    pub(crate) fn refused(&self) -> Option<&CallRefused> {
        self.refused.as_ref()
    }

    /// What the guest wrote to standard error in this activation.
    pub(crate) fn last_words(&self) -> Option<&str> {
        let words = self.last_words.trim();
        (!words.is_empty()).then_some(words)
    }

    /// Takes what the guest writes. Each whole line goes to the log.
    pub(crate) fn write(
        &mut self,
        output: Output,
        bytes: &[u8],
        log: &mut GuestLog,
        run: &RunContext,
    ) {
        let partial = match output {
            Output::Stdout => &mut self.stdout,
            Output::Stderr => {
                let room = MAX_LAST_WORDS_BYTES.saturating_sub(self.last_words.len());
                // Cut twice, since text may be longer than its bytes where they are no UTF-8.
                let text = String::from_utf8_lossy(&bytes[..bytes.len().min(room)]);
                self.last_words.push_str(cut(&text, room));
                &mut self.stderr
            }
        };
        // A line that is longer than the log takes is broken: it must not be collected without end.
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            for piece in piece.chunks(MAX_LINE_BYTES) {
                if partial.len() + piece.len() > MAX_LINE_BYTES {
                    emit(output, partial, log, run);
                }
                partial.extend_from_slice(piece);
            }
            if partial.ends_with(b"\n") {
                emit(output, partial, log, run);
            }
        }
    }

    /// Writes lines that have no end yet, when an activation ends.
    pub(crate) fn flush(&mut self, log: &mut GuestLog, run: &RunContext) {
        emit(Output::Stdout, &mut self.stdout, log, run);
        emit(Output::Stderr, &mut self.stderr, log, run);
    }
}

fn emit(output: Output, line: &mut Vec<u8>, log: &mut GuestLog, run: &RunContext) {
    let level = match output {
        Output::Stdout => Level::Info,
        // Warnings are written there, and so is the log of many languages: not all of it is an error.
        Output::Stderr => Level::Warn,
    };
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end();
    if !text.is_empty() {
        log.write(run, level, text);
    }
    line.clear();
}

/// Nanoseconds since 1970; times before that, which no server sends, count as 1970.
pub(crate) fn nanoseconds(time: &prost_wkt_types::Timestamp) -> u64 {
    let seconds = u64::try_from(time.seconds).unwrap_or_default();
    let nanoseconds = u64::try_from(time.nanos).unwrap_or_default();
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(nanoseconds)
}

/// A number that looks random and is the same wherever the run is replayed.
fn seed_of(run_id: &str) -> u64 {
    let digest = Sha256::digest(run_id.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|index| digest[index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> (LanguageRuntime, GuestLog) {
        let (mut runtime, mut log) = (LanguageRuntime::default(), GuestLog::default());
        for piece in pieces {
            runtime.write(Output::Stderr, piece, &mut log, &RunContext::default());
        }
        (runtime, log)
    }

    #[test]
    fn lines_are_put_together_from_pieces() {
        let (mut runtime, mut log) = written(&[b"a", b"b\nc\n\n", b"d"]);
        assert_eq!(log.lines(), 2, "an empty line is none");
        runtime.flush(&mut log, &RunContext::default());
        assert_eq!(log.lines(), 3);
        assert_eq!(runtime.last_words(), Some("ab\nc\n\nd"));
    }

    #[test]
    fn a_line_without_end_is_broken_rather_than_collected() {
        let long = vec![b'x'; 3 * MAX_LINE_BYTES + 1];
        let (runtime, log) = written(&[&long]);
        assert_eq!(log.lines(), 3);
        assert_eq!(runtime.stderr.len(), 1);
        assert_eq!(runtime.last_words.len(), MAX_LAST_WORDS_BYTES);
    }

    #[test]
    fn last_words_have_their_limit_whatever_the_bytes_are() {
        let (runtime, _) = written(&[&[0xff; 4 * MAX_LAST_WORDS_BYTES]]);
        assert!(runtime.last_words.len() <= MAX_LAST_WORDS_BYTES);
        assert!(runtime.last_words.len() > MAX_LAST_WORDS_BYTES - 3);
    }

    #[test]
    fn a_seed_is_the_runs_own_and_only_for_the_start() {
        let run = |run_id: &str| RunContext {
            run_id: run_id.into(),
            ..Default::default()
        };
        let mut runtime = LanguageRuntime::default();
        let seed = |runtime: &LanguageRuntime, run_id| runtime.seed(Some(&run(run_id)), "seed", "");
        assert_eq!(seed(&runtime, "a").unwrap(), seed(&runtime, "a").unwrap());
        assert_ne!(seed(&runtime, "a").unwrap(), seed(&runtime, "b").unwrap());
        runtime.begin(&WorkflowActivation::default());
        assert!(seed(&runtime, "a").is_err());
    }

    #[test]
    fn a_side_effect_has_random_numbers_until_it_ends() {
        let mut runtime = LanguageRuntime::default();
        let seed = |runtime: &LanguageRuntime| runtime.seed(None, "seed", "");
        runtime.begin(&WorkflowActivation::default());
        runtime.set_side_effect(true);
        assert_ne!(seed(&runtime).unwrap(), seed(&runtime).unwrap());
        runtime.set_side_effect(false);
        assert!(seed(&runtime).unwrap_err().is::<CallRefused>());
        runtime.set_side_effect(true);
        runtime.begin(&WorkflowActivation::default());
        assert!(
            seed(&runtime).is_err(),
            "a side effect does not outlive its activation"
        );
    }

    #[test]
    fn time_is_that_of_the_activation() {
        let mut runtime = LanguageRuntime::new(7);
        assert_eq!(runtime.time_ns(), 7);
        runtime.begin(&WorkflowActivation {
            timestamp: Some(prost_wkt_types::Timestamp {
                seconds: 2,
                nanos: 5,
            }),
            ..Default::default()
        });
        assert_eq!(runtime.time_ns(), 2_000_000_005);
        runtime.begin(&WorkflowActivation::default());
        assert_eq!(
            runtime.time_ns(),
            2_000_000_005,
            "nothing said, nothing changed"
        );
    }
}
