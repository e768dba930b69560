package world

import "testing"

// watch gives a monitor that every cluster of these tests has, which fails the
// test at its end if the nodes did wrong. The package of the invariants imports
// this one, so that an external test sets it.
var watch func(t testing.TB) Monitor

// Watch sets watch.
func Watch(f func(t testing.TB) Monitor) { watch = f }
