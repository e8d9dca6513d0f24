//! StartTimer and CancelTimer.

use temporalio_protos::temporal::api::{
    command::v1::{CancelTimerCommandAttributes, StartTimerCommandAttributes},
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        TimerCanceledEventAttributes, TimerStartedEventAttributes, history_event::Attributes,
    },
    sdk::v1::UserMetadata,
};

use super::{Checks, Origin, Refusal};
use crate::{
    context::Cx,
    run::{Run, events::Extras, state::Timer},
    time::Span,
};

impl<'a> Checks<'a> {
    pub(super) fn start_timer(
        &mut self,
        a: &'a StartTimerCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadStartTimerAttributes;
        if a.timer_id.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                "TimerId is not set on StartTimerCommand.",
            ));
        }
        let context = format!("TimerId={}", a.timer_id);
        self.id(CAUSE, "StartTimerCommand", "TimerId", &a.timer_id, &context)?;
        if a.start_to_fire_timeout
            .is_some_and(|span| span.seconds < 0 || span.nanos < 0)
        {
            return Err(Refusal::new(
                CAUSE,
                format!(
                    "An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. {context}"
                ),
            ));
        }
        let id = a.timer_id.as_str();
        let is_running =
            self.run.timers.find(id).is_some() && !self.canceled_timer_ids.contains(id);
        if is_running || !self.timer_ids.insert(id) {
            return Err(Refusal::out_of_place(
                Cause::StartTimerDuplicateId,
                "add-timer-started-event",
                &format!("TimerID: {id}"),
            ));
        }
        Ok(())
    }

    pub(super) fn cancel_timer(
        &mut self,
        a: &'a CancelTimerCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadCancelTimerAttributes;
        if a.timer_id.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                "TimerId is not set on CancelTimerCommand.",
            ));
        }
        let context = format!("TimerId={}", a.timer_id);
        self.id(
            CAUSE,
            "CancelTimerCommand",
            "TimerId",
            &a.timer_id,
            &context,
        )?;
        let id = a.timer_id.as_str();
        if self.timer_ids.remove(id) {
            return Ok(());
        }
        if self.canceled_timer_ids.insert(id) {
            if self.run.timers.find(id).is_some() {
                return Ok(());
            }
            if self
                .run
                .buffered
                .iter()
                .any(|(_, event)| fires(event.attributes.as_ref(), id))
            {
                self.unbuffered += 1;
                return Ok(());
            }
        }
        Err(Refusal::out_of_place(
            CAUSE,
            "add-timer-canceled-event",
            &format!("TimerID: {id}"),
        ))
    }
}

fn fires(attributes: Option<&Attributes>, timer_id: &str) -> bool {
    matches!(attributes, Some(Attributes::TimerFiredEventAttributes(a)) if a.timer_id == timer_id)
}

impl Run {
    pub(super) fn start_timer(
        &mut self,
        cx: &Cx<'_>,
        a: &StartTimerCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = TimerStartedEventAttributes {
            timer_id: a.timer_id.clone(),
            start_to_fire_timeout: a.start_to_fire_timeout,
            workflow_task_completed_event_id: completed_event_id,
        };
        let extras = Extras {
            user_metadata,
            ..Extras::default()
        };
        let id = self.add_event_with(cx.now, attributes, extras);
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

    pub(super) fn cancel_timer(&mut self, cx: &Cx<'_>, timer_id: &str, origin: &Origin<'_>) {
        let running = self.timers.find(timer_id).map(|(id, _)| id);
        let started_event_id = match running {
            Some(id) => self.timers.remove(id).map(|timer| timer.started_event_id),
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
                workflow_task_completed_event_id: origin.completed_event_id,
                identity: origin.identity.to_owned(),
            },
        );
    }
}
