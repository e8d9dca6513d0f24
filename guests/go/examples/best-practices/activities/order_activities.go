package activities

// An activity struct whose clients are injected.

import "context"

// PaymentClient charges cards.
type PaymentClient interface {
	Charge(amount float64, cardToken string) (PaymentResult, error)
}

// Database keeps orders.
type Database interface {
	Save(orderID string) error
}

type OrderActivities struct {
	PaymentClient PaymentClient // interface
	DB            Database      // interface
}

func (a *OrderActivities) ProcessPayment(ctx context.Context, input PaymentInput) (PaymentResult, error) {
	return a.PaymentClient.Charge(input.Amount, input.CardToken)
}

// ProcessOrder is an activity that is a plain function.
func ProcessOrder(ctx context.Context, input OrderInput) (OrderResult, error) {
	return OrderResult{Status: "processed"}, nil
}
