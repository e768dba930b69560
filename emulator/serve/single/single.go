package single

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/serve/peers"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// Options describe a node.
type Options struct {
	// Fixture is the start state of the cluster; the node takes its own part of it. The
	// seed differs from process to process, so that timers do.
	Fixture *fixture.Fixture
	ID      raft.NodeID
	// Addresses are those for clients, by id.
	Addresses []config.Address
	// Internal are those for the other nodes; nil: they use Addresses.
	Internal []config.Address
	// AllowRemote permits addresses that other machines can reach.
	AllowRemote bool
	// Data is the directory of the node's stable storage; "": there is none.
	Data string
	// Logger logs changes of role and problems; nil: nothing is logged.
	Logger *slog.Logger
}

// A Node is a running node.
type Node struct {
	alone   *host.Alone
	peers   *peers.Peers
	disk    *disk
	servers []*http.Server
	serving sync.WaitGroup
	urls    []string
}

// traceSize is the number of records that the node's world keeps: no one reads them.
const traceSize = 256

// Start runs a node.
func Start(o Options) (*Node, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	listeners, err := listen(&o)
	if err != nil {
		return nil, err
	}
	n := &Node{urls: urls(o.Addresses)}
	c := o.Fixture.Config()
	c.TraceSize = traceSize
	if o.Data != "" {
		if err := n.openData(&o, &c); err != nil {
			return nil, errors.Join(err, closeAll(listeners))
		}
	}
	between := o.Addresses
	if o.Internal != nil {
		between = o.Internal
	}
	started := make(chan struct{})
	n.peers = peers.New(peers.Options{ID: o.ID, URLs: urls(between), Receive: func(m raft.Message) {
		<-started // a node that starts as a leader sends while it is made
		n.alone.Receive(m)
	}})
	n.alone = host.StartAlone(host.AloneOptions{
		Config: c, ID: o.ID, Outside: n, URLs: urls(o.Addresses), Logger: o.Logger,
		API:      mqapi.Options{AllowedHosts: allowedHosts(&o), MaxRPC: 2 * peers.MaxBody, TrustPeers: true},
		Monitors: []world.Monitor{&watch{id: o.ID, logger: o.Logger}},
	})
	close(started)
	for _, l := range listeners {
		n.serve(l, o.Logger)
	}
	return n, nil
}

// listen opens the node's ports.
func listen(o *Options) ([]net.Listener, error) {
	own := []config.Address{o.Addresses[o.ID]}
	if o.Internal != nil {
		own = append(own, o.Internal[o.ID])
	}
	var listeners []net.Listener
	for _, a := range own {
		l, err := net.Listen("tcp", a.String())
		if err != nil {
			err = fmt.Errorf("node %d cannot have its port: %w", o.ID, err)
			return nil, errors.Join(err, closeAll(listeners))
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) error {
	var errs []error
	for _, l := range listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// openData puts into the Config what the node has on stable storage.
func (n *Node) openData(o *Options, c *world.Config) error {
	d, found, err := openDisk(o.Data, o.ID)
	if err != nil {
		return err
	}
	n.disk = d
	if found == nil {
		return nil
	}
	if int(found.hard.VotedFor) >= len(c.Nodes) {
		_ = d.file.Close() // nothing was written
		return fmt.Errorf("%w: %s: it has voted for node %d, the cluster has nodes 0 to %d",
			ErrData, dataFile(o.Data, o.ID), found.hard.VotedFor, len(c.Nodes)-1)
	}
	c.Nodes[o.ID] = world.NodeConfig{
		Term: found.hard.Term, VotedFor: found.hard.VotedFor, Log: found.log, Bug: c.Nodes[o.ID].Bug,
	}
	return nil
}

func urls(addresses []config.Address) []string {
	list := make([]string, len(addresses))
	for i, a := range addresses {
		list[i] = "http://" + a.String()
	}
	return list
}

// allowedHosts lists further host names that requests may use.
func allowedHosts(o *Options) []string {
	if !o.AllowRemote {
		return nil
	}
	var hosts []string
	for _, a := range append(o.Addresses[:len(o.Addresses):len(o.Addresses)], o.Internal...) {
		hosts = append(hosts, a.Host)
	}
	return hosts
}

func (n *Node) serve(l net.Listener, logger *slog.Logger) {
	s := host.NewHTTPServer(n.alone.Handler(), logger)
	n.servers = append(n.servers, s)
	n.serving.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the node has stopped listening", "addr", l.Addr(), "err", err)
		}
	})
}

// Send implements world.Outside.
func (n *Node) Send(m raft.Message) { n.peers.Send(m) }

// Store implements world.Outside.
func (n *Node) Store(s world.Stored) {
	if n.disk != nil {
		n.disk.store(s)
	}
}

// URLs are the base URLs of all nodes, by id.
func (n *Node) URLs() []string { return n.urls }

// Run waits until the context ends, and ends the node. It returns the error of storage that
// failed before.
func (n *Node) Run(ctx context.Context) error {
	var failed chan struct{}
	if n.disk != nil {
		failed = n.disk.failed
	}
	select {
	case <-ctx.Done():
		n.Close()
		return nil
	case <-failed:
		return n.disk.err // the node waits for its storage for ever, and cannot be closed
	}
}

// Close ends the node at once: clients that wait get no answer.
func (n *Node) Close() {
	for _, s := range n.servers {
		_ = s.Close() // its only error would be that a listener is closed already
	}
	n.serving.Wait()
	n.peers.Close()
	n.alone.Close()
	if n.disk != nil {
		_ = n.disk.file.Close() // everything was written at once
	}
}
