// Package bugs lists the bugs that can be planted in a node on purpose, to test whether a
// suite finds them. Each bug breaks one rule of Raft, or one rule of serving clients; a
// node with the bug keeps all other rules.
//
// A bug is part of the node's program: restart and heal keep it. Package raft has the
// core's bugs, each beside the rule that it breaks. Package world has the code of the
// others.
package bugs

import (
	"errors"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// ErrUnknown means that no bug has this name.
var ErrUnknown = errors.New("no such bug")

// A Bug describes a bug.
type Bug struct {
	Name  string `json:"name" doc:"its name in fixtures, flags and this API"`
	Rule  string `json:"rule" doc:"the rule that it breaks, by the name of its function"`
	Paper string `json:"paper" doc:"the rule's sections of the Raft paper; D is Ongaro's dissertation"`
	Does  string `json:"does" doc:"what a node with the bug does"`
	Wrong string `json:"wrong" doc:"the consequence"`

	core *raft.Bug // nil: the bug is in the service of clients
}

// Core returns the bug of the core, or nil if the core follows all rules.
func (b *Bug) Core() *raft.Bug {
	if b == nil {
		return nil
	}
	return b.core
}

// all has all bugs, the core's first.
var all = func() []*Bug {
	var list []*Bug
	for _, b := range raft.Bugs() {
		list = append(list, &Bug{Name: b.Name, Rule: b.Rule, Paper: b.Paper, Does: b.Does, Wrong: b.Wrong, core: b})
	}
	return append(list, serving...)
}()

// All returns all bugs, in order.
func All() []*Bug { return slices.Clone(all) }

// Find returns the bug with this name, or nil for "". Its error wraps ErrUnknown and
// suggests the nearest names.
func Find(name string) (*Bug, error) {
	if name == "" {
		return nil, nil
	}
	for _, b := range all {
		if b.Name == name {
			return b, nil
		}
	}
	err := fmt.Errorf("%q: %w", name, ErrUnknown)
	if meant := text.Meant(name, Names()); meant != "" {
		return nil, fmt.Errorf("%w; %s", err, meant)
	}
	return nil, err
}

// Names returns the names of all bugs, in order.
func Names() []string {
	names := make([]string, len(all))
	for i, b := range all {
		names[i] = b.Name
	}
	return names
}
