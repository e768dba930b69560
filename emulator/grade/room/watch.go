package room

import (
	"context"
	"net"
	"sync"
)

// A watch looks for connections that passed by the proxies.
type watch struct {
	mu   sync.Mutex
	real []Address
}

func newWatch(real []Address) *watch { return &watch{real: real} }

func (w *watch) dial(ctx context.Context, port int) (net.Conn, error) {
	return dialPort(ctx, port)
}

func (w *watch) bypassed() string { return "" }
