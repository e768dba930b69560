package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// ErrNotLoopback: an address can be reached from other machines.
var errNotLoopback = errors.New("not a loopback address")

// An Address is where a node listens.
type Address struct {
	Host string // without a scheme: 127.0.0.1, localhost, ::1
	Port int
}

// String returns host:port, as net.Listen takes it.
func (a Address) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }

// IsLoopback reports whether only this machine can reach the address: localhost,
// 127.0.0.0/8 or ::1.
func (a Address) IsLoopback() bool {
	if strings.EqualFold(a.Host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(a.Host)
	return err == nil && ip.Unmap().IsLoopback()
}

// CheckLoopback returns nil, or an ErrNotLoopback that names every address that other
// machines can reach.
func CheckLoopback(addresses []Address) error {
	var far []string
	for i, a := range addresses {
		if !a.IsLoopback() {
			far = append(far, fmt.Sprintf("%s of node %d", a, i))
		}
	}
	if len(far) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s; want localhost, 127.0.0.0/8 or ::1", errNotLoopback, strings.Join(far, ", "))
}
