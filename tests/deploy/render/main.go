// Command render prints what deploy/ means as JSON, read by the libraries of the tools that will read it: Docker Compose's
// loader, Helm's engine, BuildKit's parser. It judges nothing; the Python tests beside it do.
//
//	render compose FILE              the project, with variables from the environment
//	render chart FOLDER [VALUES ...] the objects of a release, with values from files and JSON on stdin
//	render image DOCKERFILE ROOT     the stages of a Dockerfile, and which sources the ignore file keeps from them
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	result, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) (any, error) {
	switch {
	case len(arguments) == 2 && arguments[0] == "compose":
		return compose(arguments[1])
	case len(arguments) >= 2 && arguments[0] == "chart":
		return chart(arguments[1], arguments[2:], os.Stdin)
	case len(arguments) == 3 && arguments[0] == "image":
		return image(arguments[1], arguments[2])
	default:
		return nil, fmt.Errorf("usage: render compose FILE | chart FOLDER [VALUES ...] | image DOCKERFILE ROOT")
	}
}
