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
        let cpu = ticks(pid, [11, 12])?;
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

    /// Of the process with this id and all that it started: those that ended count with their CPU alone.
    pub(crate) fn of_family(pid: u32) -> Result<Self> {
        let mut family = Self::of(pid)?;
        family.cpu += ended_children(pid)?;
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        for child in children.split_whitespace() {
            // One may end between the two looks.
            if let Ok(usage) = Self::of(child.parse()?) {
                family.cpu += usage.cpu;
                family.resident_kilobytes += usage.resident_kilobytes;
            }
        }
        Ok(family)
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

/// CPU of the process's children that ended and were waited for.
fn ended_children(pid: u32) -> Result<Duration> {
    ticks(pid, [13, 14])
}

/// The sum of two times in /proc/PID/stat, counted from the field after the program's name.
fn ticks(pid: u32, fields: [usize; 2]) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    // The second field is the program's name in parentheses and may hold anything.
    let after_name: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let mut sum = 0.0;
    for index in fields {
        sum += after_name
            .get(index)
            .context("/proc/PID/stat has too few fields")?
            .parse::<f64>()?;
    }
    Ok(Duration::from_secs_f64(sum / TICKS_PER_SECOND))
}
