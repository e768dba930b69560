package run

import (
	"errors"
	"slices"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
)

const students = "student"

// audience is who reads the outputs.
func (o *options) audience() report.Audience {
	if o.readers == students {
		return report.Students
	}
	return report.Staff
}

// sees reports whether the readers of the outputs may see a scenario.
func (o *options) sees(c *runCase) bool {
	_, grade := c.about()
	return o.audience().Sees(*grade)
}

// conceal replaces an error about a scenario that the readers may not see.
func (o *options) conceal(c *runCase, err error) error {
	if err == nil || o.sees(c) {
		return err
	}
	return errConcealed
}

var errConcealed = errors.New("a scenario cannot run; -audience staff says which, and why")

// counted leaves out the verdicts that the exit code must not show: what hidden scenarios
// did. Bad files stay.
func (o *options) counted(verdicts []scenario.Verdict) []scenario.Verdict {
	return slices.DeleteFunc(slices.Clone(verdicts), func(v scenario.Verdict) bool {
		return v.Status != scenario.Error && !o.audience().Sees(v.Grade)
	})
}
