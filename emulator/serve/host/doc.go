// Package host runs a world behind real ports: one HTTP listener per node, on
// loopback, in real or in virtual time. It has all goroutines around the world, and
// decides nothing about Raft or faults.
//
// The contract:
//
//  1. The world has one owner at a time. A caller that needs the world puts a task
//     into the inbox. If the world has no owner then, the caller owns it until the
//     inbox is empty. Tasks that arrive together go in as one batch. So a lone
//     request costs no hand-over between goroutines, and many requests cost few.
//  2. When a call of the host returns, its effect has happened, with all its
//     consequences at that time. There are two exceptions: a paused clock holds all
//     consequences back, and on an overloaded machine the rest happens later while
//     the clock falls behind.
//  3. A node can be out of reach in three ways. A node that is down refuses
//     connections, and its port stays reserved. A paused node accepts connections
//     and answers once it is resumed. A partitioned node answers clients.
//  4. Close ends every goroutine, connection and port.
//
// Files: host.go holds the Host, change.go the changes, loop.go the ownership of the
// world, turn.go the length of a turn, clock.go the time, watch.go waiting callers,
// server.go, body.go and node.go the nodes' HTTP side. The rest: ports.go and port_*.go the
// ports, recorder.go the trace file and invariants.go the invariants.
package host
