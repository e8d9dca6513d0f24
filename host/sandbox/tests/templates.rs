//! A component whose code was compiled before, as a part of another component, is not compiled again: what is made of that code is what
//! the compiler makes, byte for byte, and runs.
//!
//! The components are a test guest's, and those that `SUNDIAL_TEST_SIBLINGS` names: pairs of files, separated as PATH is, each pair made
//! around the same interpreter.

mod guests;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Barrier,
};

use guests::{SUNDIAL, result, start, with_cache};
use sundial_sandbox::{Sandbox, SandboxOptions, digest};

/// The same component with other words in its data: they are nowhere else.
fn sibling(words: &str) -> Vec<u8> {
    const WORDS: &[u8] = b"Behaves as ";
    assert_eq!(words.len(), WORDS.len());
    let mut component = SUNDIAL.clone();
    let places: Vec<_> = (0..component.len())
        .filter(|at| component[*at..].starts_with(WORDS))
        .collect();
    let [place] = places[..] else {
        panic!("the words are there {} times", places.len())
    };
    component[place..place + WORDS.len()].copy_from_slice(words.as_bytes());
    component
}

/// How many components were compiled, and how many were made from others.
fn compiled_and_made(sandbox: &Sandbox) -> (u64, u64) {
    let statistics = sandbox.statistics();
    (statistics.compiled, statistics.made_from_template)
}

/// The files of a cache whose names begin or end like this.
fn files(folder: &Path, matches: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder.join("code"))
        .expect("it is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(&matches)
        })
        .collect();
    files.sort();
    files
}

/// Where a component's code is kept.
fn entry(folder: &Path, component: &[u8]) -> PathBuf {
    let digest = digest(component);
    let entries = files(folder, |name| name.starts_with(&digest));
    let [entry] = entries.as_slice() else {
        panic!("one entry was expected: {entries:?}")
    };
    entry.clone()
}

/// Where the template of the only shape is noted.
fn note(folder: &Path) -> PathBuf {
    let notes = files(folder, |name| name.ends_with(".template"));
    let [note] = notes.as_slice() else {
        panic!("one note was expected: {notes:?}")
    };
    note.clone()
}

fn damage(file: &Path) {
    let mut bytes = fs::read(file).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).expect("it can be written");
}

/// Loads one component and then the other, and compares what is kept of the second one with what is kept where it is alone.
#[track_caller]
fn check(first: &[u8], second: &[u8]) {
    let (together, alone) = (tempfile::tempdir(), tempfile::tempdir());
    let (together, alone) = (together.expect("a folder"), alone.expect("a folder"));
    let sandbox = with_cache(together.path());
    sandbox.load(first).expect("it loads");
    assert_eq!(compiled_and_made(&sandbox), (1, 0));
    sandbox.load(second).expect("it loads");
    assert_eq!(compiled_and_made(&sandbox), (1, 1));
    let other = with_cache(alone.path());
    other.load(second).expect("it loads");
    assert_eq!(compiled_and_made(&other), (1, 0));
    let read = |folder| fs::read(entry(folder, second)).expect("it can be read");
    assert!(
        read(together.path()) == read(alone.path()),
        "the code is not what the compiler makes"
    );
}

#[test]
fn what_is_made_from_a_template_is_what_the_compiler_makes() {
    check(&SUNDIAL, &sibling("Behaved as "));
    let outside = std::env::var_os("SUNDIAL_TEST_SIBLINGS").unwrap_or_default();
    let files: Vec<_> = std::env::split_paths(&outside)
        .filter(|file| !file.as_os_str().is_empty())
        .collect();
    let read = |file: &PathBuf| {
        fs::read(file).unwrap_or_else(|error| panic!("{} can't be read: {error}", file.display()))
    };
    for pair in files.chunks(2) {
        let [first, second] = pair else {
            panic!("files are given in pairs")
        };
        check(&read(first), &read(second));
    }
}

#[test]
fn each_component_has_its_own_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = with_cache(folder.path());
    let words = ["Behaves as ", "Behaved as ", "Will be as "];
    let modules = words.map(|words| sandbox.load(&sibling(words)).expect("it loads"));
    assert_eq!(compiled_and_made(&sandbox), (1, 2));
    for (module, words) in modules.iter().zip(words) {
        let description = &module.definitions()[0].description;
        assert!(description.starts_with(words), "{description}");
        let (_, first) = start(module, "Complete", "\"hello\"").expect("it completes");
        assert_eq!(result(&first), "\"hello\"");
    }
}

#[test]
fn of_components_that_come_at_once_one_is_compiled() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = with_cache(folder.path());
    let siblings = ["Behaves as ", "Behaved as ", "Will be as "].map(sibling);
    let (sandbox, barrier) = (&sandbox, &Barrier::new(siblings.len()));
    std::thread::scope(|scope| {
        for sibling in &siblings {
            scope.spawn(move || {
                barrier.wait();
                sandbox.load(sibling).expect("it loads");
            });
        }
    });
    assert_eq!(compiled_and_made(sandbox), (1, 2));
}

#[test]
fn the_newest_component_is_the_template() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = with_cache(folder.path());
    sandbox.load(&SUNDIAL).expect("it loads");
    sandbox.load(&sibling("Behaved as ")).expect("it loads");
    // As if it were the oldest file in a full folder.
    fs::remove_file(entry(folder.path(), &SUNDIAL)).expect("it can be removed");
    sandbox.load(&sibling("Will be as ")).expect("it loads");
    assert_eq!(compiled_and_made(&sandbox), (1, 2));
}

#[test]
fn a_full_cache_keeps_the_newest_component() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = SandboxOptions {
        cache_dir: Some(folder.path().join("code")),
        cache_limit_bytes: 0,
        ..guests::options()
    };
    let sandbox = Sandbox::new(options).expect("a sandbox");
    sandbox.load(&SUNDIAL).expect("it loads");
    sandbox.load(&SUNDIAL).expect("it loads");
    assert_eq!(sandbox.statistics().taken_from_cache, 1);
}

#[test]
fn a_template_that_is_gone_or_damaged_is_replaced() {
    let spoil: [fn(&Path); 3] = [
        |folder| damage(&entry(folder, &SUNDIAL)),
        |folder| fs::remove_file(entry(folder, &SUNDIAL)).expect("it can be removed"),
        |folder| damage(&note(folder)),
    ];
    for spoil in spoil {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = with_cache(folder.path());
        sandbox.load(&SUNDIAL).expect("it loads");
        spoil(folder.path());
        let module = sandbox.load(&sibling("Behaved as ")).expect("it loads");
        assert_eq!(compiled_and_made(&sandbox), (2, 0));
        assert!(start(&module, "Count", "").is_ok());
        sandbox.load(&sibling("Will be as ")).expect("it loads");
        assert_eq!(compiled_and_made(&sandbox), (2, 1));
    }
}

/// The note says which code it means, so that code which is sound but another one is not taken for it.
#[test]
fn a_template_whose_code_is_anothers_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = with_cache(folder.path());
    sandbox.load(&guests::SOUND).expect("it loads");
    sandbox.load(&SUNDIAL).expect("it loads");
    let (sound, sundial) = (
        entry(folder.path(), &guests::SOUND),
        entry(folder.path(), &SUNDIAL),
    );
    fs::copy(sound, sundial).expect("it can be copied");
    let module = sandbox.load(&sibling("Behaved as ")).expect("it loads");
    assert_eq!(compiled_and_made(&sandbox), (3, 0));
    assert!(start(&module, "Count", "").is_ok());
}
