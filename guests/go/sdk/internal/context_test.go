package internal

// Cancellation reaches what hangs on a context in the order in which it was hung there, and what has left no more.

import (
	"fmt"
	"testing"
)

func TestACancellationGoesInOrderAndPassesOverWhatLeft(t *testing.T) {
	ctx, cancel := WithCancel(Background())
	got := ""
	forget := map[int]func(){}
	for i := 0; i < 6; i++ {
		forget[i] = whenCancelled(ctx, func() {
			got += fmt.Sprint(i)
			// The one after it leaves while the cancellation is under way.
			if i == 3 {
				forget[4]()
			}
		})
	}
	for _, i := range []int{0, 2, 2} {
		forget[i]()
	}
	cancel()
	forget[1]()
	if got != "135" {
		t.Error(got)
	}
}

func TestThousandsOfEndedChildrenCostNoCopies(t *testing.T) {
	ctx, _ := WithCancel(Background())
	const children = 200_000
	cancels := make([]CancelFunc, children)
	for i := range cancels {
		_, cancels[i] = WithCancel(ctx)
	}
	left := &cancelContextOf(ctx).children
	allocated := testing.AllocsPerRun(1, func() {
		// From the last to the first, so that a search from the front would be slow.
		for i := len(cancels) - 1; i >= 0; i-- {
			cancels[i]()
		}
	})
	if left.length != 0 || left.first != nil || left.last != nil {
		t.Errorf("%d children are left", left.length)
	}
	if allocated > children/100 {
		t.Errorf("it allocated %v times", allocated)
	}
}
