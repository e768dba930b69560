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
// Holding the port itself would keep programs that do not set SO_REUSEADDR from
// binding it. So the reservation holds the UDP port of the same number: all graders
// ask for it first. The port is one that the kernel gives to nobody by itself.
type reservation struct {
	port int
	lock *net.UDPConn
}

// reserve finds a free port and holds it for a node.
func reserve() (reservation, error) {
	low, high := ownPorts()
	var last error
	for range 500 {
		port := low + rand.IntN(high-low)
		r, err := take(port)
		if err == nil {
			return r, nil
		}
		last = err
	}
	return reservation{}, fmt.Errorf("no free port from %d to %d: %w", low, high, last)
}

// take reserves one port, unless somebody has it.
func take(port int) (reservation, error) {
	lock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return reservation{}, err
	}
	// A port with connections that are not over yet is not free either: the node's
	// program may not know how to share it.
	alone := net.ListenConfig{Control: unshared}
	for _, address := range []string{"127.0.0.1:", "0.0.0.0:"} {
		l, err := alone.Listen(context.Background(), "tcp4", address+strconv.Itoa(port))
		if err != nil {
			return reservation{}, errors.Join(err, lock.Close())
		}
		l.Close()
	}
	return reservation{port: port, lock: lock}, nil
}

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
