package host

import (
	"context"
	"slices"

	"rrmq.example/emulator/emulator/sim/world"
)

// Watch waits as Wait does, but it leaves the clock alone in virtual time too:
// for those who look on. It reports whether the condition held; false means that
// the context has ended, or the host.
func (h *Host) Watch(ctx context.Context, holds func(View) bool) bool {
	c := &watcher{holds: holds, held: make(chan struct{})}
	h.own(func(*world.World) {
		if h.ended || holds(h.view) {
			close(c.held)
			return
		}
		h.watchers = append(h.watchers, c)
	})
	select {
	case <-c.held:
	case <-ctx.Done():
		h.own(func(*world.World) {
			h.watchers = slices.DeleteFunc(h.watchers, func(d *watcher) bool { return d == c })
		})
	}
	select { // both may have come at once
	case <-c.held:
		return !h.isEnded()
	default:
		return false
	}
}
