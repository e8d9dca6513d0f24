// Package saga books the parts of a trip; when one can't be had, it cancels the others in the reverse order.
package saga

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Trip is what to book, in this order: for example car, hotel, flight.
type Trip struct {
	TripID string   `json:"trip_id"`
	Parts  []string `json:"parts"`
}

// Booking is one part of a trip.
type Booking struct {
	TripID string `json:"trip_id"`
	Kind   string `json:"kind"`
}

// BookTrip books all of a trip or nothing of it. It returns the confirmations, and fails with the first refusal.
func BookTrip(ctx workflow.Context, trip Trip) ([]string, error) {
	cancelled := []string{}
	// What was cancelled, in the order in which it was.
	if err := workflow.SetQueryHandler(ctx, "cancelled", func() ([]string, error) { return cancelled, nil }); err != nil {
		return nil, err
	}
	book := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 2},
	})
	// A cancellation is retried until it succeeds.
	cancel := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second})

	var booked []Booking
	confirmations := []string{}
	for _, kind := range trip.Parts {
		booking := Booking{trip.TripID, kind}
		var confirmation string
		if refusal := workflow.ExecuteActivity(book, "book", booking).Get(ctx, &confirmation); refusal != nil {
			for i := len(booked) - 1; i >= 0; i-- {
				if err := workflow.ExecuteActivity(cancel, "cancel_booking", booked[i]).Get(ctx, nil); err != nil {
					return nil, err
				}
				cancelled = append(cancelled, booked[i].Kind)
			}
			return nil, refusal
		}
		confirmations = append(confirmations, confirmation)
		booked = append(booked, booking)
	}
	return confirmations, nil
}
