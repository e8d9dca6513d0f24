//! What to use instead, where a standard library panics because its target has no system: the host is not asked then, and sees only which
//! function of the library the guest's stack ends in.

use crate::imports;

/// What functions ask for: parts of their names, and the interface of WASI that would have been asked. Written without `<`, `>` and the
/// differences between manglings.
const WISHES: &[(&[&str], &str)] = &[
    (
        &["Instant::now", "SystemTime::now"],
        "wasi:clocks/wall-clock",
    ),
    (&["thread::sleep"], "wasi:clocks/monotonic-clock"),
    (
        &["thread::spawn", "thread::Builder::spawn", "thread::scoped"],
        "wasi:thread",
    ),
    (&["getrandom::", "random::fill_bytes"], "wasi:random/random"),
];

/// What to use instead of the first of these functions that asks a system for something; nothing if none does.
pub(super) fn instead<'a>(functions: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    for function in functions {
        let plain = function.replace(['<', '>'], "");
        let wish = WISHES
            .iter()
            .find(|(names, _)| names.iter().any(|name| plain.contains(name)));
        if let Some((_, interface)) = wish {
            return Some(imports::instead(interface));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_rusts_library_are_known_in_both_manglings() {
        let stack = |function| instead([function, "order::run"].into_iter());
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
        assert!(
            stack("std::thread::sleep")
                .expect("it is known")
                .contains("timers")
        );
        assert!(
            stack("std::thread::spawn")
                .expect("it is known")
                .contains("one thread")
        );
        assert_eq!(stack("core::panicking::panic"), None);
    }
}
