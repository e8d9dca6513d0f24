package fanout

// Tests of the fan-out without a server.

import (
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

func TestChildrenRunWithSkippedTime(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterWorkflow(Square)
	env.ExecuteWorkflow(FanOut, Input{Numbers: []int{1, 2, 3}})
	var result Result
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, Result{14, 3}, result)
}

func TestAChildCanBeMocked(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.OnWorkflow(Square, mock.Anything, 7).Return(50, nil)
	env.ExecuteWorkflow(FanOut, Input{Numbers: []int{7}})
	var result Result
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, Result{50, 1}, result)
}
