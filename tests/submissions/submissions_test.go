package submissions

import (
	"os"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"
)

func TestEverySubmissionAssemblesIntoAFolderWithoutItsVerdicts(t *testing.T) {
	all, err := All()
	assert.NilError(t, err)
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "handed", "in")
			assert.NilError(t, s.Assemble(dir))
			_, err := os.Stat(filepath.Join(dir, "expected.toml"))
			assert.ErrorIs(t, err, os.ErrNotExist)
			if s.Shared {
				_, err := os.Stat(filepath.Join(dir, "src", "raft_node.py"))
				assert.NilError(t, err)
			}
		})
	}
}

func TestFindRefusesAnUnknownName(t *testing.T) {
	_, err := Find("none")
	assert.ErrorIs(t, err, ErrUnknown)
}

func TestJudge(t *testing.T) {
	s := Submission{
		Name: "s",
		Must: []Rule{{Parts: []string{"Raft"}, Kinds: []string{"wrong"}}},
		May:  []Rule{{Scenarios: []string{"slow_*"}, Kinds: []string{"too slow"}}},
	}
	const raft, queue = "what Raft promises", "message queue"
	for _, c := range []struct {
		name     string
		verdicts []Verdict
		want     []string
	}{
		{"Found", []Verdict{{"a", raft, "wrong"}, {"b", raft, "passed"}, {"c", queue, "passed"}}, nil},
		{"Missed", []Verdict{{"a", raft, "passed"}}, []string{`no verdict in parts ["Raft"] is ["wrong"]`}},
		{"NotRun", []Verdict{{"c", queue, "passed"}}, nil},
		{"MayBe", []Verdict{{"a", raft, "wrong"}, {"slow_a", queue, "too slow"}}, nil},
		{"Unsound", []Verdict{{"a", raft, "wrong"}, {"c", queue, "wrong"}}, []string{`c: "wrong" is not what s deserves`}},
		{"Undecided", []Verdict{{"a", raft, "wrong"}, {"b", raft, "undecided"}}, []string{`b: "undecided" is not what s deserves`}},
		{"NotObservable", []Verdict{{"a", raft, "wrong"}, {"b", raft, "not observable"}}, nil},
		{"Nothing", nil, []string{"there are no verdicts"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.DeepEqual(t, s.Judge(c.verdicts), c.want) })
	}
}

func TestJudgeOfARuleForAllCountsTheOthers(t *testing.T) {
	s := Submission{Name: "s", Must: []Rule{{Scenarios: []string{"a*"}, Kinds: []string{"did not start"}, All: true}}}
	assert.DeepEqual(t, s.Judge([]Verdict{{"a", "", "did not start"}, {"ab", "", "passed"}}),
		[]string{`1 of 2 verdicts on ["a*"] are ["did not start"]: all must be`})
}
