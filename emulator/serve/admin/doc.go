// Package admin is the HTTP API that shows a cluster, breaks it and heals it.
// The index page, GET /, lists its routes.
//
// The contract:
//
//  1. An answer is JSON with the paper's names in snake_case and its keys in one
//     order, unless the route says text. "?pretty" indents it. Times are the
//     world's, in milliseconds.
//  2. A change is complete when its answer arrives, and the answer shows the new
//     state. Repeating a change is safe: it leaves as it is what it finds done. A
//     forced timeout is the exception: each one counts.
//  3. The seq of an answer is a place in the trace: that of the newest record, or
//     that of the change's own record, so that its consequences come after seq. A
//     client that passes it on as since misses nothing in between.
//  4. A refused request changes nothing. Its answer is a problem of RFC 9457 that
//     says what is wrong, where, and what would be right. Status 400 means that the
//     request cannot be read, 422 that its values are wrong, 409 that the cluster's
//     state forbids it.
//  5. Every route except /livez refuses requests that a web page of another origin
//     makes, or that use a foreign name as Host.
//  6. Below the path of a fork, all routes but those of forks are about it. The same
//     handlers serve them over the fork's host (fork.go).
//  7. A body has at most maxBody bytes, a fixture maxFixture. No input makes a handler panic.
//
// The API decides nothing about Raft or faults, and reaches the world only through
// its host. Its bodies are the types of package api.
//
// # Files
//
// routes.go is the table of all routes. The mux (router.go), the index page and,
// with describe.go and the schemas, the OpenAPI document and the Postman collection
// come from it. call.go reads a request and body.go its JSON; answer.go and
// problem.go write answers. The other files hold the handlers, by noun.
//
// # Why no huma
//
// Huma v2.37 was tried on three routes: a node, its skew, and advancing the clock.
// Their declarations took 36 lines instead of 13, because each route needs an input
// type with its query and body, and one module more; a binary grew by 1.5 MB. Huma
// ignores an unknown or repeated key of the query and takes a key twice in a body.
// It answers a wrong path or method with a bare line of text. Its sentences name no
// remedy: "unexpected property" where ours is "unknown key, did you mean "factor"?".
// The document would also need the nodes' routes and the Postman collection from the
// same tables, so package apidoc would stay.
package admin
