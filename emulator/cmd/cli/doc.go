// Package cli is the frame of the command line: what a subcommand is, its flags,
// help, exit codes and completion, and the progress line of a long run.
//
// A subcommand is one [Command], made by a function of its package:
//
//	func Command() *cli.Command {
//		var o options
//		return &cli.Command{
//			Name:     "verify",
//			Operands: "TRACE...", Min: 1, Max: cli.Any,
//			Summary:  "judge recorded runs by raft.tla, record by record",
//			About:    "Reads traces and ... Paragraphs are wrapped.\n\nThe next one.",
//			Flags: []*cli.Flag{
//				cli.JSON(&o.json, "print one JSON object for all files"),
//				cli.Int(&o.limit, "limit", 20, "show `N` records at most").AtLeast(1),
//				cli.Duration(&o.patience, "patience", 10*time.Second, "wait for `TIME` at most"),
//			},
//			Examples: cli.Examples{{"emulator verify run.jsonl", "judge a recorded run"}},
//			Exit:     cli.Codes{cli.OK: "all accepted", cli.Failed: "a record is illegal"},
//			Run:      func(ctx context.Context, c *cli.Call) error { return verify(ctx, c, &o) },
//		}
//	}
//
// The contract:
//
//  1. Flags stand before, between and after operands, with one dash or two; "--"
//     ends them. An old spelling (Flag.Old, Command.Old) works and no help shows it.
//  2. A Command is used once: its flags write to the variables of its function.
//  3. Run gets the operands and the three streams in a [Call]. It returns nil when
//     all is well, and else an error that the frame prints once, after the command's
//     name. [Usagef] makes one about the command line, [Failedf] and [Undecidedf] one
//     about the outcome, [WithCode] gives any error a code, and [Exit] ends with a
//     code after the command itself has said everything.
//  4. Standard output that cannot be written ends every command with Environment,
//     unless it ends with Usage or Environment anyway.
//  5. A flag's name has one meaning and one type in all commands. Those that several
//     commands share are made by the functions of shared.go.
package cli
