package internal

// Children, and what can be sent to other runs.

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/child"
	"go.temporal.io/sdk/internal/coresdk/commands"
	"go.temporal.io/sdk/internal/coresdk/corecommon"
)

// WorkflowExecution names a run.
type WorkflowExecution struct{ ID, RunID string }

// ChildWorkflowFuture is a child's result, and what can be done with it meanwhile.
type ChildWorkflowFuture interface {
	Future
	// GetChildWorkflowExecution is ready when the child has started; its value is a WorkflowExecution.
	GetChildWorkflowExecution() Future
	// SignalChildWorkflow sends a signal; the result says whether it was taken.
	SignalChildWorkflow(ctx Context, signalName string, data interface{}) Future
}

type childWorkflowFuture struct {
	*future
	execution    *future
	converter    converter.DataConverter
	namespace    string
	workflowID   string
	workflowType string
	ctx          Context
	forget       func()
}

// GetChildWorkflowExecution implements ChildWorkflowFuture.
func (c *childWorkflowFuture) GetChildWorkflowExecution() Future { return c.execution }

// SignalChildWorkflow implements ChildWorkflowFuture.
func (c *childWorkflowFuture) SignalChildWorkflow(ctx Context, signalName string, data interface{}) Future {
	return signalTo(ctx, signalName, data, func(s *commands.SignalExternalWorkflowExecution) {
		s.Target = &commands.SignalExternalWorkflowExecution_ChildWorkflowId{ChildWorkflowId: c.workflowID}
	})
}

// ExecuteChildWorkflow starts a child, a workflow function or a type's name.
func ExecuteChildWorkflow(ctx Context, childWorkflow interface{}, args ...interface{}) ChildWorkflowFuture {
	r := runOf(ctx)
	options := childOptionsOf(ctx)
	c := &childWorkflowFuture{future: newFuture(ctx), execution: newFuture(ctx), converter: dataConverterOf(ctx), ctx: ctx, forget: func() {}}
	start, err := r.childStart(ctx, options, childWorkflow, args)
	if err != nil {
		c.execution.Set(nil, err)
		c.future.Set(nil, err)
		return c
	}
	c.namespace, c.workflowID, c.workflowType = start.Namespace, start.WorkflowId, start.WorkflowType
	r.children[start.Seq] = c
	r.command(commands.WorkflowCommand{
		UserMetadata: r.metadata(options.StaticSummary, options.StaticDetails),
		Variant:      &commands.WorkflowCommand_StartChildWorkflowExecution{StartChildWorkflowExecution: start},
	})
	return c
}

func (r *Run) childStart(ctx Context, options ChildWorkflowOptions, workflow interface{}, args []interface{}) (*commands.StartChildWorkflowExecution, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	dc := dataConverterOf(ctx)
	name, err := r.registry.workflowName(workflow)
	if err != nil {
		return nil, err
	}
	input, err := dc.ToPayloads(args...)
	if err != nil {
		return nil, err
	}
	attributes, err := encodeSearchAttributes(options.SearchAttributes, options.TypedSearchAttributes)
	if err != nil {
		return nil, err
	}
	memo, err := encodeMemo(options.Memo, dc)
	if err != nil {
		return nil, err
	}
	start := &commands.StartChildWorkflowExecution{
		Seq: r.next(), Namespace: options.Namespace, WorkflowId: options.WorkflowID, WorkflowType: name, TaskQueue: options.TaskQueue,
		Input:                    input.GetPayloads(),
		WorkflowExecutionTimeout: wire.OptionalDuration(options.WorkflowExecutionTimeout),
		WorkflowRunTimeout:       wire.OptionalDuration(options.WorkflowRunTimeout),
		WorkflowTaskTimeout:      wire.OptionalDuration(options.WorkflowTaskTimeout),
		ParentClosePolicy:        child.ParentClosePolicy(options.ParentClosePolicy),
		WorkflowIdReusePolicy:    options.WorkflowIDReusePolicy,
		RetryPolicy:              options.RetryPolicy.encode(),
		CronSchedule:             options.CronSchedule,
		Memo:                     memo.GetFields(),
		SearchAttributes:         attributes,
		// Temporal's Go SDK always gives the result with which the child ended.
		CancellationType: child.ChildWorkflowCancellationType_WAIT_CANCELLATION_COMPLETED,
		VersioningIntent: corecommon.VersioningIntent(options.VersioningIntent),
		Priority:         options.Priority.encode(),
	}
	if start.Namespace == "" {
		start.Namespace = r.info.Namespace
	}
	if start.TaskQueue == "" {
		start.TaskQueue = r.info.TaskQueueName
	}
	if start.WorkflowId == "" {
		start.WorkflowId = fmt.Sprintf("%s_%d", r.info.WorkflowExecution.RunID, start.Seq)
	}
	return start, nil
}

func (r *Run) resolveChildStart(job *activation.ResolveChildWorkflowExecutionStart) {
	c := r.children[job.GetSeq()]
	if c == nil {
		return
	}
	switch status := job.GetStatus().(type) {
	case *activation.ResolveChildWorkflowExecutionStart_Succeeded:
		c.execution.Set(WorkflowExecution{ID: c.workflowID, RunID: status.Succeeded.GetRunId()}, nil)
		c.forget = whenCancelled(c.ctx, func() {
			if !c.future.ready {
				r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_CancelChildWorkflowExecution{
					CancelChildWorkflowExecution: &commands.CancelChildWorkflowExecution{ChildWorkflowSeq: job.GetSeq()}}})
			}
		})
	case *activation.ResolveChildWorkflowExecutionStart_Failed:
		delete(r.children, job.GetSeq())
		c.fail(NewChildWorkflowExecutionError(c.namespace, c.workflowID, "", c.workflowType, 0, 0,
			enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, startFailure(status.Failed.GetCause())))
	case *activation.ResolveChildWorkflowExecutionStart_Cancelled:
		delete(r.children, job.GetSeq())
		c.fail(FailureToError(status.Cancelled.GetFailure(), c.converter))
	default:
		c.fail(errors.New("the child's start ended in a way that this component does not know"))
	}
}

func startFailure(cause child.StartChildWorkflowExecutionFailedCause) error {
	switch cause {
	case child.START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS:
		return &ChildWorkflowExecutionAlreadyStartedError{}
	case child.START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND:
		return &NamespaceNotFoundError{}
	default:
		return fmt.Errorf("unable to start child workflow for unknown cause: %v", cause)
	}
}

func (c *childWorkflowFuture) fail(err error) {
	c.execution.Set(nil, err)
	c.future.Set(nil, err)
}

func (r *Run) resolveChild(seq uint32, result *child.ChildWorkflowResult) {
	c := r.children[seq]
	if c == nil {
		return
	}
	delete(r.children, seq)
	c.forget()
	switch status := result.GetStatus().(type) {
	case *child.ChildWorkflowResult_Completed:
		c.future.setPayload(status.Completed.GetResult(), c.converter)
	case *child.ChildWorkflowResult_Failed:
		c.future.Set(nil, FailureToError(status.Failed.GetFailure(), c.converter))
	case *child.ChildWorkflowResult_Cancelled:
		c.future.Set(nil, FailureToError(status.Cancelled.GetFailure(), c.converter))
	default:
		c.future.Set(nil, errors.New("the child ended in a way that this component does not know"))
	}
}

// SignalExternalWorkflow sends a signal to another run; an empty runID means the current one.
func SignalExternalWorkflow(ctx Context, workflowID, runID, signalName string, arg interface{}) Future {
	return signalTo(ctx, signalName, arg, func(s *commands.SignalExternalWorkflowExecution) {
		s.Target = &commands.SignalExternalWorkflowExecution_WorkflowExecution{WorkflowExecution: externalRun(ctx, workflowID, runID)}
	})
}

func signalTo(ctx Context, name string, arg interface{}, target func(*commands.SignalExternalWorkflowExecution)) Future {
	r := runOf(ctx)
	f := newFuture(ctx)
	var input *commonpb.Payloads
	if arg != nil {
		var err error
		if input, err = dataConverterOf(ctx).ToPayloads(arg); err != nil {
			f.Set(nil, err)
			return f
		}
	}
	seq := r.next()
	signal := &commands.SignalExternalWorkflowExecution{Seq: seq, SignalName: name, Args: input.GetPayloads()}
	target(signal)
	r.externals[seq] = f
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_SignalExternalWorkflowExecution{SignalExternalWorkflowExecution: signal}})
	f.settled = append(f.settled, whenCancelled(ctx, func() {
		if !f.ready {
			r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_CancelSignalWorkflow{
				CancelSignalWorkflow: &commands.CancelSignalWorkflow{Seq: seq}}})
		}
	}))
	return f
}

// RequestCancelExternalWorkflow asks another run to cancel; an empty runID means the current one.
func RequestCancelExternalWorkflow(ctx Context, workflowID, runID string) Future {
	r := runOf(ctx)
	f := newFuture(ctx)
	seq := r.next()
	r.externals[seq] = f
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_RequestCancelExternalWorkflowExecution{
		RequestCancelExternalWorkflowExecution: &commands.RequestCancelExternalWorkflowExecution{
			Seq: seq, WorkflowExecution: externalRun(ctx, workflowID, runID)}}})
	return f
}

func externalRun(ctx Context, workflowID, runID string) *corecommon.NamespacedWorkflowExecution {
	namespace := childOptionsOf(ctx).Namespace
	if namespace == "" {
		namespace = runOf(ctx).info.Namespace
	}
	return &corecommon.NamespacedWorkflowExecution{Namespace: namespace, WorkflowId: workflowID, RunId: runID}
}

// resolveExternal answers a signal or a request to cancel. A run that is not there has an error type of its own.
func (r *Run) resolveExternal(seq uint32, failure *failurepb.Failure, notFound bool) {
	f := r.externals[seq]
	if f == nil {
		return
	}
	delete(r.externals, seq)
	switch {
	case failure == nil:
		f.Set(nil, nil)
	case notFound:
		f.Set(nil, &UnknownExternalWorkflowExecutionError{})
	default:
		f.Set(nil, FailureToError(failure, r.converter))
	}
}
