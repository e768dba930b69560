// Package host runs a world behind real ports: one HTTP listener per node, on
// loopback, in real or in virtual time. All goroutines are here. It decides
// nothing about Raft or faults.
//
// The contract:
//
//  1. The world has one owner at a time. Whoever has something for it puts that
//     into the inbox; if nobody owns the world then, he is the owner until the
//     inbox is empty. What came together goes in as one batch. So a lone request
//     costs no hand-over between goroutines, and many cost few.
//  2. What somebody does through the host has happened, and what it led to at
//     that time too, when the call returns. There are two exceptions: a paused
//     clock keeps all consequences back, and when there is more to do than the
//     machine can, the rest happens later and the clock falls behind.
//  3. The three ways of being out of reach: a node that is down refuses
//     connections while its port stays reserved; a paused one accepts them and
//     answers what it was asked once it is resumed; a partitioned one answers
//     clients.
//  4. Close ends every goroutine, connection and port.
//
// Files: host.go is the whole, loop.go who owns the world and turn.go for how
// long, clock.go how time moves, watch.go who looks on, server.go and node.go the
// nodes' HTTP side, door*.go the ports, recorder.go the trace file.
package host
