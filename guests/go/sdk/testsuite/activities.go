package testsuite

// How activities are called: a mock if there is one, else the function itself, again as long as its retry policy says.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/activityresult"
	"go.temporal.io/sdk/internal/coresdk/commands"
	"go.temporal.io/sdk/log"
)

// Attempts of an activity whose policy sets no limit: with skipped time, endless retries would never end.
const defaultMaximumAttempts = 10

// scheduled is an activity, local or not.
type scheduled struct {
	seq       uint32
	id, name  string
	queue     string
	arguments []*commonpb.Payload
	policy    *commonpb.RetryPolicy
	limit     time.Duration
	local     bool
}

func activityOf(s *commands.ScheduleActivity) scheduled {
	return scheduled{s.GetSeq(), s.GetActivityId(), s.GetActivityType(), s.GetTaskQueue(), s.GetArguments(), s.GetRetryPolicy(), s.GetScheduleToCloseTimeout().AsDuration(), false}
}

func localActivityOf(s *commands.ScheduleLocalActivity) scheduled {
	return scheduled{s.GetSeq(), s.GetActivityId(), s.GetActivityType(), "", s.GetArguments(), s.GetRetryPolicy(), s.GetScheduleToCloseTimeout().AsDuration(), true}
}

func (x *execution) schedule(s scheduled) {
	deadline := x.now.Add(s.limit)
	x.at(0, func() { x.attempt(s, 1, deadline) })
}

func (x *execution) attempt(s scheduled, number int32, deadline time.Time) {
	if x.cancelled[s.seq] || x.closed {
		return
	}
	payload, err, delay := x.callActivity(s, number)
	x.at(delay, func() {
		if x.cancelled[s.seq] {
			return
		}
		if err == nil {
			x.resolve(s, &activityresult.ActivityResolution{Status: &activityresult.ActivityResolution_Completed{
				Completed: &activityresult.Success{Result: payload}}})
			return
		}
		wait, state := nextAttempt(s.policy, number, err)
		if state == enumspb.RETRY_STATE_IN_PROGRESS && s.limit > 0 && x.now.Add(wait).After(deadline) {
			state = enumspb.RETRY_STATE_TIMEOUT
		}
		if state == enumspb.RETRY_STATE_IN_PROGRESS {
			x.at(wait, func() { x.attempt(s, number+1, deadline) })
			return
		}
		wrapped := internal.NewActivityError(0, 0, "", &commonpb.ActivityType{Name: s.name}, s.id, state, err)
		x.resolve(s, &activityresult.ActivityResolution{Status: &activityresult.ActivityResolution_Failed{
			Failed: &activityresult.Failure{Failure: internal.ErrorToFailure(wrapped, x.converter)}}})
	})
}

func (x *execution) resolve(s scheduled, result *activityresult.ActivityResolution) {
	x.deliver(&activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveActivity{
		ResolveActivity: &activation.ResolveActivity{Seq: s.seq, Result: result, IsLocal: s.local}}})
}

// cancelActivity ends an activity at once: those here take no time of their own.
func (x *execution) cancelActivity(seq uint32, local bool) {
	x.cancelled[seq] = true
	failure := internal.ErrorToFailure(internal.NewActivityError(0, 0, "", nil, "", enumspb.RETRY_STATE_CANCEL_REQUESTED, internal.NewCanceledError()), x.converter)
	x.at(0, func() {
		x.resolve(scheduled{seq: seq, local: local}, &activityresult.ActivityResolution{Status: &activityresult.ActivityResolution_Cancelled{
			Cancelled: &activityresult.Cancellation{Failure: failure}}})
	})
}

// nextAttempt is the server's arithmetic of retries.
func nextAttempt(policy *commonpb.RetryPolicy, number int32, err error) (time.Duration, enumspb.RetryState) {
	maximum := policy.GetMaximumAttempts()
	if maximum == 0 {
		maximum = defaultMaximumAttempts
	}
	if number >= maximum {
		return 0, enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
	}
	var application *internal.ApplicationError
	if errors.As(err, &application) {
		if application.NonRetryable() {
			return 0, enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE
		}
		for _, name := range policy.GetNonRetryableErrorTypes() {
			if name == application.Type() {
				return 0, enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE
			}
		}
		if delay := application.NextRetryDelay(); delay > 0 {
			return delay, enumspb.RETRY_STATE_IN_PROGRESS
		}
	}
	interval := policy.GetInitialInterval().AsDuration()
	if interval == 0 {
		interval = time.Second
	}
	coefficient := policy.GetBackoffCoefficient()
	if coefficient == 0 {
		coefficient = 2
	}
	limit := policy.GetMaximumInterval().AsDuration()
	if limit == 0 {
		limit = 100 * interval
	}
	for i := int32(1); i < number && interval < limit; i++ {
		interval = time.Duration(float64(interval) * coefficient)
	}
	return min(interval, limit), enumspb.RETRY_STATE_IN_PROGRESS
}

func (x *execution) callActivity(s scheduled, number int32) (payload *commonpb.Payload, err error, delay time.Duration) {
	info := internal.ActivityInfo{
		WorkflowType: &internal.WorkflowType{Name: x.workflowType}, WorkflowNamespace: x.Namespace(),
		WorkflowExecution: internal.WorkflowExecution{ID: x.id, RunID: x.runID()}, ActivityID: s.id, TaskQueue: s.queue,
		ActivityType: internal.ActivityType{Name: s.name}, Attempt: number, ScheduledTime: x.now, StartedTime: x.now, IsLocalActivity: s.local,
	}
	if x.activityStarts != nil {
		x.activityStarts(&info, internal.NewEncodedValues(&commonpb.Payloads{Payloads: s.arguments}, x.converter))
	}
	ctx := activityContext(info, x.logger, nil, func(...interface{}) {})
	if x.isMocked(s.name) {
		return x.callActivityMock(ctx, s.name, s.arguments)
	}
	function := x.activities[s.name]
	if function == nil {
		return nil, internal.NewApplicationError(fmt.Sprintf("unable to find activityType=%s: register it, or mock it with OnActivity", s.name), "ActivityNotRegisteredError", true, nil), 0
	}
	payload, err = callFunction(ctx, function, s.arguments, x.converter)
	return payload, err, 0
}

func activityContext(info internal.ActivityInfo, logger log.Logger, details converter.EncodedValues, heartbeat func(...interface{})) context.Context {
	if logger == nil {
		logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	}
	return internal.WithActivity(context.Background(), &internal.ActivityEnvironment{
		Info: info, Logger: logger, Heartbeat: heartbeat, HeartbeatDetails: details, Stop: make(chan struct{}),
	})
}

// callFunction decodes the arguments of an activity's function, calls it, and encodes its result. A panic is an error, as in a worker.
func callFunction(ctx context.Context, function interface{}, payloads []*commonpb.Payload, dc converter.DataConverter) (payload *commonpb.Payload, err error) {
	defer func() {
		if r := recover(); r != nil {
			payload, err = nil, internal.NewApplicationError(fmt.Sprint(r), "PanicError", false, nil)
		}
	}()
	values, err := decodeArguments(ctx, reflect.TypeOf(function), payloads, dc)
	if err != nil {
		return nil, err
	}
	return encodeResults(reflect.ValueOf(function).Call(values), dc)
}

func decodeArguments(ctx interface{}, t reflect.Type, payloads []*commonpb.Payload, dc converter.DataConverter) ([]reflect.Value, error) {
	var values []reflect.Value
	for i := 0; i < t.NumIn(); i++ {
		if i == 0 && takesContext(t) {
			values = append(values, reflect.ValueOf(ctx))
			continue
		}
		argument := reflect.New(t.In(i))
		if len(payloads) > 0 {
			if err := dc.FromPayload(payloads[0], argument.Interface()); err != nil {
				return nil, err
			}
			payloads = payloads[1:]
		}
		values = append(values, argument.Elem())
	}
	return values, nil
}

func takesContext(t reflect.Type) bool {
	if t.NumIn() == 0 {
		return false
	}
	first := t.In(0)
	return first == reflect.TypeOf((*context.Context)(nil)).Elem() || first == reflect.TypeOf((*internal.Context)(nil)).Elem()
}

func encodeResults(results []reflect.Value, dc converter.DataConverter) (*commonpb.Payload, error) {
	if last := results[len(results)-1]; !last.IsNil() {
		return nil, last.Interface().(error)
	}
	if len(results) == 1 {
		return nil, nil
	}
	return dc.ToPayload(results[0].Interface())
}

// registerActivity takes a function, or the exported methods of a struct.
func registerActivity(registry *internal.Registry, into map[string]interface{}, a interface{}, name string) {
	v := reflect.ValueOf(a)
	if v.Kind() == reflect.Func {
		if name == "" {
			name = must(registry.ActivityName(a))
		}
		registry.Name(a, name)
		into[name] = a
		return
	}
	for i := 0; i < v.NumMethod(); i++ {
		method := v.Type().Method(i)
		if strings.ToUpper(method.Name[:1]) == method.Name[:1] {
			into[name+method.Name] = v.Method(i).Interface()
		}
	}
}

// TestActivityEnvironment runs activities.
type TestActivityEnvironment struct {
	registry   *internal.Registry
	activities map[string]interface{}
	logger     log.Logger
	details    converter.EncodedValues
	heartbeat  func(info *internal.ActivityInfo, details converter.EncodedValues)
}

// RegisterActivity makes an activity known.
func (e *TestActivityEnvironment) RegisterActivity(a interface{}) {
	registerActivity(e.registry, e.activities, a, "")
}

// RegisterActivityWithOptions makes an activity known by another name.
func (e *TestActivityEnvironment) RegisterActivityWithOptions(a interface{}, options internal.RegisterActivityOptions) {
	registerActivity(e.registry, e.activities, a, options.Name)
}

// SetHeartbeatDetails is what an earlier attempt reported.
func (e *TestActivityEnvironment) SetHeartbeatDetails(details interface{}) {
	e.details = internal.NewEncodedValues(must(converter.GetDefaultDataConverter().ToPayloads(details)), nil)
}

// SetOnActivityHeartbeatListener is called with each heartbeat.
func (e *TestActivityEnvironment) SetOnActivityHeartbeatListener(listener func(info *internal.ActivityInfo, details converter.EncodedValues)) *TestActivityEnvironment {
	e.heartbeat = listener
	return e
}

// SetTestTimeout is there for the shape's sake.
func (e *TestActivityEnvironment) SetTestTimeout(limit time.Duration) *TestActivityEnvironment {
	return e
}

// ExecuteActivity calls an activity once.
func (e *TestActivityEnvironment) ExecuteActivity(activity interface{}, args ...interface{}) (converter.EncodedValue, error) {
	name := must(e.registry.ActivityName(activity))
	function := e.activities[name]
	if function == nil {
		return nil, fmt.Errorf("unable to find activityType=%s: register it first", name)
	}
	dc := converter.GetDefaultDataConverter()
	input, err := dc.ToPayloads(args...)
	if err != nil {
		return nil, err
	}
	info := internal.ActivityInfo{ActivityType: internal.ActivityType{Name: name}, ActivityID: "0", Attempt: 1, TaskQueue: "default-test-taskqueue"}
	ctx := activityContext(info, e.logger, e.details, func(details ...interface{}) {
		if e.heartbeat != nil {
			e.heartbeat(&info, internal.NewEncodedValues(must(dc.ToPayloads(details...)), dc))
		}
	})
	payload, err := callFunction(ctx, function, input.GetPayloads(), dc)
	if err != nil {
		// As a worker would send it, and a client read it.
		return nil, internal.NewActivityError(0, 0, "", &commonpb.ActivityType{Name: name}, "0", enumspb.RETRY_STATE_UNSPECIFIED,
			internal.FailureToError(internal.ErrorToFailure(err, dc), dc))
	}
	if payload == nil {
		return internal.NewEncodedValue(nil, dc), nil
	}
	return internal.NewEncodedValue(&commonpb.Payloads{Payloads: []*commonpb.Payload{payload}}, dc), nil
}
