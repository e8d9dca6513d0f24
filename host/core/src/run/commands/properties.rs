//! UpsertWorkflowSearchAttributes and ModifyWorkflowProperties.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    command::v1::{
        ModifyWorkflowPropertiesCommandAttributes, UpsertWorkflowSearchAttributesCommandAttributes,
    },
    common::v1::Payload,
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        UpsertWorkflowSearchAttributesEventAttributes, WorkflowPropertiesModifiedEventAttributes,
    },
};

use super::{Checks, Refusal};
use crate::{
    context::Cx,
    run::{Run, workflow_task::encoded_size},
};

impl Run {
    pub(super) fn check_upsert(
        &self,
        a: &UpsertWorkflowSearchAttributesCommandAttributes,
    ) -> Result<(), Refusal> {
        if a.search_attributes
            .as_ref()
            .is_none_or(|found| found.indexed_fields.is_empty())
        {
            return Err(Refusal::new(
                Cause::BadSearchAttributes,
                "SearchAttributes is not set on UpsertWorkflowSearchAttributesCommand.",
            ));
        }
        Ok(())
    }

    pub(super) fn upsert_search_attributes(
        &mut self,
        cx: &Cx<'_>,
        a: &UpsertWorkflowSearchAttributesCommandAttributes,
        completed_event_id: i64,
    ) {
        let upserted = a.search_attributes.clone().unwrap_or_default();
        let own = self.head.search_attributes.get_or_insert_default();
        merge(&mut own.indexed_fields, &upserted.indexed_fields);
        self.visibility_dirty = true;
        self.add_event(
            cx.now,
            UpsertWorkflowSearchAttributesEventAttributes {
                workflow_task_completed_event_id: completed_event_id,
                search_attributes: Some(upserted),
            },
        );
    }

    pub(super) fn check_modify(
        &self,
        checks: &Checks<'_>,
        a: &ModifyWorkflowPropertiesCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadModifyWorkflowPropertiesAttributes;
        if a.upserted_memo.is_none() {
            return Err(Refusal::new(
                CAUSE,
                "ModifyWorkflowPropertiesCommandAttributes attributes are all nil.",
            ));
        }
        let size = encoded_size(self.head.memo.as_ref()) + encoded_size(a.upserted_memo.as_ref());
        if size > checks.limits.memo_size_bytes {
            return Err(Refusal::terminating(
                CAUSE,
                "ModifyWorkflowPropertiesCommandAttributes. Memo exceeds size limit.",
            ));
        }
        Ok(())
    }

    pub(super) fn modify_properties(
        &mut self,
        cx: &Cx<'_>,
        a: &ModifyWorkflowPropertiesCommandAttributes,
        completed_event_id: i64,
    ) {
        if let Some(upserted) = &a.upserted_memo {
            merge(
                &mut self.head.memo.get_or_insert_default().fields,
                &upserted.fields,
            );
        }
        self.visibility_dirty = true;
        self.add_event(
            cx.now,
            WorkflowPropertiesModifiedEventAttributes {
                workflow_task_completed_event_id: completed_event_id,
                upserted_memo: a.upserted_memo.clone(),
            },
        );
    }
}

/// A field that is set to nothing is removed.
fn merge(own: &mut HashMap<String, Payload>, upserted: &HashMap<String, Payload>) {
    for (name, payload) in upserted {
        let is_null = payload
            .metadata
            .get("encoding")
            .is_some_and(|e| e == b"binary/null")
            || payload.data == b"null"
            || payload.data == b"[]"
            || payload.data.is_empty();
        if is_null {
            own.remove(name);
        } else {
            own.insert(name.clone(), payload.clone());
        }
    }
}
