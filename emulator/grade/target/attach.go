package target

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/text"
)

// attach lets the user start a node. It says how.
func (t *cluster) attach(n *node, c *room.Command) {
	var words []string
	for _, arg := range c.Args {
		words = append(words, text.ShellWord(arg))
	}
	dir := c.Dir
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	t.o.Progress(fmt.Sprintf("start node %d yourself, in %s: %s", n.index, text.ShellWord(dir), strings.Join(words, " ")))
	t.mu.Lock()
	n.up, n.known = true, false
	t.mu.Unlock()
	t.links.SetUp(n.index, true)
}

// attached reports whether the user starts one of these nodes, who needs more time than a
// program.
func (t *cluster) attached(nodes []*node) bool {
	return slices.ContainsFunc(nodes, func(n *node) bool { return n.index == t.o.Attach })
}
