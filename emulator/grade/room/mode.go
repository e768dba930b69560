package room

import (
	"fmt"
	"sync"
)

// A Mode is a way to stand between nodes.
type Mode uint8

// The modes, best first.
const (
	Namespace Mode = iota + 1
	Seccomp
	Proxy
)

// Modes lists the modes, best first.
func Modes() []Mode { return []Mode{Namespace, Seccomp, Proxy} }

// String returns the mode's name: "namespace", "seccomp" or "proxy".
func (m Mode) String() string {
	switch m {
	case Namespace:
		return "namespace"
	case Seccomp:
		return "seccomp"
	case Proxy:
		return "proxy"
	}
	return fmt.Sprintf("mode %d", uint8(m))
}

// ParseMode returns the mode with a name.
func ParseMode(name string) (Mode, error) {
	for _, m := range Modes() {
		if m.String() == name {
			return m, nil
		}
	}
	return 0, fmt.Errorf("unknown mode %q: namespace, seccomp or proxy", name)
}

// Usable returns why a mode cannot be used on this machine, or nil if it can. It tries
// once and remembers the result.
func Usable(m Mode) error {
	if m < Namespace || m > Proxy {
		return fmt.Errorf("%v: there is no such mode", m)
	}
	return usable[m]()
}

var usable = map[Mode]func() error{
	Namespace: sync.OnceValue(tryNamespace),
	Seccomp:   sync.OnceValue(trySeccomp),
	Proxy:     func() error { return nil },
}

// Best returns the best mode that can be used on this machine.
func Best() Mode {
	for _, m := range Modes() {
		if Usable(m) == nil {
			return m
		}
	}
	return Proxy
}
