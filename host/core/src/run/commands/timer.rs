//! StartTimer and CancelTimer.

use temporalio_protos::temporal::api::{
    command::v1::{CancelTimerCommandAttributes, StartTimerCommandAttributes},
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        TimerCanceledEventAttributes, TimerStartedEventAttributes, history_event::Attributes,
    },
    sdk::v1::UserMetadata,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, state::Timer},
    time::Span,
};

impl Run {
    pub(super) fn check_start_timer(
        &self,
        checks: &mut Checks<'_>,
        a: &StartTimerCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadStartTimerAttributes;
        checks.required(
            CAUSE,
            "TimerId is not set on StartTimerCommand.",
            "TimerId",
            &a.timer_id,
        )?;
        if Span::from_proto(a.start_to_fire_timeout.as_ref()).0 <= 0 {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "An invalid StartToFireTimeout is set on StartTimerCommand. TimerId={}",
                    a.timer_id
                ),
            ));
        }
        let running = self
            .timers
            .iter()
            .any(|(_, timer)| timer.timer_id == a.timer_id)
            && !checks.claims.canceled_timer_ids.contains(&a.timer_id);
        if running || !checks.claims.timer_ids.insert(a.timer_id.clone()) {
            return Err(Refusal::new(Cause::StartTimerDuplicateId, ""));
        }
        Ok(())
    }

    pub(super) fn start_timer(
        &mut self,
        cx: &Cx<'_>,
        a: &StartTimerCommandAttributes,
        metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let id = self.add_event_with(
            cx.now,
            TimerStartedEventAttributes {
                timer_id: a.timer_id.clone(),
                start_to_fire_timeout: a.start_to_fire_timeout,
                workflow_task_completed_event_id: completed_event_id,
            },
            metadata,
        );
        let fire_at = cx
            .now
            .plus(Span::from_proto(a.start_to_fire_timeout.as_ref()))
            .0;
        self.timers.insert(
            id,
            Timer {
                timer_id: a.timer_id.clone(),
                started_event_id: id,
                fire_at,
            },
        );
    }

    pub(super) fn check_cancel_timer(
        &self,
        checks: &mut Checks<'_>,
        a: &CancelTimerCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadCancelTimerAttributes;
        checks.required(
            CAUSE,
            "TimerId is not set on CancelTimerCommand.",
            "TimerId",
            &a.timer_id,
        )?;
        let started_here = checks.claims.timer_ids.remove(&a.timer_id);
        let running = self
            .timers
            .iter()
            .any(|(_, timer)| timer.timer_id == a.timer_id);
        let fired_unseen = self.buffered.iter().any(|(_, event)| {
            matches!(&event.attributes, Some(Attributes::TimerFiredEventAttributes(fired)) if fired.timer_id == a.timer_id)
        });
        if !(running || fired_unseen || started_here) {
            return Err(Refusal::new(
                CAUSE,
                format!("TimerId={} is not a running timer", a.timer_id),
            ));
        }
        checks.claims.canceled_timer_ids.insert(a.timer_id.clone());
        Ok(())
    }

    pub(super) fn cancel_timer(&mut self, cx: &Cx<'_>, timer_id: &str, completed_event_id: i64) {
        let running = self
            .timers
            .iter()
            .find(|(_, timer)| timer.timer_id == timer_id)
            .map(|(id, timer)| (id, timer.started_event_id));
        let started_event_id = match running {
            Some((id, started_event_id)) => {
                self.timers.remove(id);
                Some(started_event_id)
            }
            None => self.unbuffer_timer_fired(timer_id),
        };
        let Some(started_event_id) = started_event_id else {
            return;
        };
        self.add_event(
            cx.now,
            TimerCanceledEventAttributes {
                timer_id: timer_id.to_owned(),
                started_event_id,
                workflow_task_completed_event_id: completed_event_id,
                identity: String::new(),
            },
        );
    }
}
