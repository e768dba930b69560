// Package judge decides what a run of a scenario has shown about programs that others wrote.
//
//	verdict.Foreign = judge.Foreign(ctx, &verdict, evidence, course)
//
// # Contract
//
//  1. The kind is Wrong only if no correct program could have given this evidence, whatever
//     became of the requests without an answer. Each such finding is a Violation that names
//     its witnesses.
//  2. A program that keeps everything in memory may be correct. After a restart, only those
//     guarantees are judged that such a program still gives.
//  3. A limit of time that was missed while the grader itself was late decides nothing.
//  4. Evidence is a value: the same evidence gives the same result, unless the search for an
//     order of the requests runs out of time.
//
// # What unusual but correct programs do
//
// The checks allow all of these:
//
//   - A leader answers without success although the request waits in its log: when a time-out
//     ends, however short, when the first attempt reaches too few followers whose logs agree,
//     or when it is busy. So the request is unknown. Only a follower's refusal means that
//     nothing was done. "There is no message" counts only if the answer came within 50 ms (no
//     program gives up on another node sooner), nothing else was asked of the node meanwhile,
//     and the same leadership has carried out a change since the last fault began or ended, so
//     that a majority had its log.
//   - A new leader refuses until it has committed an entry of its own (§8): that refusal is
//     unknown, too, and its body may be anything. So may that of 408, 429 and all 5xx.
//   - A leader reads under a lease (§8). A read without a majority is wrong only after another
//     leader was seen, or after the time in which a new one must be there at all.
//   - A leader goes back through the log of an empty follower by one entry with each heartbeat,
//     so a follower that is started again without a memory needs time for each entry.
//   - A durable node answers GET /status before it has read its disk.
//   - A leader that misses a majority steps down in the same term, or calls itself a follower
//     for a while. A node that was once seen to lead a term never counts as its follower, and
//     a follower that serves is wrong only if another node was seen to lead the term.
//   - Role and term are read one after the other, or from a copy that is up to 50 ms old. Every
//     leader must be seen twice in a row, in polls that do not overlap, and so must the lower
//     term of one that was elected alone. An answer to GET /status that cannot be read counts when it comes twice in a row.
//   - A candidate asks for votes without a higher term first: it shows no term that goes back.
package judge
