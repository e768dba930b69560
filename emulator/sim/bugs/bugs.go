// Package bugs lists the bugs that can be planted in a node on purpose, to see
// whether a suite of tests finds them. Each breaks one rule of Raft, or of how a
// node serves its clients; a node with the bug keeps all other rules.
//
// A bug is part of the node's program: restart and heal keep it. The bugs of the
// core stand in package raft, each beside the rule that it breaks. What a node
// with one of the others does wrong stands in package world.
package bugs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// ErrUnknown: there is no bug of this name.
var ErrUnknown = errors.New("no such bug")

// A Bug describes a bug.
type Bug struct {
	Name  string `json:"name" doc:"what fixtures, flags and this API call it"`
	Rule  string `json:"rule" doc:"the rule that it breaks, by the name of its function"`
	Paper string `json:"paper" doc:"where the rule stands: sections of the Raft paper; D is Ongaro's dissertation"`
	Does  string `json:"does" doc:"what a node with the bug does"`
	Wrong string `json:"wrong" doc:"what goes wrong then"`

	core *raft.Bug // nil: the bug is in how a node serves its clients
}

// Core returns the bug of the core; nil if the core follows all rules.
func (b *Bug) Core() *raft.Bug {
	if b == nil {
		return nil
	}
	return b.core
}

// all bugs, the core's first.
var all = func() []*Bug {
	var list []*Bug
	for _, b := range raft.Bugs() {
		list = append(list, &Bug{Name: b.Name, Rule: b.Rule, Paper: b.Paper, Does: b.Does, Wrong: b.Wrong, core: b})
	}
	return append(list, serving...)
}()

// All returns all bugs, in order.
func All() []*Bug { return slices.Clone(all) }

// Find returns the bug of this name. For "" it returns nil, which is no bug. The
// error is an ErrUnknown that suggests the nearest names.
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
	if meant := text.Nearest(name, Names(), 3); len(meant) > 0 {
		return nil, fmt.Errorf("%w; did you mean %s?", err, strings.Join(meant, " or "))
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
