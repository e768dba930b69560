// Package load puts nodes under load: clients that put and pop as fast as the
// nodes let them, or at a rate, and a check of what they were answered. It drives whatever speaks the message queue's API, the emulator's nodes or others.
//
// The contract:
//
//  1. A run creates topics of its own, loads the nodes, and drains the topics, so
//     that what was lost is missed. Every message has a text that is there once.
//  2. Only a request that was certainly not carried out is tried again, on another
//     node: nobody was connected, or the node said that it does not lead (421) or
//     has too many to do (503 with Retry-After). What got no answer is unknown, and
//     is never sent twice.
//  3. {"success": false} without a reason, as other implementations say it, is
//     looked into: a node that leads in the same term before and after (/status)
//     has carried the request out and found nothing. Else it counts as failed, or,
//     by a node that seemed to lead, as unknown: its log may have gone on.
//  4. What each client sends is a function of the workload, the seed and the
//     client's number; what they are answered depends on time.
//  5. With a rate the loop is open: a request has its time, and its latency counts
//     from then, even if it had to wait for the one before (no coordinated
//     omission). Requests that were due and never sent are counted, too.
//  6. Of an emulator's nodes it is told what was done to them meanwhile, in the
//     report and in the picture, at its place among the requests.
//  7. A run that is interrupted stops at once and says what it knows.
//
// Files: load.go is a run and its phases, client.go a client, cluster.go what
// clients know of the nodes, link.go a connection, request.go and answer.go what
// is sent and what comes back, workload.go and pace.go what is sent when,
// histogram.go and tally.go the counts, record.go the history and its checks,
// ledger.go the accounts of all messages, nemesis.go what was done to the nodes,
// target.go and admin.go where the nodes are, progress.go how far a run is, report.go
// and table.go the outcome.
package load
