package target

import (
	"os"
	"strconv"
	"strings"
)

// crowd returns the number of tasks of the whole machine that run or want to, for each core.
func crowd() (perCore float64, ok bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	fields := strings.Fields(string(text))
	if len(fields) < 4 {
		return 0, false
	}
	running, _, _ := strings.Cut(fields[3], "/")
	n, err := strconv.Atoi(running)
	cores := cores()
	if err != nil || cores == 0 {
		return 0, false
	}
	return float64(n) / float64(cores), true
}

// cores counts the machine's cores, also those that this process may not use: other processes
// do.
func cores() (n int) {
	text, err := os.ReadFile("/sys/devices/system/cpu/online")
	if err != nil {
		return 0
	}
	for part := range strings.SplitSeq(strings.TrimSpace(string(text)), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, wrong := strconv.Atoi(last)
		if err != nil || wrong != nil || to < from {
			return 0
		}
		n += to - from + 1
	}
	return n
}
