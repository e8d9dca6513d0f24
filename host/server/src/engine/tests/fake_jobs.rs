//! Jobs of the store in memory.

use sundial_core::{NamespaceId, Timestamp};
use sundial_store::{Job, JobCursor, JobKey, JobKind, JobWake, StoreError};

/// In the order in which they were created.
#[derive(Default)]
pub(super) struct FakeJobs {
    rows: Vec<(i64, Job)>,
    created: i64,
}

impl FakeJobs {
    pub(super) fn create(&mut self, job: &Job) -> Result<(), StoreError> {
        if self.get(&job.key).is_some() {
            return Err(StoreError::AlreadyExists {
                what: format!("job {}", job.key.id),
            });
        }
        self.created += 1;
        let job = Job {
            revision: 1,
            ..job.clone()
        };
        self.rows.push((self.created, job));
        Ok(())
    }

    pub(super) fn get(&self, key: &JobKey) -> Option<Job> {
        let mut jobs = self.rows.iter().map(|(_, job)| job);
        jobs.find(|job| job.key == *key).cloned()
    }

    pub(super) fn update(&mut self, job: &Job) -> Result<i64, StoreError> {
        let place = self.place(&job.key, job.revision)?;
        let row = &mut self.rows[place].1;
        *row = Job {
            revision: job.revision + 1,
            created_at: row.created_at,
            ..job.clone()
        };
        Ok(row.revision)
    }

    pub(super) fn delete(&mut self, key: &JobKey, revision: i64) -> Result<(), StoreError> {
        let place = self.place(key, revision)?;
        self.rows.remove(place);
        Ok(())
    }

    pub(super) fn list(
        &self,
        namespace_id: NamespaceId,
        kind: JobKind,
        after: Option<&JobCursor>,
        limit: usize,
    ) -> Vec<Job> {
        let place = |job: &Job| (job.created_at, job.key.id.clone());
        let jobs = self.rows.iter().map(|(_, job)| job);
        let mut found: Vec<Job> = jobs
            .filter(|job| job.key.namespace_id == namespace_id && job.key.kind == kind)
            .filter(|job| after.is_none_or(|at| place(job) < (at.created_at, at.id.clone())))
            .cloned()
            .collect();
        found.sort_by_key(|job| std::cmp::Reverse(place(job)));
        found.truncate(limit);
        found
    }

    pub(super) fn to_wake(
        &self,
        until: Timestamp,
        after: Option<&JobWake>,
        limit: usize,
    ) -> Vec<JobWake> {
        let mut found: Vec<JobWake> = self
            .rows
            .iter()
            .filter_map(|(row, job)| {
                let at = job.wake_at.filter(|at| *at <= until)?;
                let is_after = after.is_none_or(|after| (at, *row) > (after.at, after.row));
                is_after.then(|| JobWake {
                    key: job.key.clone(),
                    at,
                    row: *row,
                })
            })
            .collect();
        found.sort_by_key(|wake| (wake.at, wake.row));
        found.truncate(limit);
        found
    }

    fn place(&self, key: &JobKey, revision: i64) -> Result<usize, StoreError> {
        self.rows
            .iter()
            .position(|(_, job)| job.key == *key && job.revision == revision)
            .ok_or_else(|| StoreError::Stale {
                what: format!("job {}", key.id),
            })
    }
}
