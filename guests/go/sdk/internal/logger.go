package internal

// The logger that workflows get: lines go to the host, and none is written while history is replayed.

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/log"
)

type logger struct{ run *Run }

func (r *Run) logger() log.Logger { return logger{r} }

// GetLogger returns the run's logger.
func GetLogger(ctx Context) log.Logger { return runOf(ctx).logger() }

func (l logger) Debug(msg string, keyvals ...interface{}) { l.write(LevelDebug, msg, keyvals) }
func (l logger) Info(msg string, keyvals ...interface{})  { l.write(LevelInfo, msg, keyvals) }
func (l logger) Warn(msg string, keyvals ...interface{})  { l.write(LevelWarn, msg, keyvals) }
func (l logger) Error(msg string, keyvals ...interface{}) { l.write(LevelError, msg, keyvals) }

func (l logger) write(level Level, msg string, keyvals []interface{}) {
	if l.run.isReplaying {
		return
	}
	var line strings.Builder
	line.WriteString(msg)
	for i := 0; i < len(keyvals); i += 2 {
		var value interface{} = "(no value)"
		if i+1 < len(keyvals) {
			value = keyvals[i+1]
		}
		fmt.Fprintf(&line, " %v=%v", keyvals[i], value)
	}
	l.run.host.Log(level, line.String())
}
