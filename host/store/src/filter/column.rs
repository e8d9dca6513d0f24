//! The search attributes that a filter may name, and what kind of values they have.

use super::FilterError;
use sundial_core::{AttributeType, AttributeTypes};

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
    /// How often the run changed, at close; absent for an open run.
    StateTransitionCount,
    /// Nanoseconds from execution time to close; absent for an open run.
    ExecutionDuration,
}

impl Column {
    /// The attribute of this name; names are case sensitive.
    pub(super) fn named(name: &str, types: &AttributeTypes) -> Result<Self, FilterError> {
        Ok(match name {
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
            "StateTransitionCount" => Self::Number(NumberColumn::StateTransitionCount),
            "ExecutionDuration" => Self::Number(NumberColumn::ExecutionDuration),
            "ExecutionStatus" => Self::Status,
            _ => match types
                .get(name)
                .copied()
                .or_else(|| AttributeType::predefined(name))
            {
                Some(kind) => Self::Custom(kind),
                None => {
                    return Err(FilterError::invalid(format_args!(
                        "column name '{name}' is not a valid search attribute"
                    )));
                }
            },
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
