package host

import (
	"log/slog"
	"net/http"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// AloneOptions describe a node that lives alone in its process.
type AloneOptions struct {
	// Config describes the cluster, of which ID lives here.
	Config world.Config
	ID     raft.NodeID
	// Outside has the other nodes and stable storage.
	Outside world.Outside
	// URLs are the base URLs of all nodes, by id.
	URLs []string
	// API has the options of the node's HTTP API.
	API mqapi.Options
	// Monitors see all that happens in the node.
	Monitors []world.Monitor
	// Logger logs problems inside; nil: nothing is logged.
	Logger *slog.Logger
}

// An Alone is one node of a cluster, in real time. It opens no port: its Handler serves
// clients and the other nodes.
type Alone struct {
	loop
	urls    urls
	handler http.Handler
}

// StartAlone starts a node. Its timers run from now on.
func StartAlone(o AloneOptions) *Alone {
	a := &Alone{}
	a.logger = o.Logger
	if a.logger == nil {
		a.logger = slog.New(slog.DiscardHandler)
	}
	a.urls.set(o.URLs)
	a.handler = mqapi.Handler(&nodeAPI{loop: &a.loop, urls: &a.urls, id: o.ID}, o.API)
	a.awake = make([]chan struct{}, len(o.Config.Nodes))
	a.stall = stall{alone: true, id: o.ID}
	// A node that starts as a leader sends at once, and answers wait for its world.
	a.owned = true
	a.world = world.NewAlone(o.Config, o.ID, o.Outside, nil, o.Monitors...)
	a.view = &view{World: a.world}
	a.clock = newClock(Real)
	a.drain()
	a.own(func(*world.World) {}) // sets the alarm
	return a
}

// Handler is the node's HTTP API.
func (a *Alone) Handler() http.Handler { return a.handler }

// Receive delivers another node's answer, and returns at once.
func (a *Alone) Receive(m raft.Message) {
	a.submit(task{do: func(w *world.World) {
		if !a.ended {
			w.RPC(m, nil)
		}
	}})
}

// Close ends the node: requests that wait get no answer.
func (a *Alone) Close() {
	a.own(func(w *world.World) {
		w.Abandon()
		a.ended = true
		if a.alarm != nil {
			a.alarm.Stop()
		}
	})
}
