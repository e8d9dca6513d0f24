//! TinyGo, which is in no registry: `guests/go/setup-tinygo.sh` makes it from packages, once, into the cache. How it is made is the
//! script's to say; this file says where, and where it can't be.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    checkout::Checkout,
    console,
    process::{self, command},
};

/// The file that the script leaves when it has come to its end.
const COMPLETE: &str = "complete";
/// The Debian whose packages it is made from, as os-release has it.
const DEBIAN: &str = "VERSION_CODENAME=bookworm";

/// Whether TinyGo is here or can be made. Where it can't, workflows in Go are compiled by standard Go alone, and this says so.
pub(crate) fn is_possible(checkout: &Checkout) -> bool {
    let is_possible =
        is_made(checkout) || is_installed(checkout) || (is_debian() && is_root(checkout));
    if !is_possible {
        console::detail(
            "without TinyGo: it is not installed, and making it from packages takes root on Debian 12",
        );
    }
    is_possible
}

/// Makes TinyGo unless it is here. One that an earlier version of the script made is brought up to date, which compiles nothing.
pub(crate) fn make(checkout: &Checkout) -> Result<()> {
    if !is_made(checkout) {
        if is_installed(checkout) {
            return Ok(());
        }
        console::detail("making TinyGo from packages (a minute or two, once)");
    }
    let script = checkout.root.join("guests/go/setup-tinygo.sh");
    let mut setup = command("bash", &checkout.root);
    setup.arg(script).arg(folder(checkout));
    process::run(&mut setup).context("TinyGo is made by guests/go/setup-tinygo.sh")
}

/// Where `sundial build` looks for it, too.
fn folder(checkout: &Checkout) -> PathBuf {
    env::var_os("SUNDIAL_TINYGO").map_or_else(|| checkout.cache.join("tinygo"), PathBuf::from)
}

fn is_made(checkout: &Checkout) -> bool {
    folder(checkout).join(COMPLETE).is_file()
}

fn is_installed(checkout: &Checkout) -> bool {
    process::output(command("tinygo", &checkout.root).arg("version"))
        .is_ok_and(|output| output.status.success())
}

fn is_debian() -> bool {
    fs::read_to_string(Path::new("/etc/os-release"))
        .is_ok_and(|text| text.lines().any(|line| line == DEBIAN))
}

fn is_root(checkout: &Checkout) -> bool {
    process::output(command("id", &checkout.root).arg("-u"))
        .is_ok_and(|output| output.stdout == b"0\n")
}
