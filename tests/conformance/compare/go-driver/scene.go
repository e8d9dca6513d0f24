package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	apiworkflow "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/proto"
)

// programs are known by their names.
var programs = map[string]func(*scene){
	"order":                order,
	"order_undone":         orderUndone,
	"timeouts":             timeouts,
	"heartbeats":           heartbeats,
	"cancelled_activities": cancelledActivities,
	"completed_elsewhere":  completedElsewhere,
	"local_activities":     localActivities,
	"a_session":            aSession,
	"messages":             messages,
	"update_with_start":    updateWithStart,
	"signal_with_start":    signalWithStart,
	"queries":              queries,
	"child_policies":       childPolicies,
	"child_outcomes":       childOutcomes,
	"strangers":            strangers,
	"cancelled_scopes":     cancelledScopes,
	"selectors":            selectors,
	"continue_as_new":      continueAsNew,
	"retried_run":          retriedRun,
	"failures":             failures,
	"side_effects":         sideEffects,
	"eager_start":          eagerStart,
	"upserts":              upserts,
	"schedules":            schedules,
	"versions":             versions,
}

// record is one thing that is compared. Kind says which fields count: `value`, `message` (a message of protobuf), or `history`, which the
// reader of the answer is to fetch.
type record struct {
	Kind       string `json:"kind"`
	Label      string `json:"label"`
	Value      any    `json:"value,omitempty"`
	Type       string `json:"type,omitempty"`
	Bytes      string `json:"bytes,omitempty"`
	WorkflowID string `json:"workflow_id,omitempty"`
	RunID      string `json:"run_id,omitempty"`
	// Whether the events of workflow tasks, and all numbers of events, count.
	Tasks bool `json:"tasks,omitempty"`
}

// brokeOff is the panic of a program that can't go on.
type brokeOff struct{ error }

// scene is what a program works with on one server. It never asks which one it is on.
type scene struct {
	context.Context
	client.Client
	name, namespace string
	recorded        []record
	workers         []worker.Worker
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(brokeOff{err})
	}
}

// work starts a worker on the scene's own task queue, with what `register` gives it.
func (s *scene) work(register func(worker.Registry), options ...func(*worker.Options)) worker.Worker {
	chosen := worker.Options{WorkerStopTimeout: time.Second, MaxHeartbeatThrottleInterval: 50 * time.Millisecond}
	for _, option := range options {
		option(&chosen)
	}
	started := worker.New(s.Client, s.name, chosen)
	register(started)
	check(started.Start())
	s.workers = append(s.workers, started)
	return started
}

func (s *scene) stop() {
	for _, started := range s.workers {
		started.Stop()
	}
	s.workers = nil
}

// start starts a workflow; its id is the scene's name with a suffix.
func (s *scene) start(suffix string, workflow any, arguments ...any) client.WorkflowRun {
	return s.startWith(client.StartWorkflowOptions{}, suffix, workflow, arguments...)
}

func (s *scene) startWith(options client.StartWorkflowOptions, suffix string, workflow any, arguments ...any) client.WorkflowRun {
	options.ID = s.name + suffix
	options.TaskQueue = s.name
	return must(s.ExecuteWorkflow(s, options, workflow, arguments...))
}

// value records a plain value.
func (s *scene) value(label string, value any) {
	s.recorded = append(s.recorded, record{Kind: "value", Label: label, Value: value})
}

// failure records how a call ended.
func (s *scene) failure(label string, err error) {
	s.value(label, s.words(err))
}

// result records what a run came to.
func (s *scene) result(label string, run client.WorkflowRun) {
	var value any
	err := run.Get(s, &value)
	s.value(label, map[string]any{"value": value, "error": s.words(err)})
}

// message records an answer of the server, field by field.
func (s *scene) message(label string, message proto.Message) {
	bytes := must(proto.Marshal(message))
	s.recorded = append(s.recorded, record{
		Kind: "message", Label: label,
		Type: string(message.ProtoReflect().Descriptor().FullName()), Bytes: base64.StdEncoding.EncodeToString(bytes),
	})
}

// described records what the server says of a run now.
func (s *scene) described(label string, run client.WorkflowRun) {
	answer := must(s.DescribeWorkflowExecution(s, run.GetID(), run.GetRunID()))
	slices.SortFunc(answer.PendingChildren, func(a, b *apiworkflow.PendingChildExecutionInfo) int {
		return strings.Compare(a.WorkflowId, b.WorkflowId)
	})
	s.message(label, answer)
}

// history has the whole history of a run compared.
func (s *scene) history(label string, run client.WorkflowRun) {
	s.wants(label, run, true)
}

// happenings is history without workflow tasks: for runs where it depends on timing how many there are.
func (s *scene) happenings(label string, run client.WorkflowRun) {
	s.wants(label, run, false)
}

func (s *scene) wants(label string, run client.WorkflowRun, tasks bool) {
	s.recorded = append(s.recorded, record{
		Kind: "history", Label: label, WorkflowID: run.GetID(), RunID: run.GetRunID(), Tasks: tasks,
	})
}

// eventually waits until `holds`.
func (s *scene) eventually(what string, holds func() bool) {
	for !holds() {
		if s.Err() != nil {
			panic(brokeOff{errors.New("never came to be: " + what)})
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// idle waits until the first workflow task of an open run is over, and none waits or runs: what comes next finds the same history everywhere.
func (s *scene) idle(workflowID string) {
	s.eventually(workflowID+" is idle", func() bool {
		described := must(s.DescribeWorkflowExecution(s, workflowID, ""))
		return described.PendingWorkflowTask == nil && described.WorkflowExecutionInfo.HistoryLength > 3
	})
}

// signal sends a signal to a run that is idle.
func (s *scene) signal(workflowID, name string, argument any) {
	s.idle(workflowID)
	check(s.SignalWorkflow(s, workflowID, "", name, argument))
}

// words tell of an error and what caused it, one by one. That the program's own time is over is no answer of the server.
func (s *scene) words(err error) []string {
	check(s.Err())
	told := []string{}
	for ; err != nil; err = errors.Unwrap(err) {
		kind := fmt.Sprintf("%T", err)
		var application *temporal.ApplicationError
		var notFound *serviceerror.NotFound
		if errors.As(err, &application) && application == err {
			kind += " " + application.Type()
		} else if errors.As(err, &notFound) {
			kind = "NotFound"
		}
		// The SDK names the updates that there are in no order.
		message, _, _ := strings.Cut(err.Error(), " KnownUpdates=")
		told = append(told, kind+": "+message)
	}
	return told
}
