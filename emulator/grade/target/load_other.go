//go:build !linux

package target

// crowd is not known on this system.
func crowd() (perCore float64, ok bool) { return 0, false }
