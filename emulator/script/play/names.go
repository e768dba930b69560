package play

import (
	"slices"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
)

// names are the names that the steps read so far have given.
type names struct {
	steps    nameList
	nodes    nameList // by let
	requests nameList
	faults   nameList
	times    map[string]int // how often a request is sent, by its name
}

const (
	// nowhere is the step of a name that no step gives.
	nowhere = 1 << 30
	// beforehand is the step of a name that exists before the first step.
	beforehand = -1
)

// A nameList is names of one kind, each with the step that first gave it, in the
// order of the text.
type nameList struct {
	list  []string
	first map[string]int
	lines map[string]int
}

// add adds a name unless the list has it.
func (r *nameList) add(name string, step, line int) {
	if _, ok := r.first[name]; ok {
		return
	}
	if r.first == nil {
		r.first, r.lines = map[string]int{}, map[string]int{}
	}
	r.list = append(r.list, name)
	r.first[name], r.lines[name] = step, line
}

// step returns the step that first gave the name, or nowhere.
func (r *nameList) step(name string) int {
	if step, ok := r.first[name]; ok {
		return step
	}
	return nowhere
}

func (r *nameList) has(name string) bool { return r.step(name) != nowhere }

func newNames(faults []fault.Rule) names {
	c := names{times: map[string]int{}}
	for _, rule := range faults {
		c.faults.add(rule.Name, beforehand, 0)
	}
	return c
}

// forNodes lists the words and names that a step can use for a node.
func (c *names) forNodes() []string {
	return append(slices.Clone(syntax.RoleWords), c.nodes.list...)
}
