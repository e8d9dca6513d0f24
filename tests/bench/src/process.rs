//! What a process has used, as the kernel counts it. Process CPU, not wall time: a noisy machine matters less.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// Clock ticks per second of the times in /proc: fixed at 100 for programs on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU and memory of a process at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// User and system time of all threads that are and were.
    pub(crate) cpu: Duration,
    resident_kilobytes: u64,
}

impl Usage {
    /// Of the process with this id.
    pub(crate) fn of(pid: u32) -> Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
            .context("the server's process is gone")?;
        // The second field is the program's name in parentheses and may hold anything.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let ticks = |index: usize| -> Result<f64> {
            Ok(fields
                .get(index)
                .context("/proc/PID/stat has too few fields")?
                .parse::<f64>()?)
        };
        let cpu = Duration::from_secs_f64((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND);
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or("0");
        let resident_kilobytes = resident.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(Self {
            cpu,
            resident_kilobytes,
        })
    }

    /// Of this process.
    pub(crate) fn own() -> Result<Self> {
        Self::of(std::process::id())
    }

    pub(crate) fn resident_megabytes(&self) -> f64 {
        self.resident_kilobytes as f64 * 1024.0 / 1e6
    }

    pub(crate) fn cpu_since(&self, before: &Self) -> Duration {
        self.cpu.saturating_sub(before.cpu)
    }
}
