package internal

// Queries: answered from the run's state, without changing it.

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

// Queries that every workflow answers.
const (
	stackTraceQuery = "__stack_trace"
	metadataQuery   = "__temporal_workflow_metadata"
)

// QueryHandlerOptions are the optional parts of a query handler.
type QueryHandlerOptions struct{ Description string }

type queryHandler struct {
	function    interface{}
	converter   converter.DataConverter
	description string
}

// SetQueryHandler says what answers a query: a function of any arguments that returns a value and an error.
func SetQueryHandler(ctx Context, queryType string, handler interface{}) error {
	return SetQueryHandlerWithOptions(ctx, queryType, handler, QueryHandlerOptions{})
}

// SetQueryHandlerWithOptions does the same with a text for people.
func SetQueryHandlerWithOptions(ctx Context, queryType string, handler interface{}, options QueryHandlerOptions) error {
	if strings.HasPrefix(queryType, "__") {
		return errors.New("queryType starts with '__' is reserved for internal use")
	}
	if err := checkHandler(handler, false); err != nil {
		return err
	}
	runOf(ctx).queries[queryType] = &queryHandler{handler, dataConverterOf(ctx), options.Description}
	return nil
}

func (r *Run) answer(job *activation.QueryWorkflow) {
	result := &commands.QueryResult{QueryId: job.GetQueryId()}
	payload, err := r.query(job)
	if err != nil {
		result.Variant = &commands.QueryResult_Failed{Failed: ErrorToFailure(err, r.converter)}
	} else {
		result.Variant = &commands.QueryResult_Succeeded{Succeeded: &commands.QuerySuccess{Response: payload}}
	}
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_RespondToQuery{RespondToQuery: result}})
}

func (r *Run) query(job *activation.QueryWorkflow) (payload *commonpb.Payload, err error) {
	switch job.GetQueryType() {
	case stackTraceQuery:
		return r.converter.ToPayload(r.stackTrace())
	case metadataQuery:
		return r.metadataPayload()
	}
	handler := r.queries[job.GetQueryType()]
	if handler == nil {
		return nil, fmt.Errorf("unknown queryType %v. KnownQueryTypes=%v", job.GetQueryType(), r.knownQueries())
	}
	r.dispatcher.readOnly = true
	defer func() { r.dispatcher.readOnly = false }()
	var results []interface{}
	panicked := catchPanic(func() {
		results, err = call(handler.function, &Arguments{Context: r.root, payloads: job.GetArguments(), converter: handler.converter})
	})
	switch {
	case panicked != nil && panicked.value == illegalAccess:
		return nil, errors.New("query handler panic: query handler must not use temporal context to do things like workflow.NewChannel(), " +
			"workflow.Go() or to call any workflow blocking functions like Channel.Get() or Future.Get()")
	case panicked != nil:
		return nil, fmt.Errorf("query handler panic: %v, stack trace: %v", panicked.value, panicked.stackTrace)
	case err != nil:
		return nil, err
	case len(results) == 0:
		return handler.converter.ToPayload(nil)
	}
	return handler.converter.ToPayload(results[0])
}

func (r *Run) knownQueries() []string {
	names := []string{stackTraceQuery}
	for name := range r.queries {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// stackTrace names the coroutines. Their frames belong to the host's debugger, not to the guest.
func (r *Run) stackTrace() string {
	var out strings.Builder
	for _, c := range r.dispatcher.coroutines {
		fmt.Fprintf(&out, "coroutine %s [%s]\n", c.name, c.what)
	}
	return out.String()
}

// metadataPayload is a temporal.api.sdk.v1.WorkflowMetadata in protobuf's JSON.
func (r *Run) metadataPayload() (*commonpb.Payload, error) {
	type definition struct {
		Name        string `json:"name"`
		Description string `json:"description,omitempty"`
	}
	type workflowDefinition struct {
		Type    string       `json:"type"`
		Queries []definition `json:"queryDefinitions,omitempty"`
		Signals []definition `json:"signalDefinitions,omitempty"`
		Updates []definition `json:"updateDefinitions,omitempty"`
	}
	metadata := struct {
		Definition workflowDefinition `json:"definition"`
		Details    string             `json:"currentDetails,omitempty"`
	}{workflowDefinition{Type: r.info.WorkflowType.Name}, r.details}
	for name, handler := range r.queries {
		metadata.Definition.Queries = append(metadata.Definition.Queries, definition{name, handler.description})
	}
	for name := range r.signals {
		metadata.Definition.Signals = append(metadata.Definition.Signals, definition{name, ""})
	}
	for name, handler := range r.updates {
		metadata.Definition.Updates = append(metadata.Definition.Updates, definition{name, handler.options.Description})
	}
	for _, list := range [][]definition{metadata.Definition.Queries, metadata.Definition.Signals, metadata.Definition.Updates} {
		sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	}
	data, err := json.Marshal(metadata)
	if err != nil {
		return nil, err
	}
	return &commonpb.Payload{Data: data, Metadata: map[string][]byte{
		converter.MetadataEncoding:    []byte(converter.MetadataEncodingProtoJSON),
		converter.MetadataMessageType: []byte("temporal.api.sdk.v1.WorkflowMetadata"),
	}}, nil
}
