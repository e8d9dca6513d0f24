//! Child activities, as real processes.

use std::{
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    path::Path,
    sync::{Arc, Mutex},
};

use temporalio_protos::temporal::api::failure::v1::{ApplicationFailureInfo, failure::FailureInfo};
use tokio::sync::{mpsc, watch};

use super::{
    super::{
        context::{ActivityInfo, CancelReason},
        payloads::{json_payload, null_payload},
    },
    *,
};

fn shell(script: &str) -> ChildActivity {
    ChildActivity {
        name: "test".to_owned(),
        command: vec!["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()],
        grace: Duration::from_secs(20),
        pass_environment: vec!["PATH".to_owned()],
        set_environment: BTreeMap::new(),
        working_directory: "/".into(),
    }
}

struct Attempt {
    context: ActivityContext,
    cancel: watch::Sender<Option<CancelReason>>,
    heartbeats: mpsc::UnboundedReceiver<Vec<Payload>>,
}

fn attempt(info: ActivityInfo) -> Attempt {
    let (sender, heartbeats) = mpsc::unbounded_channel();
    let (context, cancel) = ActivityContext::new(
        info,
        Arc::new(move |details| {
            let _ = sender.send(details);
        }),
    );
    Attempt {
        context,
        cancel,
        heartbeats,
    }
}

async fn run(script: &str, input: &[Payload]) -> ActivityResult {
    shell(script)
        .run(&attempt(ActivityInfo::default()).context, input)
        .await
}

fn application(failure: &Failure) -> &ApplicationFailureInfo {
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => info,
        other => panic!("no failure of the application: {other:?}"),
    }
}

#[tokio::test]
async fn input_comes_in_and_output_goes_out_as_json() {
    assert_eq!(
        run("cat", &[json_payload("{\"id\":1}")]).await,
        Ok(json_payload("{\"id\":1}"))
    );
    assert_eq!(
        run("cat", &[json_payload("1"), json_payload("2")]).await,
        Ok(json_payload("[1,2]"))
    );
    assert_eq!(run("cat", &[]).await, Ok(null_payload()));
    assert_eq!(
        run("exit 0", &[json_payload("1")]).await,
        Ok(null_payload())
    );
}

#[tokio::test]
async fn a_large_input_and_a_large_output_pass_through() {
    let text = format!("\"{}\"", "x".repeat(1_500_000));
    assert_eq!(
        run("cat", &[json_payload(text.clone())]).await,
        Ok(json_payload(text))
    );
}

#[tokio::test]
async fn output_beyond_the_limit_ends_the_child_for_good() {
    let failure = run("yes", &[]).await.unwrap_err();
    let info = application(&failure);
    assert_eq!(
        (info.r#type.as_str(), info.non_retryable),
        ("OutputTooLarge", true)
    );
}

#[tokio::test]
async fn output_that_is_no_json_is_a_failure() {
    let failure = run("echo hello", &[]).await.unwrap_err();
    assert_eq!(application(&failure).r#type, "MalformedOutput");
}

#[tokio::test]
async fn heartbeats_arrive_while_the_child_runs() {
    let mut attempt = attempt(ActivityInfo::default());
    let (context, script) = (
        attempt.context.clone(),
        "echo '::heartbeat {\"done\":1}' >&2; sleep 1000",
    );
    let child = tokio::spawn(async move { shell(script).run(&context, &[]).await });
    assert_eq!(
        attempt.heartbeats.recv().await,
        Some(vec![json_payload("{\"done\":1}")])
    );
    attempt.cancel.send_replace(Some(CancelReason::Cancelled));
    let failure = child.await.unwrap().unwrap_err();
    // What was said last is what the workflow learns of the cancelled activity.
    let Some(FailureInfo::CanceledFailureInfo(info)) = failure.failure_info else {
        panic!("{failure:?}")
    };
    assert_eq!(
        info.details.unwrap().payloads,
        [json_payload("{\"done\":1}")]
    );
}

#[tokio::test]
async fn a_failure_message_decides_whatever_the_status() {
    for status in [0, 1] {
        let script = format!(
            "echo '::failure {{\"type\":\"Declined\",\"message\":\"no funds\",\"non_retryable\":true}}' >&2; exit {status}"
        );
        let failure = run(&script, &[]).await.unwrap_err();
        assert_eq!(failure.message, "no funds");
        assert_eq!(application(&failure).r#type, "Declined");
    }
}

#[tokio::test]
async fn without_a_message_the_status_and_the_last_words_are_told() {
    let failure = run("echo 'out of cheese' >&2; exit 3", &[])
        .await
        .unwrap_err();
    assert_eq!(
        failure.message,
        "activity test exited with status 3; its last words:\nout of cheese"
    );
    assert!(!application(&failure).non_retryable);
    let failure = run("kill -9 $$", &[]).await.unwrap_err();
    assert_eq!(failure.message, "activity test was ended by signal 9");
}

#[tokio::test]
async fn a_child_may_clean_up_when_it_is_cancelled() {
    let mut attempt = attempt(ActivityInfo::default());
    let context = attempt.context.clone();
    let script = "trap 'echo \"\\\"saved\\\"\"; exit 0' TERM; echo ::heartbeat >&2; while :; do sleep 0.01; done";
    let child = tokio::spawn(async move { shell(script).run(&context, &[]).await });
    attempt.heartbeats.recv().await;
    attempt.cancel.send_replace(Some(CancelReason::Cancelled));
    assert_eq!(child.await.unwrap(), Ok(json_payload("\"saved\"")));
}

#[tokio::test]
async fn a_child_that_ignores_its_timeout_is_killed_with_all_that_it_started() {
    let mut attempt = attempt(ActivityInfo::default());
    let context = attempt.context.clone();
    let mut activity =
        shell("trap '' TERM; sleep 1000 & echo \"::heartbeat $!\" >&2; wait; sleep 1000");
    activity.grace = Duration::from_millis(50);
    let child = tokio::spawn(async move { activity.run(&context, &[]).await });
    let grandchild = process_of(&attempt.heartbeats.recv().await.unwrap());
    attempt.cancel.send_replace(Some(CancelReason::TimedOut));
    assert!(child.await.unwrap().is_err());
    await_end(grandchild).await;
}

#[tokio::test]
async fn a_dropped_attempt_leaves_nothing_running() {
    let mut attempt = attempt(ActivityInfo::default());
    let context = attempt.context.clone();
    let child = tokio::spawn(async move {
        shell("sleep 1000 & echo \"::heartbeat $!\" >&2; wait")
            .run(&context, &[])
            .await
    });
    let grandchild = process_of(&attempt.heartbeats.recv().await.unwrap());
    child.abort();
    assert!(child.await.unwrap_err().is_cancelled());
    await_end(grandchild).await;
}

#[tokio::test]
async fn a_process_left_behind_does_not_hold_up_the_result() {
    assert_eq!(run("sleep 1000 & echo 1", &[]).await, Ok(json_payload("1")));
}

#[tokio::test]
async fn the_environment_is_what_was_allowed_and_the_facts_of_the_attempt() {
    let mut activity =
        shell("env | sort | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= >&2; exit 1");
    activity.pass_environment.clear();
    activity.command[0] = "/bin/sh".to_owned();
    activity
        .set_environment
        .insert("MODE".to_owned(), "live".to_owned());
    activity
        .set_environment
        .insert("PATH".to_owned(), std::env::var("PATH").unwrap());
    let info = ActivityInfo {
        workflow_id: "order-1".to_owned(),
        activity_type: "test".to_owned(),
        attempt: 2,
        heartbeat_details: vec![json_payload("{\"done\":7}")],
        heartbeat_timeout: Some(Duration::from_millis(1_500)),
        ..Default::default()
    };
    let failure = activity.run(&attempt(info).context, &[]).await.unwrap_err();
    for line in [
        "MODE=live",
        "SUNDIAL_WORKFLOW_ID=order-1",
        "SUNDIAL_ATTEMPT=2",
        "SUNDIAL_HEARTBEAT_DETAILS={\"done\":7}",
        "SUNDIAL_HEARTBEAT_TIMEOUT_MS=1500",
    ] {
        assert!(
            failure.message.lines().any(|said| said == line),
            "{line} is not in {}",
            failure.message
        );
    }
    assert!(!failure.message.contains("CARGO"), "{}", failure.message);
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_failure_that_names_it() {
    let mut activity = shell("");
    activity.command = vec!["/no/such/program".to_owned()];
    let failure = activity
        .run(&attempt(ActivityInfo::default()).context, &[])
        .await
        .unwrap_err();
    assert!(
        failure.message.contains("/no/such/program"),
        "{}",
        failure.message
    );
    assert_eq!(application(&failure).r#type, "ChildNotStarted");
}

/// The variable by which [`a_child_dies_with_its_host`] tells its host process where to write.
const HOST_VARIABLE: &str = "SUNDIAL_TEST_HOST_FILE";

#[tokio::test]
async fn a_child_dies_with_its_host() {
    if let Some(file) = std::env::var_os(HOST_VARIABLE) {
        return be_the_host(Path::new(&file)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("child");
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "activities::child::tests::a_child_dies_with_its_host",
        ])
        .env(HOST_VARIABLE, &file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let child = loop {
        if let Ok(id) = std::fs::read_to_string(&file) {
            break open_process(id.parse().unwrap());
        }
        assert!(
            host.try_wait().unwrap().is_none(),
            "the host ended by itself"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    host.kill().await.unwrap();
    await_end(child).await;
}

/// Starts a child, writes its id to `file`, and waits to be killed.
async fn be_the_host(file: &Path) {
    let mut attempt = attempt(ActivityInfo::default());
    let context = attempt.context.clone();
    let child = tokio::spawn(async move {
        shell("echo \"::heartbeat $$\" >&2; exec sleep 1000")
            .run(&context, &[])
            .await
    });
    let heartbeat = attempt.heartbeats.recv().await.unwrap();
    let temporary = file.with_extension("new");
    std::fs::write(&temporary, &heartbeat[0].data).unwrap();
    std::fs::rename(&temporary, file).unwrap();
    panic!("the child ended before its host: {:?}", child.await);
}

fn process_of(heartbeat: &[Payload]) -> OwnedFd {
    open_process(
        String::from_utf8(heartbeat[0].data.clone())
            .unwrap()
            .parse()
            .unwrap(),
    )
}

fn open_process(id: libc::pid_t) -> OwnedFd {
    // SAFETY: the call makes a new descriptor, which nobody else owns.
    unsafe {
        let descriptor = libc::syscall(libc::SYS_pidfd_open, id, 0);
        assert!(descriptor >= 0, "{}", std::io::Error::last_os_error());
        OwnedFd::from_raw_fd(descriptor as libc::c_int)
    }
}

/// Waits until a process has ended, and fails if it does not.
async fn await_end(process: OwnedFd) {
    let ended = tokio::task::spawn_blocking(move || {
        let mut poll = libc::pollfd {
            fd: process.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: `poll` is one structure, and lives through the call.
        unsafe { libc::poll(&mut poll, 1, 20_000) == 1 }
    });
    assert!(ended.await.unwrap(), "the process still runs");
}

#[tokio::test]
async fn lines_are_logged_and_heartbeats_are_not_part_of_the_last_words() {
    let seen = Mutex::new(Vec::new());
    let mut attempt = attempt(ActivityInfo::default());
    let failure = shell("echo one >&2; echo '::heartbeat 1' >&2; echo '::heartbeat {' >&2; exit 1")
        .run(&attempt.context, &[])
        .await
        .unwrap_err();
    while let Ok(details) = attempt.heartbeats.try_recv() {
        seen.lock().unwrap().push(details);
    }
    assert_eq!(*seen.lock().unwrap(), [vec![json_payload("1")]]);
    assert!(
        failure
            .message
            .ends_with("one\na heartbeat's details are no JSON"),
        "{}",
        failure.message
    );
}
