//! Activities in the hands of people: pause, unpause, reset, other options.

use sundial_core::{
    Run,
    run::activity_control::{ActivityReset, ActivitySelection},
};
use temporalio_protos::temporal::api::workflowservice::v1::{
    PauseActivityRequest, PauseActivityResponse, ResetActivityRequest, ResetActivityResponse,
    UnpauseActivityRequest, UnpauseActivityResponse, UpdateActivityOptionsRequest,
    UpdateActivityOptionsResponse, pause_activity_request, reset_activity_request,
    unpause_activity_request, update_activity_options_request,
};

use crate::{
    engine::Target,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::names,
    },
};

impl Backend {
    pub(super) async fn pause_activity(
        &self,
        request: PauseActivityRequest,
        _call: Call,
    ) -> Result<PauseActivityResponse, RpcError> {
        use pause_activity_request::Activity;
        let namespace = self.namespace(&request.namespace).await?;
        let (workflow_id, run_id) = names::execution_of_any(request.execution)?;
        let selection = selection(request.activity.map(|activity| match activity {
            Activity::Id(id) => ActivitySelection::Id(id),
            Activity::Type(name) => ActivitySelection::Type(name),
        }))?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
        let (identity, reason) = (request.identity, request.reason);
        self.engine
            .transact(target, move |run, cx| {
                run.pause_activities(cx, &selection, &identity, &reason)
            })
            .await?;
        Ok(PauseActivityResponse {})
    }

    pub(super) async fn unpause_activity(
        &self,
        request: UnpauseActivityRequest,
        _call: Call,
    ) -> Result<UnpauseActivityResponse, RpcError> {
        use unpause_activity_request::Activity;
        let namespace = self.namespace(&request.namespace).await?;
        let (workflow_id, run_id) = names::execution_of_any(request.execution)?;
        let selection = selection(request.activity.map(|activity| match activity {
            Activity::Id(id) => ActivitySelection::Id(id),
            Activity::Type(name) => ActivitySelection::Type(name),
            Activity::UnpauseAll(_) => ActivitySelection::All,
        }))?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
        let (attempts, heartbeat) = (request.reset_attempts, request.reset_heartbeat);
        self.engine
            .transact(target, move |run, cx| {
                run.unpause_activities(cx, &selection, attempts, heartbeat)
            })
            .await?;
        Ok(UnpauseActivityResponse {})
    }

    pub(super) async fn reset_activity(
        &self,
        request: ResetActivityRequest,
        _call: Call,
    ) -> Result<ResetActivityResponse, RpcError> {
        use reset_activity_request::Activity;
        let namespace = self.namespace(&request.namespace).await?;
        let (workflow_id, run_id) = names::execution_of_any(request.execution)?;
        let selection = selection(request.activity.map(|activity| match activity {
            Activity::Id(id) => ActivitySelection::Id(id),
            Activity::Type(name) => ActivitySelection::Type(name),
            Activity::MatchAll(_) => ActivitySelection::All,
        }))?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
        let how = ActivityReset {
            heartbeat: request.reset_heartbeat,
            keep_paused: request.keep_paused,
            original_options: request.restore_original_options,
        };
        if how.original_options {
            self.supply_scheduled_events(&target, &selection).await?;
        }
        self.engine
            .transact(target, move |run, cx| {
                run.reset_activities(cx, &selection, how)
            })
            .await?;
        Ok(ResetActivityResponse {})
    }

    pub(super) async fn update_activity_options(
        &self,
        request: UpdateActivityOptionsRequest,
        _call: Call,
    ) -> Result<UpdateActivityOptionsResponse, RpcError> {
        use update_activity_options_request::Activity;
        let namespace = self.namespace(&request.namespace).await?;
        let (workflow_id, run_id) = names::execution_of_any(request.execution)?;
        let selection = selection(request.activity.map(|activity| match activity {
            Activity::Id(id) => ActivitySelection::Id(id),
            Activity::Type(name) => ActivitySelection::Type(name),
            Activity::MatchAll(_) => ActivitySelection::All,
        }))?;
        let target = Target::new(&namespace, &workflow_id, names::run_id_of_any(&run_id)?);
        let paths = request.update_mask.map(|mask| mask.paths);
        let restore = request.restore_original;
        if restore && paths.as_ref().is_some_and(|paths| !paths.is_empty()) {
            return Err(invalid("Both UpdateMask and RestoreOriginal are provided"));
        }
        if restore {
            self.supply_scheduled_events(&target, &selection).await?;
        }
        let options = request.activity_options;
        let now = self
            .engine
            .transact(target, move |run, cx| {
                let (options, paths) = (options.as_ref(), paths.as_deref());
                run.update_activity_options(cx, &selection, options, paths, restore)
            })
            .await?;
        Ok(UpdateActivityOptionsResponse {
            activity_options: Some(now),
        })
    }

    /// Brings the events into memory that say how the activities were scheduled.
    async fn supply_scheduled_events(
        &self,
        target: &Target,
        selection: &ActivitySelection,
    ) -> Result<(), RpcError> {
        let selection = selection.clone();
        let (key, missing) = self
            .engine
            .read(target.clone(), move |run: &Run| {
                (run.key().clone(), run.unsupplied_events(&selection))
            })
            .await?;
        for event_id in missing {
            if let Some(event) = self.engine.event(&key, event_id).await? {
                self.engine
                    .transact(Target::run(&key), move |run, _| {
                        run.supply_event(event);
                        Ok(())
                    })
                    .await?;
            }
        }
        Ok(())
    }
}

fn selection(named: Option<ActivitySelection>) -> Result<ActivitySelection, RpcError> {
    match named {
        None => Err(invalid(
            "Either Activity.Id or Activity.Type should be set on request.",
        )),
        Some(named) => Ok(named),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_which_activities_it_means() {
        assert!(selection(None).is_err());
        assert_eq!(
            selection(Some(ActivitySelection::All)).expect("is said"),
            ActivitySelection::All
        );
    }
}
