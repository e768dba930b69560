package submissions

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Report is what emulator grade -report json=FILE writes, as far as it matters here.
type Report struct {
	Points, MaxPoints float64
	Verdicts          []Verdict // in order of the scenarios' names
}

// ReadReport reads a report.
func ReadReport(file string) (Report, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Report{}, err
	}
	var read struct {
		Summary struct {
			Points    float64 `json:"points"`
			MaxPoints float64 `json:"max_points"`
		} `json:"summary"`
		Verdicts []struct {
			Name  string `json:"name"`
			Grade struct {
				Part string `json:"part"`
			} `json:"grade"`
			Status  string `json:"status"`
			Foreign *struct {
				Kind string `json:"kind"`
			} `json:"foreign"`
		} `json:"verdicts"`
	}
	if err := json.Unmarshal(data, &read); err != nil {
		return Report{}, fmt.Errorf("%s: %w", file, err)
	}
	r := Report{Points: read.Summary.Points, MaxPoints: read.Summary.MaxPoints}
	for _, v := range read.Verdicts {
		kind := v.Status
		if v.Foreign != nil {
			kind = strings.ReplaceAll(v.Foreign.Kind, "_", " ")
		}
		r.Verdicts = append(r.Verdicts, Verdict{v.Name, v.Grade.Part, kind})
	}
	SortVerdicts(r.Verdicts)
	return r, nil
}

// SortVerdicts sorts verdicts by the names of their scenarios.
func SortVerdicts(list []Verdict) {
	slices.SortFunc(list, func(a, b Verdict) int { return strings.Compare(a.Scenario, b.Scenario) })
}
