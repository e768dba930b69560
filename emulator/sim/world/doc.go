// Package world is the deterministic heart of the emulator: a whole cluster,
// the network between its nodes and the faults upon them, as one value that
// moves from event to event by plain function calls.
//
// The contract with its owner:
//
//  1. A World has one owner at a time. It starts no goroutine, takes no lock
//     and reads no clock.
//  2. What a World does follows from its Config and from the inputs (Do, RPC,
//     Change) with their times and places among the events, and from nothing
//     else. The trace says it all: the same Config and inputs give the same
//     records, byte for byte.
//  3. Time moves only when the owner moves it: Step takes the next event,
//     RunUntil all that are due up to a time. Inputs come at the time that it
//     is then. An event never runs late: it runs at the time it was due for.
//  4. Functions handed to Do and RPC are called from within Step, RunUntil or
//     Change, at most once. They must return at once and not call the World.
//  5. Commands, entries and messages handed in or out are shared and not to be
//     changed.
//
// The order of things at one time: events in the order in which they were made.
// A message without delay is delivered at the time when it was sent, after all
// that was due then already. Client requests that reach a node one right after
// the other are proposed together, as one batch.
//
// Files: world.go steps, node.go carries out what the core asks for, network.go
// and fault_*.go are what happens to messages, change.go what a nemesis can do,
// trace.go and encode.go the record of it all, input.go and replay.go the way
// back from a record to a world that does the same again, freeze.go and
// resume.go the way from a world in the midst of it all to one that goes on.
package world
