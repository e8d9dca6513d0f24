//! The search attributes that users registered in a namespace, kept among the server's own values, and what requests set by
//! them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use prost::Message;
use sundial_core::{
    AttributeType, AttributeTypes, NamespaceId, Timestamp,
    search_attributes::{OF_SERVER, PREDEFINED, SYSTEM, is_reserved, is_system},
    time::Span,
};
use sundial_store::{attribute_types_key, read_attribute_types};
use temporalio_protos::temporal::api::{
    command::v1::{Command, command::Attributes},
    common::v1::SearchAttributes,
    enums::v1::IndexedValueType,
    operatorservice::v1::AddSearchAttributesRequest,
};

use super::{
    backend::Backend,
    status::{RpcError, invalid},
};

/// Attributes that another server on the same database registered or removed are noticed after this long at the latest.
const KNOWN_FOR: Span = Span::from_seconds(10);

/// What was read of registered attributes.
#[derive(Default)]
pub(crate) struct RegisteredAttributes {
    /// Who reads and writes them does it in turn.
    turn: tokio::sync::Mutex<()>,
    known: Mutex<HashMap<NamespaceId, (Timestamp, Arc<AttributeTypes>)>>,
}

impl RegisteredAttributes {
    fn known(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<NamespaceId, (Timestamp, Arc<AttributeTypes>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The attributes that are there without being registered, as `temporal.api.enums.v1.IndexedValueType`.
pub(crate) fn system_attributes() -> HashMap<String, i32> {
    SYSTEM
        .iter()
        .chain(&OF_SERVER)
        .chain(&PREDEFINED)
        .map(|(name, kind)| ((*name).to_owned(), kind.number()))
        .collect()
}

/// Registered attributes, likewise.
pub(crate) fn numbered(types: &AttributeTypes) -> HashMap<String, i32> {
    types
        .iter()
        .map(|(name, kind)| (name.clone(), kind.number()))
        .collect()
}

/// The search attributes that commands set.
pub(crate) fn set_by_commands(
    commands: &mut [Command],
) -> impl Iterator<Item = &mut SearchAttributes> {
    commands.iter_mut().filter_map(|command| {
        match command.attributes.as_mut()? {
            Attributes::UpsertWorkflowSearchAttributesCommandAttributes(a) => {
                &mut a.search_attributes
            }
            Attributes::ContinueAsNewWorkflowExecutionCommandAttributes(a) => {
                &mut a.search_attributes
            }
            Attributes::StartChildWorkflowExecutionCommandAttributes(a) => &mut a.search_attributes,
            _ => return None,
        }
        .as_mut()
    })
}

impl Backend {
    /// What users registered in a namespace.
    pub(crate) async fn custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
    ) -> Result<Arc<AttributeTypes>, RpcError> {
        let now = self.engine.clock().now();
        let key = attribute_types_key(namespace_id);
        let types = match self.store.metadata(&key).await? {
            Some(stored) => read_attribute_types(&stored)?,
            None => AttributeTypes::new(),
        };
        let types = Arc::new(types);
        self.registered
            .known()
            .insert(namespace_id, (now, types.clone()));
        Ok(types)
    }

    /// The registered types that these attributes are checked by. Nothing is read for attributes that are known.
    pub(crate) async fn attribute_types(
        &self,
        namespace_id: NamespaceId,
        attributes: impl IntoIterator<Item = &SearchAttributes> + Send,
    ) -> Result<Arc<AttributeTypes>, RpcError> {
        let names: Vec<&String> = attributes
            .into_iter()
            .flat_map(|attributes| attributes.indexed_fields.keys())
            .filter(|name| AttributeType::predefined(name).is_none())
            .collect();
        if names.is_empty() {
            return Ok(Arc::default());
        }
        let now = self.engine.clock().now();
        let known = self.registered.known().get(&namespace_id).cloned();
        match known {
            Some((read_at, types))
                if now.since(read_at) < KNOWN_FOR
                    && names.iter().all(|name| types.contains_key(*name)) =>
            {
                Ok(types)
            }
            _ => self.custom_search_attributes(namespace_id).await,
        }
    }

    /// Registers attributes. Those that are there stay as they are.
    pub(crate) async fn add_custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
        added: HashMap<String, i32>,
    ) -> Result<(), RpcError> {
        let _turn = self.registered.turn.lock().await;
        let known = self.custom_search_attributes(namespace_id).await?;
        let mut known = AttributeTypes::clone(&known);
        for (name, number) in added {
            let kind = check_new(&name, number)?;
            known.entry(name).or_insert(kind);
        }
        self.store_search_attributes(namespace_id, &known).await
    }

    /// Forgets attributes, and does nothing for those that are not there. Values in runs stay.
    pub(crate) async fn remove_custom_search_attributes(
        &self,
        namespace_id: NamespaceId,
        removed: &[String],
    ) -> Result<(), RpcError> {
        let _turn = self.registered.turn.lock().await;
        let known = self.custom_search_attributes(namespace_id).await?;
        let mut known = AttributeTypes::clone(&known);
        for name in removed {
            if is_system(name) || AttributeType::predefined(name).is_some() {
                return Err(invalid(format!(
                    "Unable to remove non-custom search attributes: {name}."
                )));
            }
            known.remove(name);
        }
        self.store_search_attributes(namespace_id, &known).await
    }

    async fn store_search_attributes(
        &self,
        namespace_id: NamespaceId,
        types: &AttributeTypes,
    ) -> Result<(), RpcError> {
        let stored = AddSearchAttributesRequest {
            search_attributes: numbered(types),
            ..Default::default()
        };
        self.store
            .put_metadata(&attribute_types_key(namespace_id), &stored.encode_to_vec())
            .await?;
        self.registered.known().remove(&namespace_id);
        Ok(())
    }
}

fn check_new(name: &str, number: i32) -> Result<AttributeType, RpcError> {
    if name.is_empty() {
        return Err(invalid("SearchAttributes are not set on request."));
    }
    if is_reserved(name) {
        return Err(invalid(format!(
            "Search attribute {name} is reserved by system."
        )));
    }
    if name.contains(|character: char| character.is_control() || matches!(character, '"' | '\\')) {
        return Err(invalid(format!(
            "Search attribute name {name:?} holds a quote, a backslash or a control character."
        )));
    }
    if number == IndexedValueType::Unspecified as i32 {
        return Err(invalid(
            "Unable to create search attributes: cannot have more than 0 search attribute of type Unspecified.",
        ));
    }
    AttributeType::of_number(number)
        .ok_or_else(|| invalid(format!("Unknown search attribute type: {number}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_systems_and_an_unknown_type_are_refused() {
        let keyword = IndexedValueType::Keyword as i32;
        assert_eq!(
            check_new("Region", keyword).unwrap(),
            AttributeType::Keyword
        );
        for name in [
            "RunId",
            "BuildIds",
            "Memo",
            "TemporalOfTomorrow",
            "",
            "a\"b",
            "a\0b",
        ] {
            assert!(check_new(name, keyword).is_err(), "{name}");
        }
        assert!(check_new("Region", 0).is_err());
        assert!(check_new("Region", 99).is_err());
    }

    #[test]
    fn what_is_there_without_being_registered_is_listed_once() {
        assert_eq!(system_attributes().len(), 29);
    }
}
