//! Memory that runs took comes back to the machine. A file of its own, since it looks at the whole process.

mod guests;

use guests::{SUNDIAL, sandbox, start_failing};

/// Resident memory of this process, in bytes.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("the line is there");
    let kibibytes: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .expect("a number");
    kibibytes << 10
}

#[cfg(target_os = "linux")]
#[test]
fn what_eaters_took_comes_back() {
    let module = sandbox().load(&SUNDIAL).expect("the guest loads");
    start_failing(&module, "EatMemory");
    let before = resident_bytes();
    for _ in 0..8 {
        start_failing(&module, "EatMemory");
    }
    let after = resident_bytes();
    assert!(
        after < before + (32 << 20),
        "{before} bytes before, {after} after 8 runs of 512 MiB"
    );
}
