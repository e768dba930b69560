package load

import (
	"bytes"
	"strings"
	"testing"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
)

// A cut history also keeps the requests that overlap with its kept part, as requests
// without an end. The file has all requests.
func TestRecorderCuts(t *testing.T) {
	var file bytes.Buffer
	r := newRecorder("", 2, &file)
	op := func(call, end int64, o history.Outcome) {
		r.add(&history.Call{Call: call, Return: end, Outcome: o, Index: 5, Result: queue.Result{OK: o == history.Done}})
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
	a := r.ownTopics(queue.Result{OK: true, Topics: []string{"a", "x-1", "b", "x-2"}}).Topics
	b := r.ownTopics(queue.Result{OK: true, Topics: []string{"x-1", "x-2", "c"}}).Topics
	assert.DeepEqual(t, a, []string{"x-1", "x-2"})
	assert.DeepEqual(t, b, a)
	assert.Assert(t, &a[0] == &b[0])
	assert.DeepEqual(t, r.ownTopics(queue.Result{OK: true, Topics: []string{"c"}}).Topics, []string{})
}
