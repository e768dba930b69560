// Package single runs one node of a cluster as one process: its port, the other nodes
// behind theirs, and stable storage.
//
// The contract:
//
//  1. Start returns when the node's ports accept connections and every path is answered.
//     The other nodes may come later.
//  2. The node is the one that a hosted cluster runs: the same core, the same service of
//     clients, the same bugs.
//  3. With a Data directory, the node's term, vote and log are there before any message or
//     answer that rests on them goes out. A process that is killed loses nothing of it; a
//     machine that loses its power may.
//  4. Without one, a node that starts again has forgotten everything, its vote included. Raft
//     is safe only if it never starts again then (fail-stop).
//  5. Storage that fails ends the node: it says nothing more, and Failed is closed.
//
// Files: single.go puts the parts together, disk.go and record.go are the storage, watch.go
// logs changes of role.
package single
