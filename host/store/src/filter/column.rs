//! The search attributes that a filter may name, and what kind of values they have.

use sundial_core::Archetype;

use super::{FilterError, Words};
use crate::attributes::AttributeType;

/// A search attribute with its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Text(TextColumn),
    Time(TimeColumn),
    Number(NumberColumn),
    Status,
    /// Of a user's.
    Custom(AttributeType),
}

/// Attributes of type Keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextColumn {
    /// The workflow id.
    WorkflowId,
    /// The run id, in its usual textual form.
    RunId,
    /// The workflow type.
    WorkflowType,
    /// The normal task queue.
    TaskQueue,
    /// Workflow id of the parent; absent for a run without one.
    ParentWorkflowId,
    /// Run id of the parent; absent for a run without one.
    ParentRunId,
    /// Workflow id of the root of the tree.
    RootWorkflowId,
    /// Run id of the root of the tree.
    RootRunId,
    /// Deployment of the version that the run was last on.
    WorkerDeployment,
    /// That version, as `deployment:build id`.
    WorkerDeploymentVersion,
}

/// Attributes of type Datetime.
#[expect(
    clippy::enum_variant_names,
    reason = "the names are those of the columns"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeColumn {
    /// When the run started.
    StartTime,
    /// When its first workflow task may run.
    ExecutionTime,
    /// When it closed; absent for an open run.
    CloseTime,
}

/// Attributes of type Int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberColumn {
    /// Events at close; absent for an open run.
    HistoryLength,
    /// Bytes at close; absent for an open run.
    HistorySizeBytes,
    /// Nanoseconds from execution time to close; absent for an open run.
    ExecutionDuration,
}

impl Column {
    /// The attribute of this name; names are case sensitive.
    pub(super) fn named(name: &str, words: Words<'_>) -> Result<Self, FilterError> {
        let found = match words.archetype {
            Archetype::Workflow => Self::of_workflow(name),
            Archetype::Activity => Self::of_activity(name),
        };
        let custom = || {
            let kind = words.types.get(name).copied();
            kind.or_else(|| AttributeType::predefined(name))
                .map(Self::Custom)
        };
        found.or_else(custom).ok_or_else(|| {
            FilterError::invalid(format_args!(
                "column name '{name}' is not a valid search attribute"
            ))
        })
    }

    /// Rows of stand-alone activities have the activity's id and type where those of runs have the workflow's, and the
    /// number of their changes for that of their events.
    fn of_activity(name: &str) -> Option<Self> {
        Some(match name {
            "ActivityId" | "ActivityID" => Self::Text(TextColumn::WorkflowId),
            "RunId" | "RunID" => Self::Text(TextColumn::RunId),
            "ActivityType" => Self::Text(TextColumn::WorkflowType),
            "TaskQueue" => Self::Text(TextColumn::TaskQueue),
            "StartTime" => Self::Time(TimeColumn::StartTime),
            "ExecutionTime" => Self::Time(TimeColumn::ExecutionTime),
            "CloseTime" => Self::Time(TimeColumn::CloseTime),
            "StateTransitionCount" => Self::Number(NumberColumn::HistoryLength),
            "HistorySizeBytes" => Self::Number(NumberColumn::HistorySizeBytes),
            "ExecutionDuration" => Self::Number(NumberColumn::ExecutionDuration),
            "ExecutionStatus" => Self::Status,
            _ => return None,
        })
    }

    fn of_workflow(name: &str) -> Option<Self> {
        Some(match name {
            "WorkflowId" | "WorkflowID" => Self::Text(TextColumn::WorkflowId),
            "RunId" | "RunID" => Self::Text(TextColumn::RunId),
            "WorkflowType" => Self::Text(TextColumn::WorkflowType),
            "TaskQueue" => Self::Text(TextColumn::TaskQueue),
            "ParentWorkflowId" => Self::Text(TextColumn::ParentWorkflowId),
            "ParentRunId" => Self::Text(TextColumn::ParentRunId),
            "RootWorkflowId" => Self::Text(TextColumn::RootWorkflowId),
            "RootRunId" => Self::Text(TextColumn::RootRunId),
            "TemporalWorkerDeployment" | "WorkerDeployment" => {
                Self::Text(TextColumn::WorkerDeployment)
            }
            "TemporalWorkerDeploymentVersion" | "WorkerDeploymentVersion" => {
                Self::Text(TextColumn::WorkerDeploymentVersion)
            }
            "StartTime" => Self::Time(TimeColumn::StartTime),
            "ExecutionTime" => Self::Time(TimeColumn::ExecutionTime),
            "CloseTime" => Self::Time(TimeColumn::CloseTime),
            "HistoryLength" => Self::Number(NumberColumn::HistoryLength),
            "HistorySizeBytes" => Self::Number(NumberColumn::HistorySizeBytes),
            "ExecutionDuration" => Self::Number(NumberColumn::ExecutionDuration),
            "ExecutionStatus" => Self::Status,
            _ => return None,
        })
    }

    /// Whether a run's value is one text that is compared as a whole.
    pub(super) fn is_keyword(self) -> bool {
        match self {
            Self::Text(_) | Self::Status | Self::Custom(AttributeType::Keyword) => true,
            Self::Time(_) | Self::Number(_) | Self::Custom(_) => false,
        }
    }

    /// Whether a run has several values, of which one has to pass.
    pub(super) fn holds_several(self) -> bool {
        matches!(
            self,
            Self::Custom(AttributeType::Text | AttributeType::KeywordList)
        )
    }

    /// The type's name as Temporal prints it.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Text(_) | Self::Status => "Keyword",
            Self::Time(_) => "Datetime",
            Self::Number(_) => "Int",
            Self::Custom(kind) => kind.name(),
        }
    }
}
