package order

// Tests of the order without a server.

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

func environment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.OnActivity("charge_payment", mock.Anything, mock.Anything).Return(nil, errors.New("the card terminal did not answer")).Once()
	env.OnActivity("charge_payment", mock.Anything, mock.Anything).Return(Receipt{"pay", 1000, 2}, nil)
	env.OnActivity("reserve_stock", mock.Anything, mock.Anything).Return(Reservation{"res", 1}, nil).After(time.Minute)
	env.OnActivity("quote_shipping", mock.Anything, mock.Anything).Return(ShippingQuote{"Sundial Post", 565}, nil)
	env.OnActivity("release_stock", mock.Anything, mock.Anything).Return("released", nil).Maybe()
	env.OnActivity("refund_payment", mock.Anything, mock.Anything).Return("refunded", nil).Maybe()
	return env
}

func TestAnApprovedOrderIsConfirmed(t *testing.T) {
	env := environment()
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflowNoRejection("add_item", "more", t, Item{"tea", 2, 300})
		env.SignalWorkflow("approve", Approval{"ada"})
	}, 2*time.Minute)
	env.ExecuteWorkflow(OrderWorkflow, Order{OrderID: "o", Items: []Item{{"mug", 1, 1000}}})
	var result OrderResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, "confirmed", result.Outcome)
	require.Equal(t, "ada", *result.ApprovedBy)
	require.Equal(t, uint64(1000+600+565), result.TotalCents)
	env.AssertExpectations(t)
}

func TestAnOrderThatNobodyApprovesExpires(t *testing.T) {
	env := environment()
	env.ExecuteWorkflow(OrderWorkflow, Order{OrderID: "o", Items: []Item{{"mug", 1, 1000}}})
	var result OrderResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, "expired", result.Outcome)
	env.AssertNumberOfCalls(t, "refund_payment", 1)
}
