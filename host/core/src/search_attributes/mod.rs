//! Search attributes: which there are, of what types they are, and what values they take.
//!
//! How runs are found by attributes is the store's matter.

mod check;
mod value;

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    common::v1::{Payload, SearchAttributes},
    enums::v1::IndexedValueType,
};

pub(crate) use self::check::VALUE_SIZE_BYTES;
pub use self::check::{check_names, check_sizes, check_values};

/// The attributes that users registered in a namespace.
pub type AttributeTypes = HashMap<String, AttributeType>;

/// Where the payload of a value says of what type it is.
const TYPE: &str = "type";

/// The type of a search attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// Found by any of its words.
    Text,
    /// Found as a whole.
    Keyword,
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// True or false.
    Bool,
    /// An instant.
    Datetime,
    /// Found by any of its keywords.
    KeywordList,
}

/// Attributes that every run has. Nobody else sets them.
pub const SYSTEM: [(&str, AttributeType); 16] = [
    ("WorkflowId", AttributeType::Keyword),
    ("RunId", AttributeType::Keyword),
    ("WorkflowType", AttributeType::Keyword),
    ("StartTime", AttributeType::Datetime),
    ("ExecutionTime", AttributeType::Datetime),
    ("CloseTime", AttributeType::Datetime),
    ("ExecutionStatus", AttributeType::Keyword),
    ("TaskQueue", AttributeType::Keyword),
    ("HistoryLength", AttributeType::Int),
    ("HistorySizeBytes", AttributeType::Int),
    ("ExecutionDuration", AttributeType::Int),
    ("StateTransitionCount", AttributeType::Int),
    ("ParentWorkflowId", AttributeType::Keyword),
    ("ParentRunId", AttributeType::Keyword),
    ("RootWorkflowId", AttributeType::Keyword),
    ("RootRunId", AttributeType::Keyword),
];

/// Attributes that the server sets among a run's own. Nobody else sets them.
pub const OF_SERVER: [(&str, AttributeType); 3] = [
    ("TemporalWorkerDeployment", AttributeType::Keyword),
    ("TemporalWorkerDeploymentVersion", AttributeType::Keyword),
    ("TemporalWorkflowVersioningBehavior", AttributeType::Keyword),
];

/// Attributes that servers and SDKs set among a run's own, and users may.
pub const PREDEFINED: [(&str, AttributeType); 10] = [
    ("BatcherNamespace", AttributeType::Keyword),
    ("BatcherUser", AttributeType::Keyword),
    ("BinaryChecksums", AttributeType::KeywordList),
    ("BuildIds", AttributeType::KeywordList),
    ("TemporalChangeVersion", AttributeType::KeywordList),
    ("TemporalNamespaceDivision", AttributeType::Keyword),
    ("TemporalPauseInfo", AttributeType::KeywordList),
    ("TemporalSchedulePaused", AttributeType::Bool),
    ("TemporalScheduledById", AttributeType::Keyword),
    ("TemporalScheduledStartTime", AttributeType::Datetime),
];

/// The names of the server's own attributes, and of those that it may have one day, begin so.
const RESERVED_PREFIX: &str = "Temporal";
/// Names that stand for a run's other columns.
const RESERVED: [&str; 4] = ["NamespaceId", "Memo", "MemoEncoding", "VisibilityTaskKey"];

impl AttributeType {
    /// The type of an attribute that is there without being registered, among a run's own.
    #[must_use]
    pub fn predefined(name: &str) -> Option<Self> {
        PREDEFINED
            .iter()
            .chain(&OF_SERVER)
            .find(|(predefined, _)| *predefined == name)
            .map(|(_, kind)| *kind)
    }

    /// The type of an attribute that a request may set: registered or predefined.
    #[must_use]
    pub fn of(name: &str, types: &AttributeTypes) -> Option<Self> {
        Self::predefined(name).or_else(|| types.get(name).copied())
    }

    /// Its name, as payloads and errors have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Keyword => "Keyword",
            Self::Int => "Int",
            Self::Double => "Double",
            Self::Bool => "Bool",
            Self::Datetime => "Datetime",
            Self::KeywordList => "KeywordList",
        }
    }

    /// The type with a number of `temporal.api.enums.v1.IndexedValueType`.
    #[must_use]
    pub fn of_number(number: i32) -> Option<Self> {
        match IndexedValueType::try_from(number).ok()? {
            IndexedValueType::Unspecified => None,
            IndexedValueType::Text => Some(Self::Text),
            IndexedValueType::Keyword => Some(Self::Keyword),
            IndexedValueType::Int => Some(Self::Int),
            IndexedValueType::Double => Some(Self::Double),
            IndexedValueType::Bool => Some(Self::Bool),
            IndexedValueType::Datetime => Some(Self::Datetime),
            IndexedValueType::KeywordList => Some(Self::KeywordList),
        }
    }

    /// That number.
    #[must_use]
    pub fn number(self) -> i32 {
        let kind = match self {
            Self::Text => IndexedValueType::Text,
            Self::Keyword => IndexedValueType::Keyword,
            Self::Int => IndexedValueType::Int,
            Self::Double => IndexedValueType::Double,
            Self::Bool => IndexedValueType::Bool,
            Self::Datetime => IndexedValueType::Datetime,
            Self::KeywordList => IndexedValueType::KeywordList,
        };
        kind as i32
    }
}

/// A value as the server writes it.
pub(crate) fn payload_of(kind: AttributeType, value: impl Into<serde_json::Value>) -> Payload {
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            (TYPE.to_owned(), kind.name().as_bytes().to_vec()),
        ]
        .into(),
        data: value.into().to_string().into_bytes(),
        ..Default::default()
    }
}

/// True for an attribute that every run has.
#[must_use]
pub fn is_system(name: &str) -> bool {
    SYSTEM.iter().any(|(system, _)| *system == name)
}

/// True for a name that users can't register: the server has it, or may have it one day.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.starts_with(RESERVED_PREFIX)
        || RESERVED.contains(&name)
        || is_system(name)
        || AttributeType::predefined(name).is_some()
}

/// Writes the type of each value into its payload: clients that know none leave it out, and filters go by it.
pub fn name_types(attributes: Option<&mut SearchAttributes>, types: &AttributeTypes) {
    let fields = attributes.map(|attributes| &mut attributes.indexed_fields);
    for (name, payload) in fields.into_iter().flatten() {
        if let Some(kind) = AttributeType::of(name, types) {
            payload
                .metadata
                .insert(TYPE.to_owned(), kind.name().as_bytes().to_vec());
        }
    }
}
