package room

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// A reservation keeps a TCP port for a node that is not there yet, or is down.
//
// Holding the port itself would keep programs from binding it, those that do not set
// SO_REUSEADDR and those that speak UDP. So the reservation holds a UDP port of another
// number, which no node has: all graders ask for it first. The port is one that the kernel
// gives to nobody by itself.
type reservation struct {
	port int
	lock *net.UDPConn
}

// nodePorts returns the range of nodes' ports, and how far away the locks for them are.
func nodePorts() (low, high, lock int) {
	low, high = ownPorts()
	lock = (high - low) / 2
	return low, low + lock, lock
}

// reserve finds a free port and holds it for a node.
func reserve() (reservation, error) {
	low, high, lock := nodePorts()
	var last error
	for range 500 {
		port := low + rand.IntN(high-low)
		r, err := take(port, port+lock)
		if err == nil {
			return r, nil
		}
		last = err
	}
	return reservation{}, fmt.Errorf("no free port from %d to %d: %w", low, high, last)
}

// take reserves one port by its lock, unless somebody has one of the two.
func take(port, locked int) (reservation, error) {
	lock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: locked})
	if err != nil {
		return reservation{}, err
	}
	if err := isFree(port); err != nil {
		return reservation{}, errors.Join(err, lock.Close())
	}
	return reservation{port: port, lock: lock}, nil
}

// isFree reports why a node's program could not listen at a port, or nil if it can.
func isFree(port int) error {
	// A port with connections that are not over yet is not free either: the node's
	// program may not know how to share it.
	alone := net.ListenConfig{Control: unshared}
	for _, address := range []string{"127.0.0.1:", "0.0.0.0:"} {
		l, err := alone.Listen(context.Background(), "tcp4", address+strconv.Itoa(port))
		if err != nil {
			return err
		}
		l.Close()
		u, err := net.ListenPacket("udp4", address+strconv.Itoa(port))
		if err != nil {
			return err
		}
		_ = u.Close()
	}
	return nil
}

// nobody returns a UDP port that the grader holds, and of which it reads nothing.
func (r reservation) nobody() int { return r.lock.LocalAddr().(*net.UDPAddr).Port }

func (r reservation) release() error {
	if r.lock == nil {
		return nil
	}
	return r.lock.Close()
}

// reserveAll reserves ports for all addresses.
func reserveAll(nodes int, internal bool) ([]Address, []reservation, error) {
	addresses := make([]Address, nodes)
	var held []reservation
	next := func() (int, error) {
		r, err := reserve()
		if err != nil {
			return 0, err
		}
		held = append(held, r)
		return r.port, nil
	}
	for i := range addresses {
		var err error
		addresses[i].Port, err = next()
		if err == nil && internal {
			addresses[i].Internal, err = next()
		}
		if err != nil {
			return nil, nil, errors.Join(err, releaseAll(held))
		}
	}
	return addresses, held, nil
}

func releaseAll(held []reservation) error {
	var errs []error
	for _, r := range held {
		errs = append(errs, r.release())
	}
	return errors.Join(errs...)
}
