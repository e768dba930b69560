package host

import (
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/sim/world"
)

// maxBroken is how many violations of clusters that were replaced are kept.
const maxBroken = 100

// A watch is over the invariants of one cluster after the other. It is the owner's.
type watch struct {
	monitor *invariant.Monitor
	broken  []invariant.Standing // of clusters that were replaced
}

// Invariants lets f see how the invariants of the running cluster stand, and the
// world together with it. f must not call the host.
func (h *Host) Invariants(f func(View, []invariant.Standing)) {
	h.own(func(*world.World) { f(h.view, h.watch.monitor.Report()) })
}

// Broken lists the invariants that nodes have violated, without an excuse, in this
// cluster and in those that were loaded before it.
func (h *Host) Broken() []invariant.Standing {
	var list []invariant.Standing
	h.own(func(*world.World) {
		list = append(list, h.watch.broken...)
		list = append(list, invariant.Broken(h.watch.monitor.Report())...)
	})
	return list
}

// endWatch ends that of a cluster which is to be replaced, as the owner.
func (h *Host) endWatch() {
	h.tellInvariants()
	broken := append(h.watch.broken, invariant.Broken(h.watch.monitor.Report())...)
	h.watch = watch{monitor: invariant.New(), broken: broken[:min(len(broken), maxBroken)]}
}

// tellInvariants logs the invariants that were violated in a cluster that ends, as the
// owner.
func (h *Host) tellInvariants() {
	for _, r := range invariant.Broken(h.watch.monitor.Report()) {
		h.logger.Warn("an invariant was violated", "invariant", r.Name, "fixture", h.fixture.Name, "seq", r.Violation.Seq,
			"time", r.Violation.Time, "what", r.Words(), "further", r.Further)
	}
}
