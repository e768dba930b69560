package load

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/text"
)

// progressLine says how far a run is, on one line; "" before it begins.
func progressLine(p *load.Progress) string {
	s, ok := p.Now()
	if !ok {
		return ""
	}
	if s.Phase == load.PhaseCheck {
		return fmt.Sprintf("check   %5.1f s", s.Since.Seconds())
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %6.1f s  %.0f/s  done %d", s.Phase, s.Since.Seconds(), s.Rate, s.Requests.Done)
	for _, c := range []struct {
		name string
		n    int
	}{{"refused", s.Requests.Refused}, {"failed", s.Requests.Failed}, {"unknown", s.Requests.Unknown}} {
		if c.n > 0 {
			fmt.Fprintf(&b, "  %s %d", c.name, c.n)
		}
	}
	fmt.Fprintf(&b, "  p50 %s  p99 %s  leader %d", text.Duration(s.P50), text.Duration(s.P99), s.Leader)
	if s.Left > 0 {
		fmt.Fprintf(&b, "  %.0f s left", s.Left.Seconds())
	}
	return b.String()
}
