// Package systematic visits all schedules of a small cluster up to a bound, and
// checks every state on the way. It does with the core itself (package raft) what a
// model checker does with raft.tla.
//
//	result, err := systematic.Explore(ctx, fixture.Fresh(3), systematic.Options{Bounds: systematic.DefaultBounds})
//
// A state is all nodes' variables, the messages in flight, and the history that the
// properties need (history.go). A choice leads from a state to the next:
//
//   - a message in flight arrives, or a copy of it does;
//   - the election timer of a follower or candidate runs out;
//   - a leader's heartbeat timer runs out;
//   - a client's request reaches a node that accepts it: a leader;
//   - a node crashes and restarts with what it has stored.
//
// Messages arrive in any order; one that never arrives is lost. Storage takes no
// time: a step's changes are stored before anything else happens, so a crash loses
// only volatile state. A node that stays down for a while is one that receives
// nothing until it crashes and restarts.
//
// The contract:
//
//  1. States are visited breadth first, so that no schedule to a violation is
//     shorter than the reported one.
//  2. The Result is a function of the fixture and the Options, whatever the number of
//     workers. Only an interruption depends on time.
//  3. States that differ only by the nodes' ids count as one (symmetry.go). A command
//     is named by its leader and its place in the log, so it is renamed too.
//  4. Three things are left out of a state because they have no effect: the numbers
//     of AppendEntries requests (raft.Message, Round), which only distinguish a
//     follower that lost its storage from a late answer; answers of a term that the
//     receiver, if it has no bug, has left (§5.1, raft.tla's DropStaleResponse); and
//     leaders of terms that all nodes have left.
//
// A state is identified by a hash of 64 bits. Two states with the same hash would
// count as one; Result says how likely that is.
//
// Files: bounds.go the options, begin.go the first state. local.go one node and its
// core; command.go, message.go and history.go the other parts of a state. encode.go,
// intern.go and symmetry.go how equal parts are recognized. state.go and choice.go
// states and the choices between them, property.go Figure 3. search.go, expand.go
// and visited.go the search. schedule.go, postmark.go and story.go the steps to a
// violation, export.go and rerun.go the same as a fixture.
package systematic
