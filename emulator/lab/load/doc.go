// Package load puts nodes under load: clients that put and pop as fast as the
// nodes let them, or at a rate, and a check of what they were answered. It drives whatever speaks the message queue's API, the emulator's nodes or others.
//
// The contract:
//
//  1. A run creates its own topics, puts the nodes under load, and drains the topics,
//     so that lost messages are missed. The text of every message is unique.
//  2. A client repeats a request, on another node, only if the first node certainly
//     did not carry it out: no connection was made, or the node answered that it does
//     not lead (421) or has too many requests (503 with Retry-After). A request
//     without an answer is unknown, and is never sent twice.
//  3. Other implementations answer {"success": false} without a reason. If the node
//     leads in the same term before and after (/status), it has carried the request
//     out and found nothing. Otherwise the request counts as failed, or as unknown
//     if the node seemed to lead: the next leader may commit its log.
//  4. Each client's requests are a function of the workload, the seed and the client's
//     number; the answers depend on time.
//  5. With a rate the loop is open: each request has a start time, and its latency
//     counts from then, even if it had to wait for the previous one (no coordinated
//     omission). Requests that were due and never sent are counted too.
//  6. If an emulator hosts the nodes, the report and the picture show the changes to
//     them, at their places among the requests.
//  7. An interrupted run stops at once and reports what it knows.
//
// Files: load.go and phases.go a run and its phases, client.go a client, cluster.go
// what clients know about the nodes. link.go a connection, request.go and answer.go
// the messages on it. workload.go and pace.go which requests are sent, and when.
// histogram.go and tally.go the counts, record.go the history and its checks,
// ledger.go the accounts of all messages, nemesis.go the changes to the nodes.
// target.go and admin.go where the nodes are, progress.go how far a run is, report.go
// and table.go the outcome.
package load
