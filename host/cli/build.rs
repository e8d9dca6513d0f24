//! Puts files of `guests/` into the binary, so that `sundial build` and `sundial new` work without a checkout.
//!
//! It lists folders and writes one constant for each; what is done with them is `src/build/embedded.rs`.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// The constant's name, and the folder below the checkout.
const FOLDERS: &[(&str, &str)] = &[
    ("RUST_TEMPLATE", "guests/rust/template"),
    ("PYTHON_GUEST", "guests/python/runtime"),
    ("PYTHON_TEMPLATE", "guests/python/template"),
    ("WORKFLOW_WIT", "wit/sundial-workflow"),
    ("GO_TEMPLATE", "guests/go/template"),
    ("GO_API", "guests/go/api"),
    ("GO_SDK", "guests/go/sdk"),
    ("GO_CHECK", "guests/go/check"),
    ("TYPESCRIPT_TEMPLATE", "guests/typescript/template"),
    ("TYPESCRIPT_TOOLCHAIN", "guests/typescript/toolchain"),
];

/// What builds and editors leave behind.
const LEFT_OUT: &[&str] = &["target", "node_modules", "__pycache__", ".venv", ".git"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let checkout = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies in a checkout");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    let mut source = fs::File::create(&out).expect("OUT_DIR can be written");
    for (name, folder) in FOLDERS {
        let root = checkout.join(folder);
        println!("cargo::rerun-if-changed={}", root.display());
        let mut files = Vec::new();
        list(&root, &mut files);
        // The order in which a file system lists them must not change the digest.
        files.sort();
        writeln!(
            source,
            "/// The files of `{folder}`.\npub(crate) const {name}: Embedded = Embedded {{ name: {folder:?}, files: &["
        )
        .expect("OUT_DIR can be written");
        for file in files {
            let path = file
                .strip_prefix(&root)
                .expect("it was found below")
                .display()
                .to_string()
                .replace('\\', "/");
            writeln!(source, "    ({path:?}, include_bytes!({file:?})),")
                .expect("OUT_DIR can be written");
        }
        writeln!(source, "] }};").expect("OUT_DIR can be written");
    }
}

/// All files below a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("the folder can be read");
        let name = entry.file_name();
        let left_out = LEFT_OUT.iter().any(|one| name == **one)
            || Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "pyc");
        if left_out {
            continue;
        }
        match entry.file_type().expect("a file has a type").is_dir() {
            true => list(&entry.path(), files),
            false => files.push(entry.path()),
        }
    }
}
