// Command worker is the guide's worker, for the activities alone: Sundial runs the workflows.
package main

import (
	"log"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"example/best-practices/activities"
)

// play stands for the services that the guide's worker connects to.
type play struct{}

func (play) Charge(amount float64, cardToken string) (activities.PaymentResult, error) {
	return activities.PaymentResult{TxnID: "txn_123"}, nil
}

func (play) Save(orderID string) error { return nil }

func main() {
	c, err := client.Dial(client.Options{
		HostPort:  os.Getenv("TEMPORAL_ADDRESS"),
		Namespace: "default",
	})
	if err != nil {
		log.Fatalln("Unable to create client:", err)
	}
	defer c.Close()
	w := worker.New(c, os.Getenv("TASK_QUEUE"), worker.Options{
		MaxConcurrentActivityExecutionSize:     200,
		MaxConcurrentWorkflowTaskExecutionSize: 100,
		DisableWorkflowWorker:                  true,
	})
	orderActs := &activities.OrderActivities{
		PaymentClient: play{},
		DB:            play{},
	}
	w.RegisterActivity(orderActs)
	w.RegisterActivity(activities.LongRunningActivity)
	if err := w.Run(worker.InterruptCh()); err != nil {
		log.Fatalln("Worker failed:", err)
	}
}
