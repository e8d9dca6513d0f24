//! Other programs: run to their end, or kept running and ended with the task.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::interrupt;

/// How long a program that was asked to end may take before it is killed.
const END_LIMIT: Duration = Duration::from_secs(10);
/// How often waiting looks whether something happened.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// A command in `folder` that dies with this process, whatever ends it.
pub(crate) fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(folder).stdin(Stdio::null());
    // What cargo tells this program of itself would make a cargo below it build ring, and all that needs it, anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    #[cfg(target_os = "linux")]
    // SAFETY: prctl is async-signal-safe, and nothing else happens between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
    command
}

/// Runs a command that prints for itself. An error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("can't run {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed; stderr only if it fails.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command
        .output()
        .with_context(|| format!("can't run {}", shown(command)))
}

/// Runs a command, handing each line of its stdout on while it runs. Returns whether it succeeded.
pub(crate) fn run_reading(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't run {}", shown(command)))?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    for text in BufReader::new(stdout).lines() {
        line(&text?);
    }
    Ok(child.wait()?.success())
}

/// A program that runs beside the task. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Background {
    name: &'static str,
    child: Child,
    lines: Receiver<String>,
}

impl Background {
    /// Starts a program and reads its stdout. Its stderr is the task's.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("can't start {name}: {}", shown(command)))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let (sender, lines) = mpsc::channel();
        // Reads on when nobody listens any more: a full pipe would stop the program.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Ok(Self { name, child, lines })
    }

    /// The first line that it prints.
    pub(crate) fn first_line(&mut self, limit: Duration) -> Result<String> {
        let name = self.name;
        let deadline = Instant::now() + limit;
        loop {
            interrupt::check()?;
            match self.lines.recv_timeout(LOOK_INTERVAL) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Disconnected) => bail!("{name} ended before it was ready"),
                Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => {
                    bail!("{name} was not ready within {limit:?}")
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end and waits for that. An error if it had to be killed, or ended badly.
    pub(crate) fn end(mut self) -> Result<()> {
        self.ask_and_wait()
    }

    fn ask_and_wait(&mut self) -> Result<()> {
        if !self.is_running() {
            return Ok(());
        }
        let pid = libc::pid_t::try_from(self.child.id()).context("a process id fits its type")?;
        // SAFETY: the child was not waited for, so its process id is still its own.
        unsafe { libc::kill(pid, libc::SIGTERM) };
        let deadline = Instant::now() + END_LIMIT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("{} ended with {status}", self.name);
                }
                return Ok(());
            }
            thread::sleep(LOOK_INTERVAL);
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!(
            "{} did not end within {END_LIMIT:?} and was killed",
            self.name
        )
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // On this path the task already fails for another reason, which is the one to tell.
        let _ = self.ask_and_wait();
    }
}

/// Calls `look` until it finds something.
pub(crate) fn wait_for<T>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + limit;
    loop {
        interrupt::check()?;
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            bail!("{what}: not within {limit:?}");
        }
        thread::sleep(LOOK_INTERVAL);
    }
}

/// `preferred` if nobody listens there, else one that the kernel picks.
pub(crate) fn free_port(preferred: u16) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", preferred))
        .or_else(|_| TcpListener::bind(("127.0.0.1", 0)));
    Ok(listener.context("no port is free")?.local_addr()?.port())
}

/// A command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
