package serve

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"rrmq.example/emulator/emulator/script/config"
)

// ErrAddress: an address cannot be resolved, or other machines can reach it and
// AllowRemote is not set.
var ErrAddress = errors.New("bad address")

// nodeAddrs resolves where the nodes listen.
func nodeAddrs(o *Options) ([]netip.AddrPort, error) {
	addresses := o.Addresses
	if addresses == nil {
		addresses = loopback(len(o.Fixture.Nodes), o.Fixture.BasePort)
	}
	if !o.AllowRemote {
		if err := config.CheckLoopback(addresses); err != nil {
			return nil, fmt.Errorf("%w: %w, or -allow-remote", ErrAddress, err)
		}
	}
	addrs := make([]netip.AddrPort, len(addresses))
	for i, a := range addresses {
		tcp, err := net.ResolveTCPAddr("tcp4", a.String())
		if err != nil {
			tcp, err = net.ResolveTCPAddr("tcp", a.String())
		}
		if err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
		ip := tcp.AddrPort().Addr().Unmap()
		addrs[i] = netip.AddrPortFrom(ip, tcp.AddrPort().Port())
	}
	return addrs, nil
}

// loopback returns the addresses of n nodes: ports from base on, or any for base 0.
func loopback(n, base int) []config.Address {
	addresses := make([]config.Address, n)
	for i := range addresses {
		addresses[i].Host = "127.0.0.1"
		if base > 0 {
			addresses[i].Port = base + i
		}
	}
	return addresses
}

// listenAdmin opens the admin API's port.
func listenAdmin(o *Options) (net.Listener, error) {
	if o.Admin == "" {
		o.Admin = DefaultAdmin
	}
	tcp, err := net.ResolveTCPAddr("tcp", o.Admin)
	if shape, ok := errors.AsType[*net.AddrError](err); ok {
		return nil, fmt.Errorf("%w: the admin API's %q: %s, want HOST:PORT, such as %s", ErrAddress, o.Admin, shape.Err, DefaultAdmin)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the admin API's %q: %w", ErrAddress, o.Admin, err)
	}
	if !o.AllowRemote && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: the admin API's %s is not a loopback address, want localhost, 127.0.0.0/8 or ::1, or -allow-remote", ErrAddress, o.Admin)
	}
	l, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("the admin API cannot have its port: %w", err)
	}
	return l, nil
}

// hostsOf lists the host names that requests may use.
func hostsOf(o *Options) []string {
	var hosts []string
	for _, a := range o.Addresses {
		hosts = append(hosts, a.Host)
	}
	if h, _, err := net.SplitHostPort(o.Admin); err == nil {
		hosts = append(hosts, h)
	}
	return hosts
}
