package target

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// attach lets the user start a node, and says how: in the user's own folder, with the config file
// of this run, so that an editor shows the files that it runs. A program that finds its config
// file by itself starts in the grader's copy, where the file is.
func (t *cluster) attach(n *node) {
	copied := t.configOf(n.index)
	if own := t.o.Own; own != "" && t.isGivenConfig() {
		t.o.Progress(fmt.Sprintf("start node %d yourself, in %s", n.index, t.howTo(n.index, t.ownDir(), absolute(t.inDir(copied)))))
		t.o.Progress(fmt.Sprintf("   or in the grader's copy of it, %s", t.howTo(n.index, t.inDir("."), copied)))
	} else {
		t.o.Progress(fmt.Sprintf("start node %d yourself, in the grader's copy, %s", n.index, t.howTo(n.index, t.inDir("."), copied)))
	}
	t.mu.Lock()
	n.up, n.known = true, false
	t.mu.Unlock()
	t.links.SetUp(n.index, true)
}

// ownDir is the folder in which nodes start, below the user's own.
func (t *cluster) ownDir() string {
	return filepath.Join(t.o.Own, filepath.FromSlash(t.o.Course.Start.Dir))
}

// isGivenConfig reports whether the command names all files that the grader makes.
func (t *cluster) isGivenConfig() bool {
	s := &t.o.Course.Start
	return s.ConfigFile == "" || slices.ContainsFunc(slices.Concat(s.Args, s.Env), func(word string) bool {
		return strings.Contains(word, "{config}")
	})
}

// howTo writes how a node is started in a folder.
func (t *cluster) howTo(i int, dir, config string) string {
	args, env := t.words(i, config)
	said := text.ShellWord(absolute(dir))
	for k, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		said += []string{", with ", " "}[min(k, 1)] + name + "=" + text.ShellWord(value)
	}
	return said + ": " + text.ShellWords(args...)
}

// absolute is a path that means the same everywhere.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// attached reports whether the user starts one of these nodes, who needs more time than a
// program.
func (t *cluster) attached(nodes []*node) bool {
	return slices.ContainsFunc(nodes, func(n *node) bool { return n.index == t.o.Attach })
}
