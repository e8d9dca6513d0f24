//! RecordMarker.

use temporalio_protos::temporal::api::{
    command::v1::RecordMarkerCommandAttributes, enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::MarkerRecordedEventAttributes, sdk::v1::UserMetadata,
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, events::Extras, workflow_task::encoded_size},
};

impl Checks<'_> {
    pub(super) fn record_marker(&self, a: &RecordMarkerCommandAttributes) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadRecordMarkerAttributes;
        if a.marker_name.is_empty() {
            return Err(Refusal::new(
                CAUSE,
                "MarkerName is not set on RecordMarkerCommand.",
            ));
        }
        let context = format!("MarkerName={}", a.marker_name);
        self.id(
            CAUSE,
            "RecordMarkerCommand",
            "MarkerName",
            &a.marker_name,
            &context,
        )?;
        let bytes = a
            .details
            .iter()
            .map(|(name, details)| name.len() + encoded_size(Some(details)));
        self.size(CAUSE, "RecordMarkerCommandAttributes.Details", bytes.sum())
    }
}

impl Run {
    pub(super) fn record_marker(
        &mut self,
        cx: &Cx<'_>,
        a: &RecordMarkerCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let attributes = MarkerRecordedEventAttributes {
            marker_name: a.marker_name.clone(),
            details: a.details.clone(),
            workflow_task_completed_event_id: completed_event_id,
            header: a.header.clone(),
            failure: a.failure.clone(),
        };
        self.add_event_with(
            cx.now,
            attributes,
            Extras {
                user_metadata,
                ..Extras::default()
            },
        );
    }
}
