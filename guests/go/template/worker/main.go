// Command worker runs the activities, in a stock Temporal worker. The workflow is not here: Sundial runs it.
package main

import (
	"log"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"my-workflow/activities"
)

func main() {
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS")})
	if err != nil {
		log.Fatalln("can't connect:", err)
	}
	defer c.Close()
	w := worker.New(c, "my-workflow", worker.Options{DisableWorkflowWorker: true})
	w.RegisterActivity(activities.ComposeGreeting)
	if err := w.Run(worker.InterruptCh()); err != nil {
		log.Fatalln("the worker stopped:", err)
	}
}
