// Package api is the admin API on the wire: where it is found, the bodies that
// it takes and gives, and the one client that asks it.
//
// The contract:
//
//  1. A [Client] sends a [Request] and returns the answer's body. Any status
//     except 200 is an error: a [Problem], as the API wrote it, or an
//     [Unreachable] when no emulator answers at the URL.
//  2. A server that does not answer, or does not end its answer, is an [Unreachable] too.
//     Requests that wait on purpose, and streams, are marked, and may take longer. The
//     client follows no redirect. Its caller ends a request through the context.
//  3. Keys of an answer that a type does not have are ignored, so that a client
//     can talk to a later server.
//
// Files: client.go asks, patience.go bounds the wait, problem.go is why a request is refused.
package api
