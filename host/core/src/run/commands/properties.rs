//! UpsertWorkflowSearchAttributes and ModifyWorkflowProperties.

use std::collections::HashMap;

use prost::Message;
use temporalio_protos::temporal::api::{
    command::v1::{
        ModifyWorkflowPropertiesCommandAttributes, UpsertWorkflowSearchAttributesCommandAttributes,
    },
    common::v1::{Memo, Payload, SearchAttributes},
    enums::v1::WorkflowTaskFailedCause as Cause,
    history::v1::{
        UpsertWorkflowSearchAttributesEventAttributes, WorkflowPropertiesModifiedEventAttributes,
    },
    sdk::v1::UserMetadata,
};

use super::{Checks, Refusal, checks::fields_size};
use crate::{
    context::Cx,
    run::{Run, events::Extras},
    search_attributes,
};

impl Checks<'_> {
    pub(super) fn upsert_search_attributes(
        &self,
        a: &UpsertWorkflowSearchAttributesCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadSearchAttributes;
        let unset = |what: &str| {
            Err(Refusal::new(
                CAUSE,
                format!("{what} is not set on UpsertWorkflowSearchAttributesCommand."),
            ))
        };
        let Some(upserted) = &a.search_attributes else {
            return unset("SearchAttributes");
        };
        if upserted.indexed_fields.is_empty() {
            return unset("IndexedFields");
        }
        self.attribute_names(Some(upserted))?;
        search_attributes::check_values(Some(upserted), self.attribute_types)
            .map_err(|why| Refusal::new(CAUSE, why))?;
        let bytes = fields_size(&upserted.indexed_fields);
        self.size(
            CAUSE,
            "UpsertWorkflowSearchAttributesCommandAttributes",
            bytes,
        )?;
        let mut all = self.run.head.search_attributes.clone().unwrap_or_default();
        merge(&mut all.indexed_fields, &upserted.indexed_fields);
        Self::attribute_sizes(CAUSE, Some(&all))
    }

    pub(super) fn modify_properties(
        &self,
        a: &ModifyWorkflowPropertiesCommandAttributes,
    ) -> Result<(), Refusal> {
        const CAUSE: Cause = Cause::BadModifyWorkflowPropertiesAttributes;
        let unset = |what: &str| {
            Err(Refusal::new(
                CAUSE,
                format!("{what} is not set on ModifyWorkflowPropertiesCommand."),
            ))
        };
        let Some(upserted) = &a.upserted_memo else {
            return unset("UpsertedMemo");
        };
        if upserted.fields.is_empty() {
            return unset("UpsertedMemo.Fields");
        }
        let bytes = fields_size(&upserted.fields);
        self.size(CAUSE, "ModifyWorkflowPropertiesCommandAttributes", bytes)?;
        let mut fields = self
            .run
            .head
            .memo
            .as_ref()
            .map(|memo| memo.fields.clone())
            .unwrap_or_default();
        merge(&mut fields, &upserted.fields);
        let bytes = Memo { fields }.encoded_len();
        self.memo_size(
            CAUSE,
            "ModifyWorkflowPropertiesCommandAttributes. Memo",
            bytes,
        )
    }
}

impl Run {
    pub(crate) fn merge_search_attributes(&mut self, upserted: Option<&SearchAttributes>) {
        if let Some(upserted) = upserted {
            let own = self.head.search_attributes.get_or_insert_default();
            merge(&mut own.indexed_fields, &upserted.indexed_fields);
        }
        self.visibility_dirty = true;
    }

    pub(crate) fn merge_memo(&mut self, upserted: Option<&Memo>) {
        if let Some(upserted) = upserted {
            let own = self.head.memo.get_or_insert_default();
            merge(&mut own.fields, &upserted.fields);
        }
        self.visibility_dirty = true;
    }

    pub(super) fn upsert_search_attributes(
        &mut self,
        cx: &Cx<'_>,
        a: &UpsertWorkflowSearchAttributesCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        let upserted = a.search_attributes.clone().unwrap_or_default();
        self.merge_search_attributes(Some(&upserted));
        let attributes = UpsertWorkflowSearchAttributesEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            search_attributes: Some(upserted),
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

    pub(super) fn modify_properties(
        &mut self,
        cx: &Cx<'_>,
        a: &ModifyWorkflowPropertiesCommandAttributes,
        user_metadata: Option<UserMetadata>,
        completed_event_id: i64,
    ) {
        self.merge_memo(a.upserted_memo.as_ref());
        let attributes = WorkflowPropertiesModifiedEventAttributes {
            workflow_task_completed_event_id: completed_event_id,
            upserted_memo: a.upserted_memo.clone(),
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

/// A field that is set to nothing, or to an empty list, is removed.
fn merge(own: &mut HashMap<String, Payload>, upserted: &HashMap<String, Payload>) {
    for (name, payload) in upserted {
        if payload.data.is_empty() || payload.data == b"[]" {
            own.remove(name);
        } else {
            own.insert(name.clone(), payload.clone());
        }
    }
}

#[cfg(test)]
mod tests;
