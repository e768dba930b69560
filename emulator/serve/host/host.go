package host

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrClosed: the host has been closed.
var ErrClosed = errors.New("the emulator has been closed")

// Options say how a cluster is hosted. The zero value is a cluster in real
// time on any free ports of 127.0.0.1.
type Options struct {
	// Addrs are the addresses of nodes 0, 1, …; port 0 is any free port. Nodes
	// beyond them, of a larger cluster that is loaded later, get the ports that
	// follow, or else any free one.
	Addrs []netip.AddrPort
	// Clock is what makes time move.
	Clock ClockMode
	// Trace, if not nil, is written all records as JSON Lines. The host does not
	// close it.
	Trace io.Writer
	// OpenTrace, if not nil, opens the Trace once the first ports are bound.
	OpenTrace func() (io.Writer, error)
	// Monitors see all that happens, in each cluster that is loaded.
	Monitors []world.Monitor
	// Prepare, if not nil, returns the fixture to host instead of each one that is
	// started or loaded. It does not change its argument.
	Prepare func(*fixture.Fixture) *fixture.Fixture
	// Logger takes what goes wrong inside; nil: nothing is logged.
	Logger *slog.Logger
	// AllowedHosts are further names for which the nodes answer; see package
	// mqapi/origin.
	AllowedHosts []string
	// Admin is the base URL of the admin API, if there is one.
	Admin string
	// Portless: no node has a port. Inside asks the nodes.
	Portless bool
	// Paused: the clock of the first cluster is paused, so that not even the events of time 0
	// happen by themselves.
	Paused bool
}

// A View shows the world and cannot change it. It is valid until the function that
// received it returns.
type View interface {
	// RunID is the run's id, as Host.RunID gives it.
	RunID() string
	Now() time.Duration
	Steps() uint64
	Nodes() int
	State(id raft.NodeID) (s raft.State, up, paused bool)
	Bug(id raft.NodeID) string
	View(id raft.NodeID, maxLog int) world.NodeView
	Queue(id raft.NodeID) machine.View
	Leader() raft.NodeID
	Rules() []fault.RuleStatus
	Cuts() []fault.Link
	Trace() *trace.Ring
}

// A view is the running cluster's world, shown.
type view struct {
	*world.World
	run string // its id
}

// RunID implements View.
func (v *view) RunID() string { return v.run }

// A Host runs one cluster after the other behind the same ports.
type Host struct {
	loop
	options  Options
	recorder *recorder         // nil: nothing is recorded
	watch    watch             // over the invariants
	history  *history.Recorder // the owner's

	changes sync.Mutex // one change of ports at a time; guards servers and closed
	servers []*server  // by node; those beyond the cluster's nodes are shut
	closed  bool

	urls    urls
	fixture *fixture.Fixture // the owner's
	forks   forks
}

// Start hosts a cluster that begins as the fixture says. When it returns, every
// node that is up listens.
func Start(f *fixture.Fixture, o Options) (*Host, error) {
	h := &Host{options: o, history: history.NewRecorder()}
	h.watch.monitor = invariant.New()
	h.logger = o.Logger
	if h.logger == nil {
		h.logger = slog.New(slog.DiscardHandler)
	}
	h.clock = newClock(o.Clock)
	f = h.prepare(f)
	if err := h.bindFor(f); err != nil {
		return nil, err
	}
	if err := h.record(); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.begin(f)
	h.setClock(o.Paused, h.clock.speed)
	h.changes.Lock()
	h.settle() // and sets the alarm
	h.changes.Unlock()
	return h, nil
}

// record opens the trace, which Close ends.
func (h *Host) record() error {
	out := h.options.Trace
	if h.options.OpenTrace != nil {
		var err error
		if out, err = h.options.OpenTrace(); err != nil {
			return err
		}
	}
	if out != nil {
		h.recorder = newRecorder(out, limitsOf(h.options.Clock), h.logger)
	}
	return nil
}

// Load replaces the cluster by another, at its time 0. Ports stay; a larger
// cluster gets further ones. Requests that wait at the old one's nodes are cut
// off. On an error the old one goes on.
func (h *Host) Load(f *fixture.Fixture) error {
	h.changes.Lock()
	defer h.changes.Unlock()
	if h.closed {
		return ErrClosed
	}
	f = h.prepare(f)
	if err := h.bindFor(f); err != nil {
		return err
	}
	h.own(func(w *world.World) {
		w.Abandon()
		h.wake()
		h.endWatch()
		h.begin(f)
	})
	h.settle()
	return nil
}

// prepare returns the fixture to host instead of the given one.
func (h *Host) prepare(f *fixture.Fixture) *fixture.Fixture {
	if h.options.Prepare == nil {
		return f
	}
	return h.options.Prepare(f)
}

// begin makes the fixture's world, as its owner.
func (h *Host) begin(f *fixture.Fixture) {
	config := f.Config()
	var sink func(*trace.Record)
	if h.recorder != nil {
		h.recorder.begin(f, h.options.Clock, h.URLs()[:len(f.Nodes)])
		sink = h.recorder.record
	}
	h.fixture = f
	h.awake = make([]chan struct{}, len(f.Nodes))
	config.TraceSize = traceSize
	h.world = world.New(config, sink, append(slices.Clone(h.options.Monitors), h.history, h.watch.monitor)...)
	h.view = &view{World: h.world, run: uuid.NewString()}
	h.behind, h.told = 0, false
	h.past = &past{begun: h.world.Trace().Last()}
	h.past.keep(h.world)
	h.setClock(false, h.clock.ownSpeed())
}

// wake lets requests look again at nodes that have been paused, as the owner.
func (h *Host) wake() {
	for i, c := range h.awake {
		if c == nil {
			continue
		}
		if _, up, paused := h.world.State(raft.NodeID(i)); !up || !paused {
			close(c)
			h.awake[i] = nil
		}
	}
}

// Observe lets f look at the world as it is now. f must not call the host.
func (h *Host) Observe(f func(View)) {
	h.own(func(*world.World) { f(h.view) })
}

// Freeze takes the running cluster's state at one moment, and returns it with what the
// cluster began as, not to be changed. The cluster waits only until the state is taken: the
// caller describes it afterwards.
func (h *Host) Freeze() (*fixture.Fixture, *world.Moment) {
	var sizes world.Sizes
	h.own(func(w *world.World) { sizes = w.Sizes() })
	m := &world.Moment{}
	m.Reserve(sizes)
	var f *fixture.Fixture
	h.own(func(w *world.World) {
		m.Take(w)
		f = h.fixture
	})
	return f, m
}

// History is what clients have asked the running cluster, and what they were answered.
func (h *Host) History() *history.Snapshot {
	var s *history.Snapshot
	h.own(func(*world.World) { s = h.history.Snapshot() })
	return s
}

// Fixture is what the running cluster began as, not to be changed.
func (h *Host) Fixture() *fixture.Fixture {
	var f *fixture.Fixture
	h.own(func(*world.World) { f = h.fixture })
	return f
}

// RunID is the running cluster's id. Each cluster that is started or loaded has another
// one, whatever its seed. No trace has it.
func (h *Host) RunID() string {
	var id string
	h.own(func(*world.World) { id = h.view.run })
	return id
}

// URLs are the base URLs of the nodes, and of those that a larger cluster had
// before.
func (h *Host) URLs() []string { return h.urls.get() }

// Wait waits until a condition holds and reports whether it did. It is asked
// after each batch of events, as the world's owner, so it must be quick and
// must not call the host. In virtual time, where nothing would happen else,
// Wait moves the clock, event by event, by limit at most; in real time the
// context is what ends it.
func (h *Host) Wait(ctx context.Context, limit time.Duration, holds func(View) bool) bool {
	var drives bool
	var now time.Duration
	h.own(func(w *world.World) {
		now = w.Now()
		drives = h.clock.mode == Virtual && !h.clock.paused && h.clock.speed == 0
	})
	if drives {
		return h.drive(ctx, now+limit, holds)
	}
	return h.Watch(ctx, holds)
}

// drive moves the clock until a condition holds or it is t.
func (h *Host) drive(ctx context.Context, t time.Duration, holds func(View) bool) bool {
	var held, over bool
	for !held && !over && ctx.Err() == nil {
		h.own(func(w *world.World) {
			for b := h.newBudget(); !b.spent(); w.Step() {
				if held = holds(h.view); held {
					break
				}
				at, ok := w.NextAt()
				if over = h.ended || !ok || at > t; over {
					w.RunUntil(t)
					break
				}
			}
			h.setClock(h.clock.paused, h.clock.speed)
		})
	}
	return held
}

func (h *Host) isEnded() bool {
	var ended bool
	h.own(func(*world.World) { ended = h.ended })
	return ended
}

// Close ends the cluster: its clients are cut off, its ports free again, and
// the trace is written to its end. It returns what went wrong in all that.
func (h *Host) Close() error {
	h.changes.Lock()
	defer h.changes.Unlock()
	if h.closed {
		return nil
	}
	h.closed = true
	errs := []error{h.forks.close()}
	if h.world != nil {
		h.own(func(w *world.World) {
			w.Abandon()
			h.ended = true
			h.tellInvariants()
			h.wake()
			for i, c := range h.awake {
				if c != nil {
					close(c)
					h.awake[i] = nil
				}
			}
			if h.alarm != nil {
				h.alarm.Stop()
			}
		})
	}
	for _, s := range h.servers {
		errs = append(errs, s.shut(), s.port.close())
	}
	if h.recorder != nil {
		errs = append(errs, h.recorder.close())
	}
	return errors.Join(errs...)
}

// urls are read by every node's requests.
type urls struct {
	mu  sync.RWMutex // guards all
	all []string
}

func (u *urls) set(all []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all = all
}

func (u *urls) get() []string {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.all
}

// of gives the URL of a node; "" when there is no such node.
func (u *urls) of(id raft.NodeID) string {
	all := u.get()
	if id < 0 || int(id) >= len(all) {
		return ""
	}
	return all[id]
}
