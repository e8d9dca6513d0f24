// Package log is the logger that workflow and activity code sees. It owns the interface and the ways to wrap a logger; where lines
// go is the business of whoever implements it.
package log

import "log/slog"

// Logger takes a message and pairs of keys and values.
type Logger interface {
	Debug(msg string, keyvals ...interface{})
	Info(msg string, keyvals ...interface{})
	Warn(msg string, keyvals ...interface{})
	Error(msg string, keyvals ...interface{})
}

// WithLogger is a Logger that can add pairs to each of its lines.
type WithLogger interface {
	With(keyvals ...interface{}) Logger
}

// WithSkipCallers is a Logger that can pass over callers when it names a line of code.
type WithSkipCallers interface {
	WithCallerSkip(depth int) Logger
}

// With returns a logger that adds the pairs to each line.
func With(logger Logger, keyvals ...interface{}) Logger {
	if able, is := logger.(WithLogger); is {
		return able.With(keyvals...)
	}
	return &withPairs{logger: logger, pairs: keyvals}
}

// Skip returns a logger that passes over depth callers, if it can.
func Skip(logger Logger, depth int) Logger {
	if able, is := logger.(WithSkipCallers); is {
		return able.WithCallerSkip(depth)
	}
	return logger
}

type withPairs struct {
	logger Logger
	pairs  []interface{}
}

func (w *withPairs) add(keyvals []interface{}) []interface{} {
	return append(append(make([]interface{}, 0, len(w.pairs)+len(keyvals)), w.pairs...), keyvals...)
}

func (w *withPairs) Debug(msg string, keyvals ...interface{}) { w.logger.Debug(msg, w.add(keyvals)...) }
func (w *withPairs) Info(msg string, keyvals ...interface{})  { w.logger.Info(msg, w.add(keyvals)...) }
func (w *withPairs) Warn(msg string, keyvals ...interface{})  { w.logger.Warn(msg, w.add(keyvals)...) }
func (w *withPairs) Error(msg string, keyvals ...interface{}) { w.logger.Error(msg, w.add(keyvals)...) }

func (w *withPairs) With(keyvals ...interface{}) Logger {
	return &withPairs{logger: w.logger, pairs: w.add(keyvals)}
}

// NewStructuredLogger writes to a logger of log/slog.
func NewStructuredLogger(logger *slog.Logger) Logger { return structured{logger} }

type structured struct{ logger *slog.Logger }

func (s structured) Debug(msg string, keyvals ...interface{}) { s.logger.Debug(msg, keyvals...) }
func (s structured) Info(msg string, keyvals ...interface{})  { s.logger.Info(msg, keyvals...) }
func (s structured) Warn(msg string, keyvals ...interface{})  { s.logger.Warn(msg, keyvals...) }
func (s structured) Error(msg string, keyvals ...interface{}) { s.logger.Error(msg, keyvals...) }
func (s structured) With(keyvals ...interface{}) Logger       { return structured{s.logger.With(keyvals...)} }
