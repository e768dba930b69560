package room

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/grade/room/process"
)

// Main becomes a helper of a room if the environment asks for one; else it returns at
// once. Call it first thing in main and in each TestMain.
func Main() { process.Main() }

// Programs that run in a room; see package process.
type (
	// A Process is a command that was started.
	Process = process.Process
	// A Command is a program to run.
	Command = process.Command
	// Limits bound what one node uses. A zero field means the default.
	Limits = process.Limits
)

// Own gives a folder to a user without rights if the grader is root (Linux): what is
// started or built in the folder runs as that user. It reports whether it did.
func Own(dir string, c Command) (bool, error) { return process.Own(dir, c) }

// Build runs one command, with the limits and the end of a node's but the grader's own
// network, and waits for its end. When ctx ends, the command is killed.
func Build(ctx context.Context, c Command, l Limits) error { return process.Build(ctx, c, l) }

// Options describe the rooms of one cluster.
type Options struct {
	Nodes    int
	Mode     Mode // 0: the best that can be used
	Internal bool // each address gets an internal port, too

	// Connected takes a connection that node from made to the address of node to. It is
	// not called before the first Start, and must return at once. Nil: such connections
	// are closed.
	Connected func(from, to int, internal bool, c net.Conn)
	// Stray learns that a node tried to reach an address that is no node's, which was
	// refused. The namespace mode does not see such attempts, nor does the proxy mode.
	Stray func(from int, address string)
	// Datagrams learns that a node sent something over UDP to the address of another one,
	// perhaps more than once. Nothing carries it there.
	Datagrams func(from, to int)

	Limits Limits
}

// kinds lists what kinds of ports there are: not internal, and internal.
func (o Options) kinds() []bool {
	if o.Internal {
		return []bool{false, true}
	}
	return []bool{false}
}

// An Address is where a node is reached, on 127.0.0.1.
type Address struct {
	Port     int
	Internal int // 0 if there is none
}

// A target is one of the ports of a node.
type target struct {
	node     int
	internal bool
}

// Rooms hold the nodes of one cluster. Its methods may be called from any goroutine.
type Rooms struct {
	mode    Mode
	options Options
	backend backend

	mu        sync.Mutex
	closed    bool
	processes []*Process // the last one of each node; nil before the first start
}

// A backend is one way to stand between nodes.
type backend interface {
	addresses(i int) []Address
	start(i int, c Command) (*Process, error)
	dial(ctx context.Context, i int, internal bool) (net.Conn, error)
	gates() *gates
	bypassed() string
	failure() error
	close() error // after all processes ended
}

// New makes the rooms. They hold no process yet.
func New(ctx context.Context, o Options) (*Rooms, error) {
	if o.Nodes < 1 {
		return nil, fmt.Errorf("%d nodes: at least 1 is needed", o.Nodes)
	}
	if o.Mode == 0 {
		o.Mode = Best()
	}
	if err := Usable(o.Mode); err != nil {
		return nil, err
	}
	if o.Connected == nil {
		o.Connected = func(_, _ int, _ bool, c net.Conn) { c.Close() }
	}
	if o.Stray == nil {
		o.Stray = func(int, string) {}
	}
	if o.Datagrams == nil {
		o.Datagrams = func(int, int) {}
	}
	b, err := newBackend(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("%v rooms: %w", o.Mode, err)
	}
	return &Rooms{mode: o.Mode, options: o, backend: b, processes: make([]*Process, o.Nodes)}, nil
}

func newBackend(ctx context.Context, o Options) (backend, error) {
	switch o.Mode {
	case Namespace:
		return newNamespaces(o)
	case Seccomp:
		return newFilters(ctx, o)
	}
	return newProxies(o)
}

// Mode returns how the rooms stand between the nodes.
func (r *Rooms) Mode() Mode { return r.mode }

// Addresses returns what the config.json of node i says, for all nodes. It is the same
// for each node except in the proxy mode.
func (r *Rooms) Addresses(i int) []Address { return r.backend.addresses(i) }

// Start runs the program of node i. It may be started again after it ended.
func (r *Rooms) Start(i int, c Command) (*Process, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errors.New("the rooms are closed")
	}
	if i < 0 || i >= len(r.processes) {
		return nil, fmt.Errorf("there is no node %d", i)
	}
	if p := r.processes[i]; p != nil && p.Exit() == "" {
		return nil, fmt.Errorf("node %d runs already", i)
	}
	p, err := r.backend.start(i, c)
	if err != nil {
		return nil, fmt.Errorf("node %d: %w", i, err)
	}
	r.processes[i] = p
	r.backend.gates().started(i)
	return p, nil
}

// Dial connects to node i itself, as the grader. It is refused while the node does not
// listen.
func (r *Rooms) Dial(ctx context.Context, i int, internal bool) (net.Conn, error) {
	if i < 0 || i >= r.options.Nodes {
		return nil, fmt.Errorf("there is no node %d", i)
	}
	if internal && !r.options.Internal {
		return nil, fmt.Errorf("node %d has no internal port", i)
	}
	return r.backend.dial(ctx, i, internal)
}

// Shut says whether other nodes that connect to node i are refused, as by a machine on which
// nobody listens. It is for a node that is down or does not listen yet: many programs expect
// no other error of such a peer. Start opens the internal port, because a program may listen
// there first. In the proxy mode, doors can be shut on Linux only.
func (r *Rooms) Shut(i int, yes bool) { r.backend.gates().node(i, yes) }

// ShutLink says whether connections from one node to another one are refused, at all its
// ports, whatever Shut says of the node.
func (r *Rooms) ShutLink(from, to int, yes bool) { r.backend.gates().link(from, to, yes) }

// Bypassed says why messages may have passed by the links, and what a student can do
// about it. It is "" if none did.
func (r *Rooms) Bypassed() string { return r.backend.bypassed() }

// OwnAddress says which node sends its own address to its peers, although they have another
// one for it, as they do in [Proxy]; "" if none does. Such a program may be right, and not
// work there.
func (r *Rooms) OwnAddress() string {
	if p, ok := r.backend.(*proxies); ok {
		return p.watch.ownAddress()
	}
	return ""
}

// Failed says why the rooms themselves do not work any more, which is no fault of the
// nodes. It is nil as long as they do.
func (r *Rooms) Failed() error { return r.backend.failure() }

// Close ends all that runs in the rooms and gives back what they used.
func (r *Rooms) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	var all sync.WaitGroup
	errs := make([]error, len(r.processes))
	for i, p := range r.processes {
		if p != nil {
			all.Go(func() { errs[i] = p.Kill() })
		}
	}
	all.Wait()
	return errors.Join(errors.Join(errs...), r.backend.close())
}

// dialPatience bounds one attempt to connect: a node that is paused and whose queue is
// full does not answer.
const dialPatience = 5 * time.Second
