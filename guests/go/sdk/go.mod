module go.temporal.io/sdk

go 1.23

require (
	github.com/stretchr/testify v1.10.0
	go.temporal.io/api v1.63.5
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/stretchr/objx v0.5.3 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace go.temporal.io/api => ../api
