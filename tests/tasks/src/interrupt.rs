//! SIGINT and SIGTERM end a task between two steps, so that what it started is ended too.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

static ASKED_TO_END: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_signal: libc::c_int) {
    ASKED_TO_END.store(true, Ordering::Relaxed);
}

/// From now on these signals are noted instead of ending the process. Programs that it starts are not affected.
pub(crate) fn listen() {
    let handler = note as *const () as libc::sighandler_t;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler only stores to an atomic, which is allowed in a signal handler.
        unsafe { libc::signal(signal, handler) };
    }
}

/// Whether the task should end.
pub(crate) fn asked_to_end() -> bool {
    ASKED_TO_END.load(Ordering::Relaxed)
}

/// An error if the task should end.
pub(crate) fn check() -> Result<()> {
    if asked_to_end() {
        bail!("interrupted")
    } else {
        Ok(())
    }
}
