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
//  4. Close ends every goroutine, connection and port, and every fork.
//  5. The state after each event of the newest MinPast records can be found again (At), and
//     another cluster can go on from there (Fork). Finding it keeps nobody waiting, and ends
//     with an error where the repetition differs from the trace in one byte.
//
// Files: host.go holds the Host, change.go the changes, loop.go the ownership of the
// world, turn.go the length of a turn, clock.go the time, watch.go waiting callers.
// Of the rest, past.go holds the states of the past and fork.go the forks; server.go, body.go, node.go
// and inside.go hold the HTTP side of nodes. Ports are in ports.go and port_*.go, the
// trace file in recorder.go and the invariants in invariants.go.
package host
