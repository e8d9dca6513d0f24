//! Namespaces as records.

use sundial_core::NamespaceId;
use temporalio_protos::temporal::api::namespace::v1::{NamespaceConfig, NamespaceInfo};

/// A namespace with what was configured for it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamespaceRecord {
    /// Its identity, the same for ever.
    pub id: NamespaceId,
    /// Unique among namespaces.
    pub name: String,
    /// Counts the changes: 1 when created. An update names the revision that it replaces.
    pub revision: i64,
    /// State, description, owner, data. `id` and `name` in it are overwritten by the two above.
    pub info: NamespaceInfo,
    /// Retention and the like.
    pub config: NamespaceConfig,
}
