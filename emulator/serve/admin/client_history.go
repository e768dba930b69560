package admin

import (
	"bytes"
	"math"
	"time"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
)

const (
	htmlType = "text/html; charset=utf-8"

	// maxCheck is how long a check may take, and checkUnlessAsked how long unless
	// the client says so, in milliseconds.
	maxCheck         = 60_000
	checkUnlessAsked = 5_000
)

type historyAnswer struct {
	Requests int          `json:"requests" doc:"how many there were since the cluster began, those no longer held included"`
	Held     int          `json:"held" doc:"how many of them are held: the newest"`
	History  []history.Op `json:"history" doc:"by their calls, the newest last"`
	Faults   []faultView  `json:"faults" doc:"what was done to the cluster after since, the newest last; more than a thousand are held, whatever the limit"`
	Missed   bool         `json:"faults_missed" doc:"faults after since are no longer held"`
}

// A faultView is one thing that was done to the cluster.
type faultView struct {
	place
	Words string `json:"words" doc:"what it was: crash node 3"`
}

type historyCheckAnswer struct {
	State string `json:"state" enum:"held|unknown|violated" doc:"the worst of the verdicts"`
	history.Report
	TookMS millis `json:"took_ms" doc:"how long the check took"`
}

// historyParams say which requests are asked for.
func historyParams() []param {
	return []param{
		whole("since", 0, math.MaxInt64, "requests called after this seq, the oldest first, and faults; unless given, the newest requests"),
		limitOf("requests"),
		{name: "topic", doc: "only those about this topic"},
		whole("node", 0, math.MaxInt32, "only those to this node"),
	}
}

// limitOf is how many of something are given at most.
func limitOf(what string) param {
	return whole(limitParam.name, limitParam.low, limitParam.high, "at most so many "+what+", 1000 unless given")
}

func getClientHistory(c *call) (any, error) {
	since, err := c.number("since", 0, math.MaxInt64, 0)
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
	s := c.host.History()
	all := s.Ops()
	a := historyAnswer{Requests: s.Total(), Held: len(all), History: []history.Op{}, Faults: []faultView{}, Missed: since < s.Forgotten()}
	for _, f := range s.Faults() {
		if f.At > since {
			a.Faults = append(a.Faults, faultView{place{uint64(f.At), millis(f.Time)}, f.Words})
		}
	}
	for _, o := range all {
		if o.Call > since && (node < 0 || o.Node == int(node)) &&
			(!c.query.Has("topic") || o.Command.Op != queue.GetTopics && o.Command.Topic == c.query.Get("topic")) {
			a.History = append(a.History, o)
		}
	}
	if more := len(a.History) - int(limit); more > 0 && c.query.Has("since") {
		a.History = a.History[:limit]
	} else if more > 0 {
		a.History = a.History[more:]
	}
	return a, nil
}

// checkTime is how long the check may take.
func (c *call) checkTime() (history.Options, error) {
	ms, err := c.number(timeoutParam, 1, maxCheck, checkUnlessAsked)
	return history.Options{Timeout: time.Duration(ms) * time.Millisecond}, err
}

func checkParam() param {
	return whole(timeoutParam, 1, maxCheck, "how long to search for an order that explains the answers, and to wait before that while others are checked, 5000 unless given; wall time")
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
	return historyCheckAnswer{State: r.State().String(), Report: r, TookMS: millis(time.Since(began))}, nil
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
