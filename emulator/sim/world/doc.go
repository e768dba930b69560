// Package world is the deterministic heart of the emulator: a cluster, the network between
// its nodes and the faults in it, as one value that moves from event to event by plain
// function calls.
//
// The contract with its owner:
//
//  1. A World has one owner at a time. It starts no goroutine, takes no lock and reads no
//     clock.
//  2. The behaviour of a World depends only on its Config and on the inputs (Do, RPC,
//     Change) with their times and places among the events. The trace is complete: the
//     same Config and inputs give the same records, byte for byte.
//  3. Time moves only when the owner moves it. Step takes the next event, and RunUntil
//     takes all events due up to a time. An input happens at the present time. An event
//     never runs late: it runs at the time for which it was due.
//  4. The World calls the functions passed to Do and RPC at most once, from within Step,
//     RunUntil or Change. They must return at once and not call the World.
//  5. Commands, entries and messages passed in or out are shared and must not change.
//
// Events of the same time happen in the order in which they were made. A message without
// delay arrives at the time of its sending, after all events that were due at that time
// already. Client requests that reach a node directly after each other form one batch.
//
// Files:
//
//   - world.go steps; node.go does what the core asks for; service.go serves the clients.
//   - network.go, fault.go and the fault_ files decide what happens to messages and writes.
//   - change.go makes the changes of a nemesis.
//   - outside.go is for a world in which one node lives alone, the others being elsewhere.
//   - replay.go repeats recorded inputs.
//   - freeze.go turns a running world into a Config, and resume.go goes on from there.
//   - monitor.go and inside.go let monitors see the world, and view.go everybody else.
package world
