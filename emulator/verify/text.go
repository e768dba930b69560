package verify

import (
	"fmt"
	"io"
	"time"
)

// print tells people what was found out about a file.
func (f *file) print(w io.Writer) {
	for i := range f.runs {
		f.printRun(w, &f.runs[i])
	}
	if f.lines > 0 {
		fmt.Fprintf(w, "%s: %s lines in %s, %s lines/s\n", f.name, grouped(f.lines), f.wall.Round(100*time.Microsecond), grouped(int(f.rate())))
	}
}

// printRun tells of one run: its verdict, and the first illegal record if there is
// one.
//
//	run.jsonl: figure_8_c: illegal: line 120 of 3,400
//	  record    119  1575.861 ms  node 1  AdvanceCommitIndex to 2
//	  breaks    AdvanceCommitIndex(i): … (§5.4.2)
//	  expected  an entry of term 4
//	  found     2 (term 2)
func (f *file) printRun(w io.Writer, r *Run) {
	verdict := "accepted"
	switch {
	case r.Finding != nil:
		verdict = "ILLEGAL at line " + fmt.Sprint(r.At)
	case !r.Began:
		verdict = "undecided: not all of its servers have begun"
	}
	fmt.Fprintf(w, "%s: %s: %s; %s records of %d servers, %s\n",
		f.name, r.Name, verdict, grouped(int(r.Records)), r.Servers, r.Time.Round(time.Millisecond))
	if v := r.Finding; v != nil {
		fmt.Fprintf(w, "  record    %s\n", v.Words)
		fmt.Fprintf(w, "  breaks    %s\n", v.Rule)
		fmt.Fprintf(w, "  expected  %s\n", v.Want)
		fmt.Fprintf(w, "  found     %s\n", v.Got)
		if r.Rest > 0 {
			fmt.Fprintf(w, "  %s lines after it were not judged: it is not known in which state the servers are\n", grouped(r.Rest))
		}
	}
	if r.Cut {
		fmt.Fprintf(w, "  the file's last line is cut off and was left out\n")
	}
}
