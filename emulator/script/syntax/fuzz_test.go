package syntax

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/source"
)

// checkErrors: an error is an Errors in which every problem says something.
func checkErrors(t *testing.T, err error) {
	t.Helper()
	var problems source.Errors
	assert.Assert(t, errors.As(err, &problems), "%v", err)
	assert.Assert(t, len(problems) > 0)
	assert.ErrorIs(t, err, source.ErrInvalid)
	for _, p := range problems {
		assert.Assert(t, p.Message != "")
		assert.Assert(t, p.File == "" || p.Line > 0 || strings.HasPrefix(p.Message, "and "), "%v", p)
	}
}

func FuzzParseRule(f *testing.F) {
	for _, text := range []string{
		"", "{}", `{"drop": true}`, `{"name": "a", "match": {"from": [0], "to": [1], "type": "append_entries", "kind": "request", "entries": false}, "delay_ms": [5, 20], "probability": 0.5}`,
		`{"delay_ms": 5, "duplicate": true, "reorder": true, "skip": 1, "count": 2, "until_ms": 1000}`, `{"hold": true, "drop": true}`,
		`{"groups": [[0, 1], [2]], "oneway": [[0, 2]], "isolate": "leader"}`, `{"isolate": [1, 2]}`, `{"groups": [["leader", 0], ["follower"]]}`, `{"oneway": [["all", 0]]}`, `{"probability": 1e-9, "drop": true}`, `{"match": {"from": "leader", "to": ["follower", 2]}, "drop": true}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, who, err := ParseRule("a", []byte(text), 3)
		if err != nil {
			checkErrors(t, err)
		} else if who == nil {
			body, err := json.Marshal(r)
			assert.NilError(t, err)
			again, _, err := ParseRule("a", body, 3)
			assert.NilError(t, err)
			assert.DeepEqual(t, again, r)
		}
		cut, err := ParseCut([]byte(text), 3)
		if err != nil {
			checkErrors(t, err)
			return
		}
		cuts, err := Resolver{Cluster: ledBy(1)}.Links(&cut)
		if errors.Is(err, ErrNobody) {
			return
		}
		assert.NilError(t, err)
		again, err := PartitionOf(3, cuts).Links(3)
		assert.NilError(t, err)
		assert.DeepEqual(t, again, cuts)
	})
}
