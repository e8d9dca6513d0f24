//! Go projects: `guests/go/check` prepares a copy, TinyGo or standard Go compiles it.
//!
//! What a workflow may do and how it is found is the business of that tool, which the author's own Go builds; this file runs tools and
//! reads what they answer.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use clap::ValueEnum;
use serde::Deserialize;

use super::{
    Driver, Embedded, Need, Product, TemplateName, Tool, Workshop, component_file,
    embedded::{GO_API, GO_CHECK, GO_SDK, GO_TEMPLATE},
    tool::{first_line, not_started},
};
use crate::{printer::Progress, problem::Problem};

/// What TinyGo compiles for: WebAssembly without an operating system.
const TARGET: &str = include_str!("../../../../guests/go/tinygo-target.json");

/// Makes a TinyGo from packages.
const SETUP: &str = include_str!("../../../../guests/go/setup-tinygo.sh");

/// What compilers write, in their scratch folder.
const MODULE: &str = "module.wasm";

const INSTALL_GO: &str = "Go 1.25 or later comes from https://go.dev/dl";

/// A compiler of Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lowercase")]
pub(crate) enum Compiler {
    /// TinyGo: small components
    TinyGo,
    /// Standard Go: larger ones, whose panics can be recovered
    Go,
}

impl Compiler {
    fn name(self) -> &'static str {
        match self {
            Self::TinyGo => "tinygo",
            Self::Go => "go",
        }
    }
}

/// The driver of Go.
#[derive(Debug)]
pub(super) struct Go;

/// What the tool answers when it has made a copy.
#[derive(Debug, Deserialize)]
struct Staged {
    folder: PathBuf,
    package: String,
    source: PathBuf,
    problems: Vec<Refusal>,
}

/// A place in workflow code that would not replay.
#[derive(Debug, Deserialize)]
struct Refusal {
    file: String,
    line: u32,
    column: u32,
    function: String,
    what: String,
    instead: String,
}

impl Driver for Go {
    fn build(&self, folder: &Path, workshop: &Workshop<'_>) -> Result<Product, Problem> {
        let tinygo = TinyGo::find(workshop);
        let wasm = match (workshop.compiler, tinygo) {
            (Some(Compiler::Go), _) | (None, None) => with_go(folder, workshop)?,
            (Some(Compiler::TinyGo), None) => return Err(no_tinygo(workshop)),
            (Some(Compiler::TinyGo), Some(tinygo)) => with_tinygo(&tinygo, folder, workshop)??,
            (None, Some(tinygo)) => match with_tinygo(&tinygo, folder, workshop)? {
                Ok(wasm) => wasm,
                // It lacks some of Go's packages. What the project itself has wrong, the other compiler tells once more.
                Err(_) => {
                    workshop
                        .printer
                        .note("TinyGo can't compile this project; standard Go compiles it");
                    with_go(folder, workshop)?
                }
            },
        };
        Ok(Product {
            wasm,
            component_file: component_file(folder),
        })
    }

    fn tools(&self, workshop: &Workshop<'_>) -> Vec<Tool> {
        vec![
            Tool::on_path("go", "go", &["version"], INSTALL_GO),
            Tool {
                name: "tinygo",
                found: TinyGo::find(workshop).and_then(|tinygo| tinygo.version()),
                need: Need::Optional,
                install: "it makes smaller components; `sundial build --compiler tinygo` says how to install it".to_owned(),
            },
        ]
    }

    fn template(&self) -> Result<&'static Embedded, Problem> {
        Ok(&GO_TEMPLATE)
    }

    fn first_steps(&self, name: &TemplateName) -> Vec<String> {
        vec![
            "go mod tidy".to_owned(),
            "go test ./...".to_owned(),
            format!("sundial build . -o {}.wasm", name.kebab()),
        ]
    }
}

/// The module as standard Go makes it.
fn with_go(folder: &Path, workshop: &Workshop<'_>) -> Result<Vec<u8>, Problem> {
    let scratch = scratch()?;
    let staged = stage(folder, scratch.path(), Compiler::Go, workshop)?;
    let _progress = compiling(Compiler::Go, workshop);
    let module = scratch.path().join(MODULE);
    compile_with_go(&staged, &module)?;
    compiled_module(&module)
}

/// The module as TinyGo makes it. The inner error is of the compiler alone.
fn with_tinygo(
    tinygo: &TinyGo,
    folder: &Path,
    workshop: &Workshop<'_>,
) -> Result<Result<Vec<u8>, Problem>, Problem> {
    let scratch = scratch()?;
    let staged = stage(folder, scratch.path(), Compiler::TinyGo, workshop)?;
    let _progress = compiling(Compiler::TinyGo, workshop);
    let module = scratch.path().join(MODULE);
    match tinygo.compile(&staged, scratch.path(), &module) {
        Ok(()) => compiled_module(&module).map(Ok),
        Err(problem) => Ok(Err(problem)),
    }
}

fn scratch() -> Result<tempfile::TempDir, Problem> {
    tempfile::tempdir()
        .map_err(|error| Problem::new(format!("can't make a folder to build in: {error}")))
}

fn compiling(compiler: Compiler, workshop: &Workshop<'_>) -> Progress {
    workshop
        .printer
        .spinner(&format!("compiling with {}", compiler.name()))
}

fn compiled_module(module: &Path) -> Result<Vec<u8>, Problem> {
    fs::read(module).map_err(|error| Problem::new(format!("the compiler left no module: {error}")))
}

/// Makes the copy that is compiled, in `scratch`.
fn stage(
    folder: &Path,
    scratch: &Path,
    compiler: Compiler,
    workshop: &Workshop<'_>,
) -> Result<Staged, Problem> {
    let tool = check_tool(workshop)?;
    let mut command = Command::new(&tool);
    command
        .arg("stage")
        .arg(folder)
        .arg("-sdk")
        .arg(workshop.unpack(&GO_SDK)?)
        .arg("-api")
        .arg(workshop.unpack(&GO_API)?)
        .arg("-out")
        .arg(scratch)
        .args(["-compiler", compiler.name()]);
    let output = run(&mut command, "the check of Go workflows")?;
    if !output.status.success() {
        return Err(Problem::new(format!(
            "{} can't be built: {}",
            folder.display(),
            text(&output.stderr)
        )));
    }
    let staged: Staged = serde_json::from_slice(&output.stdout)
        .map_err(|error| Problem::new(format!("the check of Go workflows answered: {error}")))?;
    if staged.problems.is_empty() {
        return Ok(staged);
    }
    let lines: Vec<_> = staged.problems.iter().map(Refusal::line).collect();
    Err(Problem::new(format!(
        "workflow code must do the same in each replay\n{}",
        lines.join("\n")
    ))
    .hint("a line that is sure to do no harm can bear the comment //workflowcheck:ignore"))
}

impl Refusal {
    fn line(&self) -> String {
        format!(
            "  {}:{}:{}: {} is refused in {}: {}",
            self.file, self.line, self.column, self.what, self.function, self.instead
        )
    }
}

/// The tool, which the author's own Go builds once for each of our versions.
fn check_tool(workshop: &Workshop<'_>) -> Result<PathBuf, Problem> {
    let source = workshop.unpack(&GO_CHECK)?;
    // Its dependency on the author's Go is in the name: what it reads are that Go's own files.
    let setting = |name: &str| {
        first_line("go", &["env", name])
            .ok_or_else(|| Problem::new("can't run go").hint(INSTALL_GO))
    };
    let (version, os, architecture) = (
        setting("GOVERSION")?,
        setting("GOHOSTOS")?,
        setting("GOHOSTARCH")?,
    );
    let mut name = source
        .file_name()
        .map(OsString::from)
        .unwrap_or_else(|| "check".into());
    name.push(format!("-{version}-{os}-{architecture}"));
    let tool = workshop.tools_folder("go-check").join(name);
    if tool.is_file() {
        return Ok(tool);
    }
    let unfinished = tool.with_extension(std::process::id().to_string());
    let mut command = go_command(&source);
    command
        .args(["build", "-trimpath", "-buildvcs=false", "-o"])
        .arg(&unfinished)
        .arg(".")
        // It runs here, whatever the author's environment makes programs for.
        .envs([("GOOS", os), ("GOARCH", architecture)]);
    let output = run(&mut command, "go")?;
    if !output.status.success() {
        return Err(Problem::new(format!(
            "go could not build the check of workflows: {}",
            text(&output.stderr)
        ))
        .hint(INSTALL_GO));
    }
    fs::rename(&unfinished, &tool)
        .map_err(|error| Problem::new(format!("can't write {}: {error}", tool.display())))?;
    Ok(tool)
}

/// A command of Go that nothing in the author's environment leads astray.
fn go_command(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command
        .current_dir(folder)
        .env("GOFLAGS", "-mod=mod")
        .env("GOWORK", "off");
    command
}

fn compile_with_go(staged: &Staged, module: &Path) -> Result<(), Problem> {
    let mut command = go_command(&staged.folder);
    command
        .args([
            "build",
            "-trimpath",
            "-buildvcs=false",
            "-buildmode=c-shared",
            // No symbols for debuggers; function names stay, so that a trap says where it was.
            "-ldflags=-w",
            "-o",
        ])
        .arg(module)
        .arg(&staged.package)
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm")]);
    compiled(run(&mut command, "go")?, "go", staged)
}

/// A TinyGo on this machine.
struct TinyGo {
    /// What the set-up script made; a TinyGo on PATH brings everything itself.
    folder: Option<PathBuf>,
}

impl TinyGo {
    fn find(workshop: &Workshop<'_>) -> Option<Self> {
        let folder = tinygo_folder(workshop);
        if folder.join("complete").is_file() {
            return Some(Self {
                folder: Some(folder),
            });
        }
        first_line("tinygo", &["version"]).map(|_| Self { folder: None })
    }

    fn command(&self) -> Command {
        let Some(folder) = &self.folder else {
            return Command::new("tinygo");
        };
        let mut command = Command::new(folder.join("bin/tinygo"));
        let go = Path::new("/usr/lib/go-1.23");
        let mut path = OsString::from(go.join("bin"));
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        command
            .env("TINYGOROOT", folder.join("root"))
            .env("GOROOT", go)
            .env("PATH", path)
            .env("WASMOPT", "/usr/bin/wasm-opt");
        command
    }

    fn version(&self) -> Option<String> {
        let output = self.command().arg("version").output().ok()?;
        Some(text(&output.stdout).trim().to_owned())
    }

    fn compile(&self, staged: &Staged, scratch: &Path, module: &Path) -> Result<(), Problem> {
        let target = scratch.join("target.json");
        fs::write(&target, TARGET)
            .map_err(|error| Problem::new(format!("can't write {}: {error}", target.display())))?;
        let mut command = self.command();
        command
            .current_dir(&staged.folder)
            .arg("build")
            .arg(format!("-target={}", target.display()))
            .args(["-no-debug", "-opt=z", "-o"])
            .arg(module)
            .arg(&staged.package)
            .env("GOFLAGS", "-mod=mod")
            .env("GOWORK", "off")
            // The Go that TinyGo was built against, whatever go.mod says.
            .env("GOTOOLCHAIN", "local");
        compiled(run(&mut command, "tinygo")?, "tinygo", staged)
    }
}

fn tinygo_folder(workshop: &Workshop<'_>) -> PathBuf {
    env::var_os("SUNDIAL_TINYGO").map_or_else(|| workshop.cache().join("tinygo"), PathBuf::from)
}

fn no_tinygo(workshop: &Workshop<'_>) -> Problem {
    Problem::new("TinyGo is not there").hint(format!(
        "{}; or build with --compiler go",
        setup_command(workshop)
    ))
}

/// Writes the set-up script where it can be run from, and says how.
fn setup_command(workshop: &Workshop<'_>) -> String {
    let folder = tinygo_folder(workshop);
    let script = folder.with_file_name("setup-tinygo.sh");
    let written = script
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&script, SETUP));
    match written {
        Ok(()) => format!("bash {} {}", script.display(), folder.display()),
        Err(_) => "guests/go/setup-tinygo.sh of Sundial's source makes one".to_owned(),
    }
}

fn run(command: &mut Command, program: &'static str) -> Result<Output, Problem> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(program, &error, INSTALL_GO))
}

/// Shows a compiler's messages as if it had seen the author's own files.
fn compiled(output: Output, compiler: &str, staged: &Staged) -> Result<(), Problem> {
    if output.status.success() {
        return Ok(());
    }
    let messages = text(&output.stderr).replace(
        &staged.folder.display().to_string(),
        &staged.source.display().to_string(),
    );
    Err(Problem::new(format!(
        "{compiler} could not compile {}: {messages}",
        staged.source.display()
    )))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
