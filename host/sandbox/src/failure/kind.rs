//! What kind of failure an error of a guest call is, and the words for it.

use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::HostCallRefused;
use crate::{
    instance::MAX_HANDLES,
    language_runtime::{CallRefused, Exited},
    limits::{CpuLimitPassed, MemoryLimitPassed, TableLimitPassed},
};

/// The kinds of failure that programs may tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Trap,
    RefusedCall,
    CpuLimit,
    MemoryLimit,
    StackOverflow,
    MalformedAnswer,
    Unavailable,
}

impl Kind {
    /// The name that goes into the failure.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Trap => "GuestTrap",
            Self::RefusedCall => "GuestRefusedCall",
            Self::CpuLimit => "GuestCpuLimit",
            Self::MemoryLimit => "GuestMemoryLimit",
            Self::StackOverflow => "GuestStackOverflow",
            Self::MalformedAnswer => "GuestMalformedAnswer",
            Self::Unavailable => "SandboxUnavailable",
        }
    }

    /// What happened, and a clause that tells it.
    pub(super) fn of(error: &wasmtime::Error) -> (Self, String) {
        if let Some(limit) = error.downcast_ref::<CpuLimitPassed>() {
            return (Kind::CpuLimit, limit.to_string());
        }
        if let Some(limit) = error.downcast_ref::<MemoryLimitPassed>() {
            return (Kind::MemoryLimit, limit.to_string());
        }
        if let Some(limit) = error.downcast_ref::<TableLimitPassed>() {
            return (Kind::MemoryLimit, limit.to_string());
        }
        if let Some(refused) = error.downcast_ref::<CallRefused>() {
            return (Kind::RefusedCall, refused.to_string());
        }
        if let Some(exited) = error.downcast_ref::<Exited>() {
            return (Kind::Trap, exited.to_string());
        }
        if let Some(refused) = error.downcast_ref::<HostCallRefused>() {
            return (Kind::MalformedAnswer, refused.to_string());
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return (
                Kind::Unavailable,
                "as many runs are live as the sandbox may hold; evict some, or raise max_live_runs"
                    .to_owned(),
            );
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::StackOverflow) => (
                Kind::StackOverflow,
                "it recursed deeper than its stack allows; look for a recursion without end"
                    .to_owned(),
            ),
            Some(Trap::UnreachableCodeReached) => (
                Kind::Trap,
                "it trapped, which is how a panic or an abort in the workflow's code ends"
                    .to_owned(),
            ),
            Some(trap) => (Kind::Trap, format!("it trapped: {trap}")),
            // The canonical ABI: strings that are no UTF-8, lists out of bounds, too much data at once.
            None => (Kind::MalformedAnswer, plain_abi_error(error)),
        }
    }
}

/// What wasmtime says of data that crossed the boundary; some of its messages need other words.
fn plain_abi_error(error: &wasmtime::Error) -> String {
    let text = error.root_cause().to_string();
    if text.contains("fuel allocated for hostcalls") {
        "it handed over more data than one activation may".to_owned()
    } else if text.contains("store handle limit exceeded") {
        format!("it holds more than the {MAX_HANDLES} resource handles that a run may have at once")
    } else {
        text
    }
}
