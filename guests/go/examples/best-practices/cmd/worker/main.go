// Command worker is the guide's worker, for the activities alone: Sundial runs the workflows.
package main

import (
	"log"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"example/best-practices/activities"
	"example/best-practices/config"
)

// services stand for those that the guide's worker connects to.
type services struct{}

func (services) Charge(amount float64, cardToken string) (activities.PaymentResult, error) {
	return activities.PaymentResult{TxnID: "txn_123"}, nil
}

func (services) Save(orderID string) error { return nil }

func createPaymentClient(config.Config) activities.PaymentClient { return services{} }

func createDBPool(config.Config) activities.Database { return services{} }

func main() {
	cfg := config.Load()
	c, err := client.Dial(client.Options{
		HostPort:  cfg.TemporalAddress,
		Namespace: cfg.Namespace,
	})
	if err != nil {
		log.Fatalln("Unable to create client:", err)
	}
	defer c.Close()
	w := worker.New(c, cfg.TaskQueue, worker.Options{
		MaxConcurrentActivityExecutionSize:     200,
		MaxConcurrentWorkflowTaskExecutionSize: 100,
		DisableWorkflowWorker:                  true,
	})
	orderActs := &activities.OrderActivities{
		PaymentClient: createPaymentClient(cfg),
		DB:            createDBPool(cfg),
	}
	w.RegisterActivity(orderActs)
	w.RegisterActivity(activities.LongRunningActivity)
	if err := w.Run(worker.InterruptCh()); err != nil {
		log.Fatalln("Worker failed:", err)
	}
}
