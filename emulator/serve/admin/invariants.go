package admin

import (
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

func getInvariants(c *call) (any, error) {
	var a api.InvariantsAnswer
	c.host.Invariants(func(o host.View, report []invariant.Standing) {
		a.Place, a.Invariants = here(o), report
	})
	a.Held = len(invariant.Broken(a.Invariants)) == 0
	return a, nil
}

// invariants are counted, each by how it stands.
func (m *metrics) invariants(report []invariant.Standing) {
	const name = "emulator_invariant_violations_total"
	m.family(name, "counter", "Violations of an invariant since the cluster began, excused ones included.")
	for _, r := range report {
		violations := r.Further
		if r.Violation != nil {
			violations++
		}
		m.sample(name, float64(violations), "invariant", r.Name, "status", string(r.Status))
	}
}
