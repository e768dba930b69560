// Package systematic visits all schedules of a small cluster up to a bound, and
// looks at every state that there is: what a model checker does with raft.tla,
// done with the core itself (package raft).
//
//	result, err := systematic.Explore(ctx, fixture.Fresh(3), systematic.Options{Bounds: systematic.DefaultBounds})
//
// A state is all nodes' variables, the messages in flight, and what must be
// remembered to tell whether a property holds (history.go). A choice leads from a
// state to the next:
//
//   - a message in flight arrives, or a copy of it does;
//   - the election timer of a node runs out that does not lead;
//   - a leader's heartbeat timer runs out;
//   - a client's request reaches a node that takes it, which is a leader;
//   - a node crashes and comes back with what it has stored.
//
// Messages arrive in any order, and one that never arrives is lost. Storage is
// immediate: what a step changes is stored before anything else happens, so a
// crash loses no write, only what is volatile. A node that is down for a while is
// one that receives nothing until it crashes and comes back.
//
// The contract:
//
//  1. States are visited breadth first, so that no schedule to a violation is
//     shorter than the one reported.
//  2. The Result is a function of the fixture and the Options, but for how many
//     workers there are, which makes no difference. Only an interruption depends on
//     time.
//  3. States that differ by the nodes' ids alone count as one (symmetry.go).
//     Commands bear the name of the leader and the place where they began, so they
//     are renamed along.
//  4. Three things are left out of a state because nothing can come of them:
//     the numbers of AppendEntries requests (raft.Message, Round), which only tell
//     a follower that lost its storage from a late answer; answers of a term that
//     the receiver, if it has no bug, has left (§5.1, raft.tla's DropStaleResponse);
//     and leaders of terms that all nodes have left.
//
// States are known by a hash of 64 bits. Two that share one would count as one;
// Result tells how likely it is that any did.
//
// Files: bounds.go what can be asked for, begin.go the first state; local.go one
// node and what its core does; command.go, message.go and history.go what else makes
// a state; encode.go, intern.go and symmetry.go how parts of states are known again;
// state.go and choice.go states and what leads from one to another; property.go
// Figure 3; search.go, expand.go and visited.go the search; schedule.go, postmark.go
// and story.go how a violation came about; export.go and rerun.go the same as a
// fixture.
package systematic
