// Package admin is the HTTP API by which a cluster is watched, broken and
// healed: see the index page, GET /, for its routes.
//
// The contract:
//
//  1. Answers are JSON with the paper's names in snake_case and keys in one
//     order, but where a route says text. "?pretty" has it in lines. Times are
//     the world's, in milliseconds.
//  2. A change has happened when its answer comes, and the answer shows the new
//     state. Repeating it is safe: what is so already stays so. A forced timeout
//     is the exception: each is one.
//  3. seq in an answer is a place in the trace: that of the newest record, and
//     after a change that of the change's own record, so that all it led to comes
//     after seq. Handed on as since, nothing is missed in between.
//  4. A refused request has changed nothing. Its answer is a problem of RFC 9457
//     that says what is wrong, where, and what would be right. 400 is for what
//     can't be read, 422 for what can be read and makes no sense, 409 for what the
//     cluster's state forbids.
//  5. Requests that a web page of another origin makes, or that came under a
//     foreign name, are refused everywhere but at /livez.
//  6. Bodies of more than MaxBody bytes are refused. No input makes a handler panic.
//
// Nothing here decides anything about Raft or faults, and nothing touches a
// world but through its host.
//
// Files: routes.go is the table of all routes, from which the router, the index
// page, and with describe.go and schemas.go the OpenAPI document and the Postman
// collection are made; router.go finds a route with net/http's mux, call.go reads a request, body.go
// its JSON, answer.go and problem.go write answers. The others hold the
// handlers, by noun.
package admin
