package judge

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
)

// vanished finds a leader that says that there is no message or no topic, although there must
// be. It explains some violations better than the general words.
func vanished(h *history.History) *Violation {
	for k := range h.Calls {
		c := &h.Calls[k]
		if c.Outcome != history.Done || c.Result.OK || c.Command.Op.Access != machine.Takes {
			continue
		}
		topic := stockAt(h, k)
		if topic.left <= 0 {
			continue
		}
		x := &Violation{
			Name: history.Lost, At: time.Duration(c.Return), Calls: []int{number(&h.Calls[topic.last]), number(c)},
			Words: fmt.Sprintf("topic %q: %s; node %d, which leads, says that there is no message",
				history.Brief(c.Command.Args[0]), topic.words(h), c.Node),
		}
		x.Right, x.Why = promised(history.Lost)
		return x
	}
	return nil
}

// A stock has the messages of a topic when a node says that there are none.
type stock struct {
	left  int            // those that must be there, at least
	last  int            // the newest call that put one of those, or one of several
	put   map[string]int // acknowledged
	taken map[string]int
}

// stockAt counts what was put into a topic before a call that found it empty, and what was
// taken from it.
func stockAt(h *history.History, call int) stock {
	t := stock{last: -1, put: map[string]int{}, taken: map[string]int{}}
	c := &h.Calls[call]
	var puts []int
	for i := range h.Calls {
		o := &h.Calls[i]
		switch {
		case i == call || o.Command.Args[0] != c.Command.Args[0]:
		case o.Command.Op.Access == machine.Takes:
			switch {
			case o.Call >= c.Return:
			case o.Outcome == history.Unknown:
				t.left-- // it may have taken one
			case o.Result.OK:
				t.taken[o.Result.Text]++
				t.left--
			}
		case !o.Command.Op.Creates && o.Outcome == history.Done && o.Result.OK && o.Return < c.Call:
			t.put[o.Command.Args[1]]++
			t.left++
			puts = append(puts, i)
		}
	}
	for _, i := range puts {
		if message := h.Calls[i].Command.Args[1]; t.put[message] > t.taken[message] {
			t.last = i
		}
	}
	if t.last < 0 {
		t.left = 0 // it took messages that were not acknowledged
	}
	return t
}

// words says which message is missing.
func (t *stock) words(h *history.History) string {
	message := h.Calls[t.last].Command.Args[1]
	if t.put[message] == 1 {
		return fmt.Sprintf("%q was acknowledged, and no client has taken it", history.Brief(message))
	}
	return fmt.Sprintf("%q was acknowledged %s and taken %s", history.Brief(message),
		text.Count(t.put[message], "time"), text.Count(t.taken[message], "time"))
}
