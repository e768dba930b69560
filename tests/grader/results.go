package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"rrmq.example/emulator/tests/submissions"
)

// A result is what a job has shown: a line in the file of results.
type result struct {
	Job        string            `json:"job"`
	Group      string            `json:"group"`
	Began      string            `json:"began"`
	Seconds    float64           `json:"seconds"`
	Exit       int               `json:"exit"`
	Points     float64           `json:"points"`
	MaxPoints  float64           `json:"max_points"`
	Complaints []string          `json:"complaints"`
	Kinds      map[string]string `json:"kinds,omitempty"` // of the verdict, by scenario

	report []submissions.Verdict // the same, while the job is judged
}

// readResults returns the newest result of each job. The last line may be half, when the
// machine was switched off.
func readResults(file string) (map[string]result, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := map[string]result{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	var broken error
	for n := 1; lines.Scan(); n++ {
		if broken != nil {
			return nil, broken
		}
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			broken = fmt.Errorf("%s:%d: %w", file, n, err)
			continue
		}
		all[r.Job] = r
	}
	return all, lines.Err()
}

// appendResult adds a line. It starts one of its own even when the line before it is half.
func appendResult(file string, r result) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := cutHalfLine(f); err != nil {
		return err
	}
	if _, err = f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

// cutHalfLine removes what stands behind the last newline.
func cutHalfLine(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	end := info.Size()
	last := make([]byte, 1)
	for ; end > 0; end-- {
		if _, err := f.ReadAt(last, end-1); err != nil {
			return err
		}
		if last[0] == '\n' {
			break
		}
	}
	return f.Truncate(end)
}
