package internal

// A list that keeps the order in which things were added, and from which any of them leaves without a look at the others: what waits
// for a channel, a future or a cancellation may be thousands.

// ordered is such a list; its zero value is empty.
type ordered[T any] struct {
	first, last *entry[T]
	length      int
}

// entry is a place in a list; list is nil once it has left.
type entry[T any] struct {
	value          T
	list           *ordered[T]
	previous, next *entry[T]
}

// add puts a value at the end.
func (o *ordered[T]) add(value T) *entry[T] {
	e := &entry[T]{value: value, list: o, previous: o.last}
	if o.last == nil {
		o.first = e
	} else {
		o.last.next = e
	}
	o.last = e
	o.length++
	return e
}

// takeFirst removes the oldest value. Lists are emptied with it, since what a value does when it is taken may make others leave.
func (o *ordered[T]) takeFirst() (value T, ok bool) {
	e := o.first
	if e == nil {
		return value, false
	}
	e.leave()
	return e.value, true
}

// leave removes the entry from its list, once.
func (e *entry[T]) leave() {
	o := e.list
	if o == nil {
		return
	}
	if e.previous == nil {
		o.first = e.next
	} else {
		e.previous.next = e.next
	}
	if e.next == nil {
		o.last = e.previous
	} else {
		e.next.previous = e.previous
	}
	o.length--
	e.list, e.previous, e.next = nil, nil, nil
}
