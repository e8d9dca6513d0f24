package internal

// Which case a Select takes, and what becomes of values sent into one.

import "testing"

// checkResult runs a workflow that waits for nothing from outside.
func checkResult(t *testing.T, workflow func(ctx Context) (string, error), want string) {
	t.Helper()
	check(t, activate(newRun(t, workflow), false, start()), want)
}

func TestABlockedSelectTakesTheTimerThatFiredFirst(t *testing.T) {
	workflow := func(ctx Context) (won string, err error) {
		name := func(s string) func(Future) { return func(Future) { won += s } }
		s := NewSelector(ctx).AddFuture(NewTimer(ctx, 1), name("a")).AddFuture(NewTimer(ctx, 2), name("b"))
		s.Select(ctx)
		s.Select(ctx)
		return won, nil
	}
	r := newRun(t, workflow)
	check(t, activate(r, false, start()), "timer 1ns; timer 2ns")
	check(t, activate(r, false, fire(2), fire(1)), `complete "ba"`)
}

func TestABlockedSelectTakesWhatWasSentFirst(t *testing.T) {
	checkResult(t, func(ctx Context) (won string, err error) {
		a, b := NewChannel(ctx), NewBufferedChannel(ctx, 1)
		f, set := NewFuture(ctx)
		Go(ctx, func(ctx Context) {
			b.Send(ctx, "b")
			set.SetValue("f")
			a.Send(ctx, "a")
		})
		take := func(c ReceiveChannel, _ bool) {
			var v string
			c.Receive(ctx, &v)
			won += v
		}
		s := NewSelector(ctx).AddReceive(a, take).AddFuture(f, func(Future) { won += "f" }).AddReceive(b, take)
		s.Select(ctx)
		// Both others are ready by now, so that the next takes the one that was added first.
		s.Select(ctx)
		s.Select(ctx)
		return won, nil
	}, `complete "baf"`)
}

func TestOfSeveralReadyCasesTheFirstAddedWins(t *testing.T) {
	checkResult(t, func(ctx Context) (won string, err error) {
		f, set := NewFuture(ctx)
		g, setFirst := NewFuture(ctx)
		setFirst.SetValue(1)
		set.SetValue(1)
		s := NewSelector(ctx).AddFuture(f, func(Future) { won += "f" }).AddFuture(g, func(Future) { won += "g" })
		s.Select(ctx)
		s.Select(ctx)
		return won, nil
	}, `complete "fg"`)
}

func TestASelectThatIsDecidedReceivesNothingMore(t *testing.T) {
	checkResult(t, func(ctx Context) (won string, err error) {
		c := NewChannel(ctx)
		f, set := NewFuture(ctx)
		Go(ctx, func(ctx Context) {
			set.SetValue(1)
			if c.SendAsync("lost") {
				won += "!"
			}
		})
		NewSelector(ctx).AddReceive(c, func(ReceiveChannel, bool) { won += "c" }).AddFuture(f, func(Future) { won += "f" }).Select(ctx)
		return won, nil
	}, `complete "f"`)
}

func TestTwoCasesOfOneSelectAreOneReceiver(t *testing.T) {
	checkResult(t, func(ctx Context) (won string, err error) {
		c := NewChannel(ctx)
		Go(ctx, func(ctx Context) {
			for _, v := range []string{"1", "2"} {
				if c.SendAsync(v) {
					won += "sent" + v + " "
				}
			}
		})
		take := func(c ReceiveChannel, _ bool) {
			var v string
			c.Receive(ctx, &v)
			won += "got" + v
		}
		NewSelector(ctx).AddReceive(c, take).AddReceive(c, take).Select(ctx)
		return won, nil
	}, `complete "sent1 got1"`)
}

func TestAValueThatACaseDoesNotReceiveStays(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		c := NewChannel(ctx)
		Go(ctx, func(ctx Context) { c.Send(ctx, "v") })
		NewSelector(ctx).AddReceive(c, func(ReceiveChannel, bool) {}).Select(ctx)
		c.ReceiveAsync(&got)
		return got, nil
	}, `complete "v"`)
}

func TestASendCaseIsTakenByAReceiverAndOthersAreWithdrawn(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		a, b := NewChannel(ctx), NewChannel(ctx)
		Go(ctx, func(ctx Context) {
			var v string
			b.Receive(ctx, &v)
			got += v
			if a.ReceiveAsync(&v) {
				got += "!"
			}
		})
		s := NewSelector(ctx).AddSend(a, "a", func() { got += "A" }).AddSend(b, "b", func() { got += "B" })
		s.Select(ctx)
		return got, nil
	}, `complete "bB"`)
}

func TestACloseIsReceivedOnceByASelector(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		c := NewChannel(ctx)
		c.Close()
		s := NewSelector(ctx).AddReceive(c, func(_ ReceiveChannel, more bool) {
			if !more {
				got += "closed"
			}
		})
		s.Select(ctx)
		if s.HasPending() {
			got += "!"
		}
		return got, nil
	}, `complete "closed"`)
}

func TestWhoWaitsForAChannelGetsItsValuesInTurn(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		c := NewChannel(ctx)
		wait := NewWaitGroup(ctx)
		for _, name := range []string{"a", "b"} {
			wait.Go(ctx, func(ctx Context) {
				var v string
				c.Receive(ctx, &v)
				got += name + v
			})
		}
		wait.Go(ctx, func(ctx Context) {
			c.Send(ctx, "1")
			c.Send(ctx, "2")
			if c.SendAsync("3") {
				got += "!"
			}
		})
		wait.Wait(ctx)
		return got, nil
	}, `complete "a1b2"`)
}
