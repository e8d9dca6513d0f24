// Package client is there so that files compile which also start workflows: the shape of go.temporal.io/sdk/client. A component reaches
// nobody, so connecting fails. Programs that do connect are compiled with Temporal's own SDK.
package client

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

// DefaultHostPort and DefaultNamespace are where a server is usually found.
const (
	DefaultHostPort  = "localhost:7233"
	DefaultNamespace = "default"
)

// errNotHere is what everything here answers.
var errNotHere = errors.New("a component can't connect to a server: start workflows from a native program, with Temporal's own SDK")

// Options say where the server is.
type Options struct {
	HostPort          string
	Namespace         string
	Logger            log.Logger
	Identity          string
	DataConverter     converter.DataConverter
	ConnectionOptions ConnectionOptions
	Credentials       Credentials
}

// ConnectionOptions say how to connect.
type ConnectionOptions struct {
	TLS                   *tls.Config
	Authority             string
	DisableKeepAliveCheck bool
	KeepAliveTime         time.Duration
	KeepAliveTimeout      time.Duration
	MaxPayloadSize        int
}

// Credentials say who connects.
type Credentials interface{ credentials() }

type noCredentials struct{}

func (noCredentials) credentials() {}

// NewAPIKeyStaticCredentials takes a key.
func NewAPIKeyStaticCredentials(apiKey string) Credentials { return noCredentials{} }

// NewMTLSCredentials takes a certificate.
func NewMTLSCredentials(certificate tls.Certificate) Credentials { return noCredentials{} }

// StartWorkflowOptions say how a workflow starts.
type StartWorkflowOptions struct {
	ID                                       string
	TaskQueue                                string
	WorkflowExecutionTimeout                 time.Duration
	WorkflowRunTimeout                       time.Duration
	WorkflowTaskTimeout                      time.Duration
	WorkflowIDReusePolicy                    enumspb.WorkflowIdReusePolicy
	WorkflowIDConflictPolicy                 enumspb.WorkflowIdConflictPolicy
	WorkflowExecutionErrorWhenAlreadyStarted bool
	RetryPolicy                              *temporal.RetryPolicy
	CronSchedule                             string
	Memo                                     map[string]interface{}
	SearchAttributes                         map[string]interface{}
	TypedSearchAttributes                    temporal.SearchAttributes
	EnableEagerStart                         bool
	StartDelay                               time.Duration
	StaticSummary                            string
	StaticDetails                            string
	Priority                                 temporal.Priority
}

// WorkflowRun is a started workflow.
type WorkflowRun interface {
	GetID() string
	GetRunID() string
	Get(ctx context.Context, valuePtr interface{}) error
}

// WorkflowUpdateStage is how far to wait for an update.
type WorkflowUpdateStage int

// How far to wait for an update.
const (
	WorkflowUpdateStageUnspecified WorkflowUpdateStage = iota
	WorkflowUpdateStageAdmitted
	WorkflowUpdateStageAccepted
	WorkflowUpdateStageCompleted
)

// UpdateWorkflowOptions say what to send.
type UpdateWorkflowOptions struct {
	UpdateID            string
	WorkflowID          string
	RunID               string
	UpdateName          string
	Args                []interface{}
	WaitForStage        WorkflowUpdateStage
	FirstExecutionRunID string
}

// WorkflowUpdateHandle is a sent update.
type WorkflowUpdateHandle interface {
	WorkflowID() string
	RunID() string
	UpdateID() string
	Get(ctx context.Context, valuePtr interface{}) error
}

// Client talks to a server.
type Client interface {
	ExecuteWorkflow(ctx context.Context, options StartWorkflowOptions, workflow interface{}, args ...interface{}) (WorkflowRun, error)
	GetWorkflow(ctx context.Context, workflowID string, runID string) WorkflowRun
	SignalWorkflow(ctx context.Context, workflowID string, runID string, signalName string, arg interface{}) error
	SignalWithStartWorkflow(ctx context.Context, workflowID string, signalName string, signalArg interface{}, options StartWorkflowOptions, workflow interface{}, workflowArgs ...interface{}) (WorkflowRun, error)
	CancelWorkflow(ctx context.Context, workflowID string, runID string) error
	TerminateWorkflow(ctx context.Context, workflowID string, runID string, reason string, details ...interface{}) error
	QueryWorkflow(ctx context.Context, workflowID string, runID string, queryType string, args ...interface{}) (converter.EncodedValue, error)
	UpdateWorkflow(ctx context.Context, options UpdateWorkflowOptions) (WorkflowUpdateHandle, error)
	CompleteActivity(ctx context.Context, taskToken []byte, result interface{}, err error) error
	CompleteActivityByID(ctx context.Context, namespace, workflowID, runID, activityID string, result interface{}, err error) error
	RecordActivityHeartbeat(ctx context.Context, taskToken []byte, details ...interface{}) error
	Close()
}

// Dial connects to a server.
func Dial(options Options) (Client, error) { return nil, errNotHere }

// DialContext connects to a server.
func DialContext(ctx context.Context, options Options) (Client, error) { return nil, errNotHere }

// NewLazyClient connects when it is used.
func NewLazyClient(options Options) (Client, error) { return nil, errNotHere }

// NewClient is the old name of Dial.
func NewClient(options Options) (Client, error) { return nil, errNotHere }
