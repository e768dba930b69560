package verify

import (
	"fmt"
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/text"
)

// print prints the verdicts on a file for people.
func (f *file) print(w io.Writer) {
	for i := range f.runs {
		f.printRun(w, &f.runs[i])
	}
	if f.lines > 0 {
		fmt.Fprintf(w, "%s: %s in %s, %s lines/s\n", f.name, count(f.lines, "line"), f.wall.Round(100*time.Microsecond), grouped(int(f.rate())))
	}
}

// note says what is remarkable about runs that are judged nevertheless.
func (f *file) note(w io.Writer) {
	for i := range f.runs {
		if r := &f.runs[i]; r.Ending.Whole() && r.Ending.Note() != "" {
			fmt.Fprintf(w, "emulator verify: %s: %s: note: %s\n", f.name, r.Name, r.Ending.Note())
		}
	}
}

// printAll sums up several files.
func printAll(w io.Writer, files []file) {
	var runs, illegal, undecided, lines int
	for i := range files {
		lines += files[i].lines
		for k := range files[i].runs {
			runs++
			switch files[i].runs[k].Verdict() {
			case verify.Illegal:
				illegal++
			case verify.Undecided:
				undecided++
			}
		}
	}
	fmt.Fprintf(w, "%s in %s, %s: %d accepted, %d illegal, %d undecided\n",
		count(runs, "run"), count(len(files), "file"), count(lines, "line"), runs-illegal-undecided, illegal, undecided)
}

// printRun prints a run: its verdict, and the first illegal record if there is one.
//
//	run.jsonl: figure_8_c: ILLEGAL at line 120; 119 records of 5 servers, 1.576s
//	  record    119   1575.861 ms  node 1  AdvanceCommitIndex: committed its log up to index 2 (§5.3, §5.4.2)
//	  breaks    AdvanceCommitIndex(i): … (§5.4.2)
//	  expected  an entry of term 4
//	  found     2 (term 2)
func (f *file) printRun(w io.Writer, r *verify.Run) {
	verdict := string(r.Verdict())
	switch r.Verdict() {
	case verify.Illegal:
		verdict = "ILLEGAL at line " + fmt.Sprint(r.At)
	case verify.Undecided:
		verdict = "undecided: " + r.Why()
	}
	fmt.Fprintf(w, "%s: %s: %s; %s of %s, %s\n",
		f.name, r.Name, verdict, count(int(r.Records), "record"), count(r.Servers, "server"), r.Time.Round(time.Millisecond))
	if v := r.Finding; v != nil {
		fmt.Fprintf(w, "  record    %s\n", strings.TrimSpace(v.Words))
		fmt.Fprintf(w, "  breaks    %s\n", v.Rule)
		fmt.Fprintf(w, "  expected  %s\n", v.Want)
		fmt.Fprintf(w, "  found     %s\n", v.Got)
		if r.Rest > 0 {
			fmt.Fprintf(w, "  not judged: the next %s, because the servers' states are no longer known\n", count(r.Rest, "line"))
		}
	}
	if r.Finding != nil && r.Err == nil && !r.Ending.Whole() {
		fmt.Fprintf(w, "  %s\n", r.Ending.Note())
	}
}

// count writes a number with its noun.
func count(n int, what string) string { return grouped(n) + " " + text.Plural(n, what) }
