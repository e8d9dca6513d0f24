module example/local

go 1.23

require go.temporal.io/sdk v1.50.0
