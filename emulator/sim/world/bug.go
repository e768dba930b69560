package world

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// ErrNoBug: there is no bug of this name that could be planted.
var ErrNoBug = errors.New("no such bug")

// A Bug is a fault planted in a node on purpose: one of the core (package raft),
// or one in how the node serves its clients. It is the node's program: neither a
// restart nor a healing removes it.
type Bug struct {
	raft.Bug
	service service // nil: as it should be
}

// bugs are all that there are, the core's first.
var bugs = func() []*Bug {
	var all []*Bug
	for _, b := range raft.Bugs() {
		all = append(all, &Bug{Bug: *b})
	}
	return append(all, serviceBugs...)
}()

// Bugs lists the bugs that can be planted, in order.
func Bugs() []*Bug { return slices.Clone(bugs) }

// FindBug gives the bug of this name; nil, which is no bug, for "".
func FindBug(name string) (*Bug, error) {
	if name == "" {
		return nil, nil
	}
	for _, b := range bugs {
		if b.Name == name {
			return b, nil
		}
	}
	err := fmt.Errorf("%q: %w", name, ErrNoBug)
	if meant := text.Nearest(name, bugNames(), 3); len(meant) > 0 {
		return nil, fmt.Errorf("%w; did you mean %s?", err, strings.Join(meant, " or "))
	}
	return nil, err
}

// BugNames lists the names of the bugs, with commas.
func BugNames() string { return strings.Join(bugNames(), ", ") }

func bugNames() []string {
	names := make([]string, len(bugs))
	for i, b := range bugs {
		names[i] = b.Name
	}
	return names
}

// plant gives the node's program a bug; nil cures it.
func (n *node) plant(b *Bug) {
	n.bug = b
	n.service = b.serviceOf()
	n.core.Plant(n.coreBug())
}

// serviceOf is how a node serves that has the bug; nil is no bug.
func (b *Bug) serviceOf() service {
	if b == nil || b.service == nil {
		return diligent{}
	}
	return b.service
}

func (n *node) coreBug() *raft.Bug {
	if n.bug == nil {
		return nil
	}
	return &n.bug.Bug
}

// bugName is the name of the node's bug, "" when it has none.
func (n *node) bugName() string {
	if n.bug == nil {
		return ""
	}
	return n.bug.Name
}

// Bug is the name of the bug that is planted in a node; "" when there is none.
func (w *World) Bug(id raft.NodeID) string { return w.nodes[id].bugName() }
