// Package history records the requests and answers of a message queue's clients, and
// reports whether a queue could have given those answers.
//
//	recorder := history.NewRecorder()
//	w := world.New(config, nil, recorder)
//	…
//	report := recorder.Snapshot().Check(ctx, history.Options{})
//
// The contract:
//
//  1. A check is Violated only if no linearizable queue (Herlihy and Wing, 1990) could
//     have given the answers, whatever became of the requests without an answer.
//     Messages may have equal texts.
//  2. A check is Held if an order of the requests proves it, and Open otherwise: the
//     time ran out, or requests before the ones held could change the result.
//  3. Check accepts any history, from any source. A Recorder sees a world's requests,
//     is cheap, and accounts for any number of them in bounded memory.
//  4. The same history always has the same verdicts, unless the search runs out of time.
//
// The checks, from the clearest to the most general:
//
//   - Invented: a message was taken that no client had put.
//   - DeliveredTwice: a message was taken more often than it was put.
//   - OutOfOrder: a message was taken before another one that was put before it.
//   - Lost: a message was acknowledged and never taken, while a later one was.
//   - Linearizable: an order of the requests explains all answers. Each violation of the
//     other checks violates this one also.
//
// Check finds an order in three ways, from the quickest to the most thorough:
//
//   - A Recorder follows the log itself (recorder.go).
//   - Check tries the order of the log as the answers name it (replay in search.go).
//   - Otherwise porcupine searches, topic by topic and window by window (window.go).
//     Before that, Check uses the answers to make the search short: it leaves out
//     requests that cannot matter (prepare.go) and narrows times (narrow.go).
//
// Requests without an answer may be carried out at any later time, or never. The same holds
// for entries that are in a log, but not committed, when a world begins: they count as
// requests of NoClient. The queue begins with the entries that some node has committed by
// then.
//
// Files:
//
//   - call.go, history.go and report.go define the types; json.go and brief.go write them.
//   - check.go is the way in; account.go explains violations as a user of a queue sees them.
//   - topic.go, act.go and queue.go have a topic and its states.
//   - prepare.go, narrow.go, window.go and search.go search for an order.
//   - picture.go draws a history.
//   - recorder.go records a world. It uses request.go (the memory of a request),
//     period.go (consecutive requests), proposal.go (requests that became entries),
//     inherited.go (entries that no client asked for), replica.go (the queue that the log
//     produces) and fault.go.
//   - snapshot.go returns the recorded history.
package history
