package internal

// What a workflow can know of its own run.

import (
	"time"

	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/internal/coresdk/activation"
)

// WorkflowType names a kind of workflow.
type WorkflowType struct{ Name string }

// ActivityType names a kind of activity.
type ActivityType struct{ Name string }

// ContinueAsNewSuggestedReason says why the server suggests to continue as new.
type ContinueAsNewSuggestedReason int

// WorkflowInfo is what a workflow can know of its own run.
type WorkflowInfo struct {
	WorkflowExecution        WorkflowExecution
	OriginalRunID            string
	FirstRunID               string
	WorkflowType             WorkflowType
	TaskQueueName            string
	WorkflowExecutionTimeout time.Duration
	WorkflowRunTimeout       time.Duration
	WorkflowTaskTimeout      time.Duration
	Namespace                string
	Attempt                  int32
	WorkflowStartTime        time.Time
	CronSchedule             string
	ContinuedExecutionRunID  string
	ParentWorkflowNamespace  string
	ParentWorkflowExecution  *WorkflowExecution
	RootWorkflowExecution    *WorkflowExecution
	Memo                     *commonpb.Memo
	SearchAttributes         *commonpb.SearchAttributes
	RetryPolicy              *RetryPolicy
	Priority                 Priority
	BinaryChecksum           string

	lastCompletionResult   *commonpb.Payloads
	lastFailure            *failurepb.Failure
	buildID                string
	continueAsNewSuggested bool
	reasons                []ContinueAsNewSuggestedReason
	versionChanged         bool
	historySize            int
	historyLength          int
}

// GetCurrentHistoryLength is the number of events up to the task that is worked on.
func (i *WorkflowInfo) GetCurrentHistoryLength() int { return i.historyLength }

// GetCurrentHistorySize is their size in bytes.
func (i *WorkflowInfo) GetCurrentHistorySize() int { return i.historySize }

// GetContinueAsNewSuggested says whether the server finds the history long.
func (i *WorkflowInfo) GetContinueAsNewSuggested() bool { return i.continueAsNewSuggested }

// GetContinueAsNewSuggestedReasons says why.
func (i *WorkflowInfo) GetContinueAsNewSuggestedReasons() []ContinueAsNewSuggestedReason {
	return i.reasons
}

// GetTargetWorkerDeploymentVersionChanged says whether a newer version is current.
func (i *WorkflowInfo) GetTargetWorkerDeploymentVersionChanged() bool { return i.versionChanged }

// GetCurrentBuildID is the version that works on this task.
func (i *WorkflowInfo) GetCurrentBuildID() string { return i.buildID }

// GetBinaryChecksum is the old name of the version.
func (i *WorkflowInfo) GetBinaryChecksum() string { return i.buildID }

// GetWorkflowInfo returns what is known of the run. The same value tells the newest of it in later tasks.
func GetWorkflowInfo(ctx Context) *WorkflowInfo { return &runOf(ctx).info }

// HasLastCompletionResult says whether an earlier run of a cron workflow left a result.
func HasLastCompletionResult(ctx Context) bool {
	return len(runOf(ctx).info.lastCompletionResult.GetPayloads()) > 0
}

// GetLastCompletionResult decodes it.
func GetLastCompletionResult(ctx Context, d ...interface{}) error {
	return NewEncodedValues(runOf(ctx).info.lastCompletionResult, dataConverterOf(ctx)).Get(d...)
}

// GetLastError is the error with which the earlier run of a cron or retried workflow ended, nil if it did not fail.
func GetLastError(ctx Context) error {
	return FailureToError(runOf(ctx).info.lastFailure, dataConverterOf(ctx))
}

func (r *Run) initialize(runID string, job *activation.InitializeWorkflow) {
	i := &r.info
	i.WorkflowExecution = WorkflowExecution{ID: job.GetWorkflowId(), RunID: runID}
	i.OriginalRunID = job.GetOriginalExecutionRunId()
	if i.OriginalRunID == "" {
		i.OriginalRunID = runID
	}
	i.FirstRunID = job.GetFirstExecutionRunId()
	i.WorkflowType = WorkflowType{Name: job.GetWorkflowType()}
	i.TaskQueueName = r.host.TaskQueue()
	i.Namespace = r.host.Namespace()
	i.WorkflowExecutionTimeout = job.GetWorkflowExecutionTimeout().AsDuration()
	i.WorkflowRunTimeout = job.GetWorkflowRunTimeout().AsDuration()
	i.WorkflowTaskTimeout = job.GetWorkflowTaskTimeout().AsDuration()
	i.Attempt = job.GetAttempt()
	i.WorkflowStartTime = job.GetStartTime().AsTime()
	i.CronSchedule = job.GetCronSchedule()
	i.ContinuedExecutionRunID = job.GetContinuedFromExecutionRunId()
	if parent := job.GetParentWorkflowInfo(); parent != nil {
		i.ParentWorkflowNamespace = parent.GetNamespace()
		i.ParentWorkflowExecution = &WorkflowExecution{ID: parent.GetWorkflowId(), RunID: parent.GetRunId()}
	}
	if root := job.GetRootWorkflow(); root != nil {
		i.RootWorkflowExecution = &WorkflowExecution{ID: root.GetWorkflowId(), RunID: root.GetRunId()}
	}
	i.Memo = job.GetMemo()
	i.SearchAttributes = job.GetSearchAttributes()
	i.RetryPolicy = decodeRetryPolicy(job.GetRetryPolicy())
	i.Priority = decodePriority(job.GetPriority())
	i.lastCompletionResult = job.GetLastCompletionResult()
	i.lastFailure = job.GetContinuedFailure()
	r.randomness = job.GetRandomnessSeed()
}
