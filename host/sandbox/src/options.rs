//! What can be set about the sandbox. It holds values and their reasons; where they come from (flags, files) is the CLI's.

use std::path::PathBuf;

/// Settings of a sandbox. Each limit holds for one run; none of them changes what a workflow that stays below it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxOptions {
    /// Where compiled code is kept between processes. `None` compiles anew in each process. Made if missing, readable by its owner
    /// only: whoever can write here can run native code in this process.
    pub cache_dir: Option<PathBuf>,
    /// How large that folder may grow, in bytes, before its oldest entries go. A Python module takes about 100 MB, a Rust one
    /// 3 MB, and as much once more for its functions, which later modules may share.
    pub cache_limit_bytes: u64,
    /// The linear memory that one run may have, in bytes, rounded down to 64 KiB. At most 4 GiB, which is all that 32-bit addresses
    /// reach. The default leaves room for a Python interpreter (30 MB) with large data, and is a bound, not a reservation.
    pub memory_limit_bytes: u64,
    /// CPU time that a guest may use for one activation, and for being instantiated, in milliseconds. It is the thread's own CPU
    /// time, so a busy machine fails no one. The default is far above any honest activation (1 ms; 12 ms for a first one in Python)
    /// and well below the 10 s after which a workflow task times out, so the cause is told rather than guessed.
    pub cpu_limit_ms: u64,
    /// Native stack for guest code, in bytes. Threads that call guests need this and [`SandboxOptions::HOST_STACK_BYTES`] more; the
    /// default fits the 2 MiB that Rust gives to a thread.
    pub stack_limit_bytes: usize,
    /// How many instances may live at once. Address space is reserved for each (4 GiB, without memory behind it), and each takes
    /// about four of the 65,530 mappings that Linux allows a process by default, which is what the default stays below.
    pub max_live_runs: u32,
    /// How much one activation may hand to the host, in bytes: commands, or the encoded completion. Temporal refuses requests far
    /// smaller than the default; the limit protects this process.
    pub output_limit_bytes: usize,
}

impl SandboxOptions {
    /// Stack that host functions need beyond the guest's own, in bytes: decoding of a deeply nested failure is the deepest.
    pub const HOST_STACK_BYTES: usize = 512 << 10;

    /// The stack that a thread needs in order to call guests, in bytes. Give it to `std::thread::Builder::stack_size`.
    pub fn thread_stack_bytes(&self) -> usize {
        // The third part is for the caller's own frames.
        self.stack_limit_bytes + Self::HOST_STACK_BYTES + (256 << 10)
    }
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            cache_dir: None,
            cache_limit_bytes: 4 << 30,
            memory_limit_bytes: 512 << 20,
            cpu_limit_ms: 2_000,
            stack_limit_bytes: 1 << 20,
            max_live_runs: 10_000,
            output_limit_bytes: 64 << 20,
        }
    }
}
