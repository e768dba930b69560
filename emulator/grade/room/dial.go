package room

import (
	"context"
	"net"
	"strconv"
)

// dialPort connects to a port of this machine, where the program may have bound IPv4,
// IPv6 or both.
func dialPort(ctx context.Context, port int) (net.Conn, error) {
	d := net.Dialer{Timeout: dialPatience}
	c, err := d.DialContext(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err == nil || ctx.Err() != nil {
		return c, err
	}
	if c, again := d.DialContext(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(port))); again == nil {
		return c, nil
	}
	return nil, err
}
