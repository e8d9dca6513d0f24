//! Options of an open run that people change: the version that it is pinned to, and its priority.

use temporalio_protos::temporal::api::{
    common::v1::Priority, history::v1::WorkflowExecutionOptionsUpdatedEventAttributes,
    workflow::v1::WorkflowExecutionOptions,
};

use super::{Run, events::Extras, state::TaskNature};
use crate::{context::Cx, rejection::Rejection};

/// Which options a request changes; one that is changed to nothing is unset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangedOptions {
    /// The pin, or the wish to follow the current version.
    pub versioning_override: bool,
    /// The priority.
    pub priority: bool,
}

impl ChangedOptions {
    /// Reads the paths of a field mask, which clients write as the fields are named or in camel case. The error says what
    /// is wrong with them.
    pub fn read(paths: &[String]) -> Result<Self, String> {
        let mut changed = Self::default();
        for path in paths {
            match path.replace('_', "").to_ascii_lowercase().as_str() {
                "versioningoverride" => changed.versioning_override = true,
                "priority" => changed.priority = true,
                _ => return Err(format!("unsupported path in UpdateMask: {path}")),
            }
        }
        if changed == Self::default() {
            return Err("UpdateMask names no option.".to_owned());
        }
        Ok(changed)
    }
}

impl Run {
    /// UpdateWorkflowExecutionOptions. Gives the options as they are now; nothing is written if they were so before.
    pub fn update_options(
        &mut self,
        cx: &mut Cx<'_>,
        options: &WorkflowExecutionOptions,
        changed: ChangedOptions,
        identity: &str,
    ) -> Result<WorkflowExecutionOptions, Rejection> {
        self.require_open()?;
        let moves = changed.versioning_override
            && self.head.versioning_override != options.versioning_override;
        let ranks = changed.priority && self.head.priority != options.priority;
        if moves || ranks {
            let attributes = WorkflowExecutionOptionsUpdatedEventAttributes {
                versioning_override: options.versioning_override.clone().filter(|_| moves),
                unset_versioning_override: moves && options.versioning_override.is_none(),
                priority: options.priority.clone().filter(|_| ranks),
                identity: identity.to_owned(),
                ..Default::default()
            };
            let extras = Extras {
                worker_may_ignore: true,
                ..Extras::default()
            };
            if moves {
                self.head
                    .versioning_override
                    .clone_from(&options.versioning_override);
                self.note_version_attributes(None);
            }
            if ranks {
                self.head.priority.clone_from(&options.priority);
            }
            self.add_event_with(cx.now, attributes, extras);
            self.visibility_dirty = true;
            self.offer_tasks_anew(cx);
        }
        Ok(WorkflowExecutionOptions {
            versioning_override: self.head.versioning_override.clone(),
            // Clients send one that says nothing, too.
            priority: self
                .head
                .priority
                .clone()
                .filter(|priority| *priority != Priority::default()),
            ..Default::default()
        })
    }

    /// A change of a run's options, written again for the run that a reset put in its place.
    pub(crate) fn update_options_again(
        &mut self,
        cx: &Cx<'_>,
        options: WorkflowExecutionOptionsUpdatedEventAttributes,
        extras: Extras,
    ) {
        self.replay_options(options.clone());
        let extras = Extras {
            worker_may_ignore: true,
            ..extras
        };
        self.add_event_with(cx.now, options, extras);
        self.visibility_dirty = true;
    }

    /// What waits for a worker may have to wait for another one now: it gets other rows.
    fn offer_tasks_anew(&mut self, cx: &mut Cx<'_>) {
        let stamp = self.next_stamp();
        if self.started.is_none()
            && let Some(task) = &mut self.head.workflow_task
            && task.nature != TaskNature::Speculative as i32
        {
            task.stamp = stamp;
            // The worker that has the run in its cache may be of another version.
            task.sticky = false;
            let row = std::mem::take(&mut task.task_id);
            self.head.sticky = None;
            self.remove_task(row);
        }
        let waiting: Vec<i64> = self
            .activities
            .iter()
            .filter(|(_, activity)| activity.task_id != 0)
            .map(|(id, _)| id)
            .collect();
        for id in waiting {
            let stamp = self.next_stamp();
            let row = self.activities.update(id, |activity| {
                activity.stamp = stamp;
                std::mem::take(&mut activity.task_id)
            });
            self.remove_task(row.unwrap_or_default());
            self.add_activity_row(cx, id);
        }
    }
}

#[cfg(test)]
mod tests;
