//! What people do to activities: pause them, let them go on, begin them again, change their options.
//!
//! A worker that has the activity is left alone; it hears of it with its next heartbeat. What waits in a queue or for its
//! next attempt is changed at once.

use temporalio_protos::temporal::api::{
    activity::v1::ActivityOptions, common::v1::RetryPolicy, enums::v1::TaskQueueKind,
    history::v1::history_event::Attributes, taskqueue::v1::TaskQueue,
};

use super::{
    Run,
    describe::options_of,
    retry,
    state::{Activity, ActivityPause},
};
use crate::{context::Cx, rejection::Rejection, time::Span};

/// Which of a run's activities are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivitySelection {
    /// The one with this id.
    Id(String),
    /// All of this type.
    Type(String),
    /// All of them.
    All,
}

/// How activities are begun again.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActivityReset {
    /// The next attempt gets no heartbeat details.
    pub heartbeat: bool,
    /// One that is paused stays so.
    pub keep_paused: bool,
    /// The options are those that it was scheduled with.
    pub original_options: bool,
}

impl Run {
    fn selected(&self, selection: &ActivitySelection) -> Result<Vec<i64>, Rejection> {
        self.require_open()?;
        let ids: Vec<i64> = match selection {
            ActivitySelection::Id(id) => self
                .activities
                .find(id)
                .map(|(id, _)| id)
                .into_iter()
                .collect(),
            ActivitySelection::Type(name) => self
                .activities
                .iter()
                .filter(|(_, activity)| activity.activity_type == *name)
                .map(|(id, _)| id)
                .collect(),
            ActivitySelection::All => self.activities.iter().map(|(id, _)| id).collect(),
        };
        if ids.is_empty() && *selection != ActivitySelection::All {
            return Err(Rejection::NotFound(
                "Can't find pending activity with such ID. Invalid activityID or activity already completed".into(),
            ));
        }
        Ok(ids)
    }

    /// Events that [`Run::supply_event`] must bring before the activities' original options can be restored.
    #[must_use]
    pub fn unsupplied_events(&self, selection: &ActivitySelection) -> Vec<i64> {
        let ids = self.selected(selection).unwrap_or_default();
        ids.into_iter()
            .filter(|id| self.activity_needs_event(*id))
            .collect()
    }

    /// PauseActivity: no further attempt begins. One that is paused already stays as it is.
    pub fn pause_activities(
        &mut self,
        cx: &Cx<'_>,
        selection: &ActivitySelection,
        identity: &str,
        reason: &str,
    ) -> Result<(), Rejection> {
        for id in self.selected(selection)? {
            if self.activity_is(id, |activity| activity.pause.is_some()) {
                continue;
            }
            self.touch();
            self.visibility_dirty = true;
            self.activities.update(id, |activity| {
                activity.pause = Some(ActivityPause {
                    time: cx.now.0,
                    identity: identity.to_owned(),
                    reason: reason.to_owned(),
                });
            });
            self.withdraw_activity(id);
        }
        Ok(())
    }

    /// UnpauseActivity: what does not run begins now, also if its backoff is not over yet.
    pub fn unpause_activities(
        &mut self,
        cx: &mut Cx<'_>,
        selection: &ActivitySelection,
        reset_attempts: bool,
        reset_heartbeat: bool,
    ) -> Result<(), Rejection> {
        for id in self.selected(selection)? {
            if self.activity_is(id, |activity| activity.pause.is_none()) {
                continue;
            }
            self.touch();
            self.visibility_dirty = true;
            let now = cx.now.0;
            self.activities.update(id, |activity| {
                activity.pause = None;
                if activity.started_time == 0 {
                    activity.attempt_scheduled_time = now;
                    activity.last_failure = None;
                }
                if reset_attempts {
                    start_over(activity, now, reset_heartbeat);
                } else if reset_heartbeat {
                    activity.forget_heartbeat();
                }
            });
            self.offer_activity(cx, id);
        }
        Ok(())
    }

    /// ResetActivity: counts attempts from the one that runs, or from the next one.
    pub fn reset_activities(
        &mut self,
        cx: &mut Cx<'_>,
        selection: &ActivitySelection,
        how: ActivityReset,
    ) -> Result<(), Rejection> {
        for id in self.selected(selection)? {
            if how.original_options {
                self.restore_activity_options(id)?;
            }
            self.touch();
            self.visibility_dirty |= self.activity_is(id, |activity| activity.pause.is_some());
            let now = cx.now.0;
            let stays_paused = self.activities.update(id, |activity| {
                if !how.keep_paused {
                    activity.pause = None;
                }
                start_over(activity, now, how.heartbeat);
                activity.pause.is_some()
            });
            if stays_paused == Some(false) {
                self.offer_activity(cx, id);
            }
        }
        Ok(())
    }

    /// UpdateActivityOptions: `paths` name the options that are changed, as the API names its fields; a name that nobody
    /// knows changes nothing. Gives what the options are now.
    pub fn update_activity_options(
        &mut self,
        cx: &mut Cx<'_>,
        selection: &ActivitySelection,
        options: Option<&ActivityOptions>,
        paths: Option<&[String]>,
        restore_original: bool,
    ) -> Result<ActivityOptions, Rejection> {
        let not_given = |what: &str| Rejection::InvalidArgument(format!("{what} not provided"));
        self.require_open()?;
        if options.is_none() && !restore_original {
            return Err(not_given("ActivityOptions are"));
        }
        let ids = self.selected(selection)?;
        if paths.is_none() && !restore_original {
            return Err(not_given("UpdateMask is"));
        }
        let options = options.cloned().unwrap_or_default();
        let mut updated = ActivityOptions::default();
        // All of them are looked at before the first one changes.
        let mut changed = Vec::new();
        if !restore_original {
            for id in &ids {
                let Some(mut activity) = self.activities.get(*id).cloned() else {
                    continue;
                };
                for path in paths.unwrap_or_default() {
                    apply_option(&mut activity, &options, path)?;
                }
                check_options(&mut activity)?;
                changed.push((*id, activity));
            }
        }
        for (id, new) in changed {
            self.activities.update(id, |activity| *activity = new);
        }
        for id in ids {
            if restore_original {
                self.restore_activity_options(id)?;
            }
            self.touch();
            if self.activity_is(id, |activity| activity.pause.is_none()) {
                self.offer_activity(cx, id);
            }
            if let Some(activity) = self.activities.get(id) {
                let policy = activity.retry_policy.clone().unwrap_or_default();
                updated = options_of(activity, policy);
                // Told otherwise than in a description.
                updated.task_queue = Some(TaskQueue {
                    name: activity.task_queue.clone(),
                    kind: TaskQueueKind::Normal as i32,
                    ..Default::default()
                });
            }
        }
        Ok(updated)
    }

    fn activity_is(&self, id: i64, what: impl Fn(&Activity) -> bool) -> bool {
        self.activities.get(id).is_some_and(what)
    }

    /// Takes a waiting activity out of its queue.
    pub(crate) fn withdraw_activity(&mut self, id: i64) {
        let stamp = self.next_stamp();
        let row = self
            .activities
            .update(id, |activity| activity.withdraw(stamp));
        self.remove_task(row.unwrap_or_default());
    }

    /// Puts a waiting activity into its queue anew, unless its next attempt is not due yet or the run is paused.
    pub(crate) fn offer_activity(&mut self, cx: &mut Cx<'_>, id: i64) {
        self.withdraw_activity(id);
        let is_due = self
            .activities
            .update(id, |activity| activity.become_due(cx.now));
        if is_due == Some(true) {
            self.add_activity_row(cx, id);
        }
    }

    fn restore_activity_options(&mut self, id: i64) -> Result<(), Rejection> {
        let scheduled = self.activity_event(id).and_then(|event| event.attributes);
        let Some(Attributes::ActivityTaskScheduledEventAttributes(a)) = scheduled else {
            return Err(Rejection::FailedPrecondition(format!(
                "event {id} must be supplied first"
            )));
        };
        self.activities.update(id, |activity| {
            activity.task_queue = a.task_queue.map(|queue| queue.name).unwrap_or_default();
            activity.schedule_to_close = Span::from_proto(a.schedule_to_close_timeout.as_ref()).0;
            activity.schedule_to_start = Span::from_proto(a.schedule_to_start_timeout.as_ref()).0;
            activity.start_to_close = Span::from_proto(a.start_to_close_timeout.as_ref()).0;
            activity.heartbeat = Span::from_proto(a.heartbeat_timeout.as_ref()).0;
            activity.retry_policy = a.retry_policy;
        });
        Ok(())
    }
}

/// The attempt counts as the first one again. One that runs keeps its number until it ends: its token names it, and must
/// stay good.
fn start_over(activity: &mut Activity, now: i64, without_heartbeat: bool) {
    if activity.started_time != 0 {
        activity.reset_asked = true;
        activity.reset_heartbeat_asked = without_heartbeat;
        return;
    }
    activity.attempt = 1;
    activity.attempt_scheduled_time = now;
    activity.last_failure = None;
    if without_heartbeat {
        activity.forget_heartbeat();
    }
}

pub(crate) fn apply_option(
    activity: &mut Activity,
    options: &ActivityOptions,
    path: &str,
) -> Result<(), Rejection> {
    let span = |of: &Option<prost_wkt_types::Duration>| Span::from_proto(of.as_ref()).0;
    let policy = options.retry_policy.clone().unwrap_or_default();
    let own = activity.retry_policy.get_or_insert_default();
    match normalized(path).as_str() {
        "taskqueue" | "taskqueuename" => {
            let name = options.task_queue.as_ref().map_or("", |queue| &queue.name);
            if name.is_empty() {
                return Err(Rejection::InvalidArgument(
                    "TaskQueue is not provided".into(),
                ));
            }
            name.clone_into(&mut activity.task_queue);
        }
        "scheduletoclosetimeout" => {
            activity.schedule_to_close = span(&options.schedule_to_close_timeout);
        }
        "scheduletostarttimeout" => {
            activity.schedule_to_start = span(&options.schedule_to_start_timeout);
        }
        "starttoclosetimeout" => activity.start_to_close = span(&options.start_to_close_timeout),
        "heartbeattimeout" => activity.heartbeat = span(&options.heartbeat_timeout),
        "retrypolicy" => *own = policy,
        "retrypolicyinitialinterval" => own.initial_interval = policy.initial_interval,
        "retrypolicybackoffcoefficient" => own.backoff_coefficient = policy.backoff_coefficient,
        "retrypolicymaximuminterval" => own.maximum_interval = policy.maximum_interval,
        "retrypolicymaximumattempts" => own.maximum_attempts = policy.maximum_attempts,
        _ => {}
    }
    Ok(())
}

/// Clients write paths as the fields are named, or in camel case.
pub(crate) fn normalized(path: &str) -> String {
    path.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

pub(crate) fn check_options(activity: &mut Activity) -> Result<(), Rejection> {
    let refuse = |message: &str| Err(Rejection::InvalidArgument(message.to_owned()));
    let spans = [
        activity.schedule_to_close,
        activity.schedule_to_start,
        activity.start_to_close,
        activity.heartbeat,
    ];
    if spans.iter().any(|span| *span < 0) {
        return refuse("invalid activity timeout: negative duration");
    }
    if activity.schedule_to_close == 0 && activity.start_to_close == 0 {
        return refuse("A valid StartToClose or ScheduleToCloseTimeout is not set on activity.");
    }
    let policy: &mut RetryPolicy = activity.retry_policy.get_or_insert_default();
    retry::fill_defaults(policy);
    retry::validate(policy)
}

#[cfg(test)]
mod tests;
