// Package history keeps what clients asked of a message queue and what they were
// answered, and reports whether a queue could have answered so.
//
//	recorder := history.NewRecorder()
//	w := world.New(config, nil, recorder)
//	…
//	report := recorder.Snapshot().Check(ctx, history.Options{})
//
// The contract:
//
//  1. What is Violated could not have been answered by any queue that is linearizable
//     (Herlihy and Wing, 1990), whatever became of the requests without an answer.
//     Messages may have equal texts.
//  2. What Held is proved by an order of the requests. What is neither is Open: the
//     time was up, or requests before those that are held could make the difference.
//  3. Check looks at any history, whoever recorded it. A Recorder sees a world's
//     requests, is cheap, and accounts for any number of them in bounded memory.
//  4. The same history has the same verdicts, but for the time that they may take.
//
// What is found, of clearest to most general: a message was Invented (taken, and nobody
// had put it), DeliveredTwice, taken OutOfOrder (put after another one that was taken
// later), or Lost (acknowledged and never taken, while what was put after it was); and
// the history is not Linearizable. Each of the first four is a reason for the last.
//
// How an order is found, of quickest to most thorough:
//
//   - A Recorder follows the log itself (recorder.go).
//   - Check tries the order of the log as the answers name it (replay in search.go).
//   - Else porcupine searches, topic by topic and window by window (window.go), once
//     all that is said by the answers has been used to make that short: requests that
//     cannot matter are left out (prepare.go), and times narrowed (narrow.go).
//
// Requests without an answer may be carried out at any later time, or never. So may
// entries that are in a log and not committed when a world begins: they count as requests
// of NoClient. The queue begins with what some node has committed by then.
//
// Files: call.go, history.go and report.go what there is, json.go and brief.go how it is
// written; check.go the way in, account.go what a user of a queue understands;
// topic.go, act.go and queue.go a topic and its states; prepare.go, narrow.go,
// window.go and search.go the search; picture.go draws it. A world is recorded by
// recorder.go, with request.go (what is kept of a request), period.go (requests one
// after the other), proposal.go (those that became entries), inherited.go (entries that
// no client asked for), replica.go (the queue as the log makes it) and fault.go;
// snapshot.go gives what is known.
package history
