package judge

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
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
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// told describes a change. A partition has groups of nodes, if groups make it.
func told(c *fault.Change, nodes int) string {
	if c.Kind != fault.Partition || len(c.Links) == 0 {
		return c.Told()
	}
	p := syntax.PartitionOf(nodes, c.Links)
	if len(p.Groups) < 2 || len(p.OneWay) > 0 || len(p.Isolate) > 0 {
		return c.Told()
	}
	groups := make([]string, len(p.Groups))
	for i, g := range p.Groups {
		var ids []string
		for _, id := range g {
			ids = append(ids, strconv.Itoa(int(id)))
		}
		groups[i] = strings.Join(ids, " ")
	}
	return "the network was partitioned: " + strings.Join(groups, " | ")
}
