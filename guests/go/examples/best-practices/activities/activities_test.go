package activities

// The guide's tests of activities, by the environment that gives it a context.

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.temporal.io/sdk/testsuite"
)

func TestProcessOrder_Success(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(ProcessOrder)
	result, err := env.ExecuteActivity(ProcessOrder, OrderInput{
		OrderID: "ord_1", Amount: 99.99,
	})
	assert.NoError(t, err)
	var output OrderResult
	err = result.Get(&output)
	assert.NoError(t, err)
	assert.Equal(t, "processed", output.Status)
}

func TestProcessPayment_WithMockClient(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	activities := &OrderActivities{PaymentClient: &MockPaymentClient{}}
	env.RegisterActivity(activities)
	result, err := env.ExecuteActivity(activities.ProcessPayment, PaymentInput{Amount: 99.99, CardToken: "tok"})
	assert.NoError(t, err)
	var output PaymentResult
	assert.NoError(t, result.Get(&output))
	assert.Equal(t, "mock_txn", output.TxnID)
}

type MockPaymentClient struct{}

func (*MockPaymentClient) Charge(amount float64, cardToken string) (PaymentResult, error) {
	return PaymentResult{TxnID: "mock_txn"}, nil
}

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
