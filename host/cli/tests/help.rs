//! The help of every command, as a person sees it on a terminal of 100 columns.

use std::process::Command;

fn help(command: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sundial"))
        .args(command)
        .arg("--help")
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .expect("the binary was built for this test");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("help is text")
}

#[test]
fn every_command_explains_itself() {
    let commands: [&[&str]; 26] = [
        &[],
        &["dev"],
        &["server"],
        &["worker"],
        &["new"],
        &["test-server"],
        &["test"],
        &["build"],
        &["doctor"],
        &["config"],
        &["completions"],
        &["module"],
        &["module", "push"],
        &["module", "list"],
        &["module", "describe"],
        &["workflow"],
        &["workflow", "start"],
        &["workflow", "list"],
        &["workflow", "describe"],
        &["workflow", "show"],
        &["workflow", "signal"],
        &["workflow", "query"],
        &["workflow", "update"],
        &["workflow", "cancel"],
        &["workflow", "terminate"],
        &["workflow", "result"],
    ];
    for command in commands {
        let name = if command.is_empty() {
            "sundial".to_owned()
        } else {
            command.join("_")
        };
        insta::assert_snapshot!(name, help(command));
    }
}
