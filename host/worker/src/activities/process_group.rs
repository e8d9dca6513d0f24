//! A child with all that it started, as one thing to be signalled.
//!
//! Each child leads a process group of its own. What leaves the group (by `setsid`) is out of reach.

/// A process group, by the id of the child that leads it. Signals to a group that is gone do nothing.
///
/// As long as any process of the group exists its id is not given anew, so it is used only while the leader is not yet waited for,
/// or while something of the group holds a pipe of ours open.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProcessGroup(libc::pid_t);

impl ProcessGroup {
    /// The group that a child leads.
    pub(super) fn of(leader: u32) -> Option<Self> {
        // 0 and 1 as a group would be ourselves and everyone.
        libc::pid_t::try_from(leader)
            .ok()
            .filter(|&id| id > 1)
            .map(Self)
    }

    /// Asks the group to end.
    pub(super) fn terminate(self) {
        self.signal(libc::SIGTERM);
    }

    /// Ends the group.
    pub(super) fn kill(self) {
        self.signal(libc::SIGKILL);
    }

    fn signal(self, signal: libc::c_int) {
        // SAFETY: a plain system call; the id is that of a group, never 0 or 1.
        unsafe { libc::killpg(self.0, signal) };
    }
}

/// Lets the kernel kill the child when the thread that started it ends, however it ends. To be called in the child, between fork
/// and exec, with the id of the process that forked.
pub(super) fn die_with_parent(parent: libc::pid_t) -> std::io::Result<()> {
    // SAFETY: plain system calls, allowed between fork and exec.
    unsafe {
        if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        // The parent may have died just before.
        if libc::getppid() != parent {
            return Err(std::io::Error::from_raw_os_error(libc::ESRCH));
        }
    }
    Ok(())
}
