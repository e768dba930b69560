package judge

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
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
func moment(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// span writes a duration.
func span(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(d.Round(time.Millisecond), time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// theNodes names nodes: node 1, or nodes 1, 2 and 3.
func theNodes(ids []int) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.Itoa(id)
	}
	if len(words) == 1 {
		return "node " + words[0]
	}
	return "nodes " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func wereOf(ids []int) string {
	if len(ids) == 1 {
		return "was"
	}
	return "were"
}

// told describes a change of links, in words of which node is cut off from which.
func told(c *fault.Change, nodes int) string {
	switch {
	case c.Kind == fault.Partition && len(c.Links) == 0:
		return "all links between the nodes were healed"
	case c.Kind != fault.Partition:
		return c.Told()
	}
	p := syntax.PartitionOf(nodes, c.Links)
	if len(p.Groups) < 2 || len(p.OneWay) > 0 || len(p.Isolate) > 0 {
		return toldLinks(c.Links)
	}
	groups := make([]string, len(p.Groups))
	var first []int
	for i, g := range p.Groups {
		var ids []int
		for _, id := range g {
			ids = append(ids, int(id))
		}
		if i == 0 {
			first = ids
		}
		groups[i] = theNodes(ids)
	}
	if len(groups) == 2 {
		return groups[0] + " " + wereOf(first) + " cut off from " + groups[1]
	}
	return "the network fell into parts: " + strings.Join(groups, " | ")
}

// toldLinks describes cuts that make no groups.
func toldLinks(links []fault.Link) string {
	cut := map[fault.Link]bool{}
	for _, l := range links {
		cut[l] = true
	}
	both, oneWay := map[int][]int{}, map[int][]int{} // by the first node, and by the receiver
	for _, l := range links {
		from, to := int(l.From), int(l.To)
		switch {
		case !cut[fault.Link{From: l.To, To: l.From}]:
			oneWay[to] = append(oneWay[to], from)
		case from < to:
			both[from] = append(both[from], to)
		}
	}
	var words []string
	for _, i := range slices.Sorted(maps.Keys(both)) {
		slices.Sort(both[i])
		words = append(words, fmt.Sprintf("node %d was cut off from %s", i, theNodes(both[i])))
	}
	for _, i := range slices.Sorted(maps.Keys(oneWay)) {
		slices.Sort(oneWay[i])
		words = append(words, fmt.Sprintf("node %d no longer gets anything from %s (the other way is open)", i, theNodes(oneWay[i])))
	}
	return strings.Join(words, "; ")
}

// plain writes a condition in words; "" if it has none.
func (j *judging) plain(c condition.Condition) string {
	key, value, _ := strings.Cut(c.String(), "=")
	who, what, _ := strings.Cut(value, ":")
	switch {
	case key == "leader" && value == "unique":
		return "exactly one leader"
	case key == "leader" && who == "not":
		return "a leader other than " + what
	case key == "role" && what != "":
		return who + " is " + what
	case key == "answer":
		return j.plainAnswer(who, what)
	}
	return ""
}

// plainAnswer writes what the answer to a request should be.
func (j *judging) plainAnswer(name, want string) string {
	i := slices.IndexFunc(j.Calls, func(c Call) bool { return c.Name == name })
	if i < 0 {
		return ""
	}
	words := asked(&j.Calls[i].Command)
	switch want {
	case condition.AnswerOK.String():
		return words + " is answered with success"
	case condition.AnswerRefused.String():
		return words + " is answered without success"
	case condition.AnswerLost.String():
		return words + " is not answered"
	}
	if !strings.HasPrefix(want, "[") && !strings.HasPrefix(want, `"`) {
		return ""
	}
	return words + " gives " + want
}
