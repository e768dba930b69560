package ctl

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"rrmq.example/emulator/emulator/serve/api"
)

// onNodes is a command that does one thing to each of some nodes.
func onNodes(name, verb, doc, more string) *command {
	return &command{
		name: name, operands: "ID...", min: 1, max: -1, doc: doc, more: more,
		setup: plain(func(c *call, ids []string) error { return c.changeNodes(verb, nil, ids) }),
	}
}

// changeNodes does one thing to each of some nodes, and shows each.
func (c *call) changeNodes(verb string, body any, ids []string) error {
	for _, id := range split(ids) {
		var n api.NodeAnswer
		if err := c.ask(api.Send(http.MethodPost, "/v1/nodes/"+url.PathEscape(id)+"/"+verb, body), &n); err != nil {
			return err
		}
		if c.json {
			continue
		}
		if _, err := fmt.Fprintf(c.out, "node %d: %s; seq %d\n", n.ID, nodeWords(&n.NodeState), n.Seq); err != nil {
			return err
		}
	}
	return nil
}

var crashCommand = &command{
	name: "crash", operands: "ID...", min: 1, max: -1,
	doc: "end nodes: they refuse connections, and only their disks are left",
	more: `
A node that has crashed keeps its port: nobody else can take it. "restart" starts
it again with the term, the vote and the log that are on its disk.`,
	setup: func(set *flag.FlagSet) func(*call, []string) error {
		wipe := set.Bool("wipe", false, "destroy the disk, too: a restarted node knows nothing, not even whom it voted for")
		return func(c *call, ids []string) error {
			return c.changeNodes("crash", map[string]bool{"wipe": *wipe}, ids)
		}
	},
}

var (
	restartCommand = onNodes("restart", "restart", "start nodes again from their disks", "")
	pauseCommand   = onNodes("pause", "pause", "let nodes stand still: they accept connections and answer nobody",
		`As kill -STOP does. "resume" lets them go on with all that has come meanwhile.`)
	resumeCommand  = onNodes("resume", "resume", "let paused nodes go on with what has waited", "")
	timeoutCommand = onNodes("timeout", "timeout", "let the election timers of nodes run out now",
		"They must be up, not paused, and no leaders. Each call is a timeout of its own.")
	isolateCommand = onNodes("isolate", "partition", "cut nodes off from all others, beside the cuts there are",
		`Clients still reach them. "heal ID" reconnects a node, "partition -none" all of them.`)
)

var healCommand = &command{
	name: "heal", operands: "[ID...]", max: -1,
	doc: "undo all that was done to nodes, or, without ID, everything: cuts and faults, too",
	more: `
A node that is healed is restarted, resumed and reconnected, and its timers run
straight. To reconnect the nodes and leave all else: partition -none.`,
	setup: plain(func(c *call, ids []string) error {
		if len(ids) == 0 {
			return c.cluster(api.Send(http.MethodPost, "/v1/heal", nil), true)
		}
		return c.changeNodes("heal", nil, ids)
	}),
}

var skewCommand = &command{
	name: "skew", operands: "ID FACTOR", min: 2, max: 2,
	doc: "make a node's timers longer (FACTOR above 1) or shorter, from 0.001 to 1000; 1 is straight",
	setup: plain(func(c *call, operands []string) error {
		factor, err := strconv.ParseFloat(operands[1], 64)
		if err != nil || factor-factor != 0 { // NaN and infinities are no JSON
			return wrongf("skew: FACTOR is %q, want a number such as 1.5", operands[1])
		}
		return c.changeNodes("skew", map[string]float64{"factor": factor}, operands[:1])
	}),
}

var bugCommand = &command{
	name: "bug", operands: "ID NAME", min: 2, max: 2,
	doc: `give the program of nodes a bug; the NAME "" cures`,
	more: `
ID may be several, with commas. "emulator bugs" lists the bugs, and which rule each
of them breaks. A node has one at a time. Neither "restart" nor "heal" cures.`,
	setup: plain(func(c *call, operands []string) error {
		return c.changeNodes("bug", map[string]string{"bug": operands[1]}, operands[:1])
	}),
}
