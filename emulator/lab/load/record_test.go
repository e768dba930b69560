package load

import (
	"bytes"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/machine"
)

// A cut history also keeps the requests that overlap with its kept part, as requests
// without an end. The file has all requests.
func TestRecorderCuts(t *testing.T) {
	var file bytes.Buffer
	r := newRecorder("", 2, &file)
	op := func(call, end int64, o history.Outcome) {
		r.add(&history.Call{Call: call, Return: end, Outcome: o, Index: 5, Result: machine.Result{OK: o == history.Done}})
	}
	op(1, 10, history.Done)
	op(2, 8, history.Done)
	op(9, 20, history.Done)    // may have taken effect before the first ended
	op(9, 20, history.Refused) // did nothing
	op(11, 21, history.Done)
	assert.Equal(t, len(r.ops), 3)
	assert.DeepEqual(t, r.ops[2], history.Call{Call: 9, Outcome: history.Unknown})
	assert.NilError(t, r.flush())
	assert.Equal(t, strings.Count(file.String(), "\n"), 5)
}

// A list of topics keeps only those of the run, and equal lists share memory.
func TestRecorderOwnTopics(t *testing.T) {
	r := newRecorder("x-", 2, nil)
	a := r.ownTopics(machine.Result{OK: true, List: []string{"a", "x-1", "b", "x-2"}}).List
	b := r.ownTopics(machine.Result{OK: true, List: []string{"x-1", "x-2", "c"}}).List
	assert.DeepEqual(t, a, []string{"x-1", "x-2"})
	assert.DeepEqual(t, b, a)
	assert.Assert(t, &a[0] == &b[0])
	assert.DeepEqual(t, r.ownTopics(machine.Result{OK: true, List: []string{"c"}}).List, []string{})
}
