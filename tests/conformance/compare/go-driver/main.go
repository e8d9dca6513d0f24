// Command go-driver runs programs of the Go SDK for the comparison of servers.
//
// Each line of its input is a JSON object that says where to run which program, under a name that is unique on that server. Each is answered
// by a line that says what the program recorded, in its order. With the argument `list` it prints the names of its programs instead.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// No program waits for longer than a few seconds: what takes this long hangs.
const limit = 35 * time.Second

type request struct {
	ID        int    `json:"id"`
	Address   string `json:"address"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Program   string `json:"program"`
}

type answer struct {
	ID       int      `json:"id"`
	Recorded []record `json:"recorded"`
	// Why the program broke off, if it did.
	Error string `json:"error,omitempty"`
}

// Workers log every failure that a program provokes.
var quiet = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))

func main() {
	if len(os.Args) > 1 && os.Args[1] == "list" {
		names := []string{}
		for name := range programs {
			names = append(names, name)
		}
		slices.Sort(names)
		_ = json.NewEncoder(os.Stdout).Encode(names)
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve runs programs side by side until its input ends.
func serve() error {
	var writing sync.Mutex
	var running sync.WaitGroup
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var asked request
		if err := json.Unmarshal(input.Bytes(), &asked); err != nil {
			return fmt.Errorf("not a request: %w", err)
		}
		running.Go(func() {
			answered := run(asked)
			writing.Lock()
			defer writing.Unlock()
			if err := json.NewEncoder(os.Stdout).Encode(answered); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		})
	}
	running.Wait()
	return input.Err()
}

// run is one program on one server. A program breaks off by a panic with a `brokeOff`.
func run(asked request) (answered answer) {
	answered.ID = asked.ID
	body, found := programs[asked.Program]
	if !found {
		answered.Error = "no program is called " + asked.Program
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	server, err := client.DialContext(ctx, client.Options{HostPort: asked.Address, Namespace: asked.Namespace, Logger: quiet})
	if err != nil {
		answered.Error = err.Error()
		return
	}
	defer server.Close()
	s := &scene{Context: ctx, Client: server, name: asked.Name, namespace: asked.Namespace}
	defer func() {
		s.stop()
		answered.Recorded = s.recorded
		if reason, brokeOff := recover().(brokeOff); brokeOff {
			answered.Error = reason.Error()
		}
	}()
	body(s)
	return
}
