package room

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A door is a listener of the grader behind which a peer seems to be.
type door struct {
	net.Listener
	from, to int
	internal bool
	isShut   bool // of the gates

	refuses atomic.Bool   // the kernel refuses connections at it
	opened  chan struct{} // filled when it takes them again, and when it is closed

	datagrams net.PacketConn // at the same port of UDP; nil: somebody has it
}

// serve hands out connections, and tells of datagrams, until the door is closed.
func (d *door) serve(o Options) {
	if d.datagrams != nil {
		go d.receive(o.Datagrams)
	}
	d.accept(o.Connected)
}

// receive waits for the first datagram. The kernel drops the others.
func (d *door) receive(datagrams func(from, to int)) {
	b := make([]byte, 2<<10)
	for {
		_, _, err := d.datagrams.ReadFrom(b)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			datagrams(d.from, d.to)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// accept hands out connections until the door is closed.
func (d *door) accept(connected func(from, to int, internal bool, c net.Conn)) {
	pause := shortestPause
	for {
		c, err := d.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			pause = min(2*pause, longestPause)
			d.rest(pause)
		default:
			pause = shortestPause
			connected(d.from, d.to, d.internal, c)
		}
	}
}

// Bounds of the time for which a door rests that takes no connections although it is open,
// because no descriptor is free.
const (
	shortestPause = time.Millisecond
	longestPause  = time.Second
)

// rest waits until the door is open again or, if it is open, for a time at most.
func (d *door) rest(limit time.Duration) {
	if d.refuses.Load() {
		<-d.opened
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-d.opened:
	case <-timer.C:
	}
}

// wake ends the rest of a door.
func (d *door) wake() {
	select {
	case d.opened <- struct{}{}:
	default:
	}
}

func closeDoors(doors []*door) error {
	var errs []error
	for _, d := range doors {
		if d.Listener != nil {
			errs = append(errs, d.Close())
			d.wake()
		}
		if d.datagrams != nil {
			errs = append(errs, d.datagrams.Close())
		}
	}
	return errors.Join(errs...)
}

// openDoors listens for node from instead of node to: at one port of 127.0.0.1, and of
// ::1 where there is one.
func openDoors(from, to int, internal bool) ([]*door, int, error) {
	var last error
	for range 20 {
		port, err := freePort()
		if err != nil {
			return nil, 0, err
		}
		first, err := openDoor(&door{from: from, to: to, internal: internal}, "127.0.0.1", port)
		if err != nil {
			last = err
			continue
		}
		second, err := openDoor(&door{from: from, to: to, internal: internal}, "::1", port)
		switch {
		case err == nil:
			return []*door{first, second}, port, nil
		case !hasIPv6():
			return []*door{first}, port, nil
		}
		last = errors.Join(err, closeDoors([]*door{first})) // somebody has this port of ::1
	}
	return nil, 0, last
}

// openDoor listens at a port of an address. Somebody else may have the port of UDP.
func openDoor(d *door, ip string, port int) (*door, error) {
	at := net.JoinHostPort(ip, strconv.Itoa(port))
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, err
	}
	d.Listener, d.opened = l, make(chan struct{}, 1)
	if u, err := net.ListenPacket("udp", at); err == nil {
		d.datagrams = u
	}
	return d, nil
}

// freePort returns a port that was free a moment ago. The kernel takes back a port that it
// chose itself when a door is shut, so doors ask for theirs by number.
func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
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
	gates *gates
	once  sync.Once
}

// openWeb opens the doors between nodes.
func openWeb(nodes int, internal bool) (*web, error) {
	w := &web{ports: make([][]Address, nodes), gates: newGates(nodes)}
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
	for from := range nodes {
		w.gates.furnish(from, slices.DeleteFunc(slices.Clone(w.doors), func(d *door) bool { return d.from != from }))
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
func (w *web) serve(o Options) {
	w.once.Do(func() {
		for _, d := range w.doors {
			go d.serve(o)
		}
	})
}

func (w *web) close() error { return closeDoors(w.doors) }
