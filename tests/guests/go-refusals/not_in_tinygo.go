package refusals

// What TinyGo does not compile: a test with that compiler leaves this file out.

import (
	"net"
	"net/http"
	"os/exec"

	"go.temporal.io/sdk/workflow"
)

// Sockets asks for a connection.
func Sockets(workflow.Context) error {
	_, err := net.Dial("tcp", "127.0.0.1:80")
	return err
}

// Http asks for a page.
func Http(workflow.Context) error {
	_, err := http.Get("http://127.0.0.1")
	return err
}

// Processes asks for a process.
func Processes(workflow.Context) error {
	return exec.Command("true").Run()
}
