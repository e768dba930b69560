package room

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"

	"rrmq.example/emulator/emulator/grade/room/netns"
	"rrmq.example/emulator/emulator/grade/room/process"
)

// Namespaces hold each node in a network of its own, a new one for each start.
type namespaces struct {
	options Options
	config  []Address

	doors *gates

	mu    sync.Mutex
	nodes []*process.Process
}

// firstPort is the port of the first node. Each network is empty, so any would do; it is
// one of those in the course's own files.
const firstPort = 8_500

func newNamespaces(o Options) (backend, error) {
	n := &namespaces{options: o, doors: newGates(o.Nodes), nodes: make([]*process.Process, o.Nodes)}
	for i := range o.Nodes {
		a := Address{Port: firstPort + i}
		if o.Internal {
			a.Internal = firstPort + 1_000 + i
		}
		n.config = append(n.config, a)
	}
	return n, nil
}

func (n *namespaces) addresses(int) []Address { return n.config }

func (n *namespaces) start(i int, c Command) (*Process, error) {
	var doors []*door
	config := &netns.Config{}
	for j, a := range n.config {
		for _, internal := range n.options.kinds() {
			if j != i {
				config.Ports = append(config.Ports, a.port(internal))
				doors = append(doors, &door{from: i, to: j, internal: internal, opened: make(chan struct{}, 1)})
			}
		}
	}
	p, err := process.Start(c, process.Options{
		Limits: n.options.Limits, Namespace: config,
		Ready: func(r process.Prepared) error { return n.serve(i, doors, r.Files) },
	})
	if err != nil {
		return nil, errors.Join(err, closeDoors(doors))
	}
	go func() {
		<-p.Done()
		_ = closeDoors(doors)
	}()
	n.mu.Lock()
	n.nodes[i] = p
	n.mu.Unlock()
	return p, nil
}

// serve opens the doors with listeners of the node's network.
func (n *namespaces) serve(node int, doors []*door, files []*os.File) error {
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	if len(files) != 2*len(doors) {
		return fmt.Errorf("%d sockets of the node's network, not %d", len(files), 2*len(doors))
	}
	var err error
	for i, d := range doors {
		if d.Listener, err = net.FileListener(files[2*i]); err != nil {
			return err
		}
		if d.datagrams, err = net.FilePacketConn(files[2*i+1]); err != nil {
			return err
		}
	}
	n.doors.furnish(node, doors)
	for _, d := range doors {
		go d.serve(n.options)
	}
	return nil
}

func (n *namespaces) gates() *gates { return n.doors }

func (n *namespaces) dial(ctx context.Context, i int, internal bool) (net.Conn, error) {
	port := n.config[i].port(internal)
	n.mu.Lock()
	p := n.nodes[i]
	n.mu.Unlock()
	if p == nil {
		return nil, refused(port, syscall.ECONNREFUSED)
	}
	ctx, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	c, err := n.connect(ctx, p, port, false)
	if err == nil || ctx.Err() != nil {
		return c, err
	}
	if c, again := n.connect(ctx, p, port, true); again == nil {
		return c, nil // it listens at ::1 alone
	}
	return nil, err
}

func (n *namespaces) connect(ctx context.Context, p *process.Process, port int, v6 bool) (net.Conn, error) {
	socket, err := p.Socket()
	if err != nil {
		return nil, refused(port, syscall.ECONNREFUSED)
	}
	return netns.Connect(ctx, socket, port, v6)
}

func refused(port int, err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}, Err: os.NewSyscallError("connect", err)}
}

func (n *namespaces) bypassed() string { return "" }

func (n *namespaces) failure() error { return n.doors.failure() }

func (n *namespaces) close() error { return nil }

// tryNamespace starts the own binary in new namespaces.
func tryNamespace() error {
	p, err := process.Start(process.Command{Args: []string{"/proc/self/exe"}, Dir: "/", Env: []string{process.Idle}},
		process.Options{Namespace: &netns.Config{Ports: []int{firstPort}}})
	if err != nil {
		return fmt.Errorf("namespaces are refused here: %w", err)
	}
	socket, err := p.Socket()
	if err == nil {
		socket.Close()
	}
	return errors.Join(err, p.Kill())
}
