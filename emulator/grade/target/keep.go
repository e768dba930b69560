package target

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"rrmq.example/emulator/emulator/grade/room"
)

// keep leaves the cluster up until the context ends, and says where it is.
func (t *cluster) keep(ctx context.Context) {
	var open sync.WaitGroup
	defer open.Wait()
	up := "" // where the first node is that answers
	for i := range t.nodes {
		where, err := t.reachable(ctx, i, &open)
		if err != nil {
			where = err.Error()
		}
		t.o.Progress(fmt.Sprintf("node %d: %s%s", i, where, t.stands(i)))
		if up == "" && err == nil && t.stands(i) == "" {
			up = where
		}
	}
	if up != "" {
		t.o.Progress("try: curl " + up + "/status")
		t.o.Progress("     curl " + up + "/topic")
	}
	t.o.Progress("the cluster stays up until you interrupt the grader")
	<-ctx.Done()
}

// stands says how a node is that cannot answer; "" if it can.
func (t *cluster) stands(i int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch n := t.nodes[i]; {
	case !n.up:
		return " (down)"
	case n.paused:
		return " (paused)"
	}
	return ""
}

// reachable returns the address at which the user reaches a node. That of a node in a
// namespace of its own is the grader's, which leads there until the context ends.
func (t *cluster) reachable(ctx context.Context, i int, open *sync.WaitGroup) (string, error) {
	if t.o.Mode != room.Namespace {
		return t.where(i), nil
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { l.Close() })
	open.Go(func() {
		defer stop()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { t.lead(ctx, c, i) })
		}
	})
	return "http://" + l.Addr().String(), nil
}

// lead connects a connection of the user's with a node.
func (t *cluster) lead(ctx context.Context, c net.Conn, i int) {
	defer c.Close()
	node, err := t.rooms.Dial(ctx, i, false)
	if err != nil {
		return
	}
	defer node.Close()
	defer context.AfterFunc(ctx, func() { c.Close(); node.Close() })()
	done := make(chan struct{}, 2)
	for _, ends := range [][2]net.Conn{{c, node}, {node, c}} {
		go func() {
			_, _ = io.Copy(ends[0], ends[1])
			if half, ok := ends[0].(interface{ CloseWrite() error }); ok {
				_ = half.CloseWrite()
			}
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}
