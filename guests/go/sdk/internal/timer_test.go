package internal

// Timers that need not run.

import "testing"

func TestATimerOfNoTimeIsReadyAtOnce(t *testing.T) {
	checkResult(t, func(ctx Context) (string, error) {
		ctx, cancel := WithCancel(ctx)
		cancel()
		if !NewTimer(ctx, 0).IsReady() || !NewTimer(ctx, -1).IsReady() {
			return "waits", nil
		}
		if err := Sleep(ctx, -1); err != nil {
			return "", err
		}
		return "ready", Sleep(ctx, 0)
	}, `complete "ready"`)
}
