package internal

// What one activation does: its jobs change the run, the coroutines go on as far as they can, and what they decided is the answer.

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/commands"
	"go.temporal.io/sdk/internal/coresdk/completion"
	"go.temporal.io/sdk/internal/coresdk/corecommon"
)

// ActivateBytes decodes an activation, applies it, and encodes the answer.
func (r *Run) ActivateBytes(encoded []byte) []byte {
	job := &activation.WorkflowActivation{}
	if err := job.Decode(encoded); err != nil {
		return failed(job.GetRunId(), fmt.Errorf("the activation can't be decoded: %w", err), r).AppendTo(nil)
	}
	return r.Activate(job).AppendTo(nil)
}

// Activate applies an activation and answers with what the workflow decided. A panic in workflow code fails the task, not the workflow.
func (r *Run) Activate(a *activation.WorkflowActivation) *completion.WorkflowActivationCompletion {
	r.commands = nil
	r.observe(a)
	var queries []*activation.QueryWorkflow
	progress := false
	for _, job := range a.GetJobs() {
		if query := job.GetQueryWorkflow(); query != nil {
			queries = append(queries, query)
			continue
		}
		progress = true
		if err := r.apply(a.GetRunId(), job); err != nil {
			return failed(a.GetRunId(), err, r)
		}
	}
	if progress {
		if panicked := r.goOn(); panicked != nil {
			return failed(a.GetRunId(), panicked, r)
		}
	}
	for _, query := range queries {
		r.answer(query)
	}
	return &completion.WorkflowActivationCompletion{RunId: a.GetRunId(), Status: &completion.WorkflowActivationCompletion_Successful{
		Successful: &completion.Success{Commands: r.commands},
	}}
}

func failed(runID string, err error, r *Run) *completion.WorkflowActivationCompletion {
	return &completion.WorkflowActivationCompletion{RunId: runID, Status: &completion.WorkflowActivationCompletion_Failed{
		Failed: &completion.Failure{Failure: ErrorToFailure(err, r.converter), ForceCause: enumspb.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE},
	}}
}

// observe takes what comes with every activation.
func (r *Run) observe(a *activation.WorkflowActivation) {
	if a.GetTimestamp() != nil {
		r.now = a.GetTimestamp().AsTime()
	}
	r.isReplaying = a.GetIsReplaying()
	r.info.historyLength = int(a.GetHistoryLength())
	r.info.historySize = int(a.GetHistorySizeBytes())
	r.info.continueAsNewSuggested = a.GetContinueAsNewSuggested()
	r.info.reasons = nil
	for _, reason := range a.GetSuggestContinueAsNewReasons() {
		r.info.reasons = append(r.info.reasons, ContinueAsNewSuggestedReason(reason))
	}
	r.info.versionChanged = a.GetTargetWorkerDeploymentVersionChanged()
	r.info.buildID = a.GetDeploymentVersionForCurrentTask().GetBuildId()
}

func (r *Run) apply(runID string, job *activation.WorkflowActivationJob) error {
	switch v := job.GetVariant().(type) {
	case *activation.WorkflowActivationJob_InitializeWorkflow:
		r.initialize(runID, v.InitializeWorkflow)
		return r.start(v.InitializeWorkflow)
	case *activation.WorkflowActivationJob_FireTimer:
		r.fireTimer(v.FireTimer.GetSeq())
	case *activation.WorkflowActivationJob_UpdateRandomSeed:
		r.randomness = v.UpdateRandomSeed.GetRandomnessSeed()
	case *activation.WorkflowActivationJob_CancelWorkflow:
		r.cancelRoot()
	case *activation.WorkflowActivationJob_SignalWorkflow:
		r.signal(v.SignalWorkflow)
	case *activation.WorkflowActivationJob_ResolveActivity:
		r.resolveActivity(v.ResolveActivity.GetSeq(), v.ResolveActivity.GetResult())
	case *activation.WorkflowActivationJob_NotifyHasPatch:
		r.patches[v.NotifyHasPatch.GetPatchId()] = true
	case *activation.WorkflowActivationJob_ResolveChildWorkflowExecutionStart:
		r.resolveChildStart(v.ResolveChildWorkflowExecutionStart)
	case *activation.WorkflowActivationJob_ResolveChildWorkflowExecution:
		r.resolveChild(v.ResolveChildWorkflowExecution.GetSeq(), v.ResolveChildWorkflowExecution.GetResult())
	case *activation.WorkflowActivationJob_ResolveSignalExternalWorkflow:
		s := v.ResolveSignalExternalWorkflow
		r.resolveExternal(s.GetSeq(), s.GetFailure(), s.GetCause() == enumspb.SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND)
	case *activation.WorkflowActivationJob_ResolveRequestCancelExternalWorkflow:
		c := v.ResolveRequestCancelExternalWorkflow
		r.resolveExternal(c.GetSeq(), c.GetFailure(), c.GetCause() == enumspb.CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND)
	case *activation.WorkflowActivationJob_DoUpdate:
		r.update(v.DoUpdate)
	case *activation.WorkflowActivationJob_RemoveFromCache:
		// The host drops the instance; a test environment closes the run.
	default:
		return errors.New("the activation has a job that this component does not know; build it with a newer sundial")
	}
	return nil
}

// start makes the coroutine of the workflow function.
func (r *Run) start(job *activation.InitializeWorkflow) error {
	function, err := r.registry.Workflow(job.GetWorkflowType())
	if err != nil {
		return err
	}
	r.dispatcher.start("root", func() {
		results, err := call(function, &Arguments{Context: r.root, payloads: job.GetArguments(), converter: r.converter})
		o := &outcome{err: err}
		if err == nil && len(results) > 0 {
			if o.result, o.err = r.converter.ToPayload(results[0]); o.err != nil {
				o.err = fmt.Errorf("the workflow's result can't be encoded: %w", o.err)
			}
		}
		r.finished = o
	})
	return nil
}

// goOn runs the coroutines, and ends the workflow once its function has returned and the others are blocked.
func (r *Run) goOn() *PanicError {
	if panicked := r.dispatcher.run(); panicked != nil {
		return panicked
	}
	if r.drainUpdates() {
		if panicked := r.dispatcher.run(); panicked != nil {
			return panicked
		}
	}
	if r.finished != nil {
		if r.running > 0 && !r.isReplaying {
			r.logger().Warn("Workflow finished while update handlers are still running; wait for workflow.AllHandlersFinished before returning")
		}
		r.finish(r.finished)
		r.finished = nil
	}
	return nil
}

func (r *Run) finish(o *outcome) {
	var next *ContinueAsNewError
	var canceled *CanceledError
	switch {
	case o.err == nil:
		r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_CompleteWorkflowExecution{
			CompleteWorkflowExecution: &commands.CompleteWorkflowExecution{Result: o.result}}})
	case errors.As(o.err, &next):
		r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_ContinueAsNewWorkflowExecution{
			ContinueAsNewWorkflowExecution: r.continueAsNew(next)}})
	case errors.As(o.err, &canceled):
		r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_CancelWorkflowExecution{
			CancelWorkflowExecution: &commands.CancelWorkflowExecution{Details: detailPayloads(canceled.details, r.converter)}}})
	default:
		r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_FailWorkflowExecution{
			FailWorkflowExecution: &commands.FailWorkflowExecution{Failure: ErrorToFailure(o.err, r.converter)}}})
	}
}

func (r *Run) continueAsNew(next *ContinueAsNewError) *commands.ContinueAsNewWorkflowExecution {
	var headers map[string]*commonpb.Payload
	if next.Header != nil {
		headers = next.Header.GetFields()
	}
	return &commands.ContinueAsNewWorkflowExecution{
		WorkflowType: next.WorkflowType.Name, TaskQueue: next.TaskQueueName, Arguments: next.Input.GetPayloads(), Headers: headers,
		WorkflowRunTimeout:        wire.OptionalDuration(next.WorkflowRunTimeout),
		WorkflowTaskTimeout:       wire.OptionalDuration(next.WorkflowTaskTimeout),
		RetryPolicy:               next.RetryPolicy.encode(),
		VersioningIntent:          corecommon.VersioningIntent(next.VersioningIntent),
		InitialVersioningBehavior: enumspb.ContinueAsNewVersioningBehavior(next.InitialVersioningBehavior),
	}
}
