package load

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

func putOf(message string, o history.Outcome) history.Call {
	return history.Call{Command: queue.PutMessage.With("", message), Outcome: o, Result: machine.Result{OK: o == history.Done}}
}

func popOf(message string, o history.Outcome) history.Call {
	return history.Call{Command: pop, Outcome: o, Result: machine.Result{OK: o == history.Done, Text: message}}
}

// The accounts count missing, repeated and invented messages, and settle the verdicts.
func TestLedger(t *testing.T) {
	const held, open, violated = history.Held, history.Open, history.Violated
	done, unknown, failed := history.Done, history.Unknown, history.Failed
	for name, c := range map[string]struct {
		ops                   []history.Call
		undrained             bool
		lost, twice, invented history.State
		want                  Accounts
	}{
		"Fine":         {ops: []history.Call{popOf("1-1", done), putOf("1-1", done)}, want: Accounts{Put: 1, Popped: 1}},
		"Lost":         {ops: []history.Call{putOf("1-1", done)}, lost: violated, want: Accounts{Put: 1, Missing: 1}},
		"NotDrained":   {ops: []history.Call{putOf("1-1", done)}, undrained: true, lost: open, want: Accounts{Put: 1, Missing: 1}},
		"MaybeTaken":   {ops: []history.Call{putOf("1-1", done), popOf("", unknown)}, want: Accounts{Put: 1, Missing: 1, MaybePopped: 1}},
		"TwoForOne":    {ops: []history.Call{putOf("1-1", done), putOf("0-9", done), popOf("", unknown)}, lost: violated, want: Accounts{Put: 2, Missing: 2, MaybePopped: 1}},
		"Twice":        {ops: []history.Call{putOf("1-1", done), popOf("1-1", done), popOf("1-1", done)}, twice: violated, want: Accounts{Put: 1, Popped: 1, Again: 1}},
		"MaybePut":     {ops: []history.Call{putOf("1-1", unknown), popOf("1-1", done), putOf("1-2", unknown)}, want: Accounts{MaybePut: 2, Popped: 1}},
		"NotPut":       {ops: []history.Call{putOf("1-1", failed), popOf("1-1", done)}, invented: violated, want: Accounts{Popped: 1, Invented: 1}},
		"Ghost":        {ops: []history.Call{popOf("boo", done)}, invented: violated, want: Accounts{Invented: 1}},
		"GhostNumber":  {ops: []history.Call{popOf("1-99999999", done)}, invented: violated, want: Accounts{Invented: 1}},
		"GhostWriting": {ops: []history.Call{putOf("1-1", done), popOf("1-1", done), popOf("1-01", done)}, invented: violated, want: Accounts{Put: 1, Popped: 1, Invented: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{}
			for i := range c.ops {
				l.add(&c.ops[i])
			}
			a := l.accounts()
			r := history.Check(t.Context(), history.History{}, history.Options{})
			l.settle(a, !c.undrained, &r)
			a.missing, a.invented = "", ""
			assert.Equal(t, *a, c.want)
			assert.Equal(t, r.Verdict(history.Lost).State, c.lost)
			assert.Equal(t, r.Verdict(history.DeliveredTwice).State, c.twice)
			assert.Equal(t, r.Verdict(history.Invented).State, c.invented)
			for _, v := range r.Verdicts {
				assert.Equal(t, v.Words == "", v.State == held, v.Words)
			}
		})
	}
}
