package saga

// Tests of the saga without a server.

import (
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/suite"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

type SagaTests struct {
	suite.Suite
	testsuite.WorkflowTestSuite
	env *testsuite.TestWorkflowEnvironment
}

func (s *SagaTests) SetupTest()            { s.env = s.NewTestWorkflowEnvironment() }
func (s *SagaTests) AfterTest(_, _ string) { s.env.AssertExpectations(s.T()) }

func (s *SagaTests) TestARefusalCancelsInReverseOrder() {
	s.env.OnActivity("book", mock.Anything, mock.MatchedBy(func(b map[string]interface{}) bool { return b["kind"] == "moon flight" })).
		Return(nil, temporal.NewNonRetryableApplicationError("there is no flight to the moon", "NoFlight", nil)).Once()
	s.env.OnActivity("book", mock.Anything, mock.Anything).Return("booked", nil).Twice()
	s.env.OnActivity("cancel_booking", mock.Anything, mock.Anything).Return("cancelled", nil).Twice()
	s.env.ExecuteWorkflow(BookTrip, Trip{"t", []string{"car", "hotel", "moon flight"}})

	s.True(s.env.IsWorkflowCompleted())
	s.ErrorContains(s.env.GetWorkflowError(), "there is no flight to the moon")
	value, err := s.env.QueryWorkflow("cancelled")
	s.NoError(err)
	var cancelled []string
	s.NoError(value.Get(&cancelled))
	s.Equal([]string{"hotel", "car"}, cancelled)
}

func TestSaga(t *testing.T) { suite.Run(t, new(SagaTests)) }
