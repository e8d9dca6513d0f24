package workflows

// A test without a server: the activity is mocked, time is skipped.

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"my-workflow/activities"
)

func TestSomebodyIsGreetedOnceTheyArrive(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.OnActivity(activities.ComposeGreeting, mock.Anything, "Ada").Return("Hello, Ada!", nil).Once()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("arrived", nil) }, time.Hour)

	env.ExecuteWorkflow(MyWorkflow, Input{Name: "Ada"})

	var result Result
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, "Hello, Ada!", result.Greeting)
	env.AssertExpectations(t)
}
