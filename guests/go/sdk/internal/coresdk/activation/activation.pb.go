// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package activation holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package activation

import (
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	updatepb "go.temporal.io/api/update/v1"
	"go.temporal.io/api/wire"
	activityresultpb "go.temporal.io/sdk/internal/coresdk/activityresult"
	childpb "go.temporal.io/sdk/internal/coresdk/child"
	corecommonpb "go.temporal.io/sdk/internal/coresdk/corecommon"
	nexuspb "go.temporal.io/sdk/internal/coresdk/nexus"
	"sort"
	"strconv"
)

// RemoveFromCache_EvictionReason is the enum coresdk.workflow_activation.RemoveFromCache.EvictionReason.
type RemoveFromCache_EvictionReason int32

const (
	RemoveFromCache_EvictionReason_UNSPECIFIED                 RemoveFromCache_EvictionReason = 0
	RemoveFromCache_EvictionReason_CACHE_FULL                  RemoveFromCache_EvictionReason = 1
	RemoveFromCache_EvictionReason_CACHE_MISS                  RemoveFromCache_EvictionReason = 2
	RemoveFromCache_EvictionReason_NONDETERMINISM              RemoveFromCache_EvictionReason = 3
	RemoveFromCache_EvictionReason_LANG_FAIL                   RemoveFromCache_EvictionReason = 4
	RemoveFromCache_EvictionReason_LANG_REQUESTED              RemoveFromCache_EvictionReason = 5
	RemoveFromCache_EvictionReason_TASK_NOT_FOUND              RemoveFromCache_EvictionReason = 6
	RemoveFromCache_EvictionReason_UNHANDLED_COMMAND           RemoveFromCache_EvictionReason = 7
	RemoveFromCache_EvictionReason_FATAL                       RemoveFromCache_EvictionReason = 8
	RemoveFromCache_EvictionReason_PAGINATION_OR_HISTORY_FETCH RemoveFromCache_EvictionReason = 9
	RemoveFromCache_EvictionReason_WORKFLOW_EXECUTION_ENDING   RemoveFromCache_EvictionReason = 10
)

// String returns the value's short name.
func (x RemoveFromCache_EvictionReason) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "CacheFull"
	case 2:
		return "CacheMiss"
	case 3:
		return "Nondeterminism"
	case 4:
		return "LangFail"
	case 5:
		return "LangRequested"
	case 6:
		return "TaskNotFound"
	case 7:
		return "UnhandledCommand"
	case 8:
		return "Fatal"
	case 9:
		return "PaginationOrHistoryFetch"
	case 10:
		return "WorkflowExecutionEnding"
	}
	return strconv.Itoa(int(x))
}

// CancelWorkflow is the message coresdk.workflow_activation.CancelWorkflow.
type CancelWorkflow struct {
	Reason string
}

// GetReason returns the field, or its zero value.
func (m *CancelWorkflow) GetReason() (v string) {
	if m != nil {
		return m.Reason
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CancelWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Reason) > 0 {
		b = wire.AppendString(b, 1, m.Reason)
	}
	return b
}

// Decode adds the fields in b.
func (m *CancelWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Reason = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// DoUpdate is the message coresdk.workflow_activation.DoUpdate.
type DoUpdate struct {
	Id                 string
	ProtocolInstanceId string
	Name               string
	Input              []*commonpb.Payload
	Headers            map[string]*commonpb.Payload
	Meta               *updatepb.Meta
	RunValidator       bool
}

// GetId returns the field, or its zero value.
func (m *DoUpdate) GetId() (v string) {
	if m != nil {
		return m.Id
	}
	return v
}

// GetProtocolInstanceId returns the field, or its zero value.
func (m *DoUpdate) GetProtocolInstanceId() (v string) {
	if m != nil {
		return m.ProtocolInstanceId
	}
	return v
}

// GetName returns the field, or its zero value.
func (m *DoUpdate) GetName() (v string) {
	if m != nil {
		return m.Name
	}
	return v
}

// GetInput returns the field, or its zero value.
func (m *DoUpdate) GetInput() (v []*commonpb.Payload) {
	if m != nil {
		return m.Input
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *DoUpdate) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetMeta returns the field, or its zero value.
func (m *DoUpdate) GetMeta() (v *updatepb.Meta) {
	if m != nil {
		return m.Meta
	}
	return v
}

// GetRunValidator returns the field, or its zero value.
func (m *DoUpdate) GetRunValidator() (v bool) {
	if m != nil {
		return m.RunValidator
	}
	return v
}

// AppendTo appends the encoded message.
func (m *DoUpdate) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Id) > 0 {
		b = wire.AppendString(b, 1, m.Id)
	}
	if len(m.ProtocolInstanceId) > 0 {
		b = wire.AppendString(b, 2, m.ProtocolInstanceId)
	}
	if len(m.Name) > 0 {
		b = wire.AppendString(b, 3, m.Name)
	}
	for _, v := range m.Input {
		b = wire.AppendMessage(b, 4, v)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 5, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	if m.Meta != nil {
		b = wire.AppendMessage(b, 6, m.Meta)
	}
	b = wire.AppendBool(b, 7, m.RunValidator)
	return b
}

// Decode adds the fields in b.
func (m *DoUpdate) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Id = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.ProtocolInstanceId = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.Name = string(r.Bytes())
		case 4<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Input = append(m.Input, v)
		case 5<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 6<<3 | wire.Bytes:
			m.Meta = &updatepb.Meta{}
			r.Fail(m.Meta.Decode(r.Bytes()))
		case 7<<3 | wire.Varint:
			m.RunValidator = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// FireTimer is the message coresdk.workflow_activation.FireTimer.
type FireTimer struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *FireTimer) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *FireTimer) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *FireTimer) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// InitializeWorkflow is the message coresdk.workflow_activation.InitializeWorkflow.
type InitializeWorkflow struct {
	WorkflowType                    string
	WorkflowId                      string
	Arguments                       []*commonpb.Payload
	RandomnessSeed                  uint64
	Headers                         map[string]*commonpb.Payload
	Identity                        string
	ParentWorkflowInfo              *corecommonpb.NamespacedWorkflowExecution
	WorkflowExecutionTimeout        *wire.Duration
	WorkflowRunTimeout              *wire.Duration
	WorkflowTaskTimeout             *wire.Duration
	ContinuedFromExecutionRunId     string
	ContinuedInitiator              enumspb.ContinueAsNewInitiator
	ContinuedFailure                *failurepb.Failure
	LastCompletionResult            *commonpb.Payloads
	FirstExecutionRunId             string
	RetryPolicy                     *commonpb.RetryPolicy
	Attempt                         int32
	CronSchedule                    string
	WorkflowExecutionExpirationTime *wire.Timestamp
	CronScheduleToScheduleInterval  *wire.Duration
	Memo                            *commonpb.Memo
	SearchAttributes                *commonpb.SearchAttributes
	StartTime                       *wire.Timestamp
	RootWorkflow                    *commonpb.WorkflowExecution
	Priority                        *commonpb.Priority
	OriginalExecutionRunId          string
}

// GetWorkflowType returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowType() (v string) {
	if m != nil {
		return m.WorkflowType
	}
	return v
}

// GetWorkflowId returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowId() (v string) {
	if m != nil {
		return m.WorkflowId
	}
	return v
}

// GetArguments returns the field, or its zero value.
func (m *InitializeWorkflow) GetArguments() (v []*commonpb.Payload) {
	if m != nil {
		return m.Arguments
	}
	return v
}

// GetRandomnessSeed returns the field, or its zero value.
func (m *InitializeWorkflow) GetRandomnessSeed() (v uint64) {
	if m != nil {
		return m.RandomnessSeed
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *InitializeWorkflow) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetIdentity returns the field, or its zero value.
func (m *InitializeWorkflow) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// GetParentWorkflowInfo returns the field, or its zero value.
func (m *InitializeWorkflow) GetParentWorkflowInfo() (v *corecommonpb.NamespacedWorkflowExecution) {
	if m != nil {
		return m.ParentWorkflowInfo
	}
	return v
}

// GetWorkflowExecutionTimeout returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowExecutionTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowExecutionTimeout
	}
	return v
}

// GetWorkflowRunTimeout returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowRunTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowRunTimeout
	}
	return v
}

// GetWorkflowTaskTimeout returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowTaskTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowTaskTimeout
	}
	return v
}

// GetContinuedFromExecutionRunId returns the field, or its zero value.
func (m *InitializeWorkflow) GetContinuedFromExecutionRunId() (v string) {
	if m != nil {
		return m.ContinuedFromExecutionRunId
	}
	return v
}

// GetContinuedInitiator returns the field, or its zero value.
func (m *InitializeWorkflow) GetContinuedInitiator() (v enumspb.ContinueAsNewInitiator) {
	if m != nil {
		return m.ContinuedInitiator
	}
	return v
}

// GetContinuedFailure returns the field, or its zero value.
func (m *InitializeWorkflow) GetContinuedFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.ContinuedFailure
	}
	return v
}

// GetLastCompletionResult returns the field, or its zero value.
func (m *InitializeWorkflow) GetLastCompletionResult() (v *commonpb.Payloads) {
	if m != nil {
		return m.LastCompletionResult
	}
	return v
}

// GetFirstExecutionRunId returns the field, or its zero value.
func (m *InitializeWorkflow) GetFirstExecutionRunId() (v string) {
	if m != nil {
		return m.FirstExecutionRunId
	}
	return v
}

// GetRetryPolicy returns the field, or its zero value.
func (m *InitializeWorkflow) GetRetryPolicy() (v *commonpb.RetryPolicy) {
	if m != nil {
		return m.RetryPolicy
	}
	return v
}

// GetAttempt returns the field, or its zero value.
func (m *InitializeWorkflow) GetAttempt() (v int32) {
	if m != nil {
		return m.Attempt
	}
	return v
}

// GetCronSchedule returns the field, or its zero value.
func (m *InitializeWorkflow) GetCronSchedule() (v string) {
	if m != nil {
		return m.CronSchedule
	}
	return v
}

// GetWorkflowExecutionExpirationTime returns the field, or its zero value.
func (m *InitializeWorkflow) GetWorkflowExecutionExpirationTime() (v *wire.Timestamp) {
	if m != nil {
		return m.WorkflowExecutionExpirationTime
	}
	return v
}

// GetCronScheduleToScheduleInterval returns the field, or its zero value.
func (m *InitializeWorkflow) GetCronScheduleToScheduleInterval() (v *wire.Duration) {
	if m != nil {
		return m.CronScheduleToScheduleInterval
	}
	return v
}

// GetMemo returns the field, or its zero value.
func (m *InitializeWorkflow) GetMemo() (v *commonpb.Memo) {
	if m != nil {
		return m.Memo
	}
	return v
}

// GetSearchAttributes returns the field, or its zero value.
func (m *InitializeWorkflow) GetSearchAttributes() (v *commonpb.SearchAttributes) {
	if m != nil {
		return m.SearchAttributes
	}
	return v
}

// GetStartTime returns the field, or its zero value.
func (m *InitializeWorkflow) GetStartTime() (v *wire.Timestamp) {
	if m != nil {
		return m.StartTime
	}
	return v
}

// GetRootWorkflow returns the field, or its zero value.
func (m *InitializeWorkflow) GetRootWorkflow() (v *commonpb.WorkflowExecution) {
	if m != nil {
		return m.RootWorkflow
	}
	return v
}

// GetPriority returns the field, or its zero value.
func (m *InitializeWorkflow) GetPriority() (v *commonpb.Priority) {
	if m != nil {
		return m.Priority
	}
	return v
}

// GetOriginalExecutionRunId returns the field, or its zero value.
func (m *InitializeWorkflow) GetOriginalExecutionRunId() (v string) {
	if m != nil {
		return m.OriginalExecutionRunId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *InitializeWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.WorkflowType) > 0 {
		b = wire.AppendString(b, 1, m.WorkflowType)
	}
	if len(m.WorkflowId) > 0 {
		b = wire.AppendString(b, 2, m.WorkflowId)
	}
	for _, v := range m.Arguments {
		b = wire.AppendMessage(b, 3, v)
	}
	b = wire.AppendUint(b, 4, m.RandomnessSeed)
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 5, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 6, m.Identity)
	}
	if m.ParentWorkflowInfo != nil {
		b = wire.AppendMessage(b, 7, m.ParentWorkflowInfo)
	}
	if m.WorkflowExecutionTimeout != nil {
		b = wire.AppendMessage(b, 8, m.WorkflowExecutionTimeout)
	}
	if m.WorkflowRunTimeout != nil {
		b = wire.AppendMessage(b, 9, m.WorkflowRunTimeout)
	}
	if m.WorkflowTaskTimeout != nil {
		b = wire.AppendMessage(b, 10, m.WorkflowTaskTimeout)
	}
	if len(m.ContinuedFromExecutionRunId) > 0 {
		b = wire.AppendString(b, 11, m.ContinuedFromExecutionRunId)
	}
	b = wire.AppendUint(b, 12, uint64(int64(m.ContinuedInitiator)))
	if m.ContinuedFailure != nil {
		b = wire.AppendMessage(b, 13, m.ContinuedFailure)
	}
	if m.LastCompletionResult != nil {
		b = wire.AppendMessage(b, 14, m.LastCompletionResult)
	}
	if len(m.FirstExecutionRunId) > 0 {
		b = wire.AppendString(b, 15, m.FirstExecutionRunId)
	}
	if m.RetryPolicy != nil {
		b = wire.AppendMessage(b, 16, m.RetryPolicy)
	}
	b = wire.AppendUint(b, 17, uint64(int64(m.Attempt)))
	if len(m.CronSchedule) > 0 {
		b = wire.AppendString(b, 18, m.CronSchedule)
	}
	if m.WorkflowExecutionExpirationTime != nil {
		b = wire.AppendMessage(b, 19, m.WorkflowExecutionExpirationTime)
	}
	if m.CronScheduleToScheduleInterval != nil {
		b = wire.AppendMessage(b, 20, m.CronScheduleToScheduleInterval)
	}
	if m.Memo != nil {
		b = wire.AppendMessage(b, 21, m.Memo)
	}
	if m.SearchAttributes != nil {
		b = wire.AppendMessage(b, 22, m.SearchAttributes)
	}
	if m.StartTime != nil {
		b = wire.AppendMessage(b, 23, m.StartTime)
	}
	if m.RootWorkflow != nil {
		b = wire.AppendMessage(b, 24, m.RootWorkflow)
	}
	if m.Priority != nil {
		b = wire.AppendMessage(b, 25, m.Priority)
	}
	if len(m.OriginalExecutionRunId) > 0 {
		b = wire.AppendString(b, 26, m.OriginalExecutionRunId)
	}
	return b
}

// Decode adds the fields in b.
func (m *InitializeWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.WorkflowType = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.WorkflowId = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Arguments = append(m.Arguments, v)
		case 4<<3 | wire.Varint:
			m.RandomnessSeed = r.Varint()
		case 5<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 6<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		case 7<<3 | wire.Bytes:
			m.ParentWorkflowInfo = &corecommonpb.NamespacedWorkflowExecution{}
			r.Fail(m.ParentWorkflowInfo.Decode(r.Bytes()))
		case 8<<3 | wire.Bytes:
			m.WorkflowExecutionTimeout = &wire.Duration{}
			r.Fail(m.WorkflowExecutionTimeout.Decode(r.Bytes()))
		case 9<<3 | wire.Bytes:
			m.WorkflowRunTimeout = &wire.Duration{}
			r.Fail(m.WorkflowRunTimeout.Decode(r.Bytes()))
		case 10<<3 | wire.Bytes:
			m.WorkflowTaskTimeout = &wire.Duration{}
			r.Fail(m.WorkflowTaskTimeout.Decode(r.Bytes()))
		case 11<<3 | wire.Bytes:
			m.ContinuedFromExecutionRunId = string(r.Bytes())
		case 12<<3 | wire.Varint:
			m.ContinuedInitiator = enumspb.ContinueAsNewInitiator(r.Varint())
		case 13<<3 | wire.Bytes:
			m.ContinuedFailure = &failurepb.Failure{}
			r.Fail(m.ContinuedFailure.Decode(r.Bytes()))
		case 14<<3 | wire.Bytes:
			m.LastCompletionResult = &commonpb.Payloads{}
			r.Fail(m.LastCompletionResult.Decode(r.Bytes()))
		case 15<<3 | wire.Bytes:
			m.FirstExecutionRunId = string(r.Bytes())
		case 16<<3 | wire.Bytes:
			m.RetryPolicy = &commonpb.RetryPolicy{}
			r.Fail(m.RetryPolicy.Decode(r.Bytes()))
		case 17<<3 | wire.Varint:
			m.Attempt = int32(r.Varint())
		case 18<<3 | wire.Bytes:
			m.CronSchedule = string(r.Bytes())
		case 19<<3 | wire.Bytes:
			m.WorkflowExecutionExpirationTime = &wire.Timestamp{}
			r.Fail(m.WorkflowExecutionExpirationTime.Decode(r.Bytes()))
		case 20<<3 | wire.Bytes:
			m.CronScheduleToScheduleInterval = &wire.Duration{}
			r.Fail(m.CronScheduleToScheduleInterval.Decode(r.Bytes()))
		case 21<<3 | wire.Bytes:
			m.Memo = &commonpb.Memo{}
			r.Fail(m.Memo.Decode(r.Bytes()))
		case 22<<3 | wire.Bytes:
			m.SearchAttributes = &commonpb.SearchAttributes{}
			r.Fail(m.SearchAttributes.Decode(r.Bytes()))
		case 23<<3 | wire.Bytes:
			m.StartTime = &wire.Timestamp{}
			r.Fail(m.StartTime.Decode(r.Bytes()))
		case 24<<3 | wire.Bytes:
			m.RootWorkflow = &commonpb.WorkflowExecution{}
			r.Fail(m.RootWorkflow.Decode(r.Bytes()))
		case 25<<3 | wire.Bytes:
			m.Priority = &commonpb.Priority{}
			r.Fail(m.Priority.Decode(r.Bytes()))
		case 26<<3 | wire.Bytes:
			m.OriginalExecutionRunId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// NotifyHasPatch is the message coresdk.workflow_activation.NotifyHasPatch.
type NotifyHasPatch struct {
	PatchId string
}

// GetPatchId returns the field, or its zero value.
func (m *NotifyHasPatch) GetPatchId() (v string) {
	if m != nil {
		return m.PatchId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *NotifyHasPatch) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.PatchId) > 0 {
		b = wire.AppendString(b, 1, m.PatchId)
	}
	return b
}

// Decode adds the fields in b.
func (m *NotifyHasPatch) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.PatchId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// QueryWorkflow is the message coresdk.workflow_activation.QueryWorkflow.
type QueryWorkflow struct {
	QueryId   string
	QueryType string
	Arguments []*commonpb.Payload
	Headers   map[string]*commonpb.Payload
}

// GetQueryId returns the field, or its zero value.
func (m *QueryWorkflow) GetQueryId() (v string) {
	if m != nil {
		return m.QueryId
	}
	return v
}

// GetQueryType returns the field, or its zero value.
func (m *QueryWorkflow) GetQueryType() (v string) {
	if m != nil {
		return m.QueryType
	}
	return v
}

// GetArguments returns the field, or its zero value.
func (m *QueryWorkflow) GetArguments() (v []*commonpb.Payload) {
	if m != nil {
		return m.Arguments
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *QueryWorkflow) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// AppendTo appends the encoded message.
func (m *QueryWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.QueryId) > 0 {
		b = wire.AppendString(b, 1, m.QueryId)
	}
	if len(m.QueryType) > 0 {
		b = wire.AppendString(b, 2, m.QueryType)
	}
	for _, v := range m.Arguments {
		b = wire.AppendMessage(b, 3, v)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 5, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	return b
}

// Decode adds the fields in b.
func (m *QueryWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.QueryId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.QueryType = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Arguments = append(m.Arguments, v)
		case 5<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		default:
			r.Skip(kind)
		}
	}
}

// RemoveFromCache is the message coresdk.workflow_activation.RemoveFromCache.
type RemoveFromCache struct {
	Message string
	Reason  RemoveFromCache_EvictionReason
}

// GetMessage returns the field, or its zero value.
func (m *RemoveFromCache) GetMessage() (v string) {
	if m != nil {
		return m.Message
	}
	return v
}

// GetReason returns the field, or its zero value.
func (m *RemoveFromCache) GetReason() (v RemoveFromCache_EvictionReason) {
	if m != nil {
		return m.Reason
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RemoveFromCache) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Message) > 0 {
		b = wire.AppendString(b, 1, m.Message)
	}
	b = wire.AppendUint(b, 2, uint64(int64(m.Reason)))
	return b
}

// Decode adds the fields in b.
func (m *RemoveFromCache) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Message = string(r.Bytes())
		case 2<<3 | wire.Varint:
			m.Reason = RemoveFromCache_EvictionReason(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// ResolveActivity is the message coresdk.workflow_activation.ResolveActivity.
type ResolveActivity struct {
	Seq     uint32
	Result  *activityresultpb.ActivityResolution
	IsLocal bool
}

// GetSeq returns the field, or its zero value.
func (m *ResolveActivity) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetResult returns the field, or its zero value.
func (m *ResolveActivity) GetResult() (v *activityresultpb.ActivityResolution) {
	if m != nil {
		return m.Result
	}
	return v
}

// GetIsLocal returns the field, or its zero value.
func (m *ResolveActivity) GetIsLocal() (v bool) {
	if m != nil {
		return m.IsLocal
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveActivity) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.Result != nil {
		b = wire.AppendMessage(b, 2, m.Result)
	}
	b = wire.AppendBool(b, 3, m.IsLocal)
	return b
}

// Decode adds the fields in b.
func (m *ResolveActivity) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Result = &activityresultpb.ActivityResolution{}
			r.Fail(m.Result.Decode(r.Bytes()))
		case 3<<3 | wire.Varint:
			m.IsLocal = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// ResolveChildWorkflowExecution is the message coresdk.workflow_activation.ResolveChildWorkflowExecution.
type ResolveChildWorkflowExecution struct {
	Seq    uint32
	Result *childpb.ChildWorkflowResult
}

// GetSeq returns the field, or its zero value.
func (m *ResolveChildWorkflowExecution) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetResult returns the field, or its zero value.
func (m *ResolveChildWorkflowExecution) GetResult() (v *childpb.ChildWorkflowResult) {
	if m != nil {
		return m.Result
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveChildWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.Result != nil {
		b = wire.AppendMessage(b, 2, m.Result)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveChildWorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Result = &childpb.ChildWorkflowResult{}
			r.Fail(m.Result.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ResolveChildWorkflowExecutionStart is the message coresdk.workflow_activation.ResolveChildWorkflowExecutionStart.
type ResolveChildWorkflowExecutionStart struct {
	Seq    uint32
	Status isResolveChildWorkflowExecutionStart_Status
}

type isResolveChildWorkflowExecutionStart_Status interface{ isResolveChildWorkflowExecutionStart_Status() }

// ResolveChildWorkflowExecutionStart_Succeeded is one case of coresdk.workflow_activation.ResolveChildWorkflowExecutionStart.status.
type ResolveChildWorkflowExecutionStart_Succeeded struct {
	Succeeded *ResolveChildWorkflowExecutionStartSuccess
}

func (*ResolveChildWorkflowExecutionStart_Succeeded) isResolveChildWorkflowExecutionStart_Status() {}

// ResolveChildWorkflowExecutionStart_Failed is one case of coresdk.workflow_activation.ResolveChildWorkflowExecutionStart.status.
type ResolveChildWorkflowExecutionStart_Failed struct {
	Failed *ResolveChildWorkflowExecutionStartFailure
}

func (*ResolveChildWorkflowExecutionStart_Failed) isResolveChildWorkflowExecutionStart_Status() {}

// ResolveChildWorkflowExecutionStart_Cancelled is one case of coresdk.workflow_activation.ResolveChildWorkflowExecutionStart.status.
type ResolveChildWorkflowExecutionStart_Cancelled struct {
	Cancelled *ResolveChildWorkflowExecutionStartCancelled
}

func (*ResolveChildWorkflowExecutionStart_Cancelled) isResolveChildWorkflowExecutionStart_Status() {}

// GetSeq returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStart) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetSucceeded returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStart) GetSucceeded() (v *ResolveChildWorkflowExecutionStartSuccess) {
	if m != nil {
		if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Succeeded); is {
			return c.Succeeded
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStart) GetFailed() (v *ResolveChildWorkflowExecutionStartFailure) {
	if m != nil {
		if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetCancelled returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStart) GetCancelled() (v *ResolveChildWorkflowExecutionStartCancelled) {
	if m != nil {
		if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Cancelled); is {
			return c.Cancelled
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *ResolveChildWorkflowExecutionStart) GetStatus() isResolveChildWorkflowExecutionStart_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *ResolveChildWorkflowExecutionStart) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Succeeded); is {
		b = wire.AppendMessage(b, 2, c.Succeeded)
	}
	if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Failed); is {
		b = wire.AppendMessage(b, 3, c.Failed)
	}
	if c, is := m.Status.(*ResolveChildWorkflowExecutionStart_Cancelled); is {
		b = wire.AppendMessage(b, 4, c.Cancelled)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveChildWorkflowExecutionStart) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			c := &ResolveChildWorkflowExecutionStart_Succeeded{}
			c.Succeeded = &ResolveChildWorkflowExecutionStartSuccess{}
			r.Fail(c.Succeeded.Decode(r.Bytes()))
			m.Status = c
		case 3<<3 | wire.Bytes:
			c := &ResolveChildWorkflowExecutionStart_Failed{}
			c.Failed = &ResolveChildWorkflowExecutionStartFailure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		case 4<<3 | wire.Bytes:
			c := &ResolveChildWorkflowExecutionStart_Cancelled{}
			c.Cancelled = &ResolveChildWorkflowExecutionStartCancelled{}
			r.Fail(c.Cancelled.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}

// ResolveChildWorkflowExecutionStartCancelled is the message coresdk.workflow_activation.ResolveChildWorkflowExecutionStartCancelled.
type ResolveChildWorkflowExecutionStartCancelled struct {
	Failure *failurepb.Failure
}

// GetFailure returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStartCancelled) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveChildWorkflowExecutionStartCancelled) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Failure != nil {
		b = wire.AppendMessage(b, 1, m.Failure)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveChildWorkflowExecutionStartCancelled) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Failure = &failurepb.Failure{}
			r.Fail(m.Failure.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ResolveChildWorkflowExecutionStartFailure is the message coresdk.workflow_activation.ResolveChildWorkflowExecutionStartFailure.
type ResolveChildWorkflowExecutionStartFailure struct {
	WorkflowId   string
	WorkflowType string
	Cause        childpb.StartChildWorkflowExecutionFailedCause
}

// GetWorkflowId returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStartFailure) GetWorkflowId() (v string) {
	if m != nil {
		return m.WorkflowId
	}
	return v
}

// GetWorkflowType returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStartFailure) GetWorkflowType() (v string) {
	if m != nil {
		return m.WorkflowType
	}
	return v
}

// GetCause returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStartFailure) GetCause() (v childpb.StartChildWorkflowExecutionFailedCause) {
	if m != nil {
		return m.Cause
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveChildWorkflowExecutionStartFailure) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.WorkflowId) > 0 {
		b = wire.AppendString(b, 1, m.WorkflowId)
	}
	if len(m.WorkflowType) > 0 {
		b = wire.AppendString(b, 2, m.WorkflowType)
	}
	b = wire.AppendUint(b, 3, uint64(int64(m.Cause)))
	return b
}

// Decode adds the fields in b.
func (m *ResolveChildWorkflowExecutionStartFailure) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.WorkflowId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.WorkflowType = string(r.Bytes())
		case 3<<3 | wire.Varint:
			m.Cause = childpb.StartChildWorkflowExecutionFailedCause(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// ResolveChildWorkflowExecutionStartSuccess is the message coresdk.workflow_activation.ResolveChildWorkflowExecutionStartSuccess.
type ResolveChildWorkflowExecutionStartSuccess struct {
	RunId string
}

// GetRunId returns the field, or its zero value.
func (m *ResolveChildWorkflowExecutionStartSuccess) GetRunId() (v string) {
	if m != nil {
		return m.RunId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveChildWorkflowExecutionStartSuccess) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.RunId) > 0 {
		b = wire.AppendString(b, 1, m.RunId)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveChildWorkflowExecutionStartSuccess) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.RunId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// ResolveNexusOperation is the message coresdk.workflow_activation.ResolveNexusOperation.
type ResolveNexusOperation struct {
	Seq    uint32
	Result *nexuspb.NexusOperationResult
}

// GetSeq returns the field, or its zero value.
func (m *ResolveNexusOperation) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetResult returns the field, or its zero value.
func (m *ResolveNexusOperation) GetResult() (v *nexuspb.NexusOperationResult) {
	if m != nil {
		return m.Result
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveNexusOperation) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.Result != nil {
		b = wire.AppendMessage(b, 2, m.Result)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveNexusOperation) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Result = &nexuspb.NexusOperationResult{}
			r.Fail(m.Result.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ResolveNexusOperationStart is the message coresdk.workflow_activation.ResolveNexusOperationStart.
type ResolveNexusOperationStart struct {
	Seq    uint32
	Status isResolveNexusOperationStart_Status
}

type isResolveNexusOperationStart_Status interface{ isResolveNexusOperationStart_Status() }

// ResolveNexusOperationStart_OperationToken is one case of coresdk.workflow_activation.ResolveNexusOperationStart.status.
type ResolveNexusOperationStart_OperationToken struct{ OperationToken string }

func (*ResolveNexusOperationStart_OperationToken) isResolveNexusOperationStart_Status() {}

// ResolveNexusOperationStart_StartedSync is one case of coresdk.workflow_activation.ResolveNexusOperationStart.status.
type ResolveNexusOperationStart_StartedSync struct{ StartedSync bool }

func (*ResolveNexusOperationStart_StartedSync) isResolveNexusOperationStart_Status() {}

// ResolveNexusOperationStart_Failed is one case of coresdk.workflow_activation.ResolveNexusOperationStart.status.
type ResolveNexusOperationStart_Failed struct{ Failed *failurepb.Failure }

func (*ResolveNexusOperationStart_Failed) isResolveNexusOperationStart_Status() {}

// GetSeq returns the field, or its zero value.
func (m *ResolveNexusOperationStart) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetOperationToken returns the field, or its zero value.
func (m *ResolveNexusOperationStart) GetOperationToken() (v string) {
	if m != nil {
		if c, is := m.Status.(*ResolveNexusOperationStart_OperationToken); is {
			return c.OperationToken
		}
	}
	return v
}

// GetStartedSync returns the field, or its zero value.
func (m *ResolveNexusOperationStart) GetStartedSync() (v bool) {
	if m != nil {
		if c, is := m.Status.(*ResolveNexusOperationStart_StartedSync); is {
			return c.StartedSync
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *ResolveNexusOperationStart) GetFailed() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Status.(*ResolveNexusOperationStart_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *ResolveNexusOperationStart) GetStatus() isResolveNexusOperationStart_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *ResolveNexusOperationStart) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if c, is := m.Status.(*ResolveNexusOperationStart_OperationToken); is {
		b = wire.AppendString(b, 2, c.OperationToken)
	}
	if c, is := m.Status.(*ResolveNexusOperationStart_StartedSync); is {
		b = wire.AppendVarint(wire.AppendTag(b, 3, wire.Varint), wire.Bit(c.StartedSync))
	}
	if c, is := m.Status.(*ResolveNexusOperationStart_Failed); is {
		b = wire.AppendMessage(b, 4, c.Failed)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResolveNexusOperationStart) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			c := &ResolveNexusOperationStart_OperationToken{}
			c.OperationToken = string(r.Bytes())
			m.Status = c
		case 3<<3 | wire.Varint:
			c := &ResolveNexusOperationStart_StartedSync{}
			c.StartedSync = r.Varint() != 0
			m.Status = c
		case 4<<3 | wire.Bytes:
			c := &ResolveNexusOperationStart_Failed{}
			c.Failed = &failurepb.Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}

// ResolveRequestCancelExternalWorkflow is the message coresdk.workflow_activation.ResolveRequestCancelExternalWorkflow.
type ResolveRequestCancelExternalWorkflow struct {
	Seq     uint32
	Failure *failurepb.Failure
	Cause   enumspb.CancelExternalWorkflowExecutionFailedCause
}

// GetSeq returns the field, or its zero value.
func (m *ResolveRequestCancelExternalWorkflow) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetFailure returns the field, or its zero value.
func (m *ResolveRequestCancelExternalWorkflow) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// GetCause returns the field, or its zero value.
func (m *ResolveRequestCancelExternalWorkflow) GetCause() (v enumspb.CancelExternalWorkflowExecutionFailedCause) {
	if m != nil {
		return m.Cause
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveRequestCancelExternalWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.Failure != nil {
		b = wire.AppendMessage(b, 2, m.Failure)
	}
	b = wire.AppendUint(b, 3, uint64(int64(m.Cause)))
	return b
}

// Decode adds the fields in b.
func (m *ResolveRequestCancelExternalWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Failure = &failurepb.Failure{}
			r.Fail(m.Failure.Decode(r.Bytes()))
		case 3<<3 | wire.Varint:
			m.Cause = enumspb.CancelExternalWorkflowExecutionFailedCause(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// ResolveSignalExternalWorkflow is the message coresdk.workflow_activation.ResolveSignalExternalWorkflow.
type ResolveSignalExternalWorkflow struct {
	Seq     uint32
	Failure *failurepb.Failure
	Cause   enumspb.SignalExternalWorkflowExecutionFailedCause
}

// GetSeq returns the field, or its zero value.
func (m *ResolveSignalExternalWorkflow) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetFailure returns the field, or its zero value.
func (m *ResolveSignalExternalWorkflow) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// GetCause returns the field, or its zero value.
func (m *ResolveSignalExternalWorkflow) GetCause() (v enumspb.SignalExternalWorkflowExecutionFailedCause) {
	if m != nil {
		return m.Cause
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResolveSignalExternalWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.Failure != nil {
		b = wire.AppendMessage(b, 2, m.Failure)
	}
	b = wire.AppendUint(b, 3, uint64(int64(m.Cause)))
	return b
}

// Decode adds the fields in b.
func (m *ResolveSignalExternalWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Seq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Failure = &failurepb.Failure{}
			r.Fail(m.Failure.Decode(r.Bytes()))
		case 3<<3 | wire.Varint:
			m.Cause = enumspb.SignalExternalWorkflowExecutionFailedCause(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// SignalWorkflow is the message coresdk.workflow_activation.SignalWorkflow.
type SignalWorkflow struct {
	SignalName         string
	Input              []*commonpb.Payload
	Identity           string
	Headers            map[string]*commonpb.Payload
	OriginatingEventId int64
}

// GetSignalName returns the field, or its zero value.
func (m *SignalWorkflow) GetSignalName() (v string) {
	if m != nil {
		return m.SignalName
	}
	return v
}

// GetInput returns the field, or its zero value.
func (m *SignalWorkflow) GetInput() (v []*commonpb.Payload) {
	if m != nil {
		return m.Input
	}
	return v
}

// GetIdentity returns the field, or its zero value.
func (m *SignalWorkflow) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *SignalWorkflow) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetOriginatingEventId returns the field, or its zero value.
func (m *SignalWorkflow) GetOriginatingEventId() (v int64) {
	if m != nil {
		return m.OriginatingEventId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *SignalWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.SignalName) > 0 {
		b = wire.AppendString(b, 1, m.SignalName)
	}
	for _, v := range m.Input {
		b = wire.AppendMessage(b, 2, v)
	}
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 3, m.Identity)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 5, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	b = wire.AppendUint(b, 6, uint64(m.OriginatingEventId))
	return b
}

// Decode adds the fields in b.
func (m *SignalWorkflow) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.SignalName = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Input = append(m.Input, v)
		case 3<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 6<<3 | wire.Varint:
			m.OriginatingEventId = int64(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// UpdateRandomSeed is the message coresdk.workflow_activation.UpdateRandomSeed.
type UpdateRandomSeed struct {
	RandomnessSeed uint64
}

// GetRandomnessSeed returns the field, or its zero value.
func (m *UpdateRandomSeed) GetRandomnessSeed() (v uint64) {
	if m != nil {
		return m.RandomnessSeed
	}
	return v
}

// AppendTo appends the encoded message.
func (m *UpdateRandomSeed) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, m.RandomnessSeed)
	return b
}

// Decode adds the fields in b.
func (m *UpdateRandomSeed) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.RandomnessSeed = r.Varint()
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowActivation is the message coresdk.workflow_activation.WorkflowActivation.
type WorkflowActivation struct {
	RunId                                string
	Timestamp                            *wire.Timestamp
	IsReplaying                          bool
	HistoryLength                        uint32
	Jobs                                 []*WorkflowActivationJob
	AvailableInternalFlags               []uint32
	HistorySizeBytes                     uint64
	ContinueAsNewSuggested               bool
	DeploymentVersionForCurrentTask      *corecommonpb.WorkerDeploymentVersion
	LastSdkVersion                       string
	SuggestContinueAsNewReasons          []enumspb.SuggestContinueAsNewReason
	TargetWorkerDeploymentVersionChanged bool
}

// GetRunId returns the field, or its zero value.
func (m *WorkflowActivation) GetRunId() (v string) {
	if m != nil {
		return m.RunId
	}
	return v
}

// GetTimestamp returns the field, or its zero value.
func (m *WorkflowActivation) GetTimestamp() (v *wire.Timestamp) {
	if m != nil {
		return m.Timestamp
	}
	return v
}

// GetIsReplaying returns the field, or its zero value.
func (m *WorkflowActivation) GetIsReplaying() (v bool) {
	if m != nil {
		return m.IsReplaying
	}
	return v
}

// GetHistoryLength returns the field, or its zero value.
func (m *WorkflowActivation) GetHistoryLength() (v uint32) {
	if m != nil {
		return m.HistoryLength
	}
	return v
}

// GetJobs returns the field, or its zero value.
func (m *WorkflowActivation) GetJobs() (v []*WorkflowActivationJob) {
	if m != nil {
		return m.Jobs
	}
	return v
}

// GetAvailableInternalFlags returns the field, or its zero value.
func (m *WorkflowActivation) GetAvailableInternalFlags() (v []uint32) {
	if m != nil {
		return m.AvailableInternalFlags
	}
	return v
}

// GetHistorySizeBytes returns the field, or its zero value.
func (m *WorkflowActivation) GetHistorySizeBytes() (v uint64) {
	if m != nil {
		return m.HistorySizeBytes
	}
	return v
}

// GetContinueAsNewSuggested returns the field, or its zero value.
func (m *WorkflowActivation) GetContinueAsNewSuggested() (v bool) {
	if m != nil {
		return m.ContinueAsNewSuggested
	}
	return v
}

// GetDeploymentVersionForCurrentTask returns the field, or its zero value.
func (m *WorkflowActivation) GetDeploymentVersionForCurrentTask() (v *corecommonpb.WorkerDeploymentVersion) {
	if m != nil {
		return m.DeploymentVersionForCurrentTask
	}
	return v
}

// GetLastSdkVersion returns the field, or its zero value.
func (m *WorkflowActivation) GetLastSdkVersion() (v string) {
	if m != nil {
		return m.LastSdkVersion
	}
	return v
}

// GetSuggestContinueAsNewReasons returns the field, or its zero value.
func (m *WorkflowActivation) GetSuggestContinueAsNewReasons() (v []enumspb.SuggestContinueAsNewReason) {
	if m != nil {
		return m.SuggestContinueAsNewReasons
	}
	return v
}

// GetTargetWorkerDeploymentVersionChanged returns the field, or its zero value.
func (m *WorkflowActivation) GetTargetWorkerDeploymentVersionChanged() (v bool) {
	if m != nil {
		return m.TargetWorkerDeploymentVersionChanged
	}
	return v
}

// AppendTo appends the encoded message.
func (m *WorkflowActivation) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.RunId) > 0 {
		b = wire.AppendString(b, 1, m.RunId)
	}
	if m.Timestamp != nil {
		b = wire.AppendMessage(b, 2, m.Timestamp)
	}
	b = wire.AppendBool(b, 3, m.IsReplaying)
	b = wire.AppendUint(b, 4, uint64(m.HistoryLength))
	for _, v := range m.Jobs {
		b = wire.AppendMessage(b, 5, v)
	}
	for _, v := range m.AvailableInternalFlags {
		b = wire.AppendVarint(wire.AppendTag(b, 6, wire.Varint), uint64(v))
	}
	b = wire.AppendUint(b, 7, m.HistorySizeBytes)
	b = wire.AppendBool(b, 8, m.ContinueAsNewSuggested)
	if m.DeploymentVersionForCurrentTask != nil {
		b = wire.AppendMessage(b, 9, m.DeploymentVersionForCurrentTask)
	}
	if len(m.LastSdkVersion) > 0 {
		b = wire.AppendString(b, 10, m.LastSdkVersion)
	}
	for _, v := range m.SuggestContinueAsNewReasons {
		b = wire.AppendVarint(wire.AppendTag(b, 11, wire.Varint), uint64(int64(v)))
	}
	b = wire.AppendBool(b, 12, m.TargetWorkerDeploymentVersionChanged)
	return b
}

// Decode adds the fields in b.
func (m *WorkflowActivation) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.RunId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.Timestamp = &wire.Timestamp{}
			r.Fail(m.Timestamp.Decode(r.Bytes()))
		case 3<<3 | wire.Varint:
			m.IsReplaying = r.Varint() != 0
		case 4<<3 | wire.Varint:
			m.HistoryLength = uint32(r.Varint())
		case 5<<3 | wire.Bytes:
			var v *WorkflowActivationJob
			v = &WorkflowActivationJob{}
			r.Fail(v.Decode(r.Bytes()))
			m.Jobs = append(m.Jobs, v)
		case 6<<3 | wire.Varint:
			m.AvailableInternalFlags = append(m.AvailableInternalFlags, uint32(r.Varint()))
		case 6<<3 | wire.Bytes:
			packed := wire.Read(r.Bytes())
			for packed.More() {
				m.AvailableInternalFlags = append(m.AvailableInternalFlags, uint32(packed.Varint()))
			}
			r.Fail(packed.Err())
		case 7<<3 | wire.Varint:
			m.HistorySizeBytes = r.Varint()
		case 8<<3 | wire.Varint:
			m.ContinueAsNewSuggested = r.Varint() != 0
		case 9<<3 | wire.Bytes:
			m.DeploymentVersionForCurrentTask = &corecommonpb.WorkerDeploymentVersion{}
			r.Fail(m.DeploymentVersionForCurrentTask.Decode(r.Bytes()))
		case 10<<3 | wire.Bytes:
			m.LastSdkVersion = string(r.Bytes())
		case 11<<3 | wire.Varint:
			m.SuggestContinueAsNewReasons = append(m.SuggestContinueAsNewReasons, enumspb.SuggestContinueAsNewReason(r.Varint()))
		case 11<<3 | wire.Bytes:
			packed := wire.Read(r.Bytes())
			for packed.More() {
				m.SuggestContinueAsNewReasons = append(m.SuggestContinueAsNewReasons, enumspb.SuggestContinueAsNewReason(packed.Varint()))
			}
			r.Fail(packed.Err())
		case 12<<3 | wire.Varint:
			m.TargetWorkerDeploymentVersionChanged = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowActivationJob is the message coresdk.workflow_activation.WorkflowActivationJob.
type WorkflowActivationJob struct {
	Variant isWorkflowActivationJob_Variant
}

type isWorkflowActivationJob_Variant interface{ isWorkflowActivationJob_Variant() }

// WorkflowActivationJob_InitializeWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_InitializeWorkflow struct{ InitializeWorkflow *InitializeWorkflow }

func (*WorkflowActivationJob_InitializeWorkflow) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_FireTimer is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_FireTimer struct{ FireTimer *FireTimer }

func (*WorkflowActivationJob_FireTimer) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_UpdateRandomSeed is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_UpdateRandomSeed struct{ UpdateRandomSeed *UpdateRandomSeed }

func (*WorkflowActivationJob_UpdateRandomSeed) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_QueryWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_QueryWorkflow struct{ QueryWorkflow *QueryWorkflow }

func (*WorkflowActivationJob_QueryWorkflow) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_CancelWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_CancelWorkflow struct{ CancelWorkflow *CancelWorkflow }

func (*WorkflowActivationJob_CancelWorkflow) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_SignalWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_SignalWorkflow struct{ SignalWorkflow *SignalWorkflow }

func (*WorkflowActivationJob_SignalWorkflow) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveActivity is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveActivity struct{ ResolveActivity *ResolveActivity }

func (*WorkflowActivationJob_ResolveActivity) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_NotifyHasPatch is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_NotifyHasPatch struct{ NotifyHasPatch *NotifyHasPatch }

func (*WorkflowActivationJob_NotifyHasPatch) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveChildWorkflowExecutionStart is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveChildWorkflowExecutionStart struct {
	ResolveChildWorkflowExecutionStart *ResolveChildWorkflowExecutionStart
}

func (*WorkflowActivationJob_ResolveChildWorkflowExecutionStart) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveChildWorkflowExecution is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveChildWorkflowExecution struct {
	ResolveChildWorkflowExecution *ResolveChildWorkflowExecution
}

func (*WorkflowActivationJob_ResolveChildWorkflowExecution) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveSignalExternalWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveSignalExternalWorkflow struct {
	ResolveSignalExternalWorkflow *ResolveSignalExternalWorkflow
}

func (*WorkflowActivationJob_ResolveSignalExternalWorkflow) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveRequestCancelExternalWorkflow is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveRequestCancelExternalWorkflow struct {
	ResolveRequestCancelExternalWorkflow *ResolveRequestCancelExternalWorkflow
}

func (*WorkflowActivationJob_ResolveRequestCancelExternalWorkflow) isWorkflowActivationJob_Variant() {
}

// WorkflowActivationJob_DoUpdate is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_DoUpdate struct{ DoUpdate *DoUpdate }

func (*WorkflowActivationJob_DoUpdate) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveNexusOperationStart is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveNexusOperationStart struct{ ResolveNexusOperationStart *ResolveNexusOperationStart }

func (*WorkflowActivationJob_ResolveNexusOperationStart) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_ResolveNexusOperation is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_ResolveNexusOperation struct{ ResolveNexusOperation *ResolveNexusOperation }

func (*WorkflowActivationJob_ResolveNexusOperation) isWorkflowActivationJob_Variant() {}

// WorkflowActivationJob_RemoveFromCache is one case of coresdk.workflow_activation.WorkflowActivationJob.variant.
type WorkflowActivationJob_RemoveFromCache struct{ RemoveFromCache *RemoveFromCache }

func (*WorkflowActivationJob_RemoveFromCache) isWorkflowActivationJob_Variant() {}

// GetInitializeWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetInitializeWorkflow() (v *InitializeWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_InitializeWorkflow); is {
			return c.InitializeWorkflow
		}
	}
	return v
}

// GetFireTimer returns the field, or its zero value.
func (m *WorkflowActivationJob) GetFireTimer() (v *FireTimer) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_FireTimer); is {
			return c.FireTimer
		}
	}
	return v
}

// GetUpdateRandomSeed returns the field, or its zero value.
func (m *WorkflowActivationJob) GetUpdateRandomSeed() (v *UpdateRandomSeed) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_UpdateRandomSeed); is {
			return c.UpdateRandomSeed
		}
	}
	return v
}

// GetQueryWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetQueryWorkflow() (v *QueryWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_QueryWorkflow); is {
			return c.QueryWorkflow
		}
	}
	return v
}

// GetCancelWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetCancelWorkflow() (v *CancelWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_CancelWorkflow); is {
			return c.CancelWorkflow
		}
	}
	return v
}

// GetSignalWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetSignalWorkflow() (v *SignalWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_SignalWorkflow); is {
			return c.SignalWorkflow
		}
	}
	return v
}

// GetResolveActivity returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveActivity() (v *ResolveActivity) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveActivity); is {
			return c.ResolveActivity
		}
	}
	return v
}

// GetNotifyHasPatch returns the field, or its zero value.
func (m *WorkflowActivationJob) GetNotifyHasPatch() (v *NotifyHasPatch) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_NotifyHasPatch); is {
			return c.NotifyHasPatch
		}
	}
	return v
}

// GetResolveChildWorkflowExecutionStart returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveChildWorkflowExecutionStart() (v *ResolveChildWorkflowExecutionStart) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveChildWorkflowExecutionStart); is {
			return c.ResolveChildWorkflowExecutionStart
		}
	}
	return v
}

// GetResolveChildWorkflowExecution returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveChildWorkflowExecution() (v *ResolveChildWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveChildWorkflowExecution); is {
			return c.ResolveChildWorkflowExecution
		}
	}
	return v
}

// GetResolveSignalExternalWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveSignalExternalWorkflow() (v *ResolveSignalExternalWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveSignalExternalWorkflow); is {
			return c.ResolveSignalExternalWorkflow
		}
	}
	return v
}

// GetResolveRequestCancelExternalWorkflow returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveRequestCancelExternalWorkflow() (v *ResolveRequestCancelExternalWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveRequestCancelExternalWorkflow); is {
			return c.ResolveRequestCancelExternalWorkflow
		}
	}
	return v
}

// GetDoUpdate returns the field, or its zero value.
func (m *WorkflowActivationJob) GetDoUpdate() (v *DoUpdate) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_DoUpdate); is {
			return c.DoUpdate
		}
	}
	return v
}

// GetResolveNexusOperationStart returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveNexusOperationStart() (v *ResolveNexusOperationStart) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveNexusOperationStart); is {
			return c.ResolveNexusOperationStart
		}
	}
	return v
}

// GetResolveNexusOperation returns the field, or its zero value.
func (m *WorkflowActivationJob) GetResolveNexusOperation() (v *ResolveNexusOperation) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_ResolveNexusOperation); is {
			return c.ResolveNexusOperation
		}
	}
	return v
}

// GetRemoveFromCache returns the field, or its zero value.
func (m *WorkflowActivationJob) GetRemoveFromCache() (v *RemoveFromCache) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowActivationJob_RemoveFromCache); is {
			return c.RemoveFromCache
		}
	}
	return v
}

// GetVariant returns the case that is set, nil if none is.
func (m *WorkflowActivationJob) GetVariant() isWorkflowActivationJob_Variant {
	if m != nil {
		return m.Variant
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *WorkflowActivationJob) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if c, is := m.Variant.(*WorkflowActivationJob_InitializeWorkflow); is {
		b = wire.AppendMessage(b, 1, c.InitializeWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_FireTimer); is {
		b = wire.AppendMessage(b, 2, c.FireTimer)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_UpdateRandomSeed); is {
		b = wire.AppendMessage(b, 4, c.UpdateRandomSeed)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_QueryWorkflow); is {
		b = wire.AppendMessage(b, 5, c.QueryWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_CancelWorkflow); is {
		b = wire.AppendMessage(b, 6, c.CancelWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_SignalWorkflow); is {
		b = wire.AppendMessage(b, 7, c.SignalWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveActivity); is {
		b = wire.AppendMessage(b, 8, c.ResolveActivity)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_NotifyHasPatch); is {
		b = wire.AppendMessage(b, 9, c.NotifyHasPatch)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveChildWorkflowExecutionStart); is {
		b = wire.AppendMessage(b, 10, c.ResolveChildWorkflowExecutionStart)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveChildWorkflowExecution); is {
		b = wire.AppendMessage(b, 11, c.ResolveChildWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveSignalExternalWorkflow); is {
		b = wire.AppendMessage(b, 12, c.ResolveSignalExternalWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveRequestCancelExternalWorkflow); is {
		b = wire.AppendMessage(b, 13, c.ResolveRequestCancelExternalWorkflow)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_DoUpdate); is {
		b = wire.AppendMessage(b, 14, c.DoUpdate)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveNexusOperationStart); is {
		b = wire.AppendMessage(b, 15, c.ResolveNexusOperationStart)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_ResolveNexusOperation); is {
		b = wire.AppendMessage(b, 16, c.ResolveNexusOperation)
	}
	if c, is := m.Variant.(*WorkflowActivationJob_RemoveFromCache); is {
		b = wire.AppendMessage(b, 50, c.RemoveFromCache)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkflowActivationJob) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			c := &WorkflowActivationJob_InitializeWorkflow{}
			c.InitializeWorkflow = &InitializeWorkflow{}
			r.Fail(c.InitializeWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 2<<3 | wire.Bytes:
			c := &WorkflowActivationJob_FireTimer{}
			c.FireTimer = &FireTimer{}
			r.Fail(c.FireTimer.Decode(r.Bytes()))
			m.Variant = c
		case 4<<3 | wire.Bytes:
			c := &WorkflowActivationJob_UpdateRandomSeed{}
			c.UpdateRandomSeed = &UpdateRandomSeed{}
			r.Fail(c.UpdateRandomSeed.Decode(r.Bytes()))
			m.Variant = c
		case 5<<3 | wire.Bytes:
			c := &WorkflowActivationJob_QueryWorkflow{}
			c.QueryWorkflow = &QueryWorkflow{}
			r.Fail(c.QueryWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 6<<3 | wire.Bytes:
			c := &WorkflowActivationJob_CancelWorkflow{}
			c.CancelWorkflow = &CancelWorkflow{}
			r.Fail(c.CancelWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 7<<3 | wire.Bytes:
			c := &WorkflowActivationJob_SignalWorkflow{}
			c.SignalWorkflow = &SignalWorkflow{}
			r.Fail(c.SignalWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 8<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveActivity{}
			c.ResolveActivity = &ResolveActivity{}
			r.Fail(c.ResolveActivity.Decode(r.Bytes()))
			m.Variant = c
		case 9<<3 | wire.Bytes:
			c := &WorkflowActivationJob_NotifyHasPatch{}
			c.NotifyHasPatch = &NotifyHasPatch{}
			r.Fail(c.NotifyHasPatch.Decode(r.Bytes()))
			m.Variant = c
		case 10<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveChildWorkflowExecutionStart{}
			c.ResolveChildWorkflowExecutionStart = &ResolveChildWorkflowExecutionStart{}
			r.Fail(c.ResolveChildWorkflowExecutionStart.Decode(r.Bytes()))
			m.Variant = c
		case 11<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveChildWorkflowExecution{}
			c.ResolveChildWorkflowExecution = &ResolveChildWorkflowExecution{}
			r.Fail(c.ResolveChildWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 12<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveSignalExternalWorkflow{}
			c.ResolveSignalExternalWorkflow = &ResolveSignalExternalWorkflow{}
			r.Fail(c.ResolveSignalExternalWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 13<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveRequestCancelExternalWorkflow{}
			c.ResolveRequestCancelExternalWorkflow = &ResolveRequestCancelExternalWorkflow{}
			r.Fail(c.ResolveRequestCancelExternalWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 14<<3 | wire.Bytes:
			c := &WorkflowActivationJob_DoUpdate{}
			c.DoUpdate = &DoUpdate{}
			r.Fail(c.DoUpdate.Decode(r.Bytes()))
			m.Variant = c
		case 15<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveNexusOperationStart{}
			c.ResolveNexusOperationStart = &ResolveNexusOperationStart{}
			r.Fail(c.ResolveNexusOperationStart.Decode(r.Bytes()))
			m.Variant = c
		case 16<<3 | wire.Bytes:
			c := &WorkflowActivationJob_ResolveNexusOperation{}
			c.ResolveNexusOperation = &ResolveNexusOperation{}
			r.Fail(c.ResolveNexusOperation.Decode(r.Bytes()))
			m.Variant = c
		case 50<<3 | wire.Bytes:
			c := &WorkflowActivationJob_RemoveFromCache{}
			c.RemoveFromCache = &RemoveFromCache{}
			r.Fail(c.RemoveFromCache.Decode(r.Bytes()))
			m.Variant = c
		default:
			r.Skip(kind)
		}
	}
}
