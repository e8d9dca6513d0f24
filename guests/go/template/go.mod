module my-workflow

go 1.25.0

require (
	github.com/stretchr/testify v1.10.0
	go.temporal.io/sdk v1.50.0
)
