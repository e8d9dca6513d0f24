// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package commands holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package commands

import (
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/wire"
	childpb "go.temporal.io/sdk/internal/coresdk/child"
	corecommonpb "go.temporal.io/sdk/internal/coresdk/corecommon"
	nexuspb "go.temporal.io/sdk/internal/coresdk/nexus"
	"sort"
	"strconv"
)

// ActivityCancellationType is the enum coresdk.workflow_commands.ActivityCancellationType.
type ActivityCancellationType int32

const (
	ActivityCancellationType_TRY_CANCEL                  ActivityCancellationType = 0
	ActivityCancellationType_WAIT_CANCELLATION_COMPLETED ActivityCancellationType = 1
	ActivityCancellationType_ABANDON                     ActivityCancellationType = 2
)

// String returns the value's short name.
func (x ActivityCancellationType) String() string {
	switch x {
	case 0:
		return "TryCancel"
	case 1:
		return "WaitCancellationCompleted"
	case 2:
		return "Abandon"
	}
	return strconv.Itoa(int(x))
}

// CancelChildWorkflowExecution is the message coresdk.workflow_commands.CancelChildWorkflowExecution.
type CancelChildWorkflowExecution struct {
	ChildWorkflowSeq uint32
	Reason           string
}

// GetChildWorkflowSeq returns the field, or its zero value.
func (m *CancelChildWorkflowExecution) GetChildWorkflowSeq() (v uint32) {
	if m != nil {
		return m.ChildWorkflowSeq
	}
	return v
}

// GetReason returns the field, or its zero value.
func (m *CancelChildWorkflowExecution) GetReason() (v string) {
	if m != nil {
		return m.Reason
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CancelChildWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.ChildWorkflowSeq))
	if len(m.Reason) > 0 {
		b = wire.AppendString(b, 2, m.Reason)
	}
	return b
}

// Decode adds the fields in b.
func (m *CancelChildWorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.ChildWorkflowSeq = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Reason = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// CancelSignalWorkflow is the message coresdk.workflow_commands.CancelSignalWorkflow.
type CancelSignalWorkflow struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *CancelSignalWorkflow) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CancelSignalWorkflow) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *CancelSignalWorkflow) Decode(b []byte) error {
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

// CancelTimer is the message coresdk.workflow_commands.CancelTimer.
type CancelTimer struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *CancelTimer) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CancelTimer) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *CancelTimer) Decode(b []byte) error {
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

// CancelWorkflowExecution is the message coresdk.workflow_commands.CancelWorkflowExecution.
type CancelWorkflowExecution struct {
	Details *commonpb.Payloads
}

// GetDetails returns the field, or its zero value.
func (m *CancelWorkflowExecution) GetDetails() (v *commonpb.Payloads) {
	if m != nil {
		return m.Details
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CancelWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Details != nil {
		b = wire.AppendMessage(b, 1, m.Details)
	}
	return b
}

// Decode adds the fields in b.
func (m *CancelWorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Details = &commonpb.Payloads{}
			r.Fail(m.Details.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// CompleteWorkflowExecution is the message coresdk.workflow_commands.CompleteWorkflowExecution.
type CompleteWorkflowExecution struct {
	Result *commonpb.Payload
}

// GetResult returns the field, or its zero value.
func (m *CompleteWorkflowExecution) GetResult() (v *commonpb.Payload) {
	if m != nil {
		return m.Result
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CompleteWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Result != nil {
		b = wire.AppendMessage(b, 1, m.Result)
	}
	return b
}

// Decode adds the fields in b.
func (m *CompleteWorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Result = &commonpb.Payload{}
			r.Fail(m.Result.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ContinueAsNewWorkflowExecution is the message coresdk.workflow_commands.ContinueAsNewWorkflowExecution.
type ContinueAsNewWorkflowExecution struct {
	WorkflowType              string
	TaskQueue                 string
	Arguments                 []*commonpb.Payload
	WorkflowRunTimeout        *wire.Duration
	WorkflowTaskTimeout       *wire.Duration
	Memo                      map[string]*commonpb.Payload
	Headers                   map[string]*commonpb.Payload
	SearchAttributes          *commonpb.SearchAttributes
	RetryPolicy               *commonpb.RetryPolicy
	VersioningIntent          corecommonpb.VersioningIntent
	InitialVersioningBehavior enumspb.ContinueAsNewVersioningBehavior
	BackoffStartInterval      *wire.Duration
}

// GetWorkflowType returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetWorkflowType() (v string) {
	if m != nil {
		return m.WorkflowType
	}
	return v
}

// GetTaskQueue returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetTaskQueue() (v string) {
	if m != nil {
		return m.TaskQueue
	}
	return v
}

// GetArguments returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetArguments() (v []*commonpb.Payload) {
	if m != nil {
		return m.Arguments
	}
	return v
}

// GetWorkflowRunTimeout returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetWorkflowRunTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowRunTimeout
	}
	return v
}

// GetWorkflowTaskTimeout returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetWorkflowTaskTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowTaskTimeout
	}
	return v
}

// GetMemo returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetMemo() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Memo
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetSearchAttributes returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetSearchAttributes() (v *commonpb.SearchAttributes) {
	if m != nil {
		return m.SearchAttributes
	}
	return v
}

// GetRetryPolicy returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetRetryPolicy() (v *commonpb.RetryPolicy) {
	if m != nil {
		return m.RetryPolicy
	}
	return v
}

// GetVersioningIntent returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetVersioningIntent() (v corecommonpb.VersioningIntent) {
	if m != nil {
		return m.VersioningIntent
	}
	return v
}

// GetInitialVersioningBehavior returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetInitialVersioningBehavior() (v enumspb.ContinueAsNewVersioningBehavior) {
	if m != nil {
		return m.InitialVersioningBehavior
	}
	return v
}

// GetBackoffStartInterval returns the field, or its zero value.
func (m *ContinueAsNewWorkflowExecution) GetBackoffStartInterval() (v *wire.Duration) {
	if m != nil {
		return m.BackoffStartInterval
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ContinueAsNewWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.WorkflowType) > 0 {
		b = wire.AppendString(b, 1, m.WorkflowType)
	}
	if len(m.TaskQueue) > 0 {
		b = wire.AppendString(b, 2, m.TaskQueue)
	}
	for _, v := range m.Arguments {
		b = wire.AppendMessage(b, 3, v)
	}
	if m.WorkflowRunTimeout != nil {
		b = wire.AppendMessage(b, 4, m.WorkflowRunTimeout)
	}
	if m.WorkflowTaskTimeout != nil {
		b = wire.AppendMessage(b, 5, m.WorkflowTaskTimeout)
	}
	if len(m.Memo) > 0 {
		keys := make([]string, 0, len(m.Memo))
		for k := range m.Memo {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 6, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Memo[k]) })
		}
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 7, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	if m.SearchAttributes != nil {
		b = wire.AppendMessage(b, 8, m.SearchAttributes)
	}
	if m.RetryPolicy != nil {
		b = wire.AppendMessage(b, 9, m.RetryPolicy)
	}
	b = wire.AppendUint(b, 10, uint64(int64(m.VersioningIntent)))
	b = wire.AppendUint(b, 11, uint64(int64(m.InitialVersioningBehavior)))
	if m.BackoffStartInterval != nil {
		b = wire.AppendMessage(b, 12, m.BackoffStartInterval)
	}
	return b
}

// Decode adds the fields in b.
func (m *ContinueAsNewWorkflowExecution) Decode(b []byte) error {
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
			m.TaskQueue = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Arguments = append(m.Arguments, v)
		case 4<<3 | wire.Bytes:
			m.WorkflowRunTimeout = &wire.Duration{}
			r.Fail(m.WorkflowRunTimeout.Decode(r.Bytes()))
		case 5<<3 | wire.Bytes:
			m.WorkflowTaskTimeout = &wire.Duration{}
			r.Fail(m.WorkflowTaskTimeout.Decode(r.Bytes()))
		case 6<<3 | wire.Bytes:
			if m.Memo == nil {
				m.Memo = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Memo[k] = v
		case 7<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 8<<3 | wire.Bytes:
			m.SearchAttributes = &commonpb.SearchAttributes{}
			r.Fail(m.SearchAttributes.Decode(r.Bytes()))
		case 9<<3 | wire.Bytes:
			m.RetryPolicy = &commonpb.RetryPolicy{}
			r.Fail(m.RetryPolicy.Decode(r.Bytes()))
		case 10<<3 | wire.Varint:
			m.VersioningIntent = corecommonpb.VersioningIntent(r.Varint())
		case 11<<3 | wire.Varint:
			m.InitialVersioningBehavior = enumspb.ContinueAsNewVersioningBehavior(r.Varint())
		case 12<<3 | wire.Bytes:
			m.BackoffStartInterval = &wire.Duration{}
			r.Fail(m.BackoffStartInterval.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// FailWorkflowExecution is the message coresdk.workflow_commands.FailWorkflowExecution.
type FailWorkflowExecution struct {
	Failure *failurepb.Failure
}

// GetFailure returns the field, or its zero value.
func (m *FailWorkflowExecution) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// AppendTo appends the encoded message.
func (m *FailWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Failure != nil {
		b = wire.AppendMessage(b, 1, m.Failure)
	}
	return b
}

// Decode adds the fields in b.
func (m *FailWorkflowExecution) Decode(b []byte) error {
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

// ModifyWorkflowProperties is the message coresdk.workflow_commands.ModifyWorkflowProperties.
type ModifyWorkflowProperties struct {
	UpsertedMemo *commonpb.Memo
}

// GetUpsertedMemo returns the field, or its zero value.
func (m *ModifyWorkflowProperties) GetUpsertedMemo() (v *commonpb.Memo) {
	if m != nil {
		return m.UpsertedMemo
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ModifyWorkflowProperties) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.UpsertedMemo != nil {
		b = wire.AppendMessage(b, 1, m.UpsertedMemo)
	}
	return b
}

// Decode adds the fields in b.
func (m *ModifyWorkflowProperties) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.UpsertedMemo = &commonpb.Memo{}
			r.Fail(m.UpsertedMemo.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// QueryResult is the message coresdk.workflow_commands.QueryResult.
type QueryResult struct {
	QueryId string
	Variant isQueryResult_Variant
}

type isQueryResult_Variant interface{ isQueryResult_Variant() }

// QueryResult_Succeeded is one case of coresdk.workflow_commands.QueryResult.variant.
type QueryResult_Succeeded struct{ Succeeded *QuerySuccess }

func (*QueryResult_Succeeded) isQueryResult_Variant() {}

// QueryResult_Failed is one case of coresdk.workflow_commands.QueryResult.variant.
type QueryResult_Failed struct{ Failed *failurepb.Failure }

func (*QueryResult_Failed) isQueryResult_Variant() {}

// GetQueryId returns the field, or its zero value.
func (m *QueryResult) GetQueryId() (v string) {
	if m != nil {
		return m.QueryId
	}
	return v
}

// GetSucceeded returns the field, or its zero value.
func (m *QueryResult) GetSucceeded() (v *QuerySuccess) {
	if m != nil {
		if c, is := m.Variant.(*QueryResult_Succeeded); is {
			return c.Succeeded
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *QueryResult) GetFailed() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Variant.(*QueryResult_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetVariant returns the case that is set, nil if none is.
func (m *QueryResult) GetVariant() isQueryResult_Variant {
	if m != nil {
		return m.Variant
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *QueryResult) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.QueryId) > 0 {
		b = wire.AppendString(b, 1, m.QueryId)
	}
	if c, is := m.Variant.(*QueryResult_Succeeded); is {
		b = wire.AppendMessage(b, 2, c.Succeeded)
	}
	if c, is := m.Variant.(*QueryResult_Failed); is {
		b = wire.AppendMessage(b, 3, c.Failed)
	}
	return b
}

// Decode adds the fields in b.
func (m *QueryResult) Decode(b []byte) error {
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
			c := &QueryResult_Succeeded{}
			c.Succeeded = &QuerySuccess{}
			r.Fail(c.Succeeded.Decode(r.Bytes()))
			m.Variant = c
		case 3<<3 | wire.Bytes:
			c := &QueryResult_Failed{}
			c.Failed = &failurepb.Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Variant = c
		default:
			r.Skip(kind)
		}
	}
}

// QuerySuccess is the message coresdk.workflow_commands.QuerySuccess.
type QuerySuccess struct {
	Response *commonpb.Payload
}

// GetResponse returns the field, or its zero value.
func (m *QuerySuccess) GetResponse() (v *commonpb.Payload) {
	if m != nil {
		return m.Response
	}
	return v
}

// AppendTo appends the encoded message.
func (m *QuerySuccess) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Response != nil {
		b = wire.AppendMessage(b, 1, m.Response)
	}
	return b
}

// Decode adds the fields in b.
func (m *QuerySuccess) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Response = &commonpb.Payload{}
			r.Fail(m.Response.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// RequestCancelActivity is the message coresdk.workflow_commands.RequestCancelActivity.
type RequestCancelActivity struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *RequestCancelActivity) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RequestCancelActivity) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *RequestCancelActivity) Decode(b []byte) error {
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

// RequestCancelExternalWorkflowExecution is the message coresdk.workflow_commands.RequestCancelExternalWorkflowExecution.
type RequestCancelExternalWorkflowExecution struct {
	Seq               uint32
	WorkflowExecution *corecommonpb.NamespacedWorkflowExecution
	Reason            string
}

// GetSeq returns the field, or its zero value.
func (m *RequestCancelExternalWorkflowExecution) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetWorkflowExecution returns the field, or its zero value.
func (m *RequestCancelExternalWorkflowExecution) GetWorkflowExecution() (v *corecommonpb.NamespacedWorkflowExecution) {
	if m != nil {
		return m.WorkflowExecution
	}
	return v
}

// GetReason returns the field, or its zero value.
func (m *RequestCancelExternalWorkflowExecution) GetReason() (v string) {
	if m != nil {
		return m.Reason
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RequestCancelExternalWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.WorkflowExecution != nil {
		b = wire.AppendMessage(b, 2, m.WorkflowExecution)
	}
	if len(m.Reason) > 0 {
		b = wire.AppendString(b, 3, m.Reason)
	}
	return b
}

// Decode adds the fields in b.
func (m *RequestCancelExternalWorkflowExecution) Decode(b []byte) error {
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
			m.WorkflowExecution = &corecommonpb.NamespacedWorkflowExecution{}
			r.Fail(m.WorkflowExecution.Decode(r.Bytes()))
		case 3<<3 | wire.Bytes:
			m.Reason = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// RequestCancelLocalActivity is the message coresdk.workflow_commands.RequestCancelLocalActivity.
type RequestCancelLocalActivity struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *RequestCancelLocalActivity) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RequestCancelLocalActivity) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *RequestCancelLocalActivity) Decode(b []byte) error {
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

// RequestCancelNexusOperation is the message coresdk.workflow_commands.RequestCancelNexusOperation.
type RequestCancelNexusOperation struct {
	Seq uint32
}

// GetSeq returns the field, or its zero value.
func (m *RequestCancelNexusOperation) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RequestCancelNexusOperation) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	return b
}

// Decode adds the fields in b.
func (m *RequestCancelNexusOperation) Decode(b []byte) error {
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

// ScheduleActivity is the message coresdk.workflow_commands.ScheduleActivity.
type ScheduleActivity struct {
	Seq                    uint32
	ActivityId             string
	ActivityType           string
	TaskQueue              string
	Headers                map[string]*commonpb.Payload
	Arguments              []*commonpb.Payload
	ScheduleToCloseTimeout *wire.Duration
	ScheduleToStartTimeout *wire.Duration
	StartToCloseTimeout    *wire.Duration
	HeartbeatTimeout       *wire.Duration
	RetryPolicy            *commonpb.RetryPolicy
	CancellationType       ActivityCancellationType
	DoNotEagerlyExecute    bool
	VersioningIntent       corecommonpb.VersioningIntent
	Priority               *commonpb.Priority
}

// GetSeq returns the field, or its zero value.
func (m *ScheduleActivity) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetActivityId returns the field, or its zero value.
func (m *ScheduleActivity) GetActivityId() (v string) {
	if m != nil {
		return m.ActivityId
	}
	return v
}

// GetActivityType returns the field, or its zero value.
func (m *ScheduleActivity) GetActivityType() (v string) {
	if m != nil {
		return m.ActivityType
	}
	return v
}

// GetTaskQueue returns the field, or its zero value.
func (m *ScheduleActivity) GetTaskQueue() (v string) {
	if m != nil {
		return m.TaskQueue
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *ScheduleActivity) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetArguments returns the field, or its zero value.
func (m *ScheduleActivity) GetArguments() (v []*commonpb.Payload) {
	if m != nil {
		return m.Arguments
	}
	return v
}

// GetScheduleToCloseTimeout returns the field, or its zero value.
func (m *ScheduleActivity) GetScheduleToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToCloseTimeout
	}
	return v
}

// GetScheduleToStartTimeout returns the field, or its zero value.
func (m *ScheduleActivity) GetScheduleToStartTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToStartTimeout
	}
	return v
}

// GetStartToCloseTimeout returns the field, or its zero value.
func (m *ScheduleActivity) GetStartToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.StartToCloseTimeout
	}
	return v
}

// GetHeartbeatTimeout returns the field, or its zero value.
func (m *ScheduleActivity) GetHeartbeatTimeout() (v *wire.Duration) {
	if m != nil {
		return m.HeartbeatTimeout
	}
	return v
}

// GetRetryPolicy returns the field, or its zero value.
func (m *ScheduleActivity) GetRetryPolicy() (v *commonpb.RetryPolicy) {
	if m != nil {
		return m.RetryPolicy
	}
	return v
}

// GetCancellationType returns the field, or its zero value.
func (m *ScheduleActivity) GetCancellationType() (v ActivityCancellationType) {
	if m != nil {
		return m.CancellationType
	}
	return v
}

// GetDoNotEagerlyExecute returns the field, or its zero value.
func (m *ScheduleActivity) GetDoNotEagerlyExecute() (v bool) {
	if m != nil {
		return m.DoNotEagerlyExecute
	}
	return v
}

// GetVersioningIntent returns the field, or its zero value.
func (m *ScheduleActivity) GetVersioningIntent() (v corecommonpb.VersioningIntent) {
	if m != nil {
		return m.VersioningIntent
	}
	return v
}

// GetPriority returns the field, or its zero value.
func (m *ScheduleActivity) GetPriority() (v *commonpb.Priority) {
	if m != nil {
		return m.Priority
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ScheduleActivity) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if len(m.ActivityId) > 0 {
		b = wire.AppendString(b, 2, m.ActivityId)
	}
	if len(m.ActivityType) > 0 {
		b = wire.AppendString(b, 3, m.ActivityType)
	}
	if len(m.TaskQueue) > 0 {
		b = wire.AppendString(b, 5, m.TaskQueue)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 6, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	for _, v := range m.Arguments {
		b = wire.AppendMessage(b, 7, v)
	}
	if m.ScheduleToCloseTimeout != nil {
		b = wire.AppendMessage(b, 8, m.ScheduleToCloseTimeout)
	}
	if m.ScheduleToStartTimeout != nil {
		b = wire.AppendMessage(b, 9, m.ScheduleToStartTimeout)
	}
	if m.StartToCloseTimeout != nil {
		b = wire.AppendMessage(b, 10, m.StartToCloseTimeout)
	}
	if m.HeartbeatTimeout != nil {
		b = wire.AppendMessage(b, 11, m.HeartbeatTimeout)
	}
	if m.RetryPolicy != nil {
		b = wire.AppendMessage(b, 12, m.RetryPolicy)
	}
	b = wire.AppendUint(b, 13, uint64(int64(m.CancellationType)))
	b = wire.AppendBool(b, 14, m.DoNotEagerlyExecute)
	b = wire.AppendUint(b, 15, uint64(int64(m.VersioningIntent)))
	if m.Priority != nil {
		b = wire.AppendMessage(b, 16, m.Priority)
	}
	return b
}

// Decode adds the fields in b.
func (m *ScheduleActivity) Decode(b []byte) error {
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
			m.ActivityId = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.ActivityType = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			m.TaskQueue = string(r.Bytes())
		case 6<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 7<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Arguments = append(m.Arguments, v)
		case 8<<3 | wire.Bytes:
			m.ScheduleToCloseTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToCloseTimeout.Decode(r.Bytes()))
		case 9<<3 | wire.Bytes:
			m.ScheduleToStartTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToStartTimeout.Decode(r.Bytes()))
		case 10<<3 | wire.Bytes:
			m.StartToCloseTimeout = &wire.Duration{}
			r.Fail(m.StartToCloseTimeout.Decode(r.Bytes()))
		case 11<<3 | wire.Bytes:
			m.HeartbeatTimeout = &wire.Duration{}
			r.Fail(m.HeartbeatTimeout.Decode(r.Bytes()))
		case 12<<3 | wire.Bytes:
			m.RetryPolicy = &commonpb.RetryPolicy{}
			r.Fail(m.RetryPolicy.Decode(r.Bytes()))
		case 13<<3 | wire.Varint:
			m.CancellationType = ActivityCancellationType(r.Varint())
		case 14<<3 | wire.Varint:
			m.DoNotEagerlyExecute = r.Varint() != 0
		case 15<<3 | wire.Varint:
			m.VersioningIntent = corecommonpb.VersioningIntent(r.Varint())
		case 16<<3 | wire.Bytes:
			m.Priority = &commonpb.Priority{}
			r.Fail(m.Priority.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ScheduleLocalActivity is the message coresdk.workflow_commands.ScheduleLocalActivity.
type ScheduleLocalActivity struct {
	Seq                      uint32
	ActivityId               string
	ActivityType             string
	Attempt                  uint32
	OriginalScheduleTime     *wire.Timestamp
	Headers                  map[string]*commonpb.Payload
	Arguments                []*commonpb.Payload
	ScheduleToCloseTimeout   *wire.Duration
	ScheduleToStartTimeout   *wire.Duration
	StartToCloseTimeout      *wire.Duration
	RetryPolicy              *commonpb.RetryPolicy
	LocalRetryThreshold      *wire.Duration
	CancellationType         ActivityCancellationType
	IncludeArgumentsInMarker bool
}

// GetSeq returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetActivityId returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetActivityId() (v string) {
	if m != nil {
		return m.ActivityId
	}
	return v
}

// GetActivityType returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetActivityType() (v string) {
	if m != nil {
		return m.ActivityType
	}
	return v
}

// GetAttempt returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetAttempt() (v uint32) {
	if m != nil {
		return m.Attempt
	}
	return v
}

// GetOriginalScheduleTime returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetOriginalScheduleTime() (v *wire.Timestamp) {
	if m != nil {
		return m.OriginalScheduleTime
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetArguments returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetArguments() (v []*commonpb.Payload) {
	if m != nil {
		return m.Arguments
	}
	return v
}

// GetScheduleToCloseTimeout returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetScheduleToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToCloseTimeout
	}
	return v
}

// GetScheduleToStartTimeout returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetScheduleToStartTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToStartTimeout
	}
	return v
}

// GetStartToCloseTimeout returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetStartToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.StartToCloseTimeout
	}
	return v
}

// GetRetryPolicy returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetRetryPolicy() (v *commonpb.RetryPolicy) {
	if m != nil {
		return m.RetryPolicy
	}
	return v
}

// GetLocalRetryThreshold returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetLocalRetryThreshold() (v *wire.Duration) {
	if m != nil {
		return m.LocalRetryThreshold
	}
	return v
}

// GetCancellationType returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetCancellationType() (v ActivityCancellationType) {
	if m != nil {
		return m.CancellationType
	}
	return v
}

// GetIncludeArgumentsInMarker returns the field, or its zero value.
func (m *ScheduleLocalActivity) GetIncludeArgumentsInMarker() (v bool) {
	if m != nil {
		return m.IncludeArgumentsInMarker
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ScheduleLocalActivity) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if len(m.ActivityId) > 0 {
		b = wire.AppendString(b, 2, m.ActivityId)
	}
	if len(m.ActivityType) > 0 {
		b = wire.AppendString(b, 3, m.ActivityType)
	}
	b = wire.AppendUint(b, 4, uint64(m.Attempt))
	if m.OriginalScheduleTime != nil {
		b = wire.AppendMessage(b, 5, m.OriginalScheduleTime)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 6, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	for _, v := range m.Arguments {
		b = wire.AppendMessage(b, 7, v)
	}
	if m.ScheduleToCloseTimeout != nil {
		b = wire.AppendMessage(b, 8, m.ScheduleToCloseTimeout)
	}
	if m.ScheduleToStartTimeout != nil {
		b = wire.AppendMessage(b, 9, m.ScheduleToStartTimeout)
	}
	if m.StartToCloseTimeout != nil {
		b = wire.AppendMessage(b, 10, m.StartToCloseTimeout)
	}
	if m.RetryPolicy != nil {
		b = wire.AppendMessage(b, 11, m.RetryPolicy)
	}
	if m.LocalRetryThreshold != nil {
		b = wire.AppendMessage(b, 12, m.LocalRetryThreshold)
	}
	b = wire.AppendUint(b, 13, uint64(int64(m.CancellationType)))
	b = wire.AppendBool(b, 14, m.IncludeArgumentsInMarker)
	return b
}

// Decode adds the fields in b.
func (m *ScheduleLocalActivity) Decode(b []byte) error {
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
			m.ActivityId = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.ActivityType = string(r.Bytes())
		case 4<<3 | wire.Varint:
			m.Attempt = uint32(r.Varint())
		case 5<<3 | wire.Bytes:
			m.OriginalScheduleTime = &wire.Timestamp{}
			r.Fail(m.OriginalScheduleTime.Decode(r.Bytes()))
		case 6<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 7<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Arguments = append(m.Arguments, v)
		case 8<<3 | wire.Bytes:
			m.ScheduleToCloseTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToCloseTimeout.Decode(r.Bytes()))
		case 9<<3 | wire.Bytes:
			m.ScheduleToStartTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToStartTimeout.Decode(r.Bytes()))
		case 10<<3 | wire.Bytes:
			m.StartToCloseTimeout = &wire.Duration{}
			r.Fail(m.StartToCloseTimeout.Decode(r.Bytes()))
		case 11<<3 | wire.Bytes:
			m.RetryPolicy = &commonpb.RetryPolicy{}
			r.Fail(m.RetryPolicy.Decode(r.Bytes()))
		case 12<<3 | wire.Bytes:
			m.LocalRetryThreshold = &wire.Duration{}
			r.Fail(m.LocalRetryThreshold.Decode(r.Bytes()))
		case 13<<3 | wire.Varint:
			m.CancellationType = ActivityCancellationType(r.Varint())
		case 14<<3 | wire.Varint:
			m.IncludeArgumentsInMarker = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// ScheduleNexusOperation is the message coresdk.workflow_commands.ScheduleNexusOperation.
type ScheduleNexusOperation struct {
	Seq                    uint32
	Endpoint               string
	Service                string
	Operation              string
	Input                  *commonpb.Payload
	ScheduleToCloseTimeout *wire.Duration
	NexusHeader            map[string]string
	CancellationType       nexuspb.NexusOperationCancellationType
	ScheduleToStartTimeout *wire.Duration
	StartToCloseTimeout    *wire.Duration
}

// GetSeq returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetEndpoint returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetEndpoint() (v string) {
	if m != nil {
		return m.Endpoint
	}
	return v
}

// GetService returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetService() (v string) {
	if m != nil {
		return m.Service
	}
	return v
}

// GetOperation returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetOperation() (v string) {
	if m != nil {
		return m.Operation
	}
	return v
}

// GetInput returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetInput() (v *commonpb.Payload) {
	if m != nil {
		return m.Input
	}
	return v
}

// GetScheduleToCloseTimeout returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetScheduleToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToCloseTimeout
	}
	return v
}

// GetNexusHeader returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetNexusHeader() (v map[string]string) {
	if m != nil {
		return m.NexusHeader
	}
	return v
}

// GetCancellationType returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetCancellationType() (v nexuspb.NexusOperationCancellationType) {
	if m != nil {
		return m.CancellationType
	}
	return v
}

// GetScheduleToStartTimeout returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetScheduleToStartTimeout() (v *wire.Duration) {
	if m != nil {
		return m.ScheduleToStartTimeout
	}
	return v
}

// GetStartToCloseTimeout returns the field, or its zero value.
func (m *ScheduleNexusOperation) GetStartToCloseTimeout() (v *wire.Duration) {
	if m != nil {
		return m.StartToCloseTimeout
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ScheduleNexusOperation) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if len(m.Endpoint) > 0 {
		b = wire.AppendString(b, 2, m.Endpoint)
	}
	if len(m.Service) > 0 {
		b = wire.AppendString(b, 3, m.Service)
	}
	if len(m.Operation) > 0 {
		b = wire.AppendString(b, 4, m.Operation)
	}
	if m.Input != nil {
		b = wire.AppendMessage(b, 5, m.Input)
	}
	if m.ScheduleToCloseTimeout != nil {
		b = wire.AppendMessage(b, 6, m.ScheduleToCloseTimeout)
	}
	if len(m.NexusHeader) > 0 {
		keys := make([]string, 0, len(m.NexusHeader))
		for k := range m.NexusHeader {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 7, k, func(b []byte) []byte { return wire.AppendString(b, 2, m.NexusHeader[k]) })
		}
	}
	b = wire.AppendUint(b, 8, uint64(int64(m.CancellationType)))
	if m.ScheduleToStartTimeout != nil {
		b = wire.AppendMessage(b, 9, m.ScheduleToStartTimeout)
	}
	if m.StartToCloseTimeout != nil {
		b = wire.AppendMessage(b, 10, m.StartToCloseTimeout)
	}
	return b
}

// Decode adds the fields in b.
func (m *ScheduleNexusOperation) Decode(b []byte) error {
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
			m.Endpoint = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.Service = string(r.Bytes())
		case 4<<3 | wire.Bytes:
			m.Operation = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			m.Input = &commonpb.Payload{}
			r.Fail(m.Input.Decode(r.Bytes()))
		case 6<<3 | wire.Bytes:
			m.ScheduleToCloseTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToCloseTimeout.Decode(r.Bytes()))
		case 7<<3 | wire.Bytes:
			if m.NexusHeader == nil {
				m.NexusHeader = map[string]string{}
			}
			k, value := r.Entry()
			m.NexusHeader[k] = string(value)
		case 8<<3 | wire.Varint:
			m.CancellationType = nexuspb.NexusOperationCancellationType(r.Varint())
		case 9<<3 | wire.Bytes:
			m.ScheduleToStartTimeout = &wire.Duration{}
			r.Fail(m.ScheduleToStartTimeout.Decode(r.Bytes()))
		case 10<<3 | wire.Bytes:
			m.StartToCloseTimeout = &wire.Duration{}
			r.Fail(m.StartToCloseTimeout.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// SetPatchMarker is the message coresdk.workflow_commands.SetPatchMarker.
type SetPatchMarker struct {
	PatchId    string
	Deprecated bool
}

// GetPatchId returns the field, or its zero value.
func (m *SetPatchMarker) GetPatchId() (v string) {
	if m != nil {
		return m.PatchId
	}
	return v
}

// GetDeprecated returns the field, or its zero value.
func (m *SetPatchMarker) GetDeprecated() (v bool) {
	if m != nil {
		return m.Deprecated
	}
	return v
}

// AppendTo appends the encoded message.
func (m *SetPatchMarker) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.PatchId) > 0 {
		b = wire.AppendString(b, 1, m.PatchId)
	}
	b = wire.AppendBool(b, 2, m.Deprecated)
	return b
}

// Decode adds the fields in b.
func (m *SetPatchMarker) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.PatchId = string(r.Bytes())
		case 2<<3 | wire.Varint:
			m.Deprecated = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// SignalExternalWorkflowExecution is the message coresdk.workflow_commands.SignalExternalWorkflowExecution.
type SignalExternalWorkflowExecution struct {
	Seq        uint32
	Target     isSignalExternalWorkflowExecution_Target
	SignalName string
	Args       []*commonpb.Payload
	Headers    map[string]*commonpb.Payload
}

type isSignalExternalWorkflowExecution_Target interface{ isSignalExternalWorkflowExecution_Target() }

// SignalExternalWorkflowExecution_WorkflowExecution is one case of coresdk.workflow_commands.SignalExternalWorkflowExecution.target.
type SignalExternalWorkflowExecution_WorkflowExecution struct {
	WorkflowExecution *corecommonpb.NamespacedWorkflowExecution
}

func (*SignalExternalWorkflowExecution_WorkflowExecution) isSignalExternalWorkflowExecution_Target() {
}

// SignalExternalWorkflowExecution_ChildWorkflowId is one case of coresdk.workflow_commands.SignalExternalWorkflowExecution.target.
type SignalExternalWorkflowExecution_ChildWorkflowId struct{ ChildWorkflowId string }

func (*SignalExternalWorkflowExecution_ChildWorkflowId) isSignalExternalWorkflowExecution_Target() {}

// GetSeq returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetWorkflowExecution returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetWorkflowExecution() (v *corecommonpb.NamespacedWorkflowExecution) {
	if m != nil {
		if c, is := m.Target.(*SignalExternalWorkflowExecution_WorkflowExecution); is {
			return c.WorkflowExecution
		}
	}
	return v
}

// GetChildWorkflowId returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetChildWorkflowId() (v string) {
	if m != nil {
		if c, is := m.Target.(*SignalExternalWorkflowExecution_ChildWorkflowId); is {
			return c.ChildWorkflowId
		}
	}
	return v
}

// GetSignalName returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetSignalName() (v string) {
	if m != nil {
		return m.SignalName
	}
	return v
}

// GetArgs returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetArgs() (v []*commonpb.Payload) {
	if m != nil {
		return m.Args
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *SignalExternalWorkflowExecution) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetTarget returns the case that is set, nil if none is.
func (m *SignalExternalWorkflowExecution) GetTarget() isSignalExternalWorkflowExecution_Target {
	if m != nil {
		return m.Target
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *SignalExternalWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if c, is := m.Target.(*SignalExternalWorkflowExecution_WorkflowExecution); is {
		b = wire.AppendMessage(b, 2, c.WorkflowExecution)
	}
	if c, is := m.Target.(*SignalExternalWorkflowExecution_ChildWorkflowId); is {
		b = wire.AppendString(b, 3, c.ChildWorkflowId)
	}
	if len(m.SignalName) > 0 {
		b = wire.AppendString(b, 4, m.SignalName)
	}
	for _, v := range m.Args {
		b = wire.AppendMessage(b, 5, v)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 6, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	return b
}

// Decode adds the fields in b.
func (m *SignalExternalWorkflowExecution) Decode(b []byte) error {
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
			c := &SignalExternalWorkflowExecution_WorkflowExecution{}
			c.WorkflowExecution = &corecommonpb.NamespacedWorkflowExecution{}
			r.Fail(c.WorkflowExecution.Decode(r.Bytes()))
			m.Target = c
		case 3<<3 | wire.Bytes:
			c := &SignalExternalWorkflowExecution_ChildWorkflowId{}
			c.ChildWorkflowId = string(r.Bytes())
			m.Target = c
		case 4<<3 | wire.Bytes:
			m.SignalName = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Args = append(m.Args, v)
		case 6<<3 | wire.Bytes:
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

// StartChildWorkflowExecution is the message coresdk.workflow_commands.StartChildWorkflowExecution.
type StartChildWorkflowExecution struct {
	Seq                      uint32
	Namespace                string
	WorkflowId               string
	WorkflowType             string
	TaskQueue                string
	Input                    []*commonpb.Payload
	WorkflowExecutionTimeout *wire.Duration
	WorkflowRunTimeout       *wire.Duration
	WorkflowTaskTimeout      *wire.Duration
	ParentClosePolicy        childpb.ParentClosePolicy
	WorkflowIdReusePolicy    enumspb.WorkflowIdReusePolicy
	RetryPolicy              *commonpb.RetryPolicy
	CronSchedule             string
	Headers                  map[string]*commonpb.Payload
	Memo                     map[string]*commonpb.Payload
	SearchAttributes         *commonpb.SearchAttributes
	CancellationType         childpb.ChildWorkflowCancellationType
	VersioningIntent         corecommonpb.VersioningIntent
	Priority                 *commonpb.Priority
}

// GetSeq returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetNamespace returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetNamespace() (v string) {
	if m != nil {
		return m.Namespace
	}
	return v
}

// GetWorkflowId returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowId() (v string) {
	if m != nil {
		return m.WorkflowId
	}
	return v
}

// GetWorkflowType returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowType() (v string) {
	if m != nil {
		return m.WorkflowType
	}
	return v
}

// GetTaskQueue returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetTaskQueue() (v string) {
	if m != nil {
		return m.TaskQueue
	}
	return v
}

// GetInput returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetInput() (v []*commonpb.Payload) {
	if m != nil {
		return m.Input
	}
	return v
}

// GetWorkflowExecutionTimeout returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowExecutionTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowExecutionTimeout
	}
	return v
}

// GetWorkflowRunTimeout returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowRunTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowRunTimeout
	}
	return v
}

// GetWorkflowTaskTimeout returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowTaskTimeout() (v *wire.Duration) {
	if m != nil {
		return m.WorkflowTaskTimeout
	}
	return v
}

// GetParentClosePolicy returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetParentClosePolicy() (v childpb.ParentClosePolicy) {
	if m != nil {
		return m.ParentClosePolicy
	}
	return v
}

// GetWorkflowIdReusePolicy returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetWorkflowIdReusePolicy() (v enumspb.WorkflowIdReusePolicy) {
	if m != nil {
		return m.WorkflowIdReusePolicy
	}
	return v
}

// GetRetryPolicy returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetRetryPolicy() (v *commonpb.RetryPolicy) {
	if m != nil {
		return m.RetryPolicy
	}
	return v
}

// GetCronSchedule returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetCronSchedule() (v string) {
	if m != nil {
		return m.CronSchedule
	}
	return v
}

// GetHeaders returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetHeaders() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Headers
	}
	return v
}

// GetMemo returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetMemo() (v map[string]*commonpb.Payload) {
	if m != nil {
		return m.Memo
	}
	return v
}

// GetSearchAttributes returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetSearchAttributes() (v *commonpb.SearchAttributes) {
	if m != nil {
		return m.SearchAttributes
	}
	return v
}

// GetCancellationType returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetCancellationType() (v childpb.ChildWorkflowCancellationType) {
	if m != nil {
		return m.CancellationType
	}
	return v
}

// GetVersioningIntent returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetVersioningIntent() (v corecommonpb.VersioningIntent) {
	if m != nil {
		return m.VersioningIntent
	}
	return v
}

// GetPriority returns the field, or its zero value.
func (m *StartChildWorkflowExecution) GetPriority() (v *commonpb.Priority) {
	if m != nil {
		return m.Priority
	}
	return v
}

// AppendTo appends the encoded message.
func (m *StartChildWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if len(m.Namespace) > 0 {
		b = wire.AppendString(b, 2, m.Namespace)
	}
	if len(m.WorkflowId) > 0 {
		b = wire.AppendString(b, 3, m.WorkflowId)
	}
	if len(m.WorkflowType) > 0 {
		b = wire.AppendString(b, 4, m.WorkflowType)
	}
	if len(m.TaskQueue) > 0 {
		b = wire.AppendString(b, 5, m.TaskQueue)
	}
	for _, v := range m.Input {
		b = wire.AppendMessage(b, 6, v)
	}
	if m.WorkflowExecutionTimeout != nil {
		b = wire.AppendMessage(b, 7, m.WorkflowExecutionTimeout)
	}
	if m.WorkflowRunTimeout != nil {
		b = wire.AppendMessage(b, 8, m.WorkflowRunTimeout)
	}
	if m.WorkflowTaskTimeout != nil {
		b = wire.AppendMessage(b, 9, m.WorkflowTaskTimeout)
	}
	b = wire.AppendUint(b, 10, uint64(int64(m.ParentClosePolicy)))
	b = wire.AppendUint(b, 12, uint64(int64(m.WorkflowIdReusePolicy)))
	if m.RetryPolicy != nil {
		b = wire.AppendMessage(b, 13, m.RetryPolicy)
	}
	if len(m.CronSchedule) > 0 {
		b = wire.AppendString(b, 14, m.CronSchedule)
	}
	if len(m.Headers) > 0 {
		keys := make([]string, 0, len(m.Headers))
		for k := range m.Headers {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 15, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Headers[k]) })
		}
	}
	if len(m.Memo) > 0 {
		keys := make([]string, 0, len(m.Memo))
		for k := range m.Memo {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 16, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Memo[k]) })
		}
	}
	if m.SearchAttributes != nil {
		b = wire.AppendMessage(b, 17, m.SearchAttributes)
	}
	b = wire.AppendUint(b, 18, uint64(int64(m.CancellationType)))
	b = wire.AppendUint(b, 19, uint64(int64(m.VersioningIntent)))
	if m.Priority != nil {
		b = wire.AppendMessage(b, 20, m.Priority)
	}
	return b
}

// Decode adds the fields in b.
func (m *StartChildWorkflowExecution) Decode(b []byte) error {
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
			m.Namespace = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.WorkflowId = string(r.Bytes())
		case 4<<3 | wire.Bytes:
			m.WorkflowType = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			m.TaskQueue = string(r.Bytes())
		case 6<<3 | wire.Bytes:
			var v *commonpb.Payload
			v = &commonpb.Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Input = append(m.Input, v)
		case 7<<3 | wire.Bytes:
			m.WorkflowExecutionTimeout = &wire.Duration{}
			r.Fail(m.WorkflowExecutionTimeout.Decode(r.Bytes()))
		case 8<<3 | wire.Bytes:
			m.WorkflowRunTimeout = &wire.Duration{}
			r.Fail(m.WorkflowRunTimeout.Decode(r.Bytes()))
		case 9<<3 | wire.Bytes:
			m.WorkflowTaskTimeout = &wire.Duration{}
			r.Fail(m.WorkflowTaskTimeout.Decode(r.Bytes()))
		case 10<<3 | wire.Varint:
			m.ParentClosePolicy = childpb.ParentClosePolicy(r.Varint())
		case 12<<3 | wire.Varint:
			m.WorkflowIdReusePolicy = enumspb.WorkflowIdReusePolicy(r.Varint())
		case 13<<3 | wire.Bytes:
			m.RetryPolicy = &commonpb.RetryPolicy{}
			r.Fail(m.RetryPolicy.Decode(r.Bytes()))
		case 14<<3 | wire.Bytes:
			m.CronSchedule = string(r.Bytes())
		case 15<<3 | wire.Bytes:
			if m.Headers == nil {
				m.Headers = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Headers[k] = v
		case 16<<3 | wire.Bytes:
			if m.Memo == nil {
				m.Memo = map[string]*commonpb.Payload{}
			}
			k, value := r.Entry()
			v := &commonpb.Payload{}
			r.Fail(v.Decode(value))
			m.Memo[k] = v
		case 17<<3 | wire.Bytes:
			m.SearchAttributes = &commonpb.SearchAttributes{}
			r.Fail(m.SearchAttributes.Decode(r.Bytes()))
		case 18<<3 | wire.Varint:
			m.CancellationType = childpb.ChildWorkflowCancellationType(r.Varint())
		case 19<<3 | wire.Varint:
			m.VersioningIntent = corecommonpb.VersioningIntent(r.Varint())
		case 20<<3 | wire.Bytes:
			m.Priority = &commonpb.Priority{}
			r.Fail(m.Priority.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// StartTimer is the message coresdk.workflow_commands.StartTimer.
type StartTimer struct {
	Seq                uint32
	StartToFireTimeout *wire.Duration
}

// GetSeq returns the field, or its zero value.
func (m *StartTimer) GetSeq() (v uint32) {
	if m != nil {
		return m.Seq
	}
	return v
}

// GetStartToFireTimeout returns the field, or its zero value.
func (m *StartTimer) GetStartToFireTimeout() (v *wire.Duration) {
	if m != nil {
		return m.StartToFireTimeout
	}
	return v
}

// AppendTo appends the encoded message.
func (m *StartTimer) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Seq))
	if m.StartToFireTimeout != nil {
		b = wire.AppendMessage(b, 2, m.StartToFireTimeout)
	}
	return b
}

// Decode adds the fields in b.
func (m *StartTimer) Decode(b []byte) error {
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
			m.StartToFireTimeout = &wire.Duration{}
			r.Fail(m.StartToFireTimeout.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// UpdateResponse is the message coresdk.workflow_commands.UpdateResponse.
type UpdateResponse struct {
	ProtocolInstanceId string
	Response           isUpdateResponse_Response
}

type isUpdateResponse_Response interface{ isUpdateResponse_Response() }

// UpdateResponse_Accepted is one case of coresdk.workflow_commands.UpdateResponse.response.
type UpdateResponse_Accepted struct{ Accepted *wire.Empty }

func (*UpdateResponse_Accepted) isUpdateResponse_Response() {}

// UpdateResponse_Rejected is one case of coresdk.workflow_commands.UpdateResponse.response.
type UpdateResponse_Rejected struct{ Rejected *failurepb.Failure }

func (*UpdateResponse_Rejected) isUpdateResponse_Response() {}

// UpdateResponse_Completed is one case of coresdk.workflow_commands.UpdateResponse.response.
type UpdateResponse_Completed struct{ Completed *commonpb.Payload }

func (*UpdateResponse_Completed) isUpdateResponse_Response() {}

// GetProtocolInstanceId returns the field, or its zero value.
func (m *UpdateResponse) GetProtocolInstanceId() (v string) {
	if m != nil {
		return m.ProtocolInstanceId
	}
	return v
}

// GetAccepted returns the field, or its zero value.
func (m *UpdateResponse) GetAccepted() (v *wire.Empty) {
	if m != nil {
		if c, is := m.Response.(*UpdateResponse_Accepted); is {
			return c.Accepted
		}
	}
	return v
}

// GetRejected returns the field, or its zero value.
func (m *UpdateResponse) GetRejected() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Response.(*UpdateResponse_Rejected); is {
			return c.Rejected
		}
	}
	return v
}

// GetCompleted returns the field, or its zero value.
func (m *UpdateResponse) GetCompleted() (v *commonpb.Payload) {
	if m != nil {
		if c, is := m.Response.(*UpdateResponse_Completed); is {
			return c.Completed
		}
	}
	return v
}

// GetResponse returns the case that is set, nil if none is.
func (m *UpdateResponse) GetResponse() isUpdateResponse_Response {
	if m != nil {
		return m.Response
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *UpdateResponse) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.ProtocolInstanceId) > 0 {
		b = wire.AppendString(b, 1, m.ProtocolInstanceId)
	}
	if c, is := m.Response.(*UpdateResponse_Accepted); is {
		b = wire.AppendMessage(b, 2, c.Accepted)
	}
	if c, is := m.Response.(*UpdateResponse_Rejected); is {
		b = wire.AppendMessage(b, 3, c.Rejected)
	}
	if c, is := m.Response.(*UpdateResponse_Completed); is {
		b = wire.AppendMessage(b, 4, c.Completed)
	}
	return b
}

// Decode adds the fields in b.
func (m *UpdateResponse) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.ProtocolInstanceId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			c := &UpdateResponse_Accepted{}
			c.Accepted = &wire.Empty{}
			r.Fail(c.Accepted.Decode(r.Bytes()))
			m.Response = c
		case 3<<3 | wire.Bytes:
			c := &UpdateResponse_Rejected{}
			c.Rejected = &failurepb.Failure{}
			r.Fail(c.Rejected.Decode(r.Bytes()))
			m.Response = c
		case 4<<3 | wire.Bytes:
			c := &UpdateResponse_Completed{}
			c.Completed = &commonpb.Payload{}
			r.Fail(c.Completed.Decode(r.Bytes()))
			m.Response = c
		default:
			r.Skip(kind)
		}
	}
}

// UpsertWorkflowSearchAttributes is the message coresdk.workflow_commands.UpsertWorkflowSearchAttributes.
type UpsertWorkflowSearchAttributes struct {
	SearchAttributes *commonpb.SearchAttributes
}

// GetSearchAttributes returns the field, or its zero value.
func (m *UpsertWorkflowSearchAttributes) GetSearchAttributes() (v *commonpb.SearchAttributes) {
	if m != nil {
		return m.SearchAttributes
	}
	return v
}

// AppendTo appends the encoded message.
func (m *UpsertWorkflowSearchAttributes) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.SearchAttributes != nil {
		b = wire.AppendMessage(b, 1, m.SearchAttributes)
	}
	return b
}

// Decode adds the fields in b.
func (m *UpsertWorkflowSearchAttributes) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.SearchAttributes = &commonpb.SearchAttributes{}
			r.Fail(m.SearchAttributes.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowCommand is the message coresdk.workflow_commands.WorkflowCommand.
type WorkflowCommand struct {
	UserMetadata *sdkpb.UserMetadata
	Variant      isWorkflowCommand_Variant
}

type isWorkflowCommand_Variant interface{ isWorkflowCommand_Variant() }

// WorkflowCommand_StartTimer is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_StartTimer struct{ StartTimer *StartTimer }

func (*WorkflowCommand_StartTimer) isWorkflowCommand_Variant() {}

// WorkflowCommand_ScheduleActivity is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_ScheduleActivity struct{ ScheduleActivity *ScheduleActivity }

func (*WorkflowCommand_ScheduleActivity) isWorkflowCommand_Variant() {}

// WorkflowCommand_RespondToQuery is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_RespondToQuery struct{ RespondToQuery *QueryResult }

func (*WorkflowCommand_RespondToQuery) isWorkflowCommand_Variant() {}

// WorkflowCommand_RequestCancelActivity is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_RequestCancelActivity struct{ RequestCancelActivity *RequestCancelActivity }

func (*WorkflowCommand_RequestCancelActivity) isWorkflowCommand_Variant() {}

// WorkflowCommand_CancelTimer is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_CancelTimer struct{ CancelTimer *CancelTimer }

func (*WorkflowCommand_CancelTimer) isWorkflowCommand_Variant() {}

// WorkflowCommand_CompleteWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_CompleteWorkflowExecution struct{ CompleteWorkflowExecution *CompleteWorkflowExecution }

func (*WorkflowCommand_CompleteWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_FailWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_FailWorkflowExecution struct{ FailWorkflowExecution *FailWorkflowExecution }

func (*WorkflowCommand_FailWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_ContinueAsNewWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_ContinueAsNewWorkflowExecution struct {
	ContinueAsNewWorkflowExecution *ContinueAsNewWorkflowExecution
}

func (*WorkflowCommand_ContinueAsNewWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_CancelWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_CancelWorkflowExecution struct{ CancelWorkflowExecution *CancelWorkflowExecution }

func (*WorkflowCommand_CancelWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_SetPatchMarker is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_SetPatchMarker struct{ SetPatchMarker *SetPatchMarker }

func (*WorkflowCommand_SetPatchMarker) isWorkflowCommand_Variant() {}

// WorkflowCommand_StartChildWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_StartChildWorkflowExecution struct{ StartChildWorkflowExecution *StartChildWorkflowExecution }

func (*WorkflowCommand_StartChildWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_CancelChildWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_CancelChildWorkflowExecution struct{ CancelChildWorkflowExecution *CancelChildWorkflowExecution }

func (*WorkflowCommand_CancelChildWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_RequestCancelExternalWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_RequestCancelExternalWorkflowExecution struct {
	RequestCancelExternalWorkflowExecution *RequestCancelExternalWorkflowExecution
}

func (*WorkflowCommand_RequestCancelExternalWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_SignalExternalWorkflowExecution is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_SignalExternalWorkflowExecution struct {
	SignalExternalWorkflowExecution *SignalExternalWorkflowExecution
}

func (*WorkflowCommand_SignalExternalWorkflowExecution) isWorkflowCommand_Variant() {}

// WorkflowCommand_CancelSignalWorkflow is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_CancelSignalWorkflow struct{ CancelSignalWorkflow *CancelSignalWorkflow }

func (*WorkflowCommand_CancelSignalWorkflow) isWorkflowCommand_Variant() {}

// WorkflowCommand_ScheduleLocalActivity is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_ScheduleLocalActivity struct{ ScheduleLocalActivity *ScheduleLocalActivity }

func (*WorkflowCommand_ScheduleLocalActivity) isWorkflowCommand_Variant() {}

// WorkflowCommand_RequestCancelLocalActivity is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_RequestCancelLocalActivity struct{ RequestCancelLocalActivity *RequestCancelLocalActivity }

func (*WorkflowCommand_RequestCancelLocalActivity) isWorkflowCommand_Variant() {}

// WorkflowCommand_UpsertWorkflowSearchAttributes is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_UpsertWorkflowSearchAttributes struct {
	UpsertWorkflowSearchAttributes *UpsertWorkflowSearchAttributes
}

func (*WorkflowCommand_UpsertWorkflowSearchAttributes) isWorkflowCommand_Variant() {}

// WorkflowCommand_ModifyWorkflowProperties is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_ModifyWorkflowProperties struct{ ModifyWorkflowProperties *ModifyWorkflowProperties }

func (*WorkflowCommand_ModifyWorkflowProperties) isWorkflowCommand_Variant() {}

// WorkflowCommand_UpdateResponse is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_UpdateResponse struct{ UpdateResponse *UpdateResponse }

func (*WorkflowCommand_UpdateResponse) isWorkflowCommand_Variant() {}

// WorkflowCommand_ScheduleNexusOperation is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_ScheduleNexusOperation struct{ ScheduleNexusOperation *ScheduleNexusOperation }

func (*WorkflowCommand_ScheduleNexusOperation) isWorkflowCommand_Variant() {}

// WorkflowCommand_RequestCancelNexusOperation is one case of coresdk.workflow_commands.WorkflowCommand.variant.
type WorkflowCommand_RequestCancelNexusOperation struct{ RequestCancelNexusOperation *RequestCancelNexusOperation }

func (*WorkflowCommand_RequestCancelNexusOperation) isWorkflowCommand_Variant() {}

// GetUserMetadata returns the field, or its zero value.
func (m *WorkflowCommand) GetUserMetadata() (v *sdkpb.UserMetadata) {
	if m != nil {
		return m.UserMetadata
	}
	return v
}

// GetStartTimer returns the field, or its zero value.
func (m *WorkflowCommand) GetStartTimer() (v *StartTimer) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_StartTimer); is {
			return c.StartTimer
		}
	}
	return v
}

// GetScheduleActivity returns the field, or its zero value.
func (m *WorkflowCommand) GetScheduleActivity() (v *ScheduleActivity) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_ScheduleActivity); is {
			return c.ScheduleActivity
		}
	}
	return v
}

// GetRespondToQuery returns the field, or its zero value.
func (m *WorkflowCommand) GetRespondToQuery() (v *QueryResult) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_RespondToQuery); is {
			return c.RespondToQuery
		}
	}
	return v
}

// GetRequestCancelActivity returns the field, or its zero value.
func (m *WorkflowCommand) GetRequestCancelActivity() (v *RequestCancelActivity) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_RequestCancelActivity); is {
			return c.RequestCancelActivity
		}
	}
	return v
}

// GetCancelTimer returns the field, or its zero value.
func (m *WorkflowCommand) GetCancelTimer() (v *CancelTimer) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_CancelTimer); is {
			return c.CancelTimer
		}
	}
	return v
}

// GetCompleteWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetCompleteWorkflowExecution() (v *CompleteWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_CompleteWorkflowExecution); is {
			return c.CompleteWorkflowExecution
		}
	}
	return v
}

// GetFailWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetFailWorkflowExecution() (v *FailWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_FailWorkflowExecution); is {
			return c.FailWorkflowExecution
		}
	}
	return v
}

// GetContinueAsNewWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetContinueAsNewWorkflowExecution() (v *ContinueAsNewWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_ContinueAsNewWorkflowExecution); is {
			return c.ContinueAsNewWorkflowExecution
		}
	}
	return v
}

// GetCancelWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetCancelWorkflowExecution() (v *CancelWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_CancelWorkflowExecution); is {
			return c.CancelWorkflowExecution
		}
	}
	return v
}

// GetSetPatchMarker returns the field, or its zero value.
func (m *WorkflowCommand) GetSetPatchMarker() (v *SetPatchMarker) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_SetPatchMarker); is {
			return c.SetPatchMarker
		}
	}
	return v
}

// GetStartChildWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetStartChildWorkflowExecution() (v *StartChildWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_StartChildWorkflowExecution); is {
			return c.StartChildWorkflowExecution
		}
	}
	return v
}

// GetCancelChildWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetCancelChildWorkflowExecution() (v *CancelChildWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_CancelChildWorkflowExecution); is {
			return c.CancelChildWorkflowExecution
		}
	}
	return v
}

// GetRequestCancelExternalWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetRequestCancelExternalWorkflowExecution() (v *RequestCancelExternalWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_RequestCancelExternalWorkflowExecution); is {
			return c.RequestCancelExternalWorkflowExecution
		}
	}
	return v
}

// GetSignalExternalWorkflowExecution returns the field, or its zero value.
func (m *WorkflowCommand) GetSignalExternalWorkflowExecution() (v *SignalExternalWorkflowExecution) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_SignalExternalWorkflowExecution); is {
			return c.SignalExternalWorkflowExecution
		}
	}
	return v
}

// GetCancelSignalWorkflow returns the field, or its zero value.
func (m *WorkflowCommand) GetCancelSignalWorkflow() (v *CancelSignalWorkflow) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_CancelSignalWorkflow); is {
			return c.CancelSignalWorkflow
		}
	}
	return v
}

// GetScheduleLocalActivity returns the field, or its zero value.
func (m *WorkflowCommand) GetScheduleLocalActivity() (v *ScheduleLocalActivity) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_ScheduleLocalActivity); is {
			return c.ScheduleLocalActivity
		}
	}
	return v
}

// GetRequestCancelLocalActivity returns the field, or its zero value.
func (m *WorkflowCommand) GetRequestCancelLocalActivity() (v *RequestCancelLocalActivity) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_RequestCancelLocalActivity); is {
			return c.RequestCancelLocalActivity
		}
	}
	return v
}

// GetUpsertWorkflowSearchAttributes returns the field, or its zero value.
func (m *WorkflowCommand) GetUpsertWorkflowSearchAttributes() (v *UpsertWorkflowSearchAttributes) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_UpsertWorkflowSearchAttributes); is {
			return c.UpsertWorkflowSearchAttributes
		}
	}
	return v
}

// GetModifyWorkflowProperties returns the field, or its zero value.
func (m *WorkflowCommand) GetModifyWorkflowProperties() (v *ModifyWorkflowProperties) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_ModifyWorkflowProperties); is {
			return c.ModifyWorkflowProperties
		}
	}
	return v
}

// GetUpdateResponse returns the field, or its zero value.
func (m *WorkflowCommand) GetUpdateResponse() (v *UpdateResponse) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_UpdateResponse); is {
			return c.UpdateResponse
		}
	}
	return v
}

// GetScheduleNexusOperation returns the field, or its zero value.
func (m *WorkflowCommand) GetScheduleNexusOperation() (v *ScheduleNexusOperation) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_ScheduleNexusOperation); is {
			return c.ScheduleNexusOperation
		}
	}
	return v
}

// GetRequestCancelNexusOperation returns the field, or its zero value.
func (m *WorkflowCommand) GetRequestCancelNexusOperation() (v *RequestCancelNexusOperation) {
	if m != nil {
		if c, is := m.Variant.(*WorkflowCommand_RequestCancelNexusOperation); is {
			return c.RequestCancelNexusOperation
		}
	}
	return v
}

// GetVariant returns the case that is set, nil if none is.
func (m *WorkflowCommand) GetVariant() isWorkflowCommand_Variant {
	if m != nil {
		return m.Variant
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *WorkflowCommand) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.UserMetadata != nil {
		b = wire.AppendMessage(b, 100, m.UserMetadata)
	}
	if c, is := m.Variant.(*WorkflowCommand_StartTimer); is {
		b = wire.AppendMessage(b, 1, c.StartTimer)
	}
	if c, is := m.Variant.(*WorkflowCommand_ScheduleActivity); is {
		b = wire.AppendMessage(b, 2, c.ScheduleActivity)
	}
	if c, is := m.Variant.(*WorkflowCommand_RespondToQuery); is {
		b = wire.AppendMessage(b, 3, c.RespondToQuery)
	}
	if c, is := m.Variant.(*WorkflowCommand_RequestCancelActivity); is {
		b = wire.AppendMessage(b, 4, c.RequestCancelActivity)
	}
	if c, is := m.Variant.(*WorkflowCommand_CancelTimer); is {
		b = wire.AppendMessage(b, 5, c.CancelTimer)
	}
	if c, is := m.Variant.(*WorkflowCommand_CompleteWorkflowExecution); is {
		b = wire.AppendMessage(b, 6, c.CompleteWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_FailWorkflowExecution); is {
		b = wire.AppendMessage(b, 7, c.FailWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_ContinueAsNewWorkflowExecution); is {
		b = wire.AppendMessage(b, 8, c.ContinueAsNewWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_CancelWorkflowExecution); is {
		b = wire.AppendMessage(b, 9, c.CancelWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_SetPatchMarker); is {
		b = wire.AppendMessage(b, 10, c.SetPatchMarker)
	}
	if c, is := m.Variant.(*WorkflowCommand_StartChildWorkflowExecution); is {
		b = wire.AppendMessage(b, 11, c.StartChildWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_CancelChildWorkflowExecution); is {
		b = wire.AppendMessage(b, 12, c.CancelChildWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_RequestCancelExternalWorkflowExecution); is {
		b = wire.AppendMessage(b, 13, c.RequestCancelExternalWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_SignalExternalWorkflowExecution); is {
		b = wire.AppendMessage(b, 14, c.SignalExternalWorkflowExecution)
	}
	if c, is := m.Variant.(*WorkflowCommand_CancelSignalWorkflow); is {
		b = wire.AppendMessage(b, 15, c.CancelSignalWorkflow)
	}
	if c, is := m.Variant.(*WorkflowCommand_ScheduleLocalActivity); is {
		b = wire.AppendMessage(b, 16, c.ScheduleLocalActivity)
	}
	if c, is := m.Variant.(*WorkflowCommand_RequestCancelLocalActivity); is {
		b = wire.AppendMessage(b, 17, c.RequestCancelLocalActivity)
	}
	if c, is := m.Variant.(*WorkflowCommand_UpsertWorkflowSearchAttributes); is {
		b = wire.AppendMessage(b, 18, c.UpsertWorkflowSearchAttributes)
	}
	if c, is := m.Variant.(*WorkflowCommand_ModifyWorkflowProperties); is {
		b = wire.AppendMessage(b, 19, c.ModifyWorkflowProperties)
	}
	if c, is := m.Variant.(*WorkflowCommand_UpdateResponse); is {
		b = wire.AppendMessage(b, 20, c.UpdateResponse)
	}
	if c, is := m.Variant.(*WorkflowCommand_ScheduleNexusOperation); is {
		b = wire.AppendMessage(b, 21, c.ScheduleNexusOperation)
	}
	if c, is := m.Variant.(*WorkflowCommand_RequestCancelNexusOperation); is {
		b = wire.AppendMessage(b, 22, c.RequestCancelNexusOperation)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkflowCommand) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 100<<3 | wire.Bytes:
			m.UserMetadata = &sdkpb.UserMetadata{}
			r.Fail(m.UserMetadata.Decode(r.Bytes()))
		case 1<<3 | wire.Bytes:
			c := &WorkflowCommand_StartTimer{}
			c.StartTimer = &StartTimer{}
			r.Fail(c.StartTimer.Decode(r.Bytes()))
			m.Variant = c
		case 2<<3 | wire.Bytes:
			c := &WorkflowCommand_ScheduleActivity{}
			c.ScheduleActivity = &ScheduleActivity{}
			r.Fail(c.ScheduleActivity.Decode(r.Bytes()))
			m.Variant = c
		case 3<<3 | wire.Bytes:
			c := &WorkflowCommand_RespondToQuery{}
			c.RespondToQuery = &QueryResult{}
			r.Fail(c.RespondToQuery.Decode(r.Bytes()))
			m.Variant = c
		case 4<<3 | wire.Bytes:
			c := &WorkflowCommand_RequestCancelActivity{}
			c.RequestCancelActivity = &RequestCancelActivity{}
			r.Fail(c.RequestCancelActivity.Decode(r.Bytes()))
			m.Variant = c
		case 5<<3 | wire.Bytes:
			c := &WorkflowCommand_CancelTimer{}
			c.CancelTimer = &CancelTimer{}
			r.Fail(c.CancelTimer.Decode(r.Bytes()))
			m.Variant = c
		case 6<<3 | wire.Bytes:
			c := &WorkflowCommand_CompleteWorkflowExecution{}
			c.CompleteWorkflowExecution = &CompleteWorkflowExecution{}
			r.Fail(c.CompleteWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 7<<3 | wire.Bytes:
			c := &WorkflowCommand_FailWorkflowExecution{}
			c.FailWorkflowExecution = &FailWorkflowExecution{}
			r.Fail(c.FailWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 8<<3 | wire.Bytes:
			c := &WorkflowCommand_ContinueAsNewWorkflowExecution{}
			c.ContinueAsNewWorkflowExecution = &ContinueAsNewWorkflowExecution{}
			r.Fail(c.ContinueAsNewWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 9<<3 | wire.Bytes:
			c := &WorkflowCommand_CancelWorkflowExecution{}
			c.CancelWorkflowExecution = &CancelWorkflowExecution{}
			r.Fail(c.CancelWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 10<<3 | wire.Bytes:
			c := &WorkflowCommand_SetPatchMarker{}
			c.SetPatchMarker = &SetPatchMarker{}
			r.Fail(c.SetPatchMarker.Decode(r.Bytes()))
			m.Variant = c
		case 11<<3 | wire.Bytes:
			c := &WorkflowCommand_StartChildWorkflowExecution{}
			c.StartChildWorkflowExecution = &StartChildWorkflowExecution{}
			r.Fail(c.StartChildWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 12<<3 | wire.Bytes:
			c := &WorkflowCommand_CancelChildWorkflowExecution{}
			c.CancelChildWorkflowExecution = &CancelChildWorkflowExecution{}
			r.Fail(c.CancelChildWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 13<<3 | wire.Bytes:
			c := &WorkflowCommand_RequestCancelExternalWorkflowExecution{}
			c.RequestCancelExternalWorkflowExecution = &RequestCancelExternalWorkflowExecution{}
			r.Fail(c.RequestCancelExternalWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 14<<3 | wire.Bytes:
			c := &WorkflowCommand_SignalExternalWorkflowExecution{}
			c.SignalExternalWorkflowExecution = &SignalExternalWorkflowExecution{}
			r.Fail(c.SignalExternalWorkflowExecution.Decode(r.Bytes()))
			m.Variant = c
		case 15<<3 | wire.Bytes:
			c := &WorkflowCommand_CancelSignalWorkflow{}
			c.CancelSignalWorkflow = &CancelSignalWorkflow{}
			r.Fail(c.CancelSignalWorkflow.Decode(r.Bytes()))
			m.Variant = c
		case 16<<3 | wire.Bytes:
			c := &WorkflowCommand_ScheduleLocalActivity{}
			c.ScheduleLocalActivity = &ScheduleLocalActivity{}
			r.Fail(c.ScheduleLocalActivity.Decode(r.Bytes()))
			m.Variant = c
		case 17<<3 | wire.Bytes:
			c := &WorkflowCommand_RequestCancelLocalActivity{}
			c.RequestCancelLocalActivity = &RequestCancelLocalActivity{}
			r.Fail(c.RequestCancelLocalActivity.Decode(r.Bytes()))
			m.Variant = c
		case 18<<3 | wire.Bytes:
			c := &WorkflowCommand_UpsertWorkflowSearchAttributes{}
			c.UpsertWorkflowSearchAttributes = &UpsertWorkflowSearchAttributes{}
			r.Fail(c.UpsertWorkflowSearchAttributes.Decode(r.Bytes()))
			m.Variant = c
		case 19<<3 | wire.Bytes:
			c := &WorkflowCommand_ModifyWorkflowProperties{}
			c.ModifyWorkflowProperties = &ModifyWorkflowProperties{}
			r.Fail(c.ModifyWorkflowProperties.Decode(r.Bytes()))
			m.Variant = c
		case 20<<3 | wire.Bytes:
			c := &WorkflowCommand_UpdateResponse{}
			c.UpdateResponse = &UpdateResponse{}
			r.Fail(c.UpdateResponse.Decode(r.Bytes()))
			m.Variant = c
		case 21<<3 | wire.Bytes:
			c := &WorkflowCommand_ScheduleNexusOperation{}
			c.ScheduleNexusOperation = &ScheduleNexusOperation{}
			r.Fail(c.ScheduleNexusOperation.Decode(r.Bytes()))
			m.Variant = c
		case 22<<3 | wire.Bytes:
			c := &WorkflowCommand_RequestCancelNexusOperation{}
			c.RequestCancelNexusOperation = &RequestCancelNexusOperation{}
			r.Fail(c.RequestCancelNexusOperation.Decode(r.Bytes()))
			m.Variant = c
		default:
			r.Skip(kind)
		}
	}
}
