//! The native stack. Guest code runs on its caller's stack; wasmtime stops a guest that recurses too deep, counting from where the
//! call began. That is safe only if the thread really has as much stack, which is checked here before each call.

use std::cell::Cell;

use thiserror::Error;

/// The calling thread's stack is too small for a guest with the configured limit.
#[derive(Debug, Error)]
#[error(
    "the calling thread has {available_bytes} bytes of stack left and a guest needs {needed_bytes}; make the thread with \
     SandboxOptions::thread_stack_bytes"
)]
pub(crate) struct StackTooSmall {
    available_bytes: usize,
    needed_bytes: usize,
}

/// What is known of the calling thread's stack.
pub(crate) struct ThreadStack;

thread_local! {
    /// The lowest address of this thread's stack, found once: for the main thread it means reading a file of the kernel's.
    static LOWEST: Cell<Option<usize>> = const { Cell::new(None) };
}

impl ThreadStack {
    /// Fails if this thread has fewer than `needed_bytes` of stack left.
    pub(crate) fn require(needed_bytes: usize) -> Result<(), StackTooSmall> {
        let lowest = LOWEST.get().unwrap_or_else(|| {
            let lowest = lowest_address();
            LOWEST.set(Some(lowest));
            lowest
        });
        let here = std::hint::black_box(&raw const lowest).addr();
        let available_bytes = here.saturating_sub(lowest);
        if available_bytes < needed_bytes {
            return Err(StackTooSmall {
                available_bytes,
                needed_bytes,
            });
        }
        Ok(())
    }
}

/// The lowest address of the calling thread's stack, or zero if the system does not say: then nothing is refused.
#[cfg(target_os = "linux")]
fn lowest_address() -> usize {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut address = std::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the attributes are initialised by the first call if it returns zero, used only then, and destroyed once.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return 0;
        }
        let known =
            libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut address, &raw mut size) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        if known { address.addr() } else { 0 }
    }
}

#[cfg(not(target_os = "linux"))]
fn lowest_address() -> usize {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_thread_with_stack(bytes: usize, needed_bytes: usize) -> Result<(), StackTooSmall> {
        std::thread::Builder::new()
            .stack_size(bytes)
            .spawn(move || ThreadStack::require(needed_bytes))
            .expect("threads can be made")
            .join()
            .expect("the check does not panic")
    }

    #[test]
    fn a_thread_with_enough_stack_may_call_guests() {
        assert!(in_thread_with_stack(4 << 20, 3 << 20).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_with_too_little_stack_may_not() {
        // Far more than any thread here has: the C library may hand on the larger stack of a thread that has ended.
        let error = in_thread_with_stack(1 << 20, 1 << 30).unwrap_err();
        assert!(error.to_string().contains("thread_stack_bytes"), "{error}");
    }
}
