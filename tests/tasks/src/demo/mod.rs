//! `cargo demo`: one order, from a fresh checkout to its result, told step by step. Each step checks what it tells.

mod order;

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    checkout::Checkout,
    console::{self, Steps, detail},
    guests::RUST,
    interrupt,
    process::{self, Background, command},
    sundial::Sundial,
    toolchains,
};

/// A start takes a third of a second; a machine that compiles something else may be slow.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// Where Temporal's clients look by default.
const PREFERRED_PORT: u16 = 7233;

/// Runs the demo. With `keep` it waits for Ctrl-C before it ends what it started.
pub(crate) fn run(keep: bool) -> Result<()> {
    let checkout = Checkout::find()?;
    let mut steps = Steps::default();

    steps.run("build sundial (minutes the first time)", || {
        build(&checkout)
    })?;
    let component = RUST.component(&checkout, "order");
    steps.run(
        "build the order workflow: Rust to a WebAssembly component",
        || {
            tell_component(&RUST.build(&checkout, "order")?);
            Ok(())
        },
    )?;
    let python = steps.run("prepare Python for the activity worker", || {
        toolchains::python(&checkout)
    })?;

    let data = DataFolder::new()?;
    let port = process::free_port(PREFERRED_PORT)?;
    let mut server = steps.run(
        "start `sundial dev`: server and worker host, on SQLite",
        || start_server(&checkout, &python, &data, port),
    )?;
    let sundial = Sundial {
        binary: checkout.sundial(),
        folder: checkout.root.clone(),
        address: format!("127.0.0.1:{port}"),
    };
    steps.run("upload the component", || {
        let component = component
            .to_str()
            .context("the path of the checkout is text")?;
        let pushed = sundial.json(&["module", "push", component, "--name", "order"])?;
        detail(format!(
            "module {} on task queue {}",
            text(&pushed["name"]),
            text(&pushed["task_queue"])
        ));
        Ok(())
    })?;
    let activities = steps.run("start the activity worker: stock Temporal, Python", || {
        let mut worker = command(&python, &checkout.example("order"));
        worker.arg("worker.py").arg(&sundial.address);
        let mut worker = Background::start("the activity worker", &mut worker)?;
        detail(worker.first_line(READY_LIMIT)?);
        Ok(worker)
    })?;

    order::run(&mut steps, &sundial)?;

    if keep {
        tell_what_to_try(&sundial);
        while server.is_running() && !interrupt::asked_to_end() {
            std::thread::sleep(Duration::from_millis(100));
        }
        // Ctrl-C reaches all of them at once, so how they ended says nothing.
        return Ok(());
    }
    steps.run("end all that was started", || {
        activities.end()?;
        server.end()?;
        data.remove()
    })
}

fn build(checkout: &Checkout) -> Result<()> {
    process::run(&mut cargo_build(checkout))
}

/// The whole workspace, as `cargo verify` does: so that neither builds what the other built.
pub(crate) fn cargo_build(checkout: &Checkout) -> Command {
    let mut cargo = command("cargo", &checkout.root);
    cargo.args(["build", "--release", "--workspace", "--locked"]);
    cargo
}

fn start_server(
    checkout: &Checkout,
    python: &std::path::Path,
    data: &DataFolder,
    port: u16,
) -> Result<Background> {
    let mut dev = command(checkout.sundial(), &checkout.root);
    dev.args([
        "dev",
        "--headless",
        "--json",
        "--port",
        &port.to_string(),
        "--db",
    ])
    .arg(data.0.join("sundial.db"))
    .arg("--activities")
    .arg(checkout.example("order").join("activities.toml"));
    // The activity that runs in the worker host is a Python program: the environment's interpreter starts fastest.
    let path = std::env::var("PATH").unwrap_or_default();
    if let Some(folder) = python.parent() {
        dev.env("PATH", format!("{}:{path}", folder.display()));
    }
    let mut server = Background::start("sundial dev", &mut dev)?;
    let ready: Value = serde_json::from_str(&server.first_line(READY_LIMIT)?)
        .context("`sundial dev --json` speaks JSON")?;
    detail(format!(
        "address {}, database {}",
        text(&ready["address"]),
        text(&ready["database"])
    ));
    Ok(server)
}

fn tell_component(built: &Value) {
    let size = built["size"].as_u64().unwrap_or_default() / 1024;
    detail(format!(
        "{}: {size} KiB, digest {:.12}",
        text(&built["file"]),
        text(&built["digest"])
    ));
    for workflow in built["workflows"].as_array().into_iter().flatten() {
        detail(format!(
            "workflow {}: signals {}, queries {}, updates {}",
            text(&workflow["workflow_type"]),
            workflow["signals"],
            workflow["queries"],
            workflow["updates"]
        ));
    }
}

fn tell_what_to_try(sundial: &Sundial) {
    let address = &sundial.address;
    let binary = sundial.binary.display();
    console::line(format!(
        "\nIt all stays up until Ctrl-C. Temporal's API is at {address}. In another terminal:\n\n\
         \x20 export SUNDIAL_ADDRESS={address} TEMPORAL_ADDRESS={address}\n\
         \x20 {binary} workflow list\n\
         \x20 {binary} workflow show -w {order}\n\
         \x20 {binary} workflow start --type OrderWorkflow --task-queue order -w order-2 --input '{input}'\n\
         \x20 {binary} workflow query -w order-2 --name status\n\
         \x20 {binary} workflow signal -w order-2 --name approve --input '{{\"by\": \"you\"}}'\n\
         \x20 {binary} workflow result -w order-2\n\
         \x20 temporal workflow list        # Temporal's own CLI works as well\n",
        order = order::WORKFLOW_ID,
        input = order::input("order-2"),
    ));
}

/// The text of a JSON string.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A folder for the demo's database. It goes when the demo ends, however it ends.
struct DataFolder(PathBuf);

impl DataFolder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("sundial-demo-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("can't make {}", folder.display()))?;
        Ok(Self(folder))
    }

    fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.0)?;
        if self.0.exists() {
            bail!("{} is still there", self.0.display());
        }
        Ok(())
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
