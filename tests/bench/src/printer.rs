//! The only file that prints: figures to stdout, progress to stderr.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file owns the terminal"
)]

/// Prints a result.
pub(crate) fn print(text: &str) {
    println!("{text}");
}

/// Says what goes on.
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}
