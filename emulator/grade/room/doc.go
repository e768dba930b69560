// Package room is where nodes run that others wrote: it starts their processes and
// stands between them, so that every connection from one node to another is given to
// the grader.
//
// There are three ways, called modes:
//
//   - [Namespace] (Linux): each node lives in a network namespace of its own, in which
//     the grader listens on the ports of the node's peers. Nothing can pass by.
//   - [Seccomp] (Linux, where namespaces are refused): the kernel asks the grader
//     about each connect call of a node. The grader redirects those to peers to itself
//     and refuses all others.
//   - [Proxy] (anywhere): each node's config.json names proxies of the grader instead
//     of the peers. Messages can pass by; [Rooms.Bypassed] says so.
//
// A room promises:
//
//  1. Options.Connected is called for each connection that a node makes to the address
//     of a peer that [Rooms.Addresses] names, with who made it and to whom.
//  2. [Rooms.Dial] reaches a node itself, past all links.
//  3. Ports stay a node's own from New to Close; a node that is started again has the
//     same. Clusters that run at once do not share a port.
//  4. [Rooms.Close] returns when every process, namespace, listener and port is gone.
//     They go as well if the grader is killed.
//
// Its caller must call [Main] first thing in main and in each TestMain, and
// Close the rooms that New gave.
package room
