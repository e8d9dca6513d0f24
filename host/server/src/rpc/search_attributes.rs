//! The names and types of search attributes that users registered, kept among the server's own values.
//!
//! A start may use any attribute; filters take those that are registered.

use std::collections::HashMap;

use prost::Message;
use sundial_core::NamespaceId;
use sundial_store::{attribute_types_key, read_attribute_types};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, SearchAttributes},
    enums::v1::IndexedValueType,
    operatorservice::v1::AddSearchAttributesRequest,
};

use super::{
    backend::Backend,
    status::{RpcError, invalid, not_found},
};

/// Attributes that every run has, with their types.
pub(crate) const SYSTEM: [(&str, IndexedValueType); 29] = [
    ("WorkflowId", IndexedValueType::Keyword),
    ("RunId", IndexedValueType::Keyword),
    ("WorkflowType", IndexedValueType::Keyword),
    ("StartTime", IndexedValueType::Datetime),
    ("ExecutionTime", IndexedValueType::Datetime),
    ("CloseTime", IndexedValueType::Datetime),
    ("ExecutionStatus", IndexedValueType::Keyword),
    ("TaskQueue", IndexedValueType::Keyword),
    ("HistoryLength", IndexedValueType::Int),
    ("HistorySizeBytes", IndexedValueType::Int),
    ("ExecutionDuration", IndexedValueType::Int),
    ("StateTransitionCount", IndexedValueType::Int),
    ("ParentWorkflowId", IndexedValueType::Keyword),
    ("ParentRunId", IndexedValueType::Keyword),
    ("RootWorkflowId", IndexedValueType::Keyword),
    ("RootRunId", IndexedValueType::Keyword),
    ("TemporalWorkerDeployment", IndexedValueType::Keyword),
    ("TemporalWorkerDeploymentVersion", IndexedValueType::Keyword),
    (
        "TemporalWorkflowVersioningBehavior",
        IndexedValueType::Keyword,
    ),
    ("BuildIds", IndexedValueType::KeywordList),
    ("BatcherNamespace", IndexedValueType::Keyword),
    ("BatcherUser", IndexedValueType::Keyword),
    ("BinaryChecksums", IndexedValueType::KeywordList),
    ("TemporalChangeVersion", IndexedValueType::KeywordList),
    ("TemporalNamespaceDivision", IndexedValueType::Keyword),
    ("TemporalPauseInfo", IndexedValueType::KeywordList),
    ("TemporalSchedulePaused", IndexedValueType::Bool),
    ("TemporalScheduledById", IndexedValueType::Keyword),
    ("TemporalScheduledStartTime", IndexedValueType::Datetime),
];

type Types = HashMap<String, i32>;

/// Where the payload of a value says of what type it is.
const TYPE: &str = "type";

impl Backend {
    /// What users registered in a namespace.
    pub(crate) async fn custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
    ) -> Result<Types, RpcError> {
        let Some(stored) = self
            .store
            .metadata(&attribute_types_key(namespace_id))
            .await?
        else {
            return Ok(Types::new());
        };
        let stored = AddSearchAttributesRequest::decode(stored.as_slice()).map_err(|error| {
            RpcError::Internal(format!(
                "the stored search attributes can't be read: {error}"
            ))
        })?;
        Ok(stored.search_attributes)
    }

    /// Names the registered type of each value that does not name its own, as clients leave it out that know none.
    pub(crate) async fn name_attribute_types(
        &self,
        namespace_id: NamespaceId,
        attributes: Option<&mut SearchAttributes>,
    ) -> Result<(), RpcError> {
        let Some(attributes) = attributes else {
            return Ok(());
        };
        let untyped = |payload: &Payload| !payload.metadata.contains_key(TYPE);
        if !attributes.indexed_fields.values().any(untyped) {
            return Ok(());
        }
        let Some(stored) = self
            .store
            .metadata(&attribute_types_key(namespace_id))
            .await?
        else {
            return Ok(());
        };
        let types = read_attribute_types(&stored)?;
        for (name, payload) in &mut attributes.indexed_fields {
            if let Some(kind) = types.get(name)
                && untyped(payload)
            {
                payload
                    .metadata
                    .insert(TYPE.to_owned(), kind.name().as_bytes().to_vec());
            }
        }
        Ok(())
    }

    /// Registers attributes.
    pub(crate) async fn add_custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
        added: Types,
    ) -> Result<(), RpcError> {
        let _turn = self.search_attributes_turn.lock().await;
        let mut known = self.custom_search_attributes(namespace_id).await?;
        for (name, value_type) in added {
            check_new(&name, value_type, &known)?;
            known.insert(name, value_type);
        }
        self.store_search_attributes(namespace_id, known).await
    }

    /// Forgets attributes. Values in runs stay.
    pub(crate) async fn remove_custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
        removed: &[String],
    ) -> Result<(), RpcError> {
        let _turn = self.search_attributes_turn.lock().await;
        let mut known = self.custom_search_attributes(namespace_id).await?;
        for name in removed {
            if is_system(name) {
                return Err(invalid(format!(
                    "Unable to remove non-custom search attributes: {name}."
                )));
            }
            if known.remove(name).is_none() {
                return Err(not_found(format!("Search attribute {name} doesn't exist.")));
            }
        }
        self.store_search_attributes(namespace_id, known).await
    }

    async fn store_search_attributes(
        &self,
        namespace_id: NamespaceId,
        search_attributes: Types,
    ) -> Result<(), RpcError> {
        let stored = AddSearchAttributesRequest {
            search_attributes,
            ..Default::default()
        };
        self.store
            .put_metadata(&attribute_types_key(namespace_id), &stored.encode_to_vec())
            .await?;
        Ok(())
    }
}

/// The names of the server's own attributes, and of those that it may have one day, begin so.
const RESERVED_PREFIX: &str = "Temporal";

fn is_system(name: &str) -> bool {
    name.starts_with(RESERVED_PREFIX) || SYSTEM.iter().any(|(system, _)| *system == name)
}

fn check_new(name: &str, value_type: i32, known: &Types) -> Result<(), RpcError> {
    if name.is_empty() {
        return Err(invalid("SearchAttributes are not set on request."));
    }
    if is_system(name) {
        return Err(invalid(format!(
            "Search attribute {name} is reserved by system."
        )));
    }
    if name.contains(|character: char| character.is_control() || matches!(character, '"' | '\\')) {
        return Err(invalid(format!(
            "Search attribute name {name:?} holds a quote, a backslash or a control character."
        )));
    }
    match IndexedValueType::try_from(value_type) {
        Ok(IndexedValueType::Unspecified) | Err(_) => Err(invalid(format!(
            "Unknown search attribute type: {value_type}."
        ))),
        // The same again changes nothing; another type would.
        Ok(_) => match known.get(name) {
            Some(known) if *known != value_type => Err(invalid(format!(
                "Search attribute {name} already exists with another type."
            ))),
            Some(_) | None => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_systems_and_a_second_type_are_refused() {
        let keyword = IndexedValueType::Keyword as i32;
        let known = Types::from([("Customer".to_owned(), keyword)]);
        assert!(check_new("Region", keyword, &known).is_ok());
        assert!(check_new("Customer", keyword, &known).is_ok());
        assert!(check_new("Customer", IndexedValueType::Int as i32, &known).is_err());
        assert!(check_new("RunId", keyword, &known).is_err());
        assert!(check_new("TemporalOfTomorrow", keyword, &known).is_err());
        assert!(check_new("Region", 0, &known).is_err());
        assert!(check_new("Region", 99, &known).is_err());
        assert!(check_new("", keyword, &known).is_err());
        assert!(check_new("a\"b", keyword, &known).is_err());
        assert!(check_new("a\0b", keyword, &known).is_err());
    }
}
