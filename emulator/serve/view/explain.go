package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
)

const (
	// explained is the number of records up to an event that its explanation goes by: at least
	// half of it, if there are as many.
	explained = 1 << 14
	// behind is the number of records behind an event that are read with it. The first of them
	// shows the answer of a node.
	behind = 1 << 10
	// nowWord asks for the end of a run, instead of an event.
	nowWord = "now"
)

// explain says why an event of a run happened.
func (c *call) explain() error {
	i, err := c.number("run", 0, uint64(len(c.trace.runs)-1), 0)
	if err != nil {
		return err
	}
	f := &c.trace.runs[i]
	seq := f.records
	word := c.query.Get("seq")
	if !c.query.Has("seq") {
		word = nowWord
	}
	if word != nowWord {
		if seq, err = strconv.ParseUint(word, 10, 64); err != nil || seq == 0 || seq > f.records {
			return &failure{http.StatusUnprocessableEntity, "invalid", "The request has invalid values",
				fmt.Sprintf("the query's \"seq\" is %.40q, want the seq of an event from 1 to %d, or %s", word, f.records, nowWord)}
		}
	}
	e, err := c.trace.explainer(f, seq)
	if err != nil {
		return err
	}
	var a api.ExplainAnswer
	if word == nowWord { // seq is that of the last record
		a.Explanation = e.Now()
	} else if a.Explanation, err = e.Explain(seq); err != nil {
		return err
	}
	c.writeJSON(http.StatusOK, jsonType, a)
	return nil
}

// A part is an explainer of a part of a run. The last one is kept, because those who follow the
// steps of an explanation ask for events near each other.
type part struct {
	sync.Mutex
	run       *run
	explainer *explain.Explainer
}

// explainer returns an explainer that has the records of a run up to seq, and those right behind
// it.
func (t *Trace) explainer(f *run, seq uint64) (*explain.Explainer, error) {
	t.part.Lock()
	defer t.part.Unlock()
	if e := t.part.explainer; t.part.run == f && (e.First() == 1 || seq >= e.First()+explained/2) &&
		(seq < e.Last() || e.Last() == f.records && seq == e.Last()) && seq >= e.First() {
		return e, nil
	}
	records, err := t.decoded(f, max(seq, explained)-explained, min(seq+behind, f.records))
	if err != nil {
		return nil, err
	}
	nodes, err := t.nodes(f)
	if err != nil {
		return nil, err
	}
	t.part.run, t.part.explainer = f, explain.New(records, nodes)
	return t.part.explainer, nil
}

// decoded reads the records of a run behind since up to seq last.
func (t *Trace) decoded(f *run, since, last uint64) ([]trace.Record, error) {
	lines, err := t.records(f, since, last-min(since, last))
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if _, err := lines.WriteTo(&text); err != nil {
		return nil, err
	}
	records := make([]trace.Record, 0, last-min(since, last))
	for line := range bytes.Lines(text.Bytes()) {
		r, err := trace.Decode(bytes.TrimRight(line, "\r\n"), nil)
		if err != nil {
			return nil, &failure{http.StatusUnprocessableEntity, "unread", "A record cannot be read",
				fmt.Sprintf("the record %d cannot be read: %v", since+uint64(len(records))+1, err)}
		}
		records = append(records, r)
	}
	return records, nil
}

// nodes is the number of nodes of a run: it begins with a record of each.
func (t *Trace) nodes(f *run) (int, error) {
	lines, err := t.records(f, 0, stride)
	if err != nil {
		return 0, err
	}
	var text bytes.Buffer
	if _, err := lines.WriteTo(&text); err != nil {
		return 0, err
	}
	n := 0
	for line := range bytes.Lines(text.Bytes()) {
		var r struct{ Event string }
		if err := json.Unmarshal(line, &r); err != nil || r.Event != trace.Init.String() {
			break
		}
		n++
	}
	return n, nil
}
