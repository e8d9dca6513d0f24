//! The guest's call stack at a failure: names from the module's name section, files and lines where it has debug information.

use std::fmt;

use wasmtime::{FrameInfo, FrameSymbol, WasmBacktrace};

use crate::cut::cut;

/// Functions that only carry a panic or an allocation failure outwards, by the beginning of their names. The one that caused it is
/// further down.
const MESSENGERS: &[&str] = &[
    // Rust
    "__rust",
    "rust_",
    "__rdl_",
    "__rg_",
    "abort",
    "alloc::alloc::",
    "alloc::raw_vec::",
    "core::cell::panic",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::index::",
    "core::str::slice_error",
    "core::str::traits::",
    "<dlmalloc::",
    "dlmalloc::",
    "std::alloc::",
    "std::panicking::",
    "std::process::abort",
    "std::rt::",
    "std::sys::",
    "std::thread::",
    "std::time::",
    "<std::time::",
    "<std::thread::",
    // Go
    "runtime.",
    // C
    "__assert_fail",
    "malloc",
    "sbrk",
];

/// Where the sources of such functions lie, by parts of their paths: the standard library, and crates that the author only uses.
const MESSENGERS_SOURCES: &[&str] = &["/rustc/", "/rust/deps/", "/registry/src/"];

/// The longest name of a function that is told, in bytes.
const MAX_NAME_BYTES: usize = 1 << 10;

/// The frames of a failed call, innermost first; none if the failure did not come from guest code.
pub(crate) struct GuestBacktrace(Vec<Frame>);

/// One function on the guest's stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    function: String,
    /// Without a name it is one that tools put between, such as the way to an imported function.
    is_named: bool,
    place: Option<String>,
}

impl GuestBacktrace {
    pub(crate) fn of(error: &wasmtime::Error) -> Self {
        let frames = error
            .downcast_ref::<WasmBacktrace>()
            .map(WasmBacktrace::frames);
        Self(
            frames
                .unwrap_or_default()
                .iter()
                .flat_map(frames_of)
                .collect(),
        )
    }

    /// The names of all functions, innermost first.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|frame| frame.function.as_str())
    }

    /// The function to blame.
    pub(crate) fn culprit(&self) -> Option<&Frame> {
        self.0
            .iter()
            .find(|frame| !frame.is_messenger())
            .or(self.0.first())
    }
}

impl Frame {
    fn is_messenger(&self) -> bool {
        let comes_from_library = self
            .place
            .as_ref()
            .is_some_and(|place| MESSENGERS_SOURCES.iter().any(|part| place.contains(part)));
        !self.is_named
            || comes_from_library
            || MESSENGERS
                .iter()
                .any(|prefix| self.function.starts_with(prefix))
    }
}

impl fmt::Display for GuestBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, frame) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "   at {}", frame.function)?;
            if let Some(place) = &frame.place {
                write!(f, " in {place}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.function)?;
        match &self.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

/// A frame of machine code is several functions where some were inlined, the innermost first. The last is the one that was compiled;
/// its name in the name section has its path, which line tables leave out.
fn frames_of(frame: &FrameInfo) -> Vec<Frame> {
    let compiled = || match frame.func_name() {
        Some(name) => plain(name),
        None => format!("function {}", frame.func_index()),
    };
    let Some((outermost, inlined)) = frame.symbols().split_last() else {
        return vec![Frame {
            function: compiled(),
            is_named: frame.func_name().is_some(),
            place: None,
        }];
    };
    let mut frames: Vec<_> = inlined
        .iter()
        .filter_map(|symbol| {
            // What comes from no file is the compiler's own.
            let place = Some(place(symbol)?);
            Some(Frame {
                function: symbol.name().map_or_else(compiled, plain),
                is_named: true,
                place,
            })
        })
        .collect();
    frames.push(Frame {
        function: compiled(),
        is_named: true,
        place: place(outermost),
    });
    frames
}

fn place(symbol: &FrameSymbol) -> Option<String> {
    let file = symbol.file()?;
    Some(match symbol.line() {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    })
}

/// The name as its author wrote it, in bounds: names in a module may be of any length.
fn plain(name: &str) -> String {
    let plain = format!("{:#}", rustc_demangle::demangle(cut(name, MAX_NAME_BYTES)));
    cut(&plain, MAX_NAME_BYTES).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(names: &[&str]) -> GuestBacktrace {
        GuestBacktrace(
            names
                .iter()
                .map(|name| Frame {
                    function: plain(name),
                    is_named: true,
                    place: None,
                })
                .collect(),
        )
    }

    #[test]
    fn the_culprit_is_below_the_panic_machinery() {
        let backtrace = frames(&[
            "__rust_start_panic",
            "core::panicking::panic_fmt",
            "_ZN5order6charge17h0123456789abcdefE",
            "order::run",
        ]);
        assert_eq!(backtrace.culprit().unwrap().to_string(), "`order::charge`");
    }

    #[test]
    fn the_culprit_is_in_the_authors_own_sources() {
        let frame = |function: &str, place: &str| Frame {
            function: function.into(),
            is_named: true,
            place: Some(place.into()),
        };
        let backtrace = GuestBacktrace(vec![
            frame(
                "index<u32>",
                "/rustc/1234/library/core/src/slice/index.rs:272",
            ),
            frame(
                "poll",
                "/home/me/.cargo/registry/src/index/futures-0.3/src/lib.rs:1",
            ),
            frame("charge", "src/order.rs:12"),
        ]);
        assert_eq!(
            backtrace.culprit().unwrap().to_string(),
            "`charge` (src/order.rs:12)"
        );
    }

    #[test]
    fn with_machinery_alone_the_innermost_is_named() {
        assert_eq!(
            frames(&["abort", "__rust_panic"])
                .culprit()
                .unwrap()
                .function,
            "abort"
        );
        assert_eq!(frames(&[]).culprit(), None);
    }

    #[test]
    fn what_has_no_name_is_not_to_blame() {
        let mut backtrace = frames(&["function 10", "order::run"]);
        backtrace.0[0].is_named = false;
        assert_eq!(backtrace.culprit().unwrap().function, "order::run");
    }

    #[test]
    fn a_stack_trace_has_a_line_for_each_function() {
        assert_eq!(frames(&["a", "b"]).to_string(), "   at a\n   at b");
    }
}
