package load

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
)

// A ledger accounts for all messages of a run, in three bits each: that works
// because every text is there once, and because all topics are emptied at the
// end. It does so however long the run is, and knows nothing of order or time.
type ledger struct {
	messages [][]mark // by who put it and the number that it was given

	twice        string // the first message that was popped again; "": none
	again        int    // pops of messages that had been popped
	foreign      string // the first message that has no number of a run's; "": none
	foreigners   int
	vanishedPops int // pops without an answer: each may have taken a message
}

// A mark is what is known of a message.
type mark uint8

const (
	acknowledged mark = 1 << iota // put, for certain
	maybePut                      // put, or not
	popped
)

// Accounts are what became of all the messages of a run, setup and drain included.
type Accounts struct {
	Put      int `json:"put"`       // acknowledged
	MaybePut int `json:"maybe_put"` // not known to be put
	Popped   int `json:"popped"`    // once or more
	// Missing are acknowledged and never popped. After a drain that has come to
	// its end they are lost, but for those that MaybePopped pops without an answer
	// have taken.
	Missing     int `json:"missing"`
	MaybePopped int `json:"maybe_popped"`
	Again       int `json:"popped_again"` // pops of messages that had been popped
	Invented    int `json:"invented"`     // popped, and not put

	missing, invented string // the first such message
}

// add takes a request that has come to its end.
func (l *ledger) add(op *history.Call) {
	done := op.Outcome == history.Done && op.Result.OK
	switch op.Command.Op {
	case queue.PutMessage:
		m := l.mark(op.Command.Message)
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
			l.vanishedPops++
		}
		if done {
			l.pop(op.Result.Message)
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

// Bounds of what can be a message of a run, so that what a node invents takes
// no memory.
const (
	maxOwner  = MaxClients + MaxTopics
	maxNumber = 1 << 31
	maxAhead  = 1 << 16 // beyond the last number that is known
)

// mark finds a message; nil when the run can't have put it.
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

// accounts adds it all up.
func (l *ledger) accounts() *Accounts {
	a := &Accounts{MaybePopped: l.vanishedPops, Again: l.again, Invented: l.foreigners, invented: l.foreign}
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

// settle puts the accounts into the verdicts of a check that has not seen all
// requests. drained says that every topic was seen empty at the end.
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
	verdict(history.DeliveredTwice, state(a.Again > 0), l.twice, "%q was taken twice, as one of %d", l.twice, a.Again)
	verdict(history.Invented, state(a.Invented > 0), a.invented, "%q was taken and not put, as one of %d", a.invented, a.Invented)
	lost := a.Missing - a.MaybePopped
	switch {
	case !drained && a.Missing > 0:
		verdict(history.Lost, history.Open, "", "%d messages were acknowledged and not taken, and not all topics were emptied", a.Missing)
	default:
		verdict(history.Lost, state(lost > 0), a.missing, "%d messages at least were acknowledged and never taken, maybe %q", lost, a.missing)
	}
	if lost <= 0 {
		r.Verdict(history.Lost).Message = ""
	}
}
