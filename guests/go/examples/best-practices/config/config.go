// Package config says where the server is and which queue is polled, from the environment.
package config

import "os"

// Config is what a worker needs to know.
type Config struct {
	TemporalAddress string
	Namespace       string
	TaskQueue       string
}

// Load reads it; what the environment does not say is as in development.
func Load() Config {
	return Config{
		TemporalAddress: get("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
		Namespace:       get("TEMPORAL_NAMESPACE", "default"),
		TaskQueue:       get("TASK_QUEUE", "best-practices"),
	}
}

func get(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
