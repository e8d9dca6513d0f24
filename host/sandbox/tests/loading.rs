//! Loading: once per digest in memory, once per digest and engine on disk, and no worse for a component that misbehaves meanwhile.

mod guests;

use std::{path::Path, sync::Arc};

use guests::{SUNDIAL, options, result, start, with_cache};
use sundial_sandbox::{Sandbox, SandboxError, SandboxOptions, encode_component};
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// Makes a component of the contract `sundial:workflow` from the text of a core module.
fn component(module: &str) -> Vec<u8> {
    let mut bytes = wat::parse_str(module).expect("the text is WebAssembly");
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/sundial-workflow");
    let (package, _) = resolve.push_dir(wit).expect("the contract parses");
    let world = resolve
        .select_world(&[package], Some("workflow"))
        .expect("it has one world");
    wit_component::embed_component_metadata(
        &mut bytes,
        &resolve,
        world,
        StringEncoding::UTF8,
        false,
    )
    .expect("the world fits into a section");
    encode_component(&bytes).expect("it becomes a component")
}

/// A guest whose `describe` and memory are as given, and whose `activate` answers with nothing.
fn guest(memory: &str, describe: &str) -> Vec<u8> {
    component(&format!(
        r#"(module
            (memory (export "memory") {memory})
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
            (func (export "sundial:workflow/guest@0.1.0#describe") (result i32) {describe})
            (func (export "sundial:workflow/guest@0.1.0#activate") (param i32 i32) (result i32) i32.const 16))"#
    ))
}

/// Loads what must not load.
fn failure(bytes: &[u8]) -> String {
    let options = SandboxOptions {
        cpu_limit_ms: 50,
        ..options()
    };
    let error = Sandbox::new(options)
        .expect("a sandbox")
        .load(bytes)
        .expect_err("it must not load");
    assert!(
        matches!(
            error,
            SandboxError::Definitions(_) | SandboxError::Compile(_)
        ),
        "{error:?}"
    );
    error.to_string()
}

#[test]
fn the_same_bytes_are_loaded_once() {
    let sandbox = guests::sandbox();
    let modules: Vec<_> = std::thread::scope(|scope| {
        let loads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| sandbox.load(&SUNDIAL)))
            .collect();
        loads
            .into_iter()
            .map(|load| load.join().expect("no panic").expect("it loads"))
            .collect()
    });
    assert_eq!(sandbox.statistics().compiled, 1);
    assert!(
        modules
            .iter()
            .all(|module| Arc::ptr_eq(module, &modules[0]))
    );
}

#[test]
fn compiled_code_is_taken_from_the_cache_and_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    with_cache(folder.path()).load(&SUNDIAL).expect("it loads");
    let second = with_cache(folder.path());
    let module = second.load(&SUNDIAL).expect("it loads");
    assert_eq!(second.statistics().compiled, 0);
    assert_eq!(second.statistics().taken_from_cache, 1);
    let (_, first) = start(&module, "Complete", "\"hello\"").expect("it completes");
    assert_eq!(result(&first), "\"hello\"");
}

#[test]
fn a_damaged_cache_entry_is_compiled_anew_and_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    with_cache(folder.path()).load(&SUNDIAL).expect("it loads");
    let entries: Vec<_> = std::fs::read_dir(folder.path().join("code"))
        .expect("it is there")
        // Beside it lies what was compiled of single functions.
        .filter(|entry| {
            let path = entry.as_ref().map(std::fs::DirEntry::path);
            path.is_ok_and(|path| path.extension().is_some_and(|ending| ending == "cwasm"))
        })
        .collect();
    let [Ok(entry)] = entries.as_slice() else {
        panic!("one entry was expected: {entries:?}")
    };
    let mut bytes = std::fs::read(entry.path()).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(entry.path(), bytes).expect("it can be written");

    let second = with_cache(folder.path());
    let module = second.load(&SUNDIAL).expect("it loads");
    assert_eq!(second.statistics().compiled, 1);
    assert!(start(&module, "Count", "").is_ok());
    let third = with_cache(folder.path());
    third.load(&SUNDIAL).expect("it loads");
    assert_eq!(third.statistics().taken_from_cache, 1);
}

#[test]
fn a_cache_folder_that_is_a_file_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("code"), "not a folder").expect("it can be written");
    let options = SandboxOptions {
        cache_dir: Some(folder.path().join("code")),
        ..options()
    };
    let error = Sandbox::new(options).expect_err("a file is no folder");
    assert!(
        matches!(&error, SandboxError::CacheFolder { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("code can't be opened"),
        "{error}"
    );
}

#[test]
fn a_component_without_workflows_does_not_load() {
    // An empty list: a pointer and a length of zero, at address 16, where memory is zero.
    let text = failure(&guest("1", "i32.const 16"));
    assert!(
        text.contains("does not say which workflows it has: it has none"),
        "{text}"
    );
}

#[test]
fn a_component_that_loops_while_it_describes_itself_does_not_load() {
    let text = failure(&guest("1", "(loop $l (br $l)) i32.const 16"));
    assert!(text.contains("more than the 50 ms of CPU"), "{text}");
}

#[test]
fn a_component_that_describes_itself_with_a_wild_pointer_does_not_load() {
    let text = failure(&guest("1", "i32.const -16"));
    assert!(text.contains("`describe`"), "{text}");
}

#[test]
fn a_component_that_starts_with_too_much_memory_does_not_load() {
    // 8,193 pages are a page more than 512 MiB.
    let text = failure(&guest("8193", "i32.const 16"));
    assert!(text.contains("a run may have 512 MiB"), "{text}");
}

#[test]
fn a_component_with_an_endless_start_function_does_not_load() {
    let module = r#"(module
        (memory (export "memory") 1)
        (func $start (loop $l (br $l)))
        (start $start)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        (func (export "sundial:workflow/guest@0.1.0#describe") (result i32) i32.const 16)
        (func (export "sundial:workflow/guest@0.1.0#activate") (param i32 i32) (result i32) i32.const 16))"#;
    let text = failure(&component(module));
    assert!(text.contains("more than the 50 ms of CPU"), "{text}");
}

#[test]
fn a_component_that_asks_for_its_run_too_early_does_not_load() {
    let module = r#"(module
        (import "sundial:workflow/host@0.1.0" "run" (func $run (param i32)))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        (func (export "sundial:workflow/guest@0.1.0#describe") (result i32) (call $run (i32.const 512)) i32.const 16)
        (func (export "sundial:workflow/guest@0.1.0#activate") (param i32 i32) (result i32) i32.const 16))"#;
    let text = failure(&component(module));
    assert!(
        text.contains("called host.run while it was asked for its workflows"),
        "{text}"
    );
}
