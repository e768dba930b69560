package page

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// story has texts that could end what they stand in.
func story() *Story {
	return &Story{
		Title: "</title><script>alert(1)</script> \u202e", Summary: "</pre></noscript><b>", Verdicts: []string{"</script><!--"},
		Runs: []Run{{
			Name: "a", Verdict: "failed", Header: json.RawMessage(`{"event":"Run"}`), OpenAt: 2,
			Records: []json.RawMessage{json.RawMessage(`{"seq":1}`), json.RawMessage(`{"seq":2,"x":"</script>\u2028"}`)},
		}},
	}
}

func written(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	assert.NilError(t, File(&b, story()))
	return b.String()
}

// The data in the file is the story.
func TestFileHoldsTheStory(t *testing.T) {
	text := written(t)
	data, err := Unpack([]byte(text))
	assert.NilError(t, err)
	var got, want any
	assert.NilError(t, json.Unmarshal(data, &got))
	whole, err := json.Marshal(story())
	assert.NilError(t, err)
	assert.NilError(t, json.Unmarshal(whole, &want))
	assert.DeepEqual(t, got, want)
}

func TestUnpackRefusesOtherFiles(t *testing.T) {
	for _, text := range []string{"", "<html>", `<script type="application/json" id="story">{"data":"AAAA"}</script>`} {
		_, err := Unpack([]byte(text))
		assert.Assert(t, err != nil, text)
	}
}

// The policy allows exactly the script and the style that are there.
func TestFileHasItsPolicy(t *testing.T) {
	text := written(t)
	scripts := regexp.MustCompile(`(?s)<script type="module">(.*?)</script>`).FindAllStringSubmatch(text, -1)
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(text, -1)
	assert.Equal(t, len(scripts), 1)
	assert.Equal(t, len(style), 1)
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(text)
	assert.Assert(t, policy != nil)
	for _, want := range []string{"default-src 'none'", "script-src " + hashOf(scripts[0][1]) + ";", "style-src " + hashOf(style[0][1]) + ";", "base-uri 'none'"} {
		assert.Assert(t, strings.Contains(policy[1], want), "%s is not in %s", want, policy[1])
	}
	assert.Assert(t, strings.Index(text, "Content-Security-Policy") < strings.Index(text, "<style>"))
	assert.Equal(t, strings.Count(strings.ToLower(text), "<script"), strings.Count(text, "<script type=\"module\">")+1, "there is another script")
	assert.Assert(t, strings.Index(text, Mark) < 512)
}

// The file loads nothing from anywhere.
func TestFileLoadsNothing(t *testing.T) {
	text := written(t)
	text = regexp.MustCompile(`(?s)/\*!.*?\*/`).ReplaceAllString(text, "")                                                                                                                                                                   // licences
	text = strings.NewReplacer("http://www.w3.org/2000/svg", "", "http://www.w3.org/1999/xhtml", "", "http://www.w3.org/1998/Math/MathML", "", "http://www.w3.org/1999/xlink", "", "http://www.w3.org/XML/1998/namespace", "").Replace(text) // names
	text = regexp.MustCompile(`http://(127\.0\.0\.1|localhost)`).ReplaceAllString(text, "")                                                                                                                                                  // in commands to copy
	for _, found := range regexp.MustCompile(`(?:).{0,40}(http:|https:|[^a-zA-Z]url\([^#]|import\(|@import|<link [^>]*href="[^d]|<iframe|<base|\ssrc=["'][^$]).{0,40}`).FindAllString(text, -1) {
		t.Errorf("it may load something: %s", found)
	}
}

func TestFileEscapesTexts(t *testing.T) {
	text := written(t)
	assert.Assert(t, strings.Contains(text, "<title>&lt;/title&gt;&lt;script&gt;"))
	assert.Assert(t, strings.Contains(text, "<pre>&lt;/pre&gt;&lt;/noscript&gt;&lt;b&gt;</pre>"))
	assert.Assert(t, !strings.ContainsAny(text, "\u2028\u2029"))
}

func TestShellRefusesStylesThatLoad(t *testing.T) {
	for _, css := range []string{"@import 'x.css';", "a {background: url(x.png)}", "</style>"} {
		files := modules(Index, `<link rel="stylesheet" href="page/a.css">`, "a.css", css, mainModule, "")
		assert.ErrorContains(t, newShell(files).err, "cannot stand in one file")
	}
	files := modules(Index, `<link rel="stylesheet" href="page/a.css">`, "a.css", "a {color: red}", mainModule, "f()")
	assert.NilError(t, newShell(files).err)
}
