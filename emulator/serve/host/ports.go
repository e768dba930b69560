package host

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// bindFor makes sure that a fixture's nodes have ports, and that those of nodes that are
// up listen. On an error all ports are as before. The caller holds h.changes, if the host
// runs.
func (h *Host) bindFor(f *fixture.Fixture) error {
	if h.options.Portless {
		return nil
	}
	before := len(h.servers)
	err := h.bind(len(f.Nodes))
	if err == nil {
		var up []raft.NodeID
		for i := range f.Nodes {
			if !f.Nodes[i].Down {
				up = append(up, raft.NodeID(i))
			}
		}
		if err = h.listen(up); err != nil && h.world != nil {
			h.settle()
		}
	}
	if err != nil {
		err = errors.Join(err, h.unbind(before))
	}
	all := make([]string, len(h.servers))
	for i, s := range h.servers {
		all[i] = "http://" + s.port.addr.String()
	}
	h.urls.set(all)
	return err
}

// unbind gives back all ports but the first n.
func (h *Host) unbind(n int) error {
	var errs []error
	for _, s := range h.servers[n:] {
		errs = append(errs, s.shut(), s.port.close())
	}
	h.servers = h.servers[:n]
	return errors.Join(errs...)
}

// bind makes sure that there are ports for n nodes.
func (h *Host) bind(n int) error {
	for i := len(h.servers); i < n; i++ {
		d, err := h.portOf(i)
		if err != nil {
			return fmt.Errorf("node %d cannot have its port: %w", i, err)
		}
		h.servers = append(h.servers, &server{port: d, handler: h.handler(raft.NodeID(i)), logger: h.logger})
	}
	return nil
}

// handler is a node's HTTP API.
func (h *Host) handler(id raft.NodeID) http.Handler {
	return mqapi.Handler(&nodeAPI{loop: &h.loop, urls: &h.urls, id: id},
		mqapi.Options{AllowedHosts: h.options.AllowedHosts, Admin: h.options.Admin})
}

// portOf gives node i its port. A node beyond Options.Addrs has the port that
// goes on from theirs, where they are one after the other and it is free.
func (h *Host) portOf(i int) (*port, error) {
	addrs := h.options.Addrs
	if i < len(addrs) {
		return newPort(addrs[i])
	}
	local := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if k := len(addrs); k > 0 && addrs[0].Port() > 0 && int(addrs[0].Port())+k-1 == int(addrs[k-1].Port()) {
		local = addrs[0].Addr()
		if port := int(addrs[0].Port()) + i; port <= math.MaxUint16 {
			d, err := newPort(netip.AddrPortFrom(local, uint16(port)))
			if err == nil {
				return d, nil
			}
			h.logger.Warn("a further node gets another port than the next one", "node", i, "err", err)
		}
	}
	return newPort(netip.AddrPortFrom(local, 0))
}

// listen makes the ports of nodes listen. They serve no client before settle. On an error,
// settle shuts those that are not needed.
func (h *Host) listen(ids []raft.NodeID) error {
	for _, id := range ids {
		if err := h.servers[id].listen(); err != nil {
			return fmt.Errorf("the port of node %d cannot be opened: %w", id, err)
		}
	}
	return nil
}

// settle makes the ports follow the nodes: that of one that is up serves clients. The
// caller holds h.changes, and the ports of nodes that have just started listen.
func (h *Host) settle() {
	if h.options.Portless {
		h.own(func(*world.World) {}) // sets the alarm
		return
	}
	up := make([]bool, len(h.servers))
	h.own(func(w *world.World) {
		for i := range w.Nodes() {
			_, up[i], _ = w.State(raft.NodeID(i))
		}
	})
	for i, s := range h.servers {
		if up[i] {
			s.serve()
		} else if err := s.shut(); err != nil {
			h.logger.Error("the port of a node that is down could not be shut", "node", i, "err", err)
		}
	}
}
