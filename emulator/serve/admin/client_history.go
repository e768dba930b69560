package admin

import (
	"bytes"
	"math"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/serve/api"
)

const (
	htmlType = "text/html; charset=utf-8"

	// maxCheck is how long a check may take, and checkUnlessAsked how long unless
	// the client says so, in milliseconds.
	maxCheck         = 60_000
	checkUnlessAsked = 5_000
)

// historyParams say which requests are asked for.
func historyParams() []param {
	return []param{
		whole("since", 0, math.MaxInt64, "calls and changes after this seq, the oldest first; by default, the newest calls"),
		runOf("all of that one's calls and changes, and reset is true"),
		limitOf("requests"),
		{name: "topic", doc: "only calls about this topic"},
		whole("node", 0, math.MaxInt64, "only calls to this node"),
	}
}

// limitOf is how many of something are given at most.
func limitOf(what string) param {
	return whole(limitParam.name, limitParam.low, limitParam.high, "the largest number of "+what+", 1000 by default")
}

func getClientHistory(c *call) (any, error) {
	since, err := c.number(sinceParam, 0, math.MaxInt64, 0)
	if err != nil {
		return nil, err
	}
	limit, err := c.number(limitParam.name, limitParam.low, limitParam.high, eventsUnlessAsked)
	if err != nil {
		return nil, err
	}
	node, err := c.number("node", 0, int64(c.nodes())-1, -1)
	if err != nil {
		return nil, err
	}
	if err := c.listing.enter(c.r.Context(), checkUnlessAsked*time.Millisecond); err != nil {
		return nil, err
	}
	defer c.listing.leave()
	s, run := c.history()
	asked := c.query.Get(runName)
	anew := asked != "" && asked != run
	if anew {
		since = 0
	}
	all := s.Calls()
	a := api.HistoryAnswer{RunID: run, Reset: anew, Requests: s.Total(), Held: len(all), History: []history.CallView{}, Faults: []api.FaultView{}, Missed: since < s.Forgotten()}
	for _, f := range s.Faults() {
		if f.At > since {
			a.Faults = append(a.Faults, api.FaultView{
				Place: api.Place{Seq: uint64(f.At), TimeMS: api.Millis(f.Time)}, Words: f.Words,
			})
		}
	}
	var chosen []history.Call
	for _, o := range all {
		if o.Call > since && (node < 0 || o.Node == int(node)) &&
			(!c.query.Has("topic") || o.Command.Op.Takes("topic") && o.Command.Arg("topic") == c.query.Get("topic")) {
			chosen = append(chosen, o)
		}
	}
	if more := len(chosen) - int(limit); more > 0 && c.query.Has("since") {
		chosen = chosen[:limit]
	} else if more > 0 {
		chosen = chosen[more:]
	}
	for i := range chosen {
		a.History = append(a.History, chosen[i].View())
	}
	return a, nil
}

// history returns the clients' history with the id of the run whose it is.
func (c *call) history() (*history.Snapshot, string) {
	for {
		run := c.host.RunID()
		s := c.host.History()
		if c.host.RunID() == run {
			return s, run
		}
	}
}

// checkTime is how long the check may take.
func (c *call) checkTime() (history.Options, error) {
	timeout, err := c.millis(checkTimeout, checkUnlessAsked)
	return history.Options{Timeout: timeout}, err
}

func getHistoryCheck(c *call) (any, error) {
	o, err := c.checkTime()
	if err != nil {
		return nil, err
	}
	if err := c.checking.enter(c.r.Context(), o.Timeout); err != nil {
		return nil, err
	}
	defer c.checking.leave()
	began := time.Now()
	r := c.host.History().Check(c.r.Context(), o)
	return historyCheckAnswer(&r, time.Since(began)), nil
}

func historyCheckAnswer(r *history.Report, took time.Duration) api.HistoryCheckAnswer {
	a := api.HistoryCheckAnswer{
		State: r.State().String(), Verdicts: []api.Verdict{}, Requests: r.Requests,
		Done: r.Done, Refused: r.Refused, Failed: r.Failed, Unknown: r.Unknown,
		Ordered: r.Ordered, Searched: r.Searched, Windows: r.Windows, How: r.How, TookMS: api.Millis(took),
	}
	for _, v := range r.Verdicts {
		w := api.Verdict{
			Name: v.Name, State: v.State.String(), Words: v.Words, Topic: v.Topic, Message: v.Message,
			Witness: []history.CallView{},
		}
		for i := range v.Witness {
			w.Witness = append(w.Witness, v.Witness[i].View())
		}
		a.Verdicts = append(a.Verdicts, w)
	}
	return a
}

func getHistoryPicture(c *call) (any, error) {
	o, err := c.checkTime()
	if err != nil {
		return nil, err
	}
	if err := c.checking.enter(c.r.Context(), o.Timeout); err != nil {
		return nil, err
	}
	defer c.checking.leave()
	var b bytes.Buffer
	if err := c.host.History().Picture(c.r.Context(), &b, o); err != nil {
		return nil, err
	}
	return plain{htmlType, b.Bytes()}, nil
}
