// Package api is the admin API on the wire: where it is found, the bodies that
// it takes and gives, and the one client that asks it.
//
// The contract:
//
//  1. A [Client] sends a [Request] and returns the answer's body. Any status
//     except 200 is an error: a [Problem], as the API wrote it, or an
//     [Unreachable] when no emulator answers at the URL.
//  2. The client sets no limit on the time of an answer, because some requests
//     wait on purpose. Its caller ends a request through the context.
//  3. Keys of an answer that a type does not have are ignored, so that a client
//     can talk to a later server.
//
// Files: client.go asks, problem.go is why a request is refused.
package api
