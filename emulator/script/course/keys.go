package course

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Key is one key of a course file, for documents.
type Key struct {
	Name    string // with its table: "start.command"
	Want    string // what it holds
	Initial string // the value that it has when it is left out; "" if there is none
}

// Keys lists all keys of a course file.
func Keys() []Key {
	c := Initial()
	keys := []Key{
		{"format", "the version of the format", ""},
		{"name", "the course's name", ""},
		{"parts", "the parts of the course, in the order of the report", ""},
		{"start.command", "the words of the command that starts a node", ""},
		{"start.env", "further variables of its environment", ""},
		{"start.directory", "the folder below the submission in which nodes start", quote(c.Start.Dir)},
		{"start.program", "the file below the submission that every program has", ""},
		{"start.config_file", "the name of the file with all addresses, below the directory", ""},
		{"start.ip", "the address in that file", quote(c.Start.IP)},
		{"start.internal_port", "whether nodes get a second port for each other", "false"},
		{"start.ready_ms", "how long a node has until it answers any request", millis(c.Start.Ready)},
		{"build.command", "the words of the command that builds a submission", ""},
		{"build.limit_ms", "how long it may take", millis(c.Build.Limit)},
		{"files.state", "globs of files that earlier runs leave behind", ""},
		{"promises.reads", `"linearizable" or "any": what answers to reads show`, quote(string(c.Promises.Reads))},
		{"promises.durable", "whether nodes have after a restart what they had before", "false"},
		{"promises.followers_refuse", "whether only the leader serves topics and messages", "true"},
		{"limits.good_ms", "for an election or a repair; later is too slow", millis(c.Limits.Good)},
		{"limits.late_ms", "later than this is never", millis(c.Limits.Late)},
	}
	for _, k := range priced() {
		share := strconv.FormatFloat(c.Shares[k], 'g', -1, 64)
		keys = append(keys, Key{"shares." + k.Key(), fmt.Sprintf("the share of the points for the verdict *%s*", k), share})
	}
	for _, message := range []string{"request_vote", "append_entries"} {
		keys = append(keys,
			Key{"messages." + message + ".path", "the path of its URL; `{name}` is any one segment", ""},
			Key{"messages." + message + ".field", "a field of its JSON body that has the value", ""},
			Key{"messages." + message + ".value", "the value", ""},
			Key{"messages." + message + ".entries", "the field with the list of entries", ""})
	}
	return slices.Clip(keys)
}

func quote(s string) string { return strconv.Quote(s) }

func millis(d time.Duration) string {
	return strings.TrimSpace(strconv.FormatInt(d.Milliseconds(), 10))
}
