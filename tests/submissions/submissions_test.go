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
		Must: []Rule{{Scenarios: []string{"raft/*"}, Kinds: []string{"wrong"}}},
		May:  []Rule{{Scenarios: []string{"*/slow"}, Kinds: []string{"too slow"}}},
	}
	for _, c := range []struct {
		name     string
		verdicts []Verdict
		want     []string
	}{
		{"Found", []Verdict{{"raft/a", "wrong"}, {"raft/b", "passed"}, {"queue/a", "passed"}}, nil},
		{"Missed", []Verdict{{"raft/a", "passed"}}, []string{`no verdict on ["raft/*"] is ["wrong"]`}},
		{"NotRun", []Verdict{{"queue/a", "passed"}}, nil},
		{"MayBe", []Verdict{{"raft/a", "wrong"}, {"queue/slow", "too slow"}}, nil},
		{"Unsound", []Verdict{{"raft/a", "wrong"}, {"queue/a", "wrong"}}, []string{`queue/a: "wrong" is not what s deserves`}},
		{"Undecided", []Verdict{{"raft/a", "wrong"}, {"raft/b", "undecided"}}, []string{`raft/b: "undecided" is not what s deserves`}},
		{"Nothing", nil, []string{"there are no verdicts"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.DeepEqual(t, s.Judge(c.verdicts), c.want) })
	}
}

func TestJudgeOfARuleForAllCountsTheOthers(t *testing.T) {
	s := Submission{Name: "s", Must: []Rule{{Scenarios: []string{"*/*"}, Kinds: []string{"did not start"}, All: true}}}
	assert.DeepEqual(t, s.Judge([]Verdict{{"a/a", "did not start"}, {"a/b", "passed"}}),
		[]string{`1 of 2 verdicts on ["*/*"] are ["did not start"]: all must be`})
}
