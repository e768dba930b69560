// Package grade grades a program that others wrote: it runs scenarios on it, repeats what has
// to be repeated, and gives each scenario one verdict.
//
//	verdicts, err := grade.Run(ctx, grade.Options{Submission: s, Scenarios: list, Course: c, Once: once})
//
// # Contract
//
//  1. Each scenario has exactly one verdict, in the order of Options.Scenarios, whatever
//     happens. One that was not reached is undecided; so is one that the budget cut off.
//  2. A racy scenario runs several times, until one run is wrong: a violation with its history
//     is enough.
//  3. A run that shows anything but passed, wrong or not observable is repeated alone, with
//     nothing else running, before it counts. A limit of time counts when it was missed twice.
//  4. When a program did not start, also alone, the other scenarios with that number of nodes
//     are not run: they have the same verdict.
//     After several runs in a row that could not be prepared, a run with as many nodes waits
//     less for that. It costs no points.
//  5. Options.Changed sees all verdicts after each scenario, so that a report of them is whole
//     at any time.
//  6. With a deadline, scenarios of all parts run in turn, so that no part is left out.
//  7. Run ends soon after its context or its budget, and leaves no copy behind.
//
// The error reports a failure of the grader or its machine. The scenarios that it touched are
// undecided and flagged.
package grade
