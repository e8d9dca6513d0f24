package activities

// The guide's test of an activity, by the environment that gives it a context.

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.temporal.io/sdk/testsuite"
)

func TestLongRunningActivity_Success(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(LongRunningActivity)
	result, err := env.ExecuteActivity(LongRunningActivity, ProcessInput{
		Items: []string{"a", "b"},
	})
	assert.NoError(t, err)
	var output ProcessResult
	err = result.Get(&output)
	assert.NoError(t, err)
	assert.Equal(t, "done", output.Status)
}
