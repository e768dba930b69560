package admin

import (
	"errors"
	"fmt"
	"runtime"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
)

func getLive(*call) (any, error) { return plain{plainType, []byte("ok\n")}, nil }

// errNone: there is nothing to change.
var errNone = errors.New("nothing to change")

// getReady is ready when changes can be made: then the ports are as they should be. A trace
// that has ended leaves the cluster ready, and a second line says so.
func getReady(c *call) (any, error) {
	_, err := c.host.Change(func(host.View) (fault.Change, error) { return fault.Change{}, errNone })
	if !errors.Is(err, errNone) {
		return nil, err
	}
	body := "ok\n"
	if t := c.traceState(); t != nil && !t.Complete {
		body += fmt.Sprintf("recording has stopped: %s; missing: %d\n", t.Error, t.Missing)
	}
	return plain{plainType, []byte(body)}, nil
}

func getVersion(c *call) (any, error) {
	return api.VersionAnswer{Name: "emulator", Version: c.options.Version, Go: runtime.Version()}, nil
}
