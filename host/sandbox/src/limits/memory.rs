//! Linear memory and tables of one run: the sum over all memories of its instance, asked for at every growth.
//!
//! A growth past the limit traps instead of returning -1. A guest that could go on after a refusal would behave differently under
//! another limit, and a limit must not decide what a workflow does.

use thiserror::Error;
use wasmtime::ResourceLimiter;

/// How many elements a table may have. CPython needs 10,000; the pool reserves this many for each table.
pub(crate) const MAX_TABLE_ELEMENTS: usize = 100_000;

/// Core instances, memories and tables in one component instance; wit-component makes four.
const MAX_PARTS: usize = 64;

/// The guest asked for more memory than a run may have.
#[derive(Debug, Error)]
#[error("it asked for {} of memory, and a run may have {}; a workflow should keep little, and leave large data to activities", mebibytes(*wanted_bytes), mebibytes(*limit_bytes))]
pub(crate) struct MemoryLimitPassed {
    wanted_bytes: u64,
    limit_bytes: u64,
}

/// The guest asked for a larger table than a run may have.
#[derive(Debug, Error)]
#[error("it asked for a table of {wanted} elements, and one may have {MAX_TABLE_ELEMENTS}")]
pub(crate) struct TableLimitPassed {
    wanted: usize,
}

/// The memory of one run.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    limit_bytes: u64,
    used_bytes: u64,
}

impl MemoryBudget {
    pub(crate) fn new(limit_bytes: u64) -> Self {
        Self {
            limit_bytes,
            used_bytes: 0,
        }
    }

    /// The sum of all linear memories, in bytes.
    pub(crate) fn used_bytes(&self) -> u64 {
        self.used_bytes
    }
}

impl ResourceLimiter for MemoryBudget {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let wanted_bytes = self.used_bytes + desired.saturating_sub(current) as u64;
        if wanted_bytes > self.limit_bytes {
            return Err(MemoryLimitPassed {
                wanted_bytes,
                limit_bytes: self.limit_bytes,
            }
            .into());
        }
        self.used_bytes = wanted_bytes;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > MAX_TABLE_ELEMENTS {
            return Err(TableLimitPassed { wanted: desired }.into());
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        MAX_PARTS
    }

    fn tables(&self) -> usize {
        MAX_PARTS
    }

    fn memories(&self) -> usize {
        MAX_PARTS
    }
}

fn mebibytes(bytes: u64) -> String {
    let mebibyte = 1 << 20;
    if bytes.is_multiple_of(mebibyte) {
        format!("{} MiB", bytes / mebibyte)
    } else {
        format!("{:.1} MiB", bytes as f64 / mebibyte as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 64 << 10;

    #[test]
    fn the_memories_of_a_run_count_together() {
        let mut budget = MemoryBudget::new(3 * PAGE as u64);
        assert!(budget.memory_growing(0, PAGE, None).is_ok());
        assert!(budget.memory_growing(0, PAGE, None).is_ok());
        assert!(budget.memory_growing(PAGE, 2 * PAGE, None).is_ok());
        assert_eq!(budget.used_bytes(), 3 * PAGE as u64);
        let error = budget.memory_growing(PAGE, 2 * PAGE, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it asked for 0.2 MiB of memory, and a run may have 0.2 MiB; a workflow should keep little, and leave large data to activities"
        );
        assert_eq!(
            budget.used_bytes(),
            3 * PAGE as u64,
            "a refusal takes nothing"
        );
    }

    #[test]
    fn a_table_may_not_outgrow_the_pool() {
        let mut budget = MemoryBudget::new(0);
        assert!(budget.table_growing(0, MAX_TABLE_ELEMENTS, None).is_ok());
        assert!(
            budget
                .table_growing(0, MAX_TABLE_ELEMENTS + 1, None)
                .is_err()
        );
    }
}
