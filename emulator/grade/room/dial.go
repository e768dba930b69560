package room

import (
	"context"
	"net"
	"strconv"
)

// dialPort connects to a port of this machine, where the program may have bound IPv4,
// IPv6 or both. Where the system can, it says by from, before it connects, which port it
// connects from; that may happen more than once. From may be nil.
func dialPort(ctx context.Context, port int, from func(port int)) (net.Conn, error) {
	c, err := dialFrom(ctx, "tcp4", "127.0.0.1", port, from)
	if err == nil || ctx.Err() != nil {
		return c, err
	}
	if c, again := dialFrom(ctx, "tcp6", "::1", port, from); again == nil {
		return c, nil
	}
	return nil, err
}

// dialTries is how many ports a connection may come from that turn out to be in use.
const dialTries = 5

func dialFrom(ctx context.Context, network, host string, port int, from func(port int)) (net.Conn, error) {
	d := net.Dialer{Timeout: dialPatience, Control: bindFirst(from)}
	var c net.Conn
	var err error
	for range dialTries {
		c, err = d.DialContext(ctx, network, net.JoinHostPort(host, strconv.Itoa(port)))
		if !isPortTaken(err) {
			break
		}
	}
	return c, err
}
