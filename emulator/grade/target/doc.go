// Package target runs a scenario on programs that others wrote.
//
//	verdict, err := target.Run(ctx, f, target.Options{Course: c, Dir: copy, Mode: room.Best(), Attach: -1})
//
// # Contract
//
//  1. Run starts a node for each node of the fixture, runs the scenario, and judges what
//     could be seen from outside: roles and terms by GET /status, and the answers to the
//     clients of the scenario. Everything else is not observable.
//  2. Run always ends: with the scenario, at its time limit, or with the context. Nothing
//     that it started is left then.
//  3. A program that does not start, ends by itself or answers nonsense is a verdict. The
//     error reports a failure of the grader or its machine; the verdict is undecided then.
//  4. Run writes into Options.Dir, and nodes may. Each run needs a fresh copy.
package target
