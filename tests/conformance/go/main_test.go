// Package conformance runs the Go SDK as client and worker against the server under test.
//
// The environment decides which server that is, as for the Python tests: SUNDIAL_TEST_ADDRESS (one that runs),
// else SUNDIAL_TEST_SERVER (sundial, the default, or temporal) with SUNDIAL_BINARY or TEMPORAL_BINARY.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
)

// The client that all tests share.
var server client.Client

// Workers log every failure that a test provokes: the assertions tell more.
var quiet = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 3
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	address, stop, err := serverUnderTest()
	if err != nil {
		return 0, err
	}
	defer stop()
	server, err = connect(address)
	if err != nil {
		return 0, err
	}
	defer server.Close()
	return m.Run(), nil
}

func serverUnderTest() (string, func(), error) {
	if address := os.Getenv("SUNDIAL_TEST_ADDRESS"); address != "" {
		return address, func() {}, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	_ = listener.Close()

	command := exec.Command(sundialBinary(), "dev", "--headless", "--ephemeral", "--port", port)
	if os.Getenv("SUNDIAL_TEST_SERVER") == "temporal" {
		command = exec.Command(temporalBinary(), "server", "start-dev", "--headless", "--log-level", "error", "--port", port)
	}
	output := &strings.Builder{}
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		return "", nil, fmt.Errorf("no server to test: %w", err)
	}
	stop := func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	}
	return "127.0.0.1:" + port, stop, nil
}

func sundialBinary() string {
	if path := os.Getenv("SUNDIAL_BINARY"); path != "" {
		return path
	}
	path, _ := filepath.Abs("../../../target/release/sundial")
	return path
}

func temporalBinary() string {
	if path := os.Getenv("TEMPORAL_BINARY"); path != "" {
		return path
	}
	if path, err := exec.LookPath("temporal"); err == nil {
		return path
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, "go/bin/temporal")
}

// connect returns once the server answers and knows the default namespace.
func connect(address string) (client.Client, error) {
	deadline := time.Now().Add(30 * time.Second)
	for {
		connected, err := client.Dial(client.Options{HostPort: address, Logger: quiet})
		if err == nil {
			_, err = connected.WorkflowService().DescribeNamespace(context.Background(), describeDefaultNamespace)
			if err == nil {
				return connected, nil
			}
			connected.Close()
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%s is not ready: %w", address, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// test is one test's own names, worker and deadline.
type test struct {
	*testing.T
	context.Context
	name string
}

// Deadline settles which of the two embedded ones is meant.
func (t *test) Deadline() (time.Time, bool) {
	return t.Context.Deadline()
}

// begin makes a test that runs beside the others, with a worker that has what `register` gives it.
func begin(t *testing.T, register func(worker.Registry), options ...worker.Options) *test {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	made := &test{T: t, Context: ctx, name: fmt.Sprintf("%s-%s", strings.ReplaceAll(t.Name(), "/", "-"), uuid.NewString()[:8])}
	if register != nil {
		made.work(register, options...)
	}
	return made
}

// work starts a worker, which stops with the test or when the returned function is called.
func (t *test) work(register func(worker.Registry), options ...worker.Options) (stop func()) {
	t.Helper()
	chosen := worker.Options{WorkerStopTimeout: 5 * time.Second, MaxHeartbeatThrottleInterval: 50 * time.Millisecond}
	if len(options) > 0 {
		chosen = options[0]
	}
	w := worker.New(server, t.name, chosen)
	register(w)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			w.Stop()
		}
	}
	t.Cleanup(stop)
	return stop
}

func (t *test) start(workflow any, arguments ...any) client.WorkflowRun {
	t.Helper()
	return t.startWith(client.StartWorkflowOptions{}, workflow, arguments...)
}

func (t *test) startWith(options client.StartWorkflowOptions, workflow any, arguments ...any) client.WorkflowRun {
	t.Helper()
	run, err := t.tryStart(options, workflow, arguments...)
	t.must(err)
	return run
}

func (t *test) tryStart(options client.StartWorkflowOptions, workflow any, arguments ...any) (client.WorkflowRun, error) {
	if options.ID == "" {
		options.ID = t.name
	}
	options.TaskQueue = t.name
	options.WorkflowExecutionErrorWhenAlreadyStarted = options.WorkflowIDConflictPolicy == 0
	return server.ExecuteWorkflow(t, options, workflow, arguments...)
}

func (t *test) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// result is the result of a run that ends well.
func result[T any](t *test, run client.WorkflowRun) T {
	t.Helper()
	var value T
	t.must(run.Get(t, &value))
	return value
}

func equal[T comparable](t *test, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// failsAs is the error of this type in the chain of `err`.
func failsAs[E error](t *test, err error) E {
	t.Helper()
	var wanted E
	if !errors.As(err, &wanted) {
		t.Fatalf("got %T: %v, want %T", err, err, wanted)
	}
	return wanted
}

func (t *test) notFound(err error) {
	t.Helper()
	failsAs[*serviceerror.NotFound](t, err)
}

// eventually waits until `check` holds.
func (t *test) eventually(check func() bool) {
	t.Helper()
	for !check() {
		if t.Err() != nil {
			t.Fatal("did not come to be")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// events are the names of a run's events, without those of workflow tasks.
func (t *test) events(run client.WorkflowRun) []string {
	t.Helper()
	var names []string
	next := int64(1)
	history := server.GetWorkflowHistory(t, run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		t.must(err)
		equal(t, event.GetEventId(), next)
		next++
		if name := event.GetEventType().String(); !strings.HasPrefix(name, "WorkflowTask") {
			names = append(names, name)
		}
	}
	return names
}

func (t *test) happened(run client.WorkflowRun, want ...string) {
	t.Helper()
	equal(t, strings.Join(t.events(run), "\n"), strings.Join(want, "\n"))
}
