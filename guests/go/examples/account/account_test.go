package account

// Tests of the account without a server.

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

func environment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	return suite.NewTestWorkflowEnvironment()
}

func TestMessagesChangeTheBalanceAndAClosedAccountReturnsIt(t *testing.T) {
	env := environment()
	var rejections []string
	var withdrawn interface{}
	withdraw := func(id string, cents int64) {
		env.UpdateWorkflow("withdraw", id, &testsuite.TestUpdateCallback{
			OnReject:   func(err error) { rejections = append(rejections, err.Error()) },
			OnComplete: func(result interface{}, err error) { withdrawn = result },
		}, Amount{cents})
	}
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow("deposit", Amount{500})
		withdraw("zero", 0)
		withdraw("much", 501)
		withdraw("fair", 200)
		value, err := env.QueryWorkflow("balance")
		require.NoError(t, err)
		var balance Balance
		require.NoError(t, value.Get(&balance))
		require.Equal(t, Balance{300, 2, 1}, balance)
		env.SignalWorkflow("close", nil)
	}, time.Hour)
	env.ExecuteWorkflow(Account, Input{AccountID: "a"})

	require.True(t, env.IsWorkflowCompleted())
	var result Result
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, Result{"a", Balance{300, 2, 1}}, result)
	require.Equal(t, []string{"amount_cents must be at least 1", "the account holds only 500 cents"}, rejections)
	require.Equal(t, float64(300), withdrawn)
}

func TestAFullRunContinuesAsNew(t *testing.T) {
	env := environment()
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow("deposit", Amount{1})
		env.SignalWorkflow("deposit", Amount{2})
	}, time.Second)
	env.ExecuteWorkflow(Account, Input{AccountID: "a", MessagesPerRun: 2})
	require.True(t, workflow.IsContinueAsNewError(env.GetWorkflowError()))
}
