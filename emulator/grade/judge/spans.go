package judge

import (
	"rrmq.example/emulator/emulator/lab/scenario"
)

// spans returns the times during which each node said the same about its role and term.
func spans(polls [][]Poll) []scenario.RoleSpan {
	var list []scenario.RoleSpan
	for node, answers := range polls {
		for i := range answers {
			p := &answers[i]
			if p.Wrong != "" {
				continue
			}
			s := scenario.RoleSpan{Node: node, Role: p.Role.String(), Term: uint64(p.Term), From: p.Begin, To: p.End}
			if n := len(list); n > 0 && list[n-1].Node == node && list[n-1].Role == s.Role && list[n-1].Term == s.Term {
				list[n-1].To = s.To
			} else {
				list = append(list, s)
			}
		}
	}
	return list
}
