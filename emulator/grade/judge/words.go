package judge

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/mqapi/wire"
)

// shown is the number of bytes of a body that a line shows.
const shown = 120

// asked writes the request that a client makes for a command.
func asked(c *machine.Command) string {
	method, path, body := wire.Request(c)
	line := method + " " + text.Short(path, shown)
	if len(body) > 0 {
		line += " " + text.Short(text.Printable(string(body)), shown)
	}
	return line
}

// moment writes a time of the scenario.
func moment(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

// span writes a duration.
func span(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
