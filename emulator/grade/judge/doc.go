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
package judge
