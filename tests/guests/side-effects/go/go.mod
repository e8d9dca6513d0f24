module example/effects

go 1.23

require (
	github.com/google/uuid v1.6.0
	go.temporal.io/sdk v1.50.0
)
