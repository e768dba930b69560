package course

import (
	"path"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
)

// Bounds on the lists of a course file.
const (
	maxArgs  = 100
	maxState = 100
	// maxTime bounds every time.
	maxTime = time.Hour
)

// Load reads the course file at a path. The error is a source.ErrUnreadable or a
// source.Errors.
func Load(path string) (*Course, error) {
	data, err := source.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads a course from TOML. Messages contain the file's name. The error is a
// source.Errors.
func Parse(file string, data []byte) (*Course, error) {
	p := source.NewProblems(file)
	if v := source.ParseTOML(data, p); v != nil {
		c := readCourse(v)
		if p.Err() == nil {
			return c, nil
		}
	}
	return nil, p.Err()
}

func readCourse(v *source.Value) *Course {
	c := Initial()
	s := v.Table("a table")
	if s.Int("format", "the only format,", Format, Format); !s.Has("format") {
		v.Missing("format", "format = %d", Format)
	}
	s.TextWithin("name", bounds.Name, &c.Name)
	if list, ok := s.Items("parts", "a list of the course's parts, in their order"); ok {
		c.Parts = readParts(list)
	}
	if start := s.Get("start"); start != nil {
		readStart(start, &c.Start)
	} else {
		v.Missing("start", "a table [start] with the command that starts a node")
	}
	if build := s.Get("build"); build != nil {
		readBuild(build, &c.Build)
	}
	if files := s.Get("files"); files != nil {
		t := files.Table("a table with the key state")
		if list, ok := t.Items("state", `a list of globs, such as ["nodes/*.json"]`); ok {
			c.State = readState(t.At("state"), list)
		}
		t.End()
	}
	if promises := s.Get("promises"); promises != nil {
		readPromises(promises, &c.Promises)
	}
	if limits := s.Get("limits"); limits != nil {
		readLimits(limits, &c.Limits)
	}
	if shares := s.Get("shares"); shares != nil {
		readShares(shares, c.Shares)
	}
	if messages := s.Get("messages"); messages != nil {
		t := messages.Table("a table with request_vote and append_entries")
		readMessage(t, "request_vote", &c.Messages.RequestVote)
		readMessage(t, "append_entries", &c.Messages.AppendEntries)
		t.End()
	}
	s.End()
	return c
}

// readStart reads [start].
func readStart(v *source.Value, s *Start) {
	t := v.Table("a table with the key command")
	sound := v.Sound()
	if s.Args = readCommand(t, "command"); s.Args == nil && !t.Has("command") {
		v.Missing("command", `the command that starts a node, such as ["python3", "node.py", "{config}", "{index}"]`)
	}
	if env := t.Get("env"); env != nil {
		s.Env = readEnv(env)
	}
	readBelow(t, "directory", &s.Dir)
	readBelow(t, "config_file", &s.ConfigFile)
	for i, arg := range s.Args {
		checkWords(t.At("command", i), arg, s.ConfigFile != "")
	}
	for _, pair := range s.Env {
		name, value, _ := strings.Cut(pair, "=")
		checkWords(t.At("env", name), value, s.ConfigFile != "")
	}
	if sound() && len(s.Args) > 0 && !s.tellsApart() {
		t.ReportKey("command", "is the same for all nodes, want %s in it or in env", text.Or(own))
	}
	addresses := []string{"127.0.0.1", "http://127.0.0.1"}
	if i, ok := t.Choice("ip", addresses); ok {
		s.IP = addresses[i]
	}
	t.Bool("internal_port", &s.Internal)
	readTime(t, "ready_ms", &s.Ready)
	if !readBelow(t, "program", &s.Program) && sound() {
		s.Program = programOf(s.Args, s.Dir)
	}
	t.End()
}

// readCommand reads a command with its arguments; nil if there is none.
func readCommand(t *source.Table, key string) []string {
	const want = `a list of words: the command and its arguments`
	list, ok := t.Items(key, want)
	if !ok {
		return nil
	}
	v := t.At(key)
	if len(list) == 0 || len(list) > maxArgs {
		v.Report("has %s, want from 1 to %d", text.Count(len(list), "word"), maxArgs)
		return nil
	}
	args := make([]string, 0, len(list))
	for i, item := range list {
		word, ok := item.Text()
		switch {
		case !ok || i == 0 && strings.TrimSpace(word) == "":
			item.Wrong("a word, in quotes")
		case strings.ContainsRune(word, 0):
			item.Report("holds a zero byte, want none")
		}
		args = append(args, word)
	}
	return args
}

// readEnv reads names with their values.
func readEnv(v *source.Value) []string {
	var env []string
	for name, value := range v.Table(`a table of names with values, such as { PYTHONPATH = "src" }`).Each() {
		s, ok := value.Text()
		switch {
		case !ok:
			value.Wrong("a string, in quotes")
		case name == "" || strings.ContainsAny(name, "=\x00"):
			value.Report("has a name that no variable can have, want one without = and zero bytes")
		case strings.ContainsRune(s, 0):
			value.Report("holds a zero byte, want none")
		default:
			env = append(env, name+"="+s)
		}
	}
	return env
}

// checkWords reports words in braces that stand for nothing.
func checkWords(v *source.Value, s string, hasFile bool) {
	for _, word := range placeholder.FindAllString(s, -1) {
		switch {
		case !slices.Contains(Words(), word):
			v.Report("has the word %s, which stands for nothing, %s", source.QuoteShort(word), text.Suggest(word, Words()))
		case word == "{config}" && !hasFile:
			v.Report("has the word {config}, but start.config_file is missing, want the name of the file")
		}
	}
}

// readBelow reads a path that stays below the submission.
func readBelow(t *source.Table, key string, dst *string) bool {
	var s string
	if !t.Text(key, &s) {
		return false
	}
	clean := path.Clean(s)
	if s == "" || path.IsAbs(s) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(s, "\\\x00") {
		t.At(key).Wrong("a path below the submission, with slashes and without ..")
		return false
	}
	*dst = clean
	return true
}

// programOf guesses which file below the submission every program has: the first word of the
// command that is a path, or an argument that looks like a file.
func programOf(args []string, dir string) string {
	for i, arg := range args {
		isPath := strings.Contains(arg, "/") || i > 0 && path.Ext(arg) != "" && path.Ext(arg) != "."
		if !isPath || path.IsAbs(arg) || strings.HasPrefix(arg, "-") || placeholder.MatchString(arg) || strings.Contains(arg, "://") {
			if i == 0 || strings.HasPrefix(arg, "-") {
				continue
			}
			return ""
		}
		file := path.Join(dir, arg)
		if strings.HasPrefix(file, "../") {
			return ""
		}
		return file
	}
	return ""
}

func readBuild(v *source.Value, b *Build) {
	t := v.Table("a table with the keys command and limit_ms")
	if b.Args = readCommand(t, "command"); b.Args == nil && !t.Has("command") {
		v.Missing("command", `the command that builds a submission, such as ["make"]`)
	}
	readTime(t, "limit_ms", &b.Limit)
	t.End()
}

func readState(v *source.Value, list []*source.Value) []string {
	if len(list) > maxState {
		v.Report("has %d globs, want at most %d", len(list), maxState)
		return nil
	}
	var globs []string
	for _, item := range list {
		glob, ok := item.Text()
		if _, err := path.Match(glob, ""); !ok || glob == "" || path.IsAbs(glob) || err != nil {
			item.Wrong(`a glob, such as "nodes/*.json"`)
			continue
		}
		globs = append(globs, strings.TrimPrefix(glob, "./"))
	}
	return globs
}

func readParts(list []*source.Value) []string {
	var parts []string
	for _, item := range list {
		switch part, ok := item.Text(); {
		case !ok:
			item.Wrong("the name of a part")
		case !item.Within(bounds.Part):
		case slices.Contains(parts, part):
			item.Report("is %s a second time, want each part once", item.Show())
		default:
			parts = append(parts, part)
		}
	}
	return parts
}

func readPromises(v *source.Value, p *Promises) {
	t := v.Table("a table among reads, durable and followers_refuse")
	reads := []string{string(AnyReads), string(Linearizable)}
	if i, ok := t.Choice("reads", reads); ok {
		p.Reads = Reads(reads[i])
	}
	t.Bool("durable", &p.Durable)
	t.Bool("followers_refuse", &p.FollowersRefuse)
	t.End()
}

func readLimits(v *source.Value, l *Limits) {
	t := v.Table("a table among good_ms and late_ms")
	sound := v.Sound()
	readTime(t, "good_ms", &l.Good)
	readTime(t, "late_ms", &l.Late)
	t.End()
	if sound() && l.Late <= l.Good {
		t.ReportKey("late_ms", "is %d, not above good_ms = %d, want it above", l.Late.Milliseconds(), l.Good.Milliseconds())
	}
}

// readTime reads milliseconds, up to maxTime.
func readTime(t *source.Table, key string, dst *time.Duration) {
	d := *dst
	t.Millis(key, 1, &d)
	if d > maxTime {
		t.At(key).Report("is %s, want at most %d", t.At(key).Show(), maxTime.Milliseconds())
		return
	}
	*dst = d
}

// readShares reads what the kinds of verdicts are worth.
func readShares(v *source.Value, shares map[Kind]float64) {
	kinds := priced()
	keys := make([]string, len(kinds))
	for i, k := range kinds {
		keys[i] = k.Key()
	}
	t := v.Table("a table among " + strings.Join(keys, ", "))
	for i, key := range keys {
		share := t.Get(key)
		if share == nil {
			continue
		}
		if f, ok := share.Number(); ok && f >= 0 && f <= 1 { // and so no NaN
			shares[kinds[i]] = f
			continue
		}
		share.Wrong("a share from 0 to 1")
	}
	for _, k := range Kinds() {
		if k == Passed || !k.Counts() {
			if given := t.Get(k.Key()); given != nil {
				given.Report("cannot have a share: %s", unpriced(k))
			}
		}
	}
	t.End()
}

func unpriced(k Kind) string {
	if k == Passed {
		return "what passes gives all points"
	}
	return "it shows nothing about the program, so it neither costs nor gives points"
}

func readMessage(t *source.Table, key string, m *Message) {
	v := t.Get(key)
	if v == nil {
		return
	}
	s := v.Table("a table with the keys path, field, value and entries")
	if s.Text("path", &m.Path) && !strings.HasPrefix(m.Path, "/") {
		s.At("path").Wrong(`a path of URLs, such as "/rpc/{sender}"`)
	}
	if !s.Has("path") {
		v.Missing("path", `the path of the URL, such as "/rpc/{sender}"`)
	}
	s.Text("field", &m.Field)
	s.Text("value", &m.Value)
	s.Text("entries", &m.Entries)
	if (m.Field == "") != (m.Value == "") {
		v.Report("has only one of field and value, want both or none")
	}
	s.End()
}
