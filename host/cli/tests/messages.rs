//! What is said when something is wrong: each message says what, where, and what to do. Also what is printed as JSON.

use std::{
    path::Path,
    process::{Command, Output},
};

/// A port on which nothing listens: the kernel gives it to nobody.
const NOBODY: &str = "127.0.0.1:1";

/// Runs `sundial` in `folder` with no settings but those given.
fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sundial"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .envs(environment.iter().copied())
        .output()
        .expect("the binary was built for this test")
}

/// Exit code and stderr of a command that fails.
fn failure(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run(folder, arguments, environment);
    assert!(!output.status.success(), "{arguments:?} should fail");
    assert!(
        output.stdout.is_empty(),
        "{arguments:?} should print nothing to stdout"
    );
    let stderr = String::from_utf8(output.stderr).expect("messages are text");
    let folder = folder.display().to_string();
    format!(
        "exit code {}\n{}",
        output.status.code().unwrap_or_default(),
        stderr.replace(&folder, "FOLDER")
    )
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

macro_rules! check {
    ($arguments:expr, @$expected:literal) => {
        check!($arguments, [], @$expected)
    };
    ($arguments:expr, $environment:expr, @$expected:literal) => {
        let folder = folder();
        insta::assert_snapshot!(failure(folder.path(), &$arguments, &$environment), @$expected);
    };
}

#[test]
fn a_server_that_is_not_there_is_named() {
    check!(["workflow", "list", "--address", NOBODY], @r#"
    exit code 1
    error: no server answers at http://127.0.0.1:1: connection refused (os error 111)
    hint: start one with `sundial dev`, or name another with --address HOST:PORT or SUNDIAL_ADDRESS
    "#);
    check!(["module", "list"], [("SUNDIAL_ADDRESS", NOBODY)], @r#"
    exit code 1
    error: no server answers at http://127.0.0.1:1: connection refused (os error 111)
    hint: start one with `sundial dev`, or name another with --address HOST:PORT or SUNDIAL_ADDRESS
    "#);
}

#[test]
fn an_address_that_is_none_is_refused() {
    check!(["workflow", "list", "--address", "localhost"], @r#"
    exit code 1
    error: `localhost` is not an address
    hint: write it as host:port, such as 127.0.0.1:7233
    "#);
}

#[test]
fn input_that_is_not_json_is_refused_before_anything_is_sent() {
    check!(["workflow", "start", "--type", "T", "--task-queue", "q", "--input", "hello"], @r#"
    exit code 1
    error: input 1 is not JSON: expected value at line 1 column 1: hello
    hint: a string needs quotes of its own, as in --input '"hello"'
    "#);
    check!(["workflow", "signal", "-w", "w", "--name", "s", "--input-file", "none.json"], @r#"
    exit code 1
    error: can't read the input file none.json: No such file or directory (os error 2)
    "#);
    check!(["workflow", "start", "--type", "T", "--task-queue", "q", "--memo", "a"], @r#"
    exit code 1
    error: --memo `a` has no `=`
    hint: write --memo NAME=JSON
    "#);
}

#[test]
fn a_mock_that_can_not_be_read_is_refused_before_anything_starts() {
    check!(["test", "order.wasm", "--mock", "charge"], @r#"
    exit code 1
    error: --mock `charge` names nothing to mock
    hint: write --mock NAME=JSON
    "#);
    check!(["test", "order.wasm", "--signal", "approve@soon"], @r#"
    exit code 1
    error: --signal `approve@soon` ends in no length of time
    hint: write 500ms, 30s or 1h30m after the @
    "#);
    check!(["test", "order.wasm"], @r#"
    exit code 1
    error: can't read order.wasm: No such file or directory (os error 2)
    "#);
}

#[test]
fn missing_and_wrong_arguments_are_told_with_the_usage() {
    check!(["workflow", "start", "--task-queue", "q"], @r#"
    exit code 2
    error: the following required arguments were not provided:
      --type <NAME>

    Usage: sundial workflow start --type <NAME> --task-queue <NAME>

    For more information, try '--help'.
    "#);
    check!(["workflow", "start", "--type", "T", "--task-queue", "q", "--run-timeout", "5"], @r#"
    exit code 2
    error: invalid value '5' for '--run-timeout <TIME>': `5` is no length of time: write 500ms, 30s or 1h30m

    For more information, try '--help'.
    "#);
    check!(["dev", "--db", "a", "--ephemeral"], @r#"
    exit code 2
    error: the argument '--db <FILE>' cannot be used with '--ephemeral'

    Usage: sundial dev --db <FILE>

    For more information, try '--help'.
    "#);
    check!(["workflw"], @r#"
    exit code 2
    error: unrecognized subcommand 'workflw'

      tip: some similar subcommands exist: 'worker', 'workflow'

    Usage: sundial [OPTIONS] <COMMAND>

    For more information, try '--help'.
    "#);
}

#[test]
fn a_setting_that_can_not_be_read_is_told_with_its_origin() {
    check!(["config"], [("SUNDIAL_PORT", "seven")], @r#"
    exit code 1
    error: setting port (environment, SUNDIAL_PORT) is `seven`, which is not a number from 0 to 65535
    hint: see `sundial config` for all settings and what each one means
    "#);
    check!(["config", "--config", "none.toml"], @r#"
    exit code 1
    error: can't read the settings file none.toml: No such file or directory (os error 2)
    "#);
    check!(["worker", "--memory-limit", "much"], @r#"
    exit code 1
    error: setting memory_limit (flag) is `much`, which is not a size such as 512MiB, 2GiB or 1048576
    hint: see `sundial config` for all settings and what each one means
    "#);
}

#[test]
fn a_file_that_can_not_be_built_is_refused() {
    check!(["build", "none.wasm"], @r#"
    exit code 1
    error: can't read none.wasm: No such file or directory (os error 2)
    "#);
    check!(["build", "."], @r#"
    exit code 1
    error: . is no project that can be built: it has no Cargo.toml, go.mod, pyproject.toml, requirements.txt, .py file or package.json
    hint: name the folder of one workflow project, or a .wasm file; `sundial new` makes a project
    "#);
    check!(["build", ".", "--lang", "rust", "--compiler", "tinygo"], @r#"
    exit code 1
    error: --compiler is for projects in Go, and . is in Rust
    hint: leave it out
    "#);
}

#[test]
fn a_file_that_is_not_webassembly_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("text.wasm"), "hello").expect("the folder can be written");
    insta::assert_snapshot!(failure(folder.path(), &["build", "text.wasm"], &[]), @r#"
    exit code 1
    error: text.wasm is not WebAssembly
    hint: give the folder of a workflow project, or a .wasm file that another toolchain made
    "#);
}

#[test]
fn a_file_is_built_already_so_how_to_build_it_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("order.wasm"), "hello").expect("the folder can be written");
    let said = |arguments: &[&str]| failure(folder.path(), arguments, &[]);
    insta::assert_snapshot!(said(&["build", "order.wasm", "--lang", "rust"]), @r#"
    exit code 1
    error: --lang is for the folder of a project, and order.wasm is a file
    hint: leave it out, or give the folder
    "#);
    insta::assert_snapshot!(said(&["build", "order.wasm", "--compiler", "go"]), @r#"
    exit code 1
    error: --compiler is for the folder of a project, and order.wasm is a file
    hint: leave it out, or give the folder
    "#);
    insta::assert_snapshot!(said(&["build", "none.wasm", "--lang", "rust"]), @r#"
    exit code 1
    error: can't read none.wasm: No such file or directory (os error 2)
    "#);
}

#[test]
fn a_module_that_has_no_usable_name_needs_one() {
    let folder = folder();
    std::fs::write(folder.path().join("7.wasm"), "hello").expect("the folder can be written");
    insta::assert_snapshot!(failure(folder.path(), &["module", "push", "7.wasm"], &[]), @r#"
    exit code 1
    error: the name of 7.wasm is no name for a module
    hint: give one with --name: letters a to z, digits and dashes, starting with a letter
    "#);
}

#[test]
fn in_json_mode_a_problem_is_json_on_stderr() {
    check!(["workflow", "list", "--address", NOBODY, "--json"], @r#"
    exit code 1
    {"error":{"hint":"start one with `sundial dev`, or name another with --address HOST:PORT or SUNDIAL_ADDRESS","message":"no server answers at http://127.0.0.1:1: connection refused (os error 111)"}}
    "#);
}

#[test]
fn config_says_where_each_value_comes_from() {
    let folder = folder();
    std::fs::write(folder.path().join("sundial.toml"), "port = 8000\n")
        .expect("the folder can be written");
    let output = run(
        folder.path(),
        &["config", "--json"],
        &[("SUNDIAL_NAMESPACE", "shop")],
    );
    let config: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let find = |name: &str| {
        let entries = config["settings"].as_array().expect("it is a list");
        let entry = entries
            .iter()
            .find(|entry| entry["name"] == name)
            .expect("the setting is listed");
        format!(
            "{} {} {}",
            entry["value"],
            entry["from"],
            entry.get("variable").unwrap_or(&entry["path"])
        )
    };
    assert_eq!(find("port"), r#""8000" "file" "sundial.toml""#);
    assert_eq!(
        find("namespace"),
        r#""shop" "environment" "SUNDIAL_NAMESPACE""#
    );
    assert_eq!(find("address"), r#""127.0.0.1:7233" "default" null"#);
}

#[test]
fn completions_name_the_commands() {
    let folder = folder();
    let output = run(folder.path(), &["completions", "bash"], &[]);
    let script = String::from_utf8(output.stdout).expect("it is text");
    assert!(script.contains("completions") && script.contains("workflow"));
}
