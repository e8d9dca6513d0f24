//! Runs an attempt of an activity as a child process, by the protocol of ACTIVITIES.md.
//!
//! It owns the process from start to end: input, output, messages, cancellation, and that nothing of it outlives the attempt. It
//! knows nothing of the server.

use std::{
    collections::BTreeMap, ffi::OsString, fmt, os::unix::process::ExitStatusExt, path::PathBuf,
    process::ExitStatus, process::Stdio, time::Duration,
};

use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    failure::v1::Failure,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, Command},
    time::{Instant, sleep_until},
};

use super::{
    child_messages::{LastLines, Line, read_line},
    context::ActivityContext,
    failures::{application_failure, cancelled_failure},
    functions::ActivityResult,
    payloads::{MAX_PAYLOAD_BYTES, from_json, to_json},
    process_group::{ProcessGroup, die_with_parent},
};

/// How long after a child's end what it started may hold its pipes open. Output that is still in the pipes comes at once.
const LINGER: Duration = Duration::from_millis(500);

/// The longest value of an environment variable that is given to a child, in bytes. Linux refuses to start a program with one of
/// 128 KiB or more.
const MAX_VARIABLE_BYTES: usize = 100 << 10;

/// An activity that is a program.
#[derive(Clone, PartialEq)]
pub(crate) struct ChildActivity {
    pub(crate) name: String,
    /// The program and its arguments, at least one.
    pub(crate) command: Vec<String>,
    /// How long the child has between SIGTERM and SIGKILL.
    pub(crate) grace: Duration,
    /// Variables that it is given with the values that this process has.
    pub(crate) pass_environment: Vec<String>,
    pub(crate) set_environment: BTreeMap<String, String>,
    pub(crate) working_directory: PathBuf,
}

impl fmt::Debug for ChildActivity {
    // What variables are set to may be secret: only their names are told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildActivity")
            .field("name", &self.name)
            .field("command", &self.command)
            .field("grace", &self.grace)
            .field("pass_environment", &self.pass_environment)
            .field(
                "set_environment",
                &self.set_environment.keys().collect::<Vec<_>>(),
            )
            .field("working_directory", &self.working_directory)
            .finish()
    }
}

impl ChildActivity {
    /// Runs an attempt to its end. Dropping it half way kills the child and what it started.
    ///
    /// The thread that first polls it must live as long as the process: the kernel kills children whose parent thread ends.
    pub(crate) async fn run(&self, context: &ActivityContext, input: &[Payload]) -> ActivityResult {
        let input = to_json(input)?;
        let (mut child, group) = self.start(context)?;
        let guard = KillOnDrop(group);
        let mut output = Output::default();
        let mut messages = Messages::default();
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let conversation = async {
            tokio::join!(
                feed(stdin, &input),
                output.read(stdout, group),
                messages.read(stderr, context)
            );
        };
        let status = self.oversee(&mut child, group, context, conversation).await;
        // What is left of a group whose leader is gone may keep running, as a service that the activity started.
        std::mem::forget(guard);
        self.conclude(status, output, messages, context)
    }

    fn start(&self, context: &ActivityContext) -> Result<(Child, ProcessGroup), Failure> {
        let failed = |reason: String| {
            application_failure(
                "ChildNotStarted",
                format!(
                    "activity {}: program {} could not be started: {reason}",
                    self.name, self.command[0]
                ),
                false,
            )
        };
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .current_dir(&self.working_directory)
            .env_clear()
            .envs(self.environment(context))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let parent = std::process::id() as libc::pid_t;
        // SAFETY: `die_with_parent` only makes system calls that are allowed between fork and exec.
        unsafe { command.pre_exec(move || die_with_parent(parent)) };
        let child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let group = child
            .id()
            .and_then(ProcessGroup::of)
            .ok_or_else(|| failed("it has no id".to_owned()))?;
        Ok((child, group))
    }

    fn environment(&self, context: &ActivityContext) -> Vec<(String, OsString)> {
        let info = context.info();
        let mut variables: Vec<(String, OsString)> = self
            .pass_environment
            .iter()
            .filter_map(|name| Some((name.clone(), std::env::var_os(name)?)))
            .chain(
                self.set_environment
                    .iter()
                    .map(|(name, value)| (name.clone(), value.into())),
            )
            .collect();
        let mut tell = |name: &str, value: String| {
            // A zero byte can't be in an environment.
            if !value.contains('\0') {
                variables.push((name.to_owned(), value.into()));
            }
        };
        tell("SUNDIAL_NAMESPACE", info.namespace.clone());
        tell("SUNDIAL_TASK_QUEUE", info.task_queue.clone());
        tell("SUNDIAL_WORKFLOW_TYPE", info.workflow_type.clone());
        tell("SUNDIAL_WORKFLOW_ID", info.workflow_id.clone());
        tell("SUNDIAL_RUN_ID", info.run_id.clone());
        tell("SUNDIAL_ACTIVITY_ID", info.activity_id.clone());
        tell("SUNDIAL_ACTIVITY_TYPE", info.activity_type.clone());
        tell("SUNDIAL_ATTEMPT", info.attempt.to_string());
        for (name, timeout) in [
            ("SUNDIAL_HEARTBEAT_TIMEOUT_MS", info.heartbeat_timeout),
            (
                "SUNDIAL_START_TO_CLOSE_TIMEOUT_MS",
                info.start_to_close_timeout,
            ),
        ] {
            if let Some(timeout) = timeout {
                tell(name, timeout.as_millis().to_string());
            }
        }
        if !info.heartbeat_details.is_empty() {
            match to_json(&info.heartbeat_details).map(String::from_utf8) {
                Ok(Ok(details)) if details.len() <= MAX_VARIABLE_BYTES => {
                    tell("SUNDIAL_HEARTBEAT_DETAILS", details);
                }
                _ => tracing::warn!(
                    activity = self.name,
                    "the last heartbeat's details are too long, or no JSON, and are not given to the child"
                ),
            }
        }
        variables
    }

    /// Waits until the child has ended and its pipes are closed, and ends it when it is told to.
    async fn oversee(
        &self,
        child: &mut Child,
        group: ProcessGroup,
        context: &ActivityContext,
        conversation: impl Future<Output = ()>,
    ) -> std::io::Result<ExitStatus> {
        tokio::pin!(conversation);
        let mut is_silent = false;
        let mut is_told_to_end = false;
        let mut is_group_killed = false;
        let mut status = None;
        let mut deadline = None;
        loop {
            if is_silent && let Some(status) = status {
                return status;
            }
            tokio::select! {
                () = &mut conversation, if !is_silent => is_silent = true,
                ended = child.wait(), if status.is_none() => {
                    status = Some(ended);
                    is_group_killed = false;
                    deadline = Some(Instant::now() + LINGER);
                }
                _ = context.cancelled(), if !is_told_to_end && status.is_none() => {
                    is_told_to_end = true;
                    group.terminate();
                    deadline = Some(Instant::now() + self.grace);
                }
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    deadline = match status.take() {
                        // It did not end when it was told to.
                        None => {
                            group.kill();
                            None
                        }
                        // Something else holds its pipes: of its group, or out of reach.
                        Some(ended) if is_group_killed => return ended,
                        Some(ended) => {
                            group.kill();
                            is_group_killed = true;
                            status = Some(ended);
                            Some(Instant::now() + LINGER)
                        }
                    };
                }
            }
        }
    }

    fn conclude(
        &self,
        status: std::io::Result<ExitStatus>,
        output: Output,
        messages: Messages,
        context: &ActivityContext,
    ) -> ActivityResult {
        let name = &self.name;
        if output.is_too_large {
            let message = format!(
                "activity {name} wrote more than {MAX_PAYLOAD_BYTES} bytes of output and was ended"
            );
            return Err(application_failure("OutputTooLarge", message, true));
        }
        if let Some(failure) = messages.failure {
            return Err(*failure);
        }
        let status = match status {
            Ok(status) => status,
            Err(error) => {
                let message = format!("activity {name} could not be waited for: {error}");
                return Err(application_failure("ChildFailed", message, false));
            }
        };
        if status.success() {
            return from_json(&output.bytes).ok_or_else(|| {
                let message = format!(
                    "activity {name} wrote something else than one JSON value to its output"
                );
                application_failure("MalformedOutput", message, true)
            });
        }
        if context.cancel_reason().is_some() {
            return Err(cancelled_failure(
                messages
                    .last_heartbeat
                    .map(|payloads| Payloads { payloads }),
            ));
        }
        let end = match (status.code(), status.signal()) {
            (Some(code), _) => format!("exited with status {code}"),
            (None, Some(signal)) => format!("was ended by signal {signal}"),
            (None, None) => "ended in an unknown way".to_owned(),
        };
        let said = messages.last_lines.text();
        let said = if said.is_empty() {
            String::new()
        } else {
            format!("; its last words:\n{said}")
        };
        Err(application_failure(
            "ChildFailed",
            format!("activity {name} {end}{said}"),
            false,
        ))
    }
}

/// Gives a child its input. One that does not want it may close its end.
async fn feed(stdin: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input).await;
    }
}

/// What a child wrote as its result.
#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    is_too_large: bool,
}

impl Output {
    async fn read(&mut self, stdout: Option<impl AsyncRead + Unpin>, group: ProcessGroup) {
        let Some(stdout) = stdout else { return };
        let mut stdout = stdout.take(MAX_PAYLOAD_BYTES as u64 + 1);
        // What was read before an error is judged like any other output.
        let _ = stdout.read_to_end(&mut self.bytes).await;
        if self.bytes.len() > MAX_PAYLOAD_BYTES {
            self.is_too_large = true;
            group.kill();
        }
    }
}

/// What a child said beside.
#[derive(Default)]
struct Messages {
    failure: Option<Box<Failure>>,
    last_heartbeat: Option<Vec<Payload>>,
    last_lines: LastLines,
}

impl Messages {
    async fn read(&mut self, stderr: Option<impl AsyncRead + Unpin>, context: &ActivityContext) {
        let Some(stderr) = stderr else { return };
        let mut stderr = BufReader::new(stderr);
        let mut line = Vec::new();
        while matches!(read_line(&mut stderr, &mut line).await, Ok(true)) {
            self.take(Line::parse(&line), context);
        }
    }

    fn take(&mut self, line: Line, context: &ActivityContext) {
        let info = context.info();
        let (activity, workflow_id) = (&info.activity_type, &info.workflow_id);
        match line {
            Line::Heartbeat(details) => {
                self.last_heartbeat = Some(details.clone());
                context.heartbeat(details);
            }
            // The last one counts: a program may find out more while it cleans up.
            Line::Failure(failure) => self.failure = Some(failure),
            Line::Log(text) => {
                tracing::info!(target: "sundial_worker::child", activity, workflow_id, "{text}");
                self.last_lines.push(&text);
            }
            Line::Malformed(reason) => {
                tracing::warn!(target: "sundial_worker::child", activity, workflow_id, "{reason}");
                self.last_lines.push(&reason);
            }
        }
    }
}

/// Kills a group unless it is forgotten.
struct KillOnDrop(ProcessGroup);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        self.0.kill();
    }
}

#[cfg(test)]
mod tests;
