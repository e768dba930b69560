package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// A Story is what one file shows: verdicts, and the runs to play.
type Story struct {
	Title string `json:"title"`
	// Verdicts is any JSON; those of package report have the shape of its json format.
	Verdicts any   `json:"verdicts"`
	Runs     []Run `json:"runs"`
	// Summary is shown where no script can run.
	Summary string `json:"-"`
}

// A Run is one run of a Story.
type Run struct {
	// Kind is "" for a cluster of the emulator's own, and ForeignRun for programs that others
	// wrote, of which only Foreign is known.
	Kind    string `json:"kind,omitempty"`
	Name    string `json:"name"`
	Verdict string `json:"verdict"` // in words
	// Place is that of the run's verdict among the story's.
	Place int `json:"place"`

	Header json.RawMessage `json:"header,omitempty"` // the trace's
	// Start is the whole state before the first record, if that is not the first of the run.
	Start any `json:"start,omitempty"`
	// Records are lines of the trace, in a row.
	Records []json.RawMessage `json:"records"`
	// OpenAt is the seq of the record at which the run is opened.
	OpenAt uint64 `json:"open_at,omitempty"`
	// Explained has explanations of records by their seqs.
	Explained map[uint64]any `json:"explained,omitempty"`
	// LeftOut says in words what is missing; "": nothing is.
	LeftOut string `json:"left_out,omitempty"`

	Foreign any `json:"foreign,omitempty"`
}

// ForeignRun is the Kind of runs of programs that others wrote.
const ForeignRun = "foreign"

// Mark stands near the beginning of every file that File writes.
const Mark = `<meta name="generator" content="emulator report">`

// A shell is the page in one piece, as all files have it.
type shell struct {
	style, script string
	icon          string
	policy        string
	err           error
}

// oneShell makes the shell when somebody first needs it.
var oneShell = sync.OnceValue(func() shell { return newShell(web()) })

// File writes a story as one HTML file: the page with everything that it needs. It loads
// nothing, and its policy allows only its own script and style, by their hashes.
func File(w io.Writer, s *Story) error {
	page := oneShell()
	if page.err != nil {
		return page.err
	}
	data, err := pack(s)
	if err != nil {
		return err
	}
	title := html.EscapeString(s.Title)
	for _, part := range []string{
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", Mark, "\n",
		`<meta http-equiv="Content-Security-Policy" content="`, page.policy, "\">\n",
		`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<link rel="icon" href="`, page.icon, "\">\n",
		"<title>", title, "</title>\n<style>", page.style, "</style>\n</head>\n<body>\n",
		"<noscript><h1>", title, "</h1><p>Playing the runs needs JavaScript.</p><pre>", html.EscapeString(s.Summary), "</pre></noscript>\n",
		`<div id="app"><p class="boot">The page is loading.</p></div>`, "\n",
		`<script type="application/json" id="story">{"data":"`, data, "\"}</script>\n",
		`<script type="module">`, page.script, "</script>\n</body>\n</html>\n",
	} {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

// pack writes a story as JSON, compressed, in base64.
func pack(s *Story) (string, error) {
	var b bytes.Buffer
	text := base64.NewEncoder(base64.StdEncoding, &b)
	zipped, err := gzip.NewWriterLevel(text, gzip.BestCompression)
	if err != nil { // the level exists
		panic(err)
	}
	if err := json.NewEncoder(zipped).Encode(s); err != nil {
		return "", err
	}
	if err := zipped.Close(); err != nil {
		return "", err
	}
	if err := text.Close(); err != nil {
		return "", err
	}
	return b.String(), nil
}

var (
	icons   = regexp.MustCompile(`<link rel="icon" href="/?page/([^"]+)"`)
	styles  = regexp.MustCompile(`<link rel="stylesheet" href="/?page/([^"]+)">`)
	outside = regexp.MustCompile(`(?i)@import|url\(|</style`)
)

// newShell puts the page's styles and modules together.
func newShell(files fs.FS) shell {
	index, err := fs.ReadFile(files, Index)
	if err != nil {
		return shell{err: err}
	}
	var s shell
	for _, m := range styles.FindAllSubmatch(index, -1) {
		text, err := fs.ReadFile(files, string(m[1]))
		if err != nil {
			return shell{err: err}
		}
		if found := outside.Find(text); found != nil {
			return shell{err: fmt.Errorf("%s: %q cannot stand in one file", m[1], found)}
		}
		s.style += string(text)
	}
	if m := icons.FindSubmatch(index); m != nil {
		icon, err := fs.ReadFile(files, string(m[1]))
		if err != nil {
			return shell{err: err}
		}
		s.icon = "data:" + types[path.Ext(string(m[1]))] + ";base64," + base64.StdEncoding.EncodeToString(icon)
	}
	if s.script, s.err = bundle(files); s.err != nil {
		return s
	}
	s.script = "\n" + s.script
	s.policy = strings.Join([]string{
		"default-src 'none'", "script-src " + hashOf(s.script), "style-src " + hashOf(s.style), "img-src data: blob:",
		"base-uri 'none'", "form-action 'none'",
	}, "; ")
	return s
}

// hashOf names a script or style in a policy.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// block is the part of a file that has the story.
var block = regexp.MustCompile(`<script type="application/json" id="story">\{"data":"([A-Za-z0-9+/=]*)"\}</script>`)

// Unpack returns the story in a file that File has written, as JSON.
func Unpack(text []byte) ([]byte, error) {
	found := block.FindSubmatch(text)
	if found == nil {
		return nil, errors.New("there is no story in the file")
	}
	in, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(found[1])))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(in)
}
