package internal

// Updates: each runs in a coroutine of its own. One that comes before its handler is set waits for it, as far as the same task sets it.

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

// HandlerUnfinishedPolicy says what happens to a handler that is not done when the workflow ends.
type HandlerUnfinishedPolicy int

// What can happen to it.
const (
	HandlerUnfinishedPolicyWarnAndAbandon HandlerUnfinishedPolicy = 0
	HandlerUnfinishedPolicyAbandon        HandlerUnfinishedPolicy = 1
)

// UpdateHandlerOptions are the optional parts of an update handler.
type UpdateHandlerOptions struct {
	// Validator is a function of the handler's arguments that returns an error; it may change nothing. It does not run on replay.
	Validator        interface{}
	UnfinishedPolicy HandlerUnfinishedPolicy
	Description      string
}

// UpdateInfo names the update that is being handled.
type UpdateInfo struct{ ID, Name string }

type updateInfoKey struct{}

// GetCurrentUpdateInfo returns the update that this coroutine handles, nil if it is none's.
func GetCurrentUpdateInfo(ctx Context) *UpdateInfo {
	info, _ := ctx.Value(updateInfoKey{}).(*UpdateInfo)
	return info
}

type updateHandler struct {
	function  interface{}
	converter converter.DataConverter
	options   UpdateHandlerOptions
}

type arrivedUpdate struct {
	job     *activation.DoUpdate
	started bool
}

// SetUpdateHandler says what handles an update: a function that returns an error, or a value and an error.
func SetUpdateHandler(ctx Context, updateName string, handler interface{}) error {
	return SetUpdateHandlerWithOptions(ctx, updateName, handler, UpdateHandlerOptions{})
}

// SetUpdateHandlerWithOptions does the same with a validator.
func SetUpdateHandlerWithOptions(ctx Context, updateName string, handler interface{}, options UpdateHandlerOptions) error {
	if strings.HasPrefix(updateName, "__") {
		return errors.New("update names starting with '__' are reserved for internal use")
	}
	if err := checkHandler(handler, true); err != nil {
		return err
	}
	if options.Validator != nil {
		if err := checkHandler(options.Validator, true); err != nil {
			return fmt.Errorf("validator: %w", err)
		}
	}
	r := runOf(ctx)
	r.updates[updateName] = &updateHandler{handler, dataConverterOf(ctx), options}
	for _, waiting := range r.waiting {
		if waiting.job.GetName() == updateName && !waiting.started {
			r.startUpdate(waiting)
		}
	}
	return nil
}

// AllHandlersFinished says whether no update is being handled.
func AllHandlersFinished(ctx Context) bool { return runOf(ctx).running == 0 }

// update takes a new one. Before the first handler is set nobody can know whether there will be one.
func (r *Run) update(job *activation.DoUpdate) {
	arrived := &arrivedUpdate{job: job}
	if len(r.updates) == 0 {
		r.waiting = append(r.waiting, arrived)
		return
	}
	r.startUpdate(arrived)
}

// drainUpdates starts those whose handler was not set, so that they are rejected. It says whether there were any.
func (r *Run) drainUpdates() bool {
	any := false
	for _, waiting := range r.waiting {
		if !waiting.started {
			any = true
			r.startUpdate(waiting)
		}
	}
	r.waiting = nil
	return any
}

func (r *Run) startUpdate(arrived *arrivedUpdate) {
	arrived.started = true
	job := arrived.job
	r.running++
	r.dispatcher.start("update "+job.GetName(), func() {
		r.handle(job)
		r.running--
	})
}

func (r *Run) handle(job *activation.DoUpdate) {
	handler := r.updates[job.GetName()]
	if handler == nil {
		r.respond(job, reject(fmt.Errorf("unknown update %v. KnownUpdates=%v", job.GetName(), r.knownUpdates()), r.converter))
		return
	}
	ctx := WithValue(r.root, updateInfoKey{}, &UpdateInfo{ID: job.GetId(), Name: job.GetName()})
	arguments := func() *Arguments {
		return &Arguments{Context: ctx, payloads: job.GetInput(), converter: handler.converter}
	}
	if job.GetRunValidator() && handler.options.Validator != nil {
		if err := r.validate(handler, arguments()); err != nil {
			r.respond(job, reject(err, handler.converter))
			return
		}
	}
	r.respond(job, commands.UpdateResponse{Response: &commands.UpdateResponse_Accepted{Accepted: &wire.Empty{}}})
	results, err := call(handler.function, arguments())
	var payload *commonpb.Payload
	if err == nil && len(results) > 0 {
		payload, err = handler.converter.ToPayload(results[0])
	}
	if err != nil {
		r.respond(job, reject(err, handler.converter))
		return
	}
	if payload == nil {
		payload = &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingNil)}}
	}
	r.respond(job, commands.UpdateResponse{Response: &commands.UpdateResponse_Completed{Completed: payload}})
}

func (r *Run) validate(handler *updateHandler, arguments *Arguments) (err error) {
	r.dispatcher.readOnly = true
	defer func() { r.dispatcher.readOnly = false }()
	panicked := catchPanic(func() { _, err = call(handler.options.Validator, arguments) })
	if panicked != nil {
		return fmt.Errorf("update validator panic: %v", panicked.value)
	}
	return err
}

func reject(err error, dc converter.DataConverter) commands.UpdateResponse {
	return commands.UpdateResponse{Response: &commands.UpdateResponse_Rejected{Rejected: ErrorToFailure(err, dc)}}
}

func (r *Run) respond(job *activation.DoUpdate, response commands.UpdateResponse) {
	response.ProtocolInstanceId = job.GetProtocolInstanceId()
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_UpdateResponse{UpdateResponse: &response}})
}

func (r *Run) knownUpdates() []string {
	names := []string{}
	for name := range r.updates {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
