package admin

import (
	"fmt"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// nowWord asks for what the cluster waits for, instead of an event.
const nowWord = "now"

// waitToExplain is how long a request waits for others like it.
const waitToExplain = 5 * time.Second

// getExplain says why an event happened.
func getExplain(c *call) (any, error) {
	word := c.query.Get("seq")
	if !c.query.Has("seq") {
		word = nowWord
	}
	seq, err := strconv.ParseUint(word, 10, 64)
	if word != nowWord && (err != nil || seq == 0) {
		return nil, &failure{err: errBody, detail: fmt.Sprintf("the query's \"seq\" is %.40q, want the seq of an event, or %s", word, nowWord)}
	}
	if err := c.enter(c.explaining, waitToExplain); err != nil {
		return nil, err
	}
	var a api.ExplainAnswer
	var b batch
	nodes := 0
	c.host.Observe(func(o host.View) {
		a.RunID, nodes = o.RunID(), o.Nodes()
		t := o.Trace()
		b = take(make([]trace.Record, 0, t.Last()-t.First()+1), t, 0, maxLooked, filter{node: raft.None})
	})
	e := explain.New(b.records, nodes)
	if word == nowWord {
		a.Explanation = e.Now()
		return a, nil
	}
	a.Explanation, err = e.Explain(seq)
	return a, err
}
