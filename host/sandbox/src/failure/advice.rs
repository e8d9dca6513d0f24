//! What to use instead, where a standard library panics because its target has no system: the host is not asked then, and sees only which
//! function of the library the guest's stack ends in.

use crate::{imports, language_runtime::CallRefused};

/// What functions ask for: parts of their names, and the interface of WASI that would have been asked. Written without `<`, `>` and the
/// differences between manglings.
const WISHES: &[(&[&str], &str)] = &[
    (
        &["Instant::now", "SystemTime::now"],
        "wasi:clocks/wall-clock",
    ),
    (
        &["thread::sleep", "thread::functions::sleep"],
        "wasi:clocks/monotonic-clock",
    ),
    (
        &[
            "thread::spawn",
            "thread::functions::spawn",
            "thread::Builder::spawn",
            "thread::builder::Builder::spawn",
            "thread::scoped",
        ],
        "wasi:thread",
    ),
    (&["getrandom::", "random::fill_bytes"], "wasi:random/random"),
];

/// The first of these functions that asks a system for something, with what to use instead; nothing if none does.
pub(super) fn refused<'a>(functions: impl Iterator<Item = &'a str>) -> Option<CallRefused> {
    for function in functions {
        let plain = function.replace(['<', '>'], "");
        let wish = WISHES
            .iter()
            .find(|(names, _)| names.iter().any(|name| plain.contains(name)));
        if let Some((_, interface)) = wish {
            return Some(CallRefused {
                call: plain,
                instead: imports::instead(interface),
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_rusts_library_are_known_in_both_manglings() {
        let stack = |function| {
            refused([function, "order::run"].into_iter()).map(|refused| refused.to_string())
        };
        for clock in [
            "std::time::Instant::now",
            "<std::time::SystemTime>::now",
            "std::sys::time::unsupported::SystemTime::now",
        ] {
            assert!(
                stack(clock)
                    .expect("it is known")
                    .contains("workflow's time"),
                "{clock}"
            );
        }
        for sleep in ["std::thread::sleep", "std::thread::functions::sleep"] {
            assert!(
                stack(sleep).expect("it is known").contains("timers"),
                "{sleep}"
            );
        }
        assert_eq!(
            stack("std::thread::functions::spawn").as_deref(),
            Some(
                "it called std::thread::functions::spawn: a workflow has one thread; start coroutines, child workflows or activities"
            )
        );
        assert_eq!(stack("core::panicking::panic"), None);
    }
}
