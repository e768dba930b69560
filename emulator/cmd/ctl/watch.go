package ctl

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// glance is how often status -watch looks.
const glance = 250 * time.Millisecond

// home moves a terminal's cursor to the top and clears what is below.
const home = "\x1b[H\x1b[2J"

// watch shows the cluster, and again whenever it has changed, until the context ends.
func (c *call) watch() error {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	onTerminal := cli.IsTerminal(c.Stdout)
	var shown []byte
	for {
		body, err := c.read(api.Get("/v1/cluster", nil))
		if c.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		var a api.ClusterAnswer
		if err := c.client.Decode(body, &a); err != nil {
			return err
		}
		if now := apartFromTime(a); !bytes.Equal(now, shown) {
			shown = now
			if err := c.showWatched(body, &a, onTerminal); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return nil
		}
	}
}

// apartFromTime is what a watcher compares: everything that does not change by itself all
// the time.
func apartFromTime(a api.ClusterAnswer) []byte {
	a.Place, a.Clock = api.Place{}, api.ClockState{Mode: a.Clock.Mode, Paused: a.Clock.Paused, Speed: a.Clock.Speed}
	a.Faults = slices.Clone(a.Faults) // what is shown keeps its counts
	for i := range a.Faults {
		a.Faults[i].Matched, a.Faults[i].Acted = 0, 0
	}
	data, err := json.Marshal(a)
	if err != nil { // it was JSON
		panic(err)
	}
	return data
}

func (c *call) showWatched(body []byte, a *api.ClusterAnswer, onTerminal bool) error {
	var out bytes.Buffer
	switch {
	case c.json:
		out.Write(body)
	case onTerminal:
		out.WriteString(home)
	}
	if !c.json {
		if err := writeCluster(&out, a, false); err != nil {
			return err
		}
		if !onTerminal {
			out.WriteByte('\n')
		}
	}
	_, err := c.out.Write(out.Bytes())
	return err
}
