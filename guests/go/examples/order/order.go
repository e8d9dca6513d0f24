// Package order is the demo's order: pay, reserve, wait for a person, settle; or give all back when nobody said yes in time.
//
// The world is reached only through activities. They are implemented natively, by guests/rust/examples/order/worker.py and
// quote_shipping.py beside it.
package order

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

const (
	// Where the Python worker polls for activities.
	activityQueue = "order-activities"
	// Where the worker host polls for the activities that it runs itself.
	nativeQueue = "order-native"
	// How many lines an order may have: what fits on one packing list.
	maximumLines = 20
	// How long an order waits for approval when it doesn't say.
	defaultApprovalTimeoutSeconds = 3600
)

// state is what the steps, the query and the messages share.
type state struct {
	order      Order
	stage      string
	receipts   []Receipt
	approvedBy *string
}

// OrderWorkflow is one order, from payment to confirmation.
func OrderWorkflow(ctx workflow.Context, order Order) (*OrderResult, error) {
	if order.ApprovalTimeoutSeconds == nil {
		seconds := uint64(defaultApprovalTimeoutSeconds)
		order.ApprovalTimeoutSeconds = &seconds
	}
	s := &state{order: order, stage: "charging_payment", receipts: []Receipt{}}
	if err := s.listen(ctx); err != nil {
		return nil, err
	}
	if err := s.charge(ctx, goodsCents(order.Items), "order"); err != nil {
		return nil, err
	}

	s.stage = "reserving_stock"
	var reservation Reservation
	reserve := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activityQueue, StartToCloseTimeout: 300 * time.Second, HeartbeatTimeout: 5 * time.Second,
	})
	request := StockRequest{OrderID: order.OrderID, Items: s.order.Items}
	if err := workflow.ExecuteActivity(reserve, "reserve_stock", request).Get(ctx, &reservation); err != nil {
		return nil, err
	}

	s.stage = "quoting_shipping"
	var shipping ShippingQuote
	quote := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{TaskQueue: nativeQueue, StartToCloseTimeout: 10 * time.Second})
	if err := workflow.ExecuteActivity(quote, "quote_shipping", Parcel{order.OrderID, pieces(s.order.Items)}).Get(ctx, &shipping); err != nil {
		return nil, err
	}

	s.stage = "awaiting_approval"
	approved, err := workflow.AwaitWithTimeout(ctx, time.Duration(*s.order.ApprovalTimeoutSeconds)*time.Second, func() bool { return s.approvedBy != nil })
	if err != nil {
		return nil, err
	}
	outcome := "expired"
	if approved {
		s.stage = "settling"
		due := goodsCents(s.order.Items) + shipping.PriceCents - chargedCents(s.receipts)
		if err := s.charge(ctx, due, "shipping and added items"); err != nil {
			return nil, err
		}
		outcome = "confirmed"
	} else {
		s.stage = "undoing"
		if err := s.undo(ctx, reservation); err != nil {
			return nil, err
		}
	}

	s.stage = "done"
	return &OrderResult{
		OrderID: order.OrderID, Outcome: outcome, Items: s.order.Items, TotalCents: goodsCents(s.order.Items) + shipping.PriceCents,
		Receipts: s.receipts, Reservation: reservation, Shipping: shipping, ApprovedBy: s.approvedBy,
	}, nil
}

// listen sets what can be asked of the order while it runs.
func (s *state) listen(ctx workflow.Context) error {
	if err := workflow.SetQueryHandler(ctx, "status", s.status); err != nil {
		return err
	}
	workflow.GoNamed(ctx, "approve", func(ctx workflow.Context) {
		for {
			var approval Approval
			workflow.GetSignalChannel(ctx, "approve").Receive(ctx, &approval)
			// The first name counts.
			if s.approvedBy == nil {
				s.approvedBy = &approval.By
			}
		}
	})
	return workflow.SetUpdateHandlerWithOptions(ctx, "add_item", s.addItem, workflow.UpdateHandlerOptions{Validator: s.validateItem})
}

func (s *state) status() (Status, error) {
	return Status{
		Stage: s.stage, Items: len(s.order.Items), GoodsCents: goodsCents(s.order.Items), ChargedCents: chargedCents(s.receipts), ApprovedBy: s.approvedBy,
	}, nil
}

func (s *state) validateItem(item Item) error {
	switch {
	case s.stage != "awaiting_approval" || s.approvedBy != nil:
		return errors.New("items can be added only while the order awaits approval")
	case item.Quantity == 0:
		return fmt.Errorf("quantity of %s must be at least 1", item.SKU)
	case len(s.order.Items) == maximumLines:
		return fmt.Errorf("an order has at most %d lines", maximumLines)
	}
	return nil
}

// addItem adds a line. It is paid for once the order is approved.
func (s *state) addItem(ctx workflow.Context, item Item) (Basket, error) {
	s.order.Items = append(s.order.Items, item)
	return Basket{Items: len(s.order.Items), GoodsCents: goodsCents(s.order.Items)}, nil
}

// charge takes an amount, as often as it needs to succeed within a minute, and keeps the receipt.
func (s *state) charge(ctx workflow.Context, amountCents uint64, reason string) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activityQueue, StartToCloseTimeout: 10 * time.Second, Summary: "charge for " + reason,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, MaximumAttempts: 10, NonRetryableErrorTypes: []string{"CardDeclined"},
		},
	})
	var receipt Receipt
	if err := workflow.ExecuteActivity(ctx, "charge_payment", Charge{s.order.OrderID, amountCents, reason}).Get(ctx, &receipt); err != nil {
		return err
	}
	s.receipts = append(s.receipts, receipt)
	return nil
}

// undo gives back what was taken, in the reverse order.
func (s *state) undo(ctx workflow.Context, reservation Reservation) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{TaskQueue: activityQueue, StartToCloseTimeout: 10 * time.Second})
	if err := workflow.ExecuteActivity(ctx, "release_stock", reservation).Get(ctx, nil); err != nil {
		return err
	}
	for _, receipt := range s.receipts {
		if err := workflow.ExecuteActivity(ctx, "refund_payment", receipt).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}
