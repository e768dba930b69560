package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// record runs a scenario, with the bug in all of its nodes unless it is "", and returns its
// trace and a Monitor's finding.
func record(t testing.TB, name, bug string) (string, *verify.Finding) {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	for i := range f.Nodes {
		f.Nodes[i].Bug = bug
	}
	var trace bytes.Buffer
	m := &verify.Monitor{}
	_, err = scenario.Run(context.Background(), f, scenario.Options{Trace: &trace, Monitors: []world.Monitor{m}})
	assert.NilError(t, err)
	return trace.String(), m.Found()
}

// recorded has names of scenarios, without and with a planted bug.
var recorded = [][2]string{
	{"figure_8_c", ""}, {"slow_storage", ""}, {"figure_7", ""}, {"thousand_messages", ""},
	{"figure_8_c", "commit_old_term"}, {"slow_storage", "send_before_stored"}, {"figure_7", "keeps_conflicting_entries"},
	{"thousand_messages", "answer_before_commit"}, {"crashed_leader", "clear_vote_on_append"},
}

// File and a Monitor reach the same verdict, also when another program has reordered the
// keys of the trace.
func TestFileAgreesWithMonitor(t *testing.T) {
	failed := 0
	for _, c := range recorded {
		trace, found := record(t, c[0], c[1])
		for what, trace := range map[string]string{"AsWritten": trace, "InAnotherOrder": reorder(t, trace)} {
			runs := judge(t, trace)
			assert.Assert(t, len(runs) == 1, "%v %s", c, what)
			r := runs[0]
			if found == nil {
				assert.Check(t, r.Finding == nil && r.Began, "%v %s: %v", c, what, r.Finding)
				continue
			}
			failed++
			if assert.Check(t, r.Finding != nil, "%v %s: want %v", c, what, found) {
				assert.Check(t, *r.Finding.Violation == *found.Violation, "%v %s: %v, not %v", c, what, r.Finding, found)
				assert.Equal(t, r.Finding.Words, found.Words)
				assert.Equal(t, r.At, r.Line+int(found.Seq))
			}
		}
	}
	assert.Assert(t, failed > 4)
}

// judge judges a trace.
func judge(t testing.TB, trace string) []verify.Run {
	t.Helper()
	var runs []verify.Run
	assert.NilError(t, verify.File(context.Background(), strings.NewReader(trace), func(r verify.Run) { runs = append(runs, r) }))
	return runs
}

// reorder writes a trace's records with their keys in alphabetical order, and with spaces.
func reorder(t testing.TB, trace string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(trace) {
		var record map[string]any
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		assert.NilError(t, d.Decode(&record))
		again, err := json.Marshal(record)
		assert.NilError(t, err)
		b.WriteString(" ")
		b.Write(again)
		b.WriteString("\n")
	}
	return b.String()
}

// The fast and the slow way of reading a line give the same event, for lines of all kinds.
func TestDecodersAgree(t *testing.T) {
	kinds := map[oracle.Kind]int{}
	check := func(r *trace.Record) {
		k, ok := oracle.KindOf(r.Kind.String())
		assert.Assert(t, ok)
		if kinds[k]++; kinds[k] > 100 {
			return
		}
		line := string(r.AppendJSON(nil))
		d := oracle.NewDecoder()
		var fast, slow oracle.Event
		assert.NilError(t, d.Decode([]byte(line), &fast))
		assert.NilError(t, d.Decode([]byte(strings.TrimSpace(reorder(t, line))), &slow))
		if len(fast.Message.Entries) == 0 {
			fast.Message.Entries, slow.Message.Entries = nil, nil
		}
		if len(fast.Answer.Topics) == 0 {
			fast.Answer.Topics, slow.Answer.Topics = nil, nil
		}
		assert.DeepEqual(t, fast, slow)
	}
	for seed := range uint64(40) {
		s := newStorm(seed, weather{slow: seed%2 == 0, forgeries: true}, check)
		s.run(90)
		world.New(s.Freeze(), check)
	}
	for k := oracle.Restart; k <= oracle.RuleEnded; k++ {
		assert.Check(t, kinds[k] > 0, "no %s", k)
	}
}

func TestFilesThatAreNoTraces(t *testing.T) {
	good, _ := record(t, "figure_8_c", "")
	lines := strings.SplitAfter(good, "\n")
	header := lines[0]
	for name, c := range map[string]struct{ trace, want string }{
		"Empty":         {"", "not a trace: it is empty; want a file that -trace has written"},
		"NoHeader":      {lines[1], "not a trace: line 1 does not begin a run; want a file that -trace has written"},
		"OtherFormat":   {strings.Replace(header, `"format":3`, `"format":9`, 1), "not a trace: line 1: format 9, this program reads 1 to 3"},
		"BadFixture":    {`{"event":"Run","format":1,"name":"x","fixture":"what"}` + "\n", "not a trace: line 1: its fixture"},
		"NotJSON":       {header + "hello\n", "not a trace: line 2: not a record of a trace: invalid character 'h'"},
		"UnknownEvent":  {header + `{"seq":1,"event":"Dance"}` + "\n", `not a trace: line 2: not a record of a trace: unknown event "Dance"`},
		"NothingOfKind": {header + `{"seq":1,"event":"Init","node":0,"state":{"role":"Follower"}}` + "\n", `a Init has "init"`},
		"NoState":       {header + `{"seq":1,"event":"Timeout","node":0}` + "\n", `a Timeout has "state"`},
		"NoMessage":     {header + `{"seq":1,"event":"Reply","node":0}` + "\n", `a Reply has "message"`},
		"AfterTheMark":  {good + lines[1], "comes after the end mark and begins no run"},
		"WrongMark":     {header + lines[1] + lines[len(lines)-2], "the run has"},
		"UnknownRole":   {header + `{"seq":1,"event":"Timeout","node":0,"state":{"role":"King"}}` + "\n", `unknown role "King"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := verify.File(context.Background(), strings.NewReader(c.trace), func(r verify.Run) {
				assert.Check(t, name == "AfterTheMark" || r.Verdict() == verify.Undecided)
			})
			assert.ErrorIs(t, err, trace.ErrNotTrace)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// Unknown servers, messages and ids are illegal and cause no panic.
func TestNonsenseIsIllegal(t *testing.T) {
	good, _ := record(t, "slow_storage", "")
	lines := strings.SplitAfter(good, "\n")
	header, first := lines[0], lines[1]
	state := `"state":{"role":"Leader","term":3,"voted_for":77,"leader":-4,"commit_index":9,"last_applied":9,"last_index":9,"last_term":9}`
	for k := oracle.Restart; k <= oracle.RuleEnded; k++ {
		for _, node := range []string{"-7", "0", "1", "99", "null"} {
			for _, type_ := range []string{"RequestVoteRequest", "RequestVoteResponse", "AppendEntriesRequest", "AppendEntriesResponse"} {
				line := fmt.Sprintf(`{"seq":2,"time_ns":5,"step":3,"cause":1,"event":%q,"node":%s,"index":99,"message":{"id":1,"type":%q,"from":-3,"to":99,"prev_log_index":88,"entries":[{"term":1,"op":"x"}]},%s,`+
					`"request":{"id":"01234567-89ab-4cde-8f01-23456789abcd","command":null},"response":{"id":"01234567-89ab-4cde-8f01-23456789abcd"},`+
					`"init":{"up":true,"log":[],"match_index":[1],"votes":[99],"writes":[{"kept":99}]},"stored":{},"change":{"op":"isolate","node":99}}`, k, node, type_, state)
				runs := judge(t, header+first+line+"\n")
				assert.Assert(t, runs[0].Finding != nil && runs[0].At == 3, line)
			}
		}
	}
}

// FuzzFile checks that File judges or refuses any file.
func FuzzFile(f *testing.F) {
	good, _ := record(f, "slow_storage", "")
	lines := strings.SplitAfterN(good, "\n", 60)
	header := lines[0]
	for _, line := range lines[1 : len(lines)-1] {
		f.Add(line)
	}
	f.Fuzz(func(_ *testing.T, more string) {
		_ = verify.File(context.Background(), strings.NewReader(header+lines[1]+more+"\n"), func(verify.Run) {})
	})
}

func TestSeveralRunsAndACutLine(t *testing.T) {
	good, _ := record(t, "slow_storage", "")
	bad, _ := record(t, "figure_8_c", "commit_old_term")
	unmarked := good[:strings.LastIndex(good[:len(good)-1], "\n")+1]
	runs := judge(t, good+bad+unmarked[:len(unmarked)-9])
	assert.Equal(t, len(runs), 3)
	assert.Check(t, runs[0].Verdict() == verify.Accepted && runs[1].Verdict() == verify.Illegal && runs[2].Verdict() == verify.Undecided)
	assert.Check(t, runs[0].Ending.Whole() && runs[1].Ending.Whole() && runs[2].Ending.Cut)
	assert.Equal(t, runs[1].Line, strings.Count(good, "\n")+1)
	assert.Equal(t, runs[1].At+runs[1].Rest, runs[2].Line-2)
	assert.Equal(t, runs[2].Records, runs[0].Records-1)
}

// A trace of format 2 without its end mark is never accepted; one of format 1 is judged as
// far as it goes.
func TestOnlyWholeRunsAreAccepted(t *testing.T) {
	good, _ := record(t, "slow_storage", "")
	bad, _ := record(t, "figure_8_c", "commit_old_term")
	lines := strings.SplitAfter(good, "\n")
	lines = lines[:len(lines)-1]
	unmarked := strings.Join(lines[:len(lines)-1], "")
	mark := fmt.Sprintf(`{"event":"End","reason":"failed","error":"disk full","records":%d}`, len(lines)-2)
	old := strings.Replace(unmarked, `"format":3`, `"format":1`, 1)
	for name, c := range map[string]struct {
		trace   string
		verdict verify.Verdict
		why     string
	}{
		"Whole":          {good, verify.Accepted, ""},
		"NoMark":         {unmarked, verify.Undecided, "no end mark"},
		"BareHeader":     {lines[0], verify.Undecided, "no end mark"},
		"HalfALine":      {unmarked[:len(unmarked)-2], verify.Undecided, "its last line is not whole"},
		"Failed":         {unmarked + mark + "\n", verify.Undecided, "recording failed: disk full"},
		"Nothing":        {lines[0] + `{"event":"End","reason":"closed","records":0}` + "\n", verify.Undecided, "not all of its servers have started"},
		"FormatOne":      {old, verify.Accepted, ""},
		"FormatOneCut":   {old[:len(old)-9], verify.Accepted, ""},
		"IllegalNoMark":  {bad[:strings.LastIndex(bad[:len(bad)-1], "\n")+1], verify.Illegal, "no end mark"},
		"ReadOnWindows":  {"\ufeff" + strings.ReplaceAll(good, "\n", "\r\n"), verify.Accepted, ""},
		"AnotherFollows": {strings.Replace(good, "closed", "replaced", 1), verify.Undecided, "another run followed, and is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			runs := judge(t, c.trace)
			assert.Equal(t, len(runs), 1)
			assert.Equal(t, runs[0].Verdict(), c.verdict)
			assert.Assert(t, strings.Contains(runs[0].Why(), c.why) && (c.why != "" || runs[0].Why() == ""), runs[0].Why())
		})
	}
}
