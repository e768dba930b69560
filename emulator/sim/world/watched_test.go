package world

import "testing"

// watch returns the monitor of a cluster, which fails the test at its end if nodes violated
// an invariant. An external test sets it, because package invariant imports this one.
var watch func(t testing.TB) Monitor

// Watch sets watch.
func Watch(f func(t testing.TB) Monitor) { watch = f }
