//! Search attributes in requests.

use sundial_core::{
    AttributeTypes,
    search_attributes::{check_names, check_sizes, check_values, name_types},
};
use temporalio_protos::temporal::api::common::v1::SearchAttributes;

use crate::rpc::status::{RpcError, invalid};

/// What attributes are checked by.
#[derive(Clone, Copy)]
pub(crate) struct Registered<'a> {
    /// The namespace's name.
    pub(crate) namespace: &'a str,
    /// The attributes that are registered in it.
    pub(crate) types: &'a AttributeTypes,
}

/// Checks the attributes that a request sets, and names the type of each.
pub(crate) fn prepare(
    mut attributes: Option<&mut SearchAttributes>,
    registered: Registered<'_>,
) -> Result<(), RpcError> {
    let set = attributes.as_deref();
    check_names(set, registered.types, registered.namespace)
        .and_then(|()| check_values(set, registered.types))
        .and_then(|()| check_sizes(set))
        .map_err(invalid)?;
    name_types(attributes.as_deref_mut(), registered.types);
    Ok(())
}
