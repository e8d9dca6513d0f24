package workflows

// The guide's suite: activities are mocked, time is skipped.

import (
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/suite"
	"go.temporal.io/sdk/testsuite"

	"example/best-practices/activities"
)

type OrderWorkflowTestSuite struct {
	suite.Suite
	testsuite.WorkflowTestSuite
	env *testsuite.TestWorkflowEnvironment
}

func (s *OrderWorkflowTestSuite) SetupTest() {
	s.env = s.NewTestWorkflowEnvironment()
}

func (s *OrderWorkflowTestSuite) Test_OrderWorkflow_Success() {
	// Mock activities
	var acts *activities.OrderActivities
	s.env.OnActivity(acts.ProcessPayment, mock.Anything, mock.Anything).Return(
		activities.PaymentResult{TxnID: "mock_txn"}, nil,
	)
	s.env.OnActivity(activities.LongRunningActivity, mock.Anything, mock.Anything).Return(
		activities.ProcessResult{Status: "done"}, nil,
	)
	s.env.ExecuteWorkflow(OrderWorkflow, activities.OrderInput{OrderID: "test_1"})
	s.True(s.env.IsWorkflowCompleted())
	s.NoError(s.env.GetWorkflowError())
	var result activities.OrderResult
	s.NoError(s.env.GetWorkflowResult(&result))
	s.Equal("completed", result.Status)
}

func TestOrderWorkflowSuite(t *testing.T) {
	suite.Run(t, new(OrderWorkflowTestSuite))
}
