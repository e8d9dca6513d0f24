// Package activities reaches the world. It runs natively, in the worker of this project, and may do anything.
package activities

import "context"

// ComposeGreeting finds the right words.
func ComposeGreeting(ctx context.Context, name string) (string, error) {
	return "Hello, " + name + "!", nil
}
