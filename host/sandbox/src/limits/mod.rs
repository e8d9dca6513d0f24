//! The limits of a run, one per file. Each says what it protects, how it is counted, and the error that tells of it.

mod cpu;
mod memory;
mod stack;
mod ticker;

pub(crate) use cpu::{CpuBudget, CpuLimitPassed};
pub(crate) use memory::{MAX_TABLE_ELEMENTS, MemoryBudget, MemoryLimitPassed, TableLimitPassed};
pub(crate) use stack::{StackTooSmall, ThreadStack};
pub(crate) use ticker::Ticker;
