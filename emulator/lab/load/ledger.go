package load

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/mqapi/queue"
)

// A ledger accounts for all messages of a run, in three bits each, however long the
// run is. That works because every text is unique and because the drain empties all
// topics. It ignores order and time.
type ledger struct {
	messages [][]mark // by owner and number

	twice          string // the first message that was popped again; "": none
	again          int    // pops of messages that had been popped
	foreign        string // the first message that the run cannot have put; "": none
	foreigners     int
	unansweredPops int // pops without an answer: each may have taken a message
}

// A mark is what is known about a message.
type mark uint8

const (
	acknowledged mark = 1 << iota // certainly put
	maybePut                      // put or not: no answer came
	popped
)

// Accounts count all messages of a run, including those of setup and drain.
type Accounts struct {
	Put      int `json:"put"`       // acknowledged
	MaybePut int `json:"maybe_put"` // no answer to the put
	Popped   int `json:"popped"`    // at least once
	// Missing messages are acknowledged and never popped. After a complete drain
	// they are lost, except those that MaybePopped pops without an answer took.
	Missing     int `json:"missing"`
	MaybePopped int `json:"maybe_popped"`
	Again       int `json:"popped_again"` // pops of messages that had been popped
	Invented    int `json:"invented"`     // popped, and not put

	missing, invented string // the first such message
}

// add accounts for a request that has ended.
func (l *ledger) add(op *history.Call) {
	done := op.Outcome == history.Done && op.Result.OK
	switch op.Command.Op {
	case queue.PutMessage:
		m := l.mark(op.Command.Args[1])
		if m == nil {
			return
		}
		if done {
			*m |= acknowledged
		} else if op.Outcome == history.Unknown {
			*m |= maybePut
		}
	case queue.PopMessage:
		if op.Outcome == history.Unknown {
			l.unansweredPops++
		}
		if done {
			l.pop(op.Result.Text)
		}
	}
}

func (l *ledger) pop(message string) {
	m := l.mark(message)
	switch {
	case m == nil:
		if l.foreigners++; l.foreigners == 1 {
			l.foreign = message
		}
	case *m&popped != 0:
		if l.again++; l.again == 1 {
			l.twice = message
		}
	default:
		*m |= popped
	}
}

// Bounds of the messages of a run, so that invented ones take no memory.
const (
	maxOwner  = MaxClients + MaxTopics
	maxNumber = 1 << 31
	maxAhead  = 1 << 16 // beyond the last known number
)

// mark returns the mark of a message; nil when the run cannot have put it.
func (l *ledger) mark(message string) *mark {
	first, second, _ := strings.Cut(message, "-")
	owner, err := strconv.Atoi(first)
	n, err2 := strconv.Atoi(second)
	if err != nil || err2 != nil || owner < 0 || owner >= maxOwner || n < 0 || n >= maxNumber || payload(owner, n) != message {
		return nil
	}
	for len(l.messages) <= owner {
		l.messages = append(l.messages, nil)
	}
	list := l.messages[owner]
	if n >= len(list)+maxAhead {
		return nil
	}
	for len(list) <= n {
		list = append(list, 0)
	}
	l.messages[owner] = list
	return &list[n]
}

// accounts adds up all messages.
func (l *ledger) accounts() *Accounts {
	a := &Accounts{MaybePopped: l.unansweredPops, Again: l.again, Invented: l.foreigners, invented: l.foreign}
	for owner, list := range l.messages {
		for n, m := range list {
			if m&acknowledged != 0 {
				a.Put++
			} else if m&maybePut != 0 {
				a.MaybePut++
			}
			if m&popped != 0 {
				a.Popped++
			}
			switch {
			case m&popped == 0 && m&acknowledged != 0:
				if a.Missing++; a.Missing == 1 {
					a.missing = payload(owner, n)
				}
			case m&popped != 0 && m&(acknowledged|maybePut) == 0:
				if a.Invented++; a.Invented == 1 {
					a.invented = payload(owner, n)
				}
			}
		}
	}
	return a
}

// notDrained says why messages that were never popped may still exist.
const notDrained = "%d messages were acknowledged and not taken, but not all topics were emptied"

// settle puts the accounts into the verdicts of a check that covers only a part of
// the requests. drained says that every topic was empty at the end.
func (l *ledger) settle(a *Accounts, drained bool, r *history.Report) {
	verdict := func(name string, state history.State, message, format string, args ...any) {
		v := r.Verdict(name)
		*v = history.Verdict{Name: name, State: state, Message: message, Witness: []history.Call{}}
		if state != history.Held {
			v.Words = fmt.Sprintf(format, args...)
		}
	}
	state := func(wrong bool) history.State {
		if wrong {
			return history.Violated
		}
		return history.Held
	}
	verdict(history.DeliveredTwice, state(a.Again > 0), l.twice, "%q was taken twice (%d such pops)", l.twice, a.Again)
	verdict(history.Invented, state(a.Invented > 0), a.invented, "%q was taken and never put (%d such messages)", a.invented, a.Invented)
	lost := a.Missing - a.MaybePopped
	switch {
	case !drained && a.Missing > 0:
		verdict(history.Lost, history.Open, "", notDrained, a.Missing)
	default:
		verdict(history.Lost, state(lost > 0), a.missing, "at least %d messages were acknowledged and never taken, perhaps %q", lost, a.missing)
	}
	if lost <= 0 {
		r.Verdict(history.Lost).Message = ""
	}
}
