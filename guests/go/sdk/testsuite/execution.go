package testsuite

// One execution of a workflow: what a server and a worker host would do with its commands.

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/child"
	"go.temporal.io/sdk/internal/coresdk/commands"
	"go.temporal.io/sdk/internal/coresdk/corecommon"
)

type execution struct {
	*TestWorkflowEnvironment
	run                     *internal.Run
	id, workflowType, queue string
	historyLength           int
	timers                  map[uint32]bool
	cancelled               map[uint32]bool
	updates                 map[string]UpdateCallback
	answers                 map[string]*commands.QueryResult
	children                map[uint32]*execution
	closed                  bool
	result                  *commonpb.Payload
	err                     error
	whenClosed              func(*execution)
	parent                  *execution
}

func (e *TestWorkflowEnvironment) newExecution(id, workflowType, queue string) *execution {
	x := &execution{
		TestWorkflowEnvironment: e, id: id, workflowType: workflowType, queue: queue, timers: map[uint32]bool{}, cancelled: map[uint32]bool{},
		updates: map[string]UpdateCallback{}, answers: map[string]*commands.QueryResult{}, children: map[uint32]*execution{},
	}
	x.run = internal.NewRun(e.registry, x)
	x.run.SetDataConverter(e.converter)
	e.executions[id] = x
	return x
}

// Namespace implements internal.Host.
func (x *execution) Namespace() string { return "default-test-namespace" }

// TaskQueue implements internal.Host.
func (x *execution) TaskQueue() string { return x.queue }

// SideEffect implements internal.Host: a test has the random numbers of its process.
func (x *execution) SideEffect(bool) {}

// Log implements internal.Host.
func (x *execution) Log(level internal.Level, message string) {
	if x.logger == nil {
		return
	}
	switch level {
	case internal.LevelTrace, internal.LevelDebug:
		x.logger.Debug(message)
	case internal.LevelInfo:
		x.logger.Info(message)
	case internal.LevelWarn:
		x.logger.Warn(message)
	case internal.LevelError:
		x.logger.Error(message)
	}
}

func (x *execution) start(job *activation.InitializeWorkflow) {
	job.WorkflowType, job.WorkflowId, job.Attempt = x.workflowType, x.id, 1
	job.FirstExecutionRunId, job.StartTime = x.runID(), wire.NewTimestamp(x.now)
	if x.parent != nil {
		job.ParentWorkflowInfo = &corecommon.NamespacedWorkflowExecution{Namespace: x.Namespace(), WorkflowId: x.parent.id, RunId: x.parent.runID()}
	}
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_InitializeWorkflow{InitializeWorkflow: job}})
}

func (x *execution) runID() string { return x.id + "-run" }

// deliver gives the workflow one job, and does what it decides.
func (x *execution) deliver(job *activation.WorkflowActivationJob) {
	if x.closed && job.GetQueryWorkflow() == nil {
		return
	}
	// A task has three events, and what it was for another.
	x.historyLength += 4
	completion := x.run.Activate(&activation.WorkflowActivation{
		RunId: x.runID(), Timestamp: wire.NewTimestamp(x.now), HistoryLength: uint32(x.historyLength), Jobs: []*activation.WorkflowActivationJob{job},
	})
	if failed := completion.GetFailed(); failed != nil {
		x.close(nil, internal.FailureToError(failed.GetFailure(), x.converter))
		return
	}
	for _, command := range completion.GetSuccessful().GetCommands() {
		x.historyLength++
		x.do(command)
	}
}

func (x *execution) close(result *commonpb.Payload, err error) {
	x.closed, x.result = true, result
	if err != nil {
		x.err = internal.NewWorkflowExecutionError(x.id, x.runID(), x.workflowType, err)
	}
	if x.whenClosed != nil {
		x.whenClosed(x)
	}
}

// do carries out one command.
func (x *execution) do(command *commands.WorkflowCommand) {
	switch c := command.GetVariant().(type) {
	case *commands.WorkflowCommand_StartTimer:
		seq := c.StartTimer.GetSeq()
		x.timers[seq] = true
		x.at(c.StartTimer.GetStartToFireTimeout().AsDuration(), func() {
			if x.timers[seq] {
				delete(x.timers, seq)
				x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_FireTimer{FireTimer: &activation.FireTimer{Seq: seq}}})
			}
		})
	case *commands.WorkflowCommand_CancelTimer:
		delete(x.timers, c.CancelTimer.GetSeq())
	case *commands.WorkflowCommand_ScheduleActivity:
		x.schedule(activityOf(c.ScheduleActivity))
	case *commands.WorkflowCommand_ScheduleLocalActivity:
		x.schedule(localActivityOf(c.ScheduleLocalActivity))
	case *commands.WorkflowCommand_RequestCancelActivity:
		x.cancelActivity(c.RequestCancelActivity.GetSeq(), false)
	case *commands.WorkflowCommand_RequestCancelLocalActivity:
		x.cancelActivity(c.RequestCancelLocalActivity.GetSeq(), true)
	case *commands.WorkflowCommand_StartChildWorkflowExecution:
		x.startChild(c.StartChildWorkflowExecution)
	case *commands.WorkflowCommand_CancelChildWorkflowExecution:
		if one := x.children[c.CancelChildWorkflowExecution.GetChildWorkflowSeq()]; one != nil {
			x.at(0, one.cancel)
		}
	case *commands.WorkflowCommand_SignalExternalWorkflowExecution:
		x.signalExternal(c.SignalExternalWorkflowExecution)
	case *commands.WorkflowCommand_RequestCancelExternalWorkflowExecution:
		x.cancelExternal(c.RequestCancelExternalWorkflowExecution)
	case *commands.WorkflowCommand_RespondToQuery:
		x.answers[c.RespondToQuery.GetQueryId()] = c.RespondToQuery
	case *commands.WorkflowCommand_UpdateResponse:
		x.answerUpdate(c.UpdateResponse)
	case *commands.WorkflowCommand_CompleteWorkflowExecution:
		x.close(c.CompleteWorkflowExecution.GetResult(), nil)
	case *commands.WorkflowCommand_FailWorkflowExecution:
		x.close(nil, internal.FailureToError(c.FailWorkflowExecution.GetFailure(), x.converter))
	case *commands.WorkflowCommand_CancelWorkflowExecution:
		x.close(nil, internal.NewCanceledError(internal.NewEncodedValues(c.CancelWorkflowExecution.GetDetails(), x.converter)))
	case *commands.WorkflowCommand_ContinueAsNewWorkflowExecution:
		next := c.ContinueAsNewWorkflowExecution
		x.close(nil, &internal.ContinueAsNewError{
			WorkflowType: &internal.WorkflowType{Name: next.GetWorkflowType()}, TaskQueueName: next.GetTaskQueue(),
			Input: &commonpb.Payloads{Payloads: next.GetArguments()},
		})
	case *commands.WorkflowCommand_SetPatchMarker, *commands.WorkflowCommand_UpsertWorkflowSearchAttributes,
		*commands.WorkflowCommand_ModifyWorkflowProperties, *commands.WorkflowCommand_CancelSignalWorkflow:
		// They change nothing that a workflow sees.
	default:
		panic(fmt.Sprintf("the test environment does not know the command %T", c))
	}
}

func (x *execution) startChild(start *commands.StartChildWorkflowExecution) {
	seq := start.GetSeq()
	resolve := func(result *child.ChildWorkflowResult) {
		x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveChildWorkflowExecution{
			ResolveChildWorkflowExecution: &activation.ResolveChildWorkflowExecution{Seq: seq, Result: result}}})
	}
	started := func(runID string) {
		x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveChildWorkflowExecutionStart{
			ResolveChildWorkflowExecutionStart: &activation.ResolveChildWorkflowExecutionStart{Seq: seq,
				Status: &activation.ResolveChildWorkflowExecutionStart_Succeeded{
					Succeeded: &activation.ResolveChildWorkflowExecutionStartSuccess{RunId: runID}}}}})
	}
	failure := func(err error) *child.ChildWorkflowResult {
		wrapped := internal.NewChildWorkflowExecutionError(start.GetNamespace(), start.GetWorkflowId(), start.GetWorkflowId()+"-run",
			start.GetWorkflowType(), 0, 0, enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, err)
		return &child.ChildWorkflowResult{Status: &child.ChildWorkflowResult_Failed{
			Failed: &child.Failure{Failure: internal.ErrorToFailure(wrapped, x.converter)}}}
	}
	success := func(payload *commonpb.Payload) *child.ChildWorkflowResult {
		return &child.ChildWorkflowResult{Status: &child.ChildWorkflowResult_Completed{Completed: &child.Success{Result: payload}}}
	}
	x.at(0, func() {
		if other := x.executions[start.GetWorkflowId()]; other != nil && !other.closed {
			x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveChildWorkflowExecutionStart{
				ResolveChildWorkflowExecutionStart: &activation.ResolveChildWorkflowExecutionStart{Seq: seq,
					Status: &activation.ResolveChildWorkflowExecutionStart_Failed{Failed: &activation.ResolveChildWorkflowExecutionStartFailure{
						WorkflowId: start.GetWorkflowId(), WorkflowType: start.GetWorkflowType(),
						Cause: child.START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS}}}}})
			return
		}
		if x.isMocked(start.GetWorkflowType()) {
			payload, err, delay := x.callWorkflowMock(start.GetWorkflowType(), start.GetInput())
			started(start.GetWorkflowId() + "-run")
			x.at(delay, func() {
				if err != nil {
					resolve(failure(err))
				} else {
					resolve(success(payload))
				}
			})
			return
		}
		one := x.newExecution(start.GetWorkflowId(), start.GetWorkflowType(), start.GetTaskQueue())
		one.parent = x
		x.children[seq] = one
		one.whenClosed = func(one *execution) {
			x.at(0, func() {
				var ended *internal.WorkflowExecutionError
				if errors.As(one.err, &ended) {
					resolve(failure(errors.Unwrap(ended)))
				} else {
					resolve(success(one.result))
				}
			})
		}
		started(one.runID())
		one.start(&activation.InitializeWorkflow{Arguments: start.GetInput(), Memo: &commonpb.Memo{Fields: start.GetMemo()}})
	})
}

func (x *execution) signalExternal(signal *commands.SignalExternalWorkflowExecution) {
	id := signal.GetChildWorkflowId()
	if id == "" {
		id = signal.GetWorkflowExecution().GetWorkflowId()
	}
	x.at(0, func() {
		to := x.executions[id]
		job := &activation.ResolveSignalExternalWorkflow{Seq: signal.GetSeq()}
		if to == nil || to.closed {
			job.Failure = &failurepb.Failure{Message: "unknown external workflow execution"}
			job.Cause = enumspb.SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND
		} else {
			to.signal(signal.GetSignalName(), &commonpb.Payloads{Payloads: signal.GetArgs()})
		}
		x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveSignalExternalWorkflow{ResolveSignalExternalWorkflow: job}})
	})
}

func (x *execution) cancelExternal(request *commands.RequestCancelExternalWorkflowExecution) {
	x.at(0, func() {
		to := x.executions[request.GetWorkflowExecution().GetWorkflowId()]
		job := &activation.ResolveRequestCancelExternalWorkflow{Seq: request.GetSeq()}
		if to == nil || to.closed {
			job.Failure = &failurepb.Failure{Message: "unknown external workflow execution"}
			job.Cause = enumspb.CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND
		} else {
			to.cancel()
		}
		x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveRequestCancelExternalWorkflow{ResolveRequestCancelExternalWorkflow: job}})
	})
}

func (x *execution) signal(name string, input *commonpb.Payloads) {
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_SignalWorkflow{
		SignalWorkflow: &activation.SignalWorkflow{SignalName: name, Input: input.GetPayloads()}}})
}

func (x *execution) cancel() {
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_CancelWorkflow{CancelWorkflow: &activation.CancelWorkflow{}}})
}

func (x *execution) query(queryType string, args *commonpb.Payloads) (converter.EncodedValue, error) {
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_QueryWorkflow{
		QueryWorkflow: &activation.QueryWorkflow{QueryId: queryType, QueryType: queryType, Arguments: args.GetPayloads()}}})
	answer := x.answers[queryType]
	delete(x.answers, queryType)
	if failed := answer.GetFailed(); failed != nil {
		return nil, internal.FailureToError(failed, x.converter)
	}
	return internal.NewEncodedValue(&commonpb.Payloads{Payloads: []*commonpb.Payload{answer.GetSucceeded().GetResponse()}}, x.converter), nil
}

func (x *execution) update(name, id string, callback UpdateCallback, args *commonpb.Payloads) {
	x.updates[id] = callback
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_DoUpdate{DoUpdate: &activation.DoUpdate{
		Id: id, ProtocolInstanceId: id, Name: name, Input: args.GetPayloads(), RunValidator: true}}})
}

func (x *execution) answerUpdate(response *commands.UpdateResponse) {
	callback := x.updates[response.GetProtocolInstanceId()]
	switch r := response.GetResponse().(type) {
	case *commands.UpdateResponse_Accepted:
		x.historyLength++
		callback.Accept()
		x.updates[response.GetProtocolInstanceId()] = accepted{callback}
	case *commands.UpdateResponse_Rejected:
		callback.Reject(internal.FailureToError(r.Rejected, x.converter))
	case *commands.UpdateResponse_Completed:
		var result interface{}
		if err := x.converter.FromPayload(r.Completed, &result); err != nil {
			callback.Complete(nil, err)
			return
		}
		callback.Complete(result, nil)
	}
}

// accepted is the callback of an update that was accepted: its failure is its result.
type accepted struct{ UpdateCallback }

// Reject implements UpdateCallback.
func (a accepted) Reject(err error) { a.Complete(nil, err) }
