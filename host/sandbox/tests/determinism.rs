//! The same history gives the same state: every byte of memory and every global, in each of many replays and in another process.
//!
//! The components are the test guests', and those that `SUNDIAL_TEST_COMPONENTS` names: files, separated as PATH is, each of them a
//! component of the example `saga`.

mod guests;
mod player;

use std::process::Command;

use guests::{SOUND, SUNDIAL, sandbox};
use sundial_sandbox::observable;

/// How often each history is replayed in a process.
const REPLAYS: usize = 100;

/// Set in the process that a test starts: what it prints is compared.
const IS_CHILD: &str = "SUNDIAL_TEST_IS_CHILD";

/// How the line with a process's hashes begins.
const HASHES: &str = "hashes of ";

/// A component that is played.
struct Candidate {
    name: String,
    bytes: Vec<u8>,
    workflow_type: &'static str,
    input: &'static str,
}

fn candidates() -> Vec<Candidate> {
    let candidate = |name: &str, bytes: &[u8], workflow_type, input| Candidate {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        workflow_type,
        input,
    };
    let mut candidates = vec![
        candidate("sundial", &SUNDIAL, "Count", ""),
        candidate("sound", &SOUND, "Counter", "0"),
    ];
    let outside = std::env::var_os("SUNDIAL_TEST_COMPONENTS").unwrap_or_default();
    for file in std::env::split_paths(&outside) {
        let bytes = std::fs::read(&file)
            .unwrap_or_else(|error| panic!("{} can't be read: {error}", file.display()));
        let input = r#"{"trip_id": "t-1", "parts": ["car", "hotel", "flight"]}"#;
        candidates.push(candidate(
            &file.display().to_string(),
            &bytes,
            "BookTrip",
            input,
        ));
    }
    candidates
}

/// Replays a history many times, and returns the state after each of its activations.
fn replay(candidate: &Candidate) -> Vec<u64> {
    let component = observable(&candidate.bytes).expect("it can be observed");
    let module = sandbox().load(&component).expect("it loads");
    let first = player::play(&module, candidate.workflow_type, candidate.input);
    assert!(
        first.hashes.len() > 1,
        "{}: too short to tell",
        candidate.name
    );
    assert!(
        first.hashes.windows(2).all(|pair| pair[0] != pair[1]),
        "{}: an activation that changes nothing tells nothing",
        candidate.name
    );
    for number in 1..REPLAYS {
        let again = player::play(&module, candidate.workflow_type, candidate.input);
        assert_eq!(again, first, "{}: replay {number} differs", candidate.name);
    }
    first.hashes
}

#[test]
fn the_same_history_gives_the_same_state_in_every_replay_and_process() {
    let is_child = std::env::var_os(IS_CHILD).is_some();
    let mut ours = Vec::new();
    for candidate in candidates() {
        ours.push(format!(
            "{HASHES}{}: {:?}",
            candidate.name,
            replay(&candidate)
        ));
    }
    if is_child {
        // On a line of its own, whatever the test runner wrote before.
        let lines = ours.join("\n");
        std::io::Write::write_all(&mut std::io::stdout(), format!("\n{lines}\n").as_bytes())
            .expect("stdout can be written");
        return;
    }
    let output = Command::new(std::env::current_exe().expect("a test is a program"))
        .args(["--exact", "--nocapture"])
        .arg("the_same_history_gives_the_same_state_in_every_replay_and_process")
        .env(IS_CHILD, "1")
        .output()
        .expect("the test runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let theirs: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with(HASHES))
        .collect();
    assert_eq!(theirs, ours, "another process differs: {text}");
}

#[test]
fn another_history_gives_another_state() {
    let component = observable(&SUNDIAL).expect("it can be observed");
    let module = sandbox().load(&component).expect("it loads");
    let hashes = |input| player::play(&module, "Complete", input).hashes;
    assert_eq!(hashes("1"), hashes("1"));
    assert_ne!(hashes("1"), hashes("2"));
}

#[test]
fn a_component_without_doors_shows_nothing() {
    let module = sandbox().load(&SUNDIAL).expect("it loads");
    assert!(player::play(&module, "Complete", "1").hashes.is_empty());
}
