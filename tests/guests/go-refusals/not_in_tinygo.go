package refusals

// What TinyGo does not compile: a test with that compiler leaves this file out.

import (
	"crypto/rand"
	"encoding/hex"
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

// Uuid asks for random bytes, as the packages that make UUIDs do.
func Uuid(workflow.Context) (string, error) {
	id := make([]byte, 16)
	_, err := rand.Read(id)
	return hex.EncodeToString(id), err
}
