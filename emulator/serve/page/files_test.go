package page

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"testing"
	"unicode/utf8"

	"gotest.tools/v3/assert"
)

// Every file of the page is text of a type that is served.
func TestFilesAreText(t *testing.T) {
	assert.NilError(t, fs.WalkDir(web(), ".", func(name string, d fs.DirEntry, err error) error {
		assert.NilError(t, err)
		if d.IsDir() {
			return nil
		}
		assert.Check(t, types[path.Ext(name)] != "", "%s is of no type that is served", name)
		assert.Check(t, files()[name] != nil, name)
		text, err := fs.ReadFile(web(), name)
		assert.NilError(t, err)
		assert.Check(t, utf8.Valid(text) && !bytes.ContainsRune(text, 0), "%s is not text", name)
		return nil
	}))
}

// reference finds what an HTML file loads.
var reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)

// The page loads only files that exist, and none from elsewhere.
func TestIndexLoadsItsFiles(t *testing.T) {
	found := reference.FindAllSubmatch(files()[Index].text, -1)
	assert.Assert(t, len(found) > 0)
	for _, m := range found {
		name := string(m[1])
		if bytes.HasPrefix(m[1], []byte("data:")) {
			continue
		}
		dir, file := path.Split(path.Clean(name))
		assert.Check(t, regexp.MustCompile(`^/?page/`).MatchString(dir), "%s is not under page/", name)
		assert.Check(t, files()[regexp.MustCompile(`^/?page/`).ReplaceAllString(dir, "")+file] != nil, "%s does not exist", name)
	}
	assert.Check(t, !regexp.MustCompile(`(?i)<script>|<style|\son\w+=|\sstyle=`).Match(files()[Index].text), "the policy refuses it")
}
