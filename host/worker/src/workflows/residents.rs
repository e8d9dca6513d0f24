//! Which runs this host holds: the thread that each belongs to, the memory that it takes, and which must go when there is no room.
//!
//! Pure: it holds no instance, and whoever calls it evicts. Runs go least recently used first, only while they are idle, and never
//! the one that was just used: a run larger than the whole cache must still be able to work. A limit of 0 bytes keeps none at all:
//! every workflow task then replays its run from the start, which shows whether it can.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::VersionId;

/// What a run takes beside its instance's memory, in bytes: its state in sdk-core and its places in tables here.
const OVERHEAD_BYTES: u64 = 16 << 10;

/// A run that was chosen to go.
pub(super) type Leaver = (VersionId, Arc<str>);

/// The runs held.
#[derive(Debug)]
pub(super) struct Residents {
    limit_bytes: u64,
    limit_runs: usize,
    versions: HashMap<VersionId, HashMap<Arc<str>, Resident>>,
    /// Idle runs that were not asked to leave, by when they were last used.
    idle: BTreeMap<u64, Leaver>,
    /// Counts uses: the order of time.
    uses: u64,
    staying: Total,
    leaving: Total,
}

/// Runs, and the memory that they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total {
    pub(super) runs: usize,
    pub(super) bytes: u64,
}

#[derive(Debug)]
struct Resident {
    thread: usize,
    bytes: u64,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Its thread has an activation of it, or another one will come in the same workflow task.
    Busy,
    /// Nothing to do since that use.
    Idle { since: u64 },
    /// Its eviction was asked for, and has not come yet.
    Leaving,
}

impl Residents {
    /// Room for so much.
    pub(super) fn new(limit_bytes: u64, limit_runs: usize) -> Self {
        Self {
            limit_bytes,
            limit_runs,
            versions: HashMap::new(),
            idle: BTreeMap::new(),
            uses: 0,
            staying: Total::default(),
            leaving: Total::default(),
        }
    }

    /// An activation of a run came: the thread that it belongs to, which is that of `choose` for a new one.
    pub(super) fn begin(
        &mut self,
        version: VersionId,
        run_id: &str,
        choose: impl FnOnce() -> usize,
    ) -> usize {
        let runs = self.versions.entry(version).or_default();
        if let Some(resident) = runs.get_mut(run_id) {
            if let State::Idle { since } = resident.state {
                self.idle.remove(&since);
                resident.state = State::Busy;
            }
            return resident.thread;
        }
        let thread = choose();
        runs.insert(
            run_id.into(),
            Resident {
                thread,
                bytes: OVERHEAD_BYTES,
                state: State::Busy,
            },
        );
        self.staying.add(OVERHEAD_BYTES);
        thread
    }

    /// An activation of a run was answered, and its instance takes so much memory now. A run whose workflow task goes on counts as
    /// busy still: to evict it would undo what the task has come to. Returns the runs that must go.
    pub(super) fn end(
        &mut self,
        version: VersionId,
        run_id: &str,
        instance_bytes: u64,
        goes_on: bool,
    ) -> Vec<Leaver> {
        let Some((name, _)) = self
            .versions
            .get(&version)
            .and_then(|runs| runs.get_key_value(run_id))
        else {
            return Vec::new();
        };
        let name = name.clone();
        let Some(resident) = self
            .versions
            .get_mut(&version)
            .and_then(|runs| runs.get_mut(run_id))
        else {
            return Vec::new();
        };
        let total = match resident.state {
            State::Leaving => &mut self.leaving,
            State::Busy | State::Idle { .. } => &mut self.staying,
        };
        total.remove(resident.bytes);
        resident.bytes = OVERHEAD_BYTES + instance_bytes;
        total.add(resident.bytes);
        if let State::Idle { since } = resident.state {
            self.idle.remove(&since);
        }
        if resident.state != State::Leaving && goes_on {
            resident.state = State::Busy;
        } else if resident.state != State::Leaving {
            self.uses += 1;
            resident.state = State::Idle { since: self.uses };
            self.idle.insert(self.uses, (version, name));
        }
        self.make_room()
    }

    /// A run was evicted: the thread that is to drop its instance.
    pub(super) fn remove(&mut self, version: VersionId, run_id: &str) -> Option<usize> {
        let runs = self.versions.get_mut(&version)?;
        let resident = runs.remove(run_id)?;
        if runs.is_empty() {
            self.versions.remove(&version);
        }
        self.forget(&resident);
        Some(resident.thread)
    }

    /// All runs of a version are gone.
    pub(super) fn remove_version(&mut self, version: VersionId) {
        for resident in self
            .versions
            .remove(&version)
            .into_iter()
            .flat_map(HashMap::into_values)
        {
            self.forget(&resident);
        }
    }

    /// All runs held, those that leave included.
    pub(super) fn total(&self) -> Total {
        Total {
            runs: self.staying.runs + self.leaving.runs,
            bytes: self.staying.bytes + self.leaving.bytes,
        }
    }

    fn forget(&mut self, resident: &Resident) {
        match resident.state {
            State::Busy => self.staying.remove(resident.bytes),
            State::Idle { since } => {
                self.idle.remove(&since);
                self.staying.remove(resident.bytes);
            }
            State::Leaving => self.leaving.remove(resident.bytes),
        }
    }

    fn make_room(&mut self) -> Vec<Leaver> {
        let mut leavers = Vec::new();
        while self.staying.bytes > self.limit_bytes || self.staying.runs > self.limit_runs {
            // The last of the idle is the one that was just used.
            if self.idle.len() <= 1 && self.limit_bytes > 0 {
                break;
            }
            let Some((_, leaver)) = self.idle.pop_first() else {
                break;
            };
            let resident = self
                .versions
                .get_mut(&leaver.0)
                .and_then(|runs| runs.get_mut(&leaver.1))
                .expect("an idle run is held");
            resident.state = State::Leaving;
            self.staying.remove(resident.bytes);
            self.leaving.add(resident.bytes);
            leavers.push(leaver);
        }
        leavers
    }
}

impl Total {
    fn add(&mut self, bytes: u64) {
        self.runs += 1;
        self.bytes += bytes;
    }

    fn remove(&mut self, bytes: u64) {
        self.runs -= 1;
        self.bytes -= bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: VersionId = VersionId(1);
    const MIB: u64 = 1 << 20;

    fn use_run(residents: &mut Residents, run: &str, bytes: u64) -> Vec<String> {
        residents.begin(VERSION, run, || 0);
        residents
            .end(VERSION, run, bytes, false)
            .into_iter()
            .map(|(_, run)| run.to_string())
            .collect()
    }

    #[test]
    fn a_run_stays_on_the_thread_that_was_chosen_first() {
        let mut residents = Residents::new(MIB, 10);
        assert_eq!(residents.begin(VERSION, "a", || 3), 3);
        assert_eq!(residents.begin(VERSION, "a", || 5), 3);
        assert_eq!(residents.begin(VersionId(2), "a", || 5), 5);
        assert_eq!(residents.remove(VERSION, "a"), Some(3));
        assert_eq!(residents.remove(VERSION, "a"), None);
    }

    #[test]
    fn the_least_recently_used_goes_when_bytes_run_out() {
        let mut residents = Residents::new(3 * MIB, 10);
        assert!(use_run(&mut residents, "a", MIB).is_empty());
        assert!(use_run(&mut residents, "b", MIB).is_empty());
        assert!(use_run(&mut residents, "a", MIB).is_empty());
        assert_eq!(use_run(&mut residents, "c", MIB), ["b"]);
    }

    #[test]
    fn the_least_recently_used_goes_when_runs_run_out() {
        let mut residents = Residents::new(100 * MIB, 2);
        use_run(&mut residents, "a", 0);
        use_run(&mut residents, "b", 0);
        assert_eq!(use_run(&mut residents, "c", 0), ["a"]);
    }

    #[test]
    fn a_busy_run_is_not_asked_to_go() {
        let mut residents = Residents::new(100 * MIB, 2);
        residents.begin(VERSION, "busy", || 0);
        use_run(&mut residents, "a", 0);
        assert_eq!(use_run(&mut residents, "b", 0), ["a"]);
    }

    #[test]
    fn a_run_whose_task_goes_on_is_not_asked_to_go() {
        let mut residents = Residents::new(0, 10);
        residents.begin(VERSION, "a", || 0);
        assert!(residents.end(VERSION, "a", MIB, true).is_empty());
        assert!(use_run(&mut residents, "b", 0) == ["b"]);
        assert_eq!(use_run(&mut residents, "a", MIB), ["a"]);
    }

    #[test]
    fn a_run_is_asked_once_and_counts_until_it_is_gone() {
        let mut residents = Residents::new(100 * MIB, 1);
        use_run(&mut residents, "a", 0);
        assert_eq!(use_run(&mut residents, "b", 0), ["a"]);
        assert!(use_run(&mut residents, "b", 0).is_empty());
        assert_eq!(residents.total().runs, 2);
        // An activation that was on its way when the run was asked to go.
        assert!(use_run(&mut residents, "a", MIB).is_empty());
        residents.remove(VERSION, "a");
        assert_eq!(
            residents.total(),
            Total {
                runs: 1,
                bytes: OVERHEAD_BYTES
            }
        );
    }

    #[test]
    fn the_run_just_used_stays_however_large_it_is() {
        let mut residents = Residents::new(MIB, 10);
        assert!(use_run(&mut residents, "large", 5 * MIB).is_empty());
        assert_eq!(use_run(&mut residents, "small", 0), ["large"]);
    }

    #[test]
    fn a_limit_of_nothing_keeps_nothing() {
        let mut residents = Residents::new(0, 10);
        assert_eq!(use_run(&mut residents, "a", 0), ["a"]);
        assert!(use_run(&mut residents, "a", 0).is_empty());
    }

    #[test]
    fn nothing_is_left_of_a_version_that_went() {
        let mut residents = Residents::new(3 * MIB, 2);
        for run in ["a", "b", "c"] {
            use_run(&mut residents, run, MIB);
        }
        residents.begin(VERSION, "busy", || 0);
        residents.remove_version(VERSION);
        assert_eq!(residents.total(), Total::default());
        assert!(residents.idle.is_empty());
    }
}
