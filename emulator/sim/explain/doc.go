// Package explain says why an event of a trace happened, in plain words and with the section
// of the Raft paper.
//
// The contract:
//
//  1. New takes records of one run in their order, all of them or the newest, and keeps them.
//     They must not change afterwards.
//  2. Explain answers for the seq of each of these records: a text, the section, the values
//     that were compared, and the steps that led to it. Each step is a record of its own.
//     Now says who leads or why nobody does, and what the cluster waits for.
//  3. Broken lists the records in which a node acted against the paper. Their explanations
//     name the rule. They come from the records alone, never from the name of a planted bug.
//  4. A rule counts as broken only if the records show it. If records are missing, or are of an
//     older format, less is known: the explanation says so and claims nothing.
//  5. Each answer reads the records once. Nothing is remembered between two answers, so several
//     goroutines may ask at the same time.
//
// Files: state.go follows the records, judge.go finds broken rules, rules.go lists them. The
// other files put the reasons into words, each for a part of Raft.
package explain
