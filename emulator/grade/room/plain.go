package room

import (
	"context"
	"net"
	"strconv"

	"rrmq.example/emulator/emulator/grade/room/process"
)

// startPlain runs a command in the grader's own network.
func startPlain(c Command, l Limits) (*Process, error) {
	return process.Start(c, process.Options{Limits: l})
}

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
