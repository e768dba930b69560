package room

import (
	"errors"
	"net"
	"strconv"
	"sync"
	"time"
)

// A door is a listener of the grader behind which a peer seems to be.
type door struct {
	net.Listener
	from, to int
	internal bool
}

// serve hands out connections until the door is closed.
func (d *door) serve(connected func(from, to int, internal bool, c net.Conn)) {
	for {
		c, err := d.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(10 * time.Millisecond) // it is shut, or no descriptor is free
		default:
			connected(d.from, d.to, d.internal, c)
		}
	}
}

func closeDoors(doors []*door) error {
	var errs []error
	for _, d := range doors {
		if d.Listener != nil {
			errs = append(errs, d.Close())
		}
	}
	return errors.Join(errs...)
}

// openDoors listens for node from instead of node to: at one port of 127.0.0.1, and of
// ::1 where there is one.
func openDoors(from, to int, internal bool) ([]*door, int, error) {
	var last error
	for range 20 {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		doors := []*door{{Listener: l, from: from, to: to, internal: internal}}
		l6, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(port)))
		switch {
		case err == nil:
			return append(doors, &door{Listener: l6, from: from, to: to, internal: internal}), port, nil
		case !hasIPv6():
			return doors, port, nil
		}
		last = errors.Join(err, l.Close()) // somebody has this port of ::1
	}
	return nil, 0, last
}

// hasIPv6 reports whether ::1 can be listened at.
func hasIPv6() bool {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// A web is all doors of a cluster.
type web struct {
	doors []*door
	ports [][]Address // ports[from][to] is where from finds to
	once  sync.Once
}

// openWeb opens the doors between nodes.
func openWeb(nodes int, internal bool) (*web, error) {
	w := &web{ports: make([][]Address, nodes)}
	for from := range nodes {
		w.ports[from] = make([]Address, nodes)
		for to := range nodes {
			if from == to {
				continue
			}
			if err := w.open(from, to, internal); err != nil {
				return nil, errors.Join(err, w.close())
			}
		}
	}
	return w, nil
}

func (w *web) open(from, to int, internal bool) error {
	a := &w.ports[from][to]
	doors, port, err := openDoors(from, to, false)
	if err != nil {
		return err
	}
	w.doors, a.Port = append(w.doors, doors...), port
	if !internal {
		return nil
	}
	doors, port, err = openDoors(from, to, true)
	w.doors, a.Internal = append(w.doors, doors...), port
	return err
}

// serve hands out connections from its first call on.
func (w *web) serve(connected func(from, to int, internal bool, c net.Conn)) {
	w.once.Do(func() {
		for _, d := range w.doors {
			go d.serve(connected)
		}
	})
}

func (w *web) close() error { return closeDoors(w.doors) }
