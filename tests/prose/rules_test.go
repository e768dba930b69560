package prose

import (
	"fmt"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"
)

func TestRulesRefuseAndAccept(t *testing.T) {
	for _, c := range []struct {
		name          string
		refuse, allow string
	}{
		{"WhatOpening", "What fails is told in the words of the trace.", "What is a leader? It has won an election. It shows what failed."},
		{"WhoOpening", "Who that is depends on the moment of the cut.", "The node who leads. Who leads?"},
		{"WhateverOpening", "Whatever comes is read.", "The test passes whatever the seed."},
		{"Whoever", "It belongs to whoever leads.", "It belongs to the leader."},
		{"Told", "A client is told that the node is down.", "The two are told apart by their terms."},
		{"Said", "All that is wrong is said at once: it is said so.", "The report says so."},
		{"InThePlaceOf", "It stands in the place of the old one.", "It is taken instead of the old one."},
		{"ButFor", "All pass but for the last.", "All pass except the last."},
		{"Had", "Nothing can be had for it.", "A node had it."},
		{"KnowsOf", "A package that knows of clusters.", "A leader that knows its followers."},
		{"Nobody", "It passes when nobody is there.", "It was lost, and nobody noticed."},
		{"Too", "It is stored, too.", "It is too long."},
		{"SoLong", "It waits so long.", "It waits so long as the link is cut."},
		{"None", "A failure that does not come again is none.", "If there is none, it waits."},
		{"LookedAt", "A guarantee is looked at after every event.", "The emulator looked at it."},
		{"ComeTo", "Every state is come to.", "It has come to rest."},
		{"For", "Your times will differ, for the clock is real.", "It waits for it. It waits for the clock."},
		{"InTheMidstOf", "Frozen in the midst of an election.", "Frozen during an election."},
		{"SoMany", "It ends after so many steps.", "So many fell that it stopped."},
		{"Cure", "An empty name cures the node.", "An empty name removes the bug."},
		{"Archaic", "Applied anew.", "Applied again."},
		{"TellsWhether", "It tells whether a link is cut.", "It reports whether a link is cut."},
		{"OtherThan", "It is another than before.", "It is different from before. No node other than the leader."},
		{"OneWants", "It is here when one wants it.", "It is here when you want it."},
		{"Quoted", "It is stored, too.", "The text \"in the place of\" and `but for` are cited."},
		{"Abbreviation", "Use a rule, e.g. one that is told.", "A number, e.g. What."},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Assert(t, len(check(block{"x.md", 1, c.refuse})) > 0, "%q was accepted", c.refuse)
			assert.DeepEqual(t, texts(check(block{"x.md", 1, c.allow})), []string(nil))
		})
	}
}

func TestLongSentenceIsRefused(t *testing.T) {
	text := "One."
	for range maxWords - 1 {
		text = "word " + text
	}
	assert.Equal(t, len(check(block{"x.md", 1, text})), 0)
	assert.Equal(t, len(check(block{"x.md", 1, "word " + text})), 1)
	assert.Equal(t, len(check(block{"x.md", 1, text + " W" + text[1:]})), 0)
}

func TestFindingNamesTheLineOfItsSentence(t *testing.T) {
	found := check(block{"x.md", 7, "A sentence that\nis fine. The second is\nstored, too. And\nWhat."})
	assert.DeepEqual(t, texts(found), []string{`x.md:8: "The second is stored , too.": write "also", before the verb`})
}

func TestReaders(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"Comment", "a.go", "// Package a.\n//\n//\tcode but for\npackage a\n\n// B is\n// c.\nvar b = 1 // prose:ok\n", []string{"1:  Package a.", "6:  B is\n c."}},
		{"Message", "a.go", "package a\n\nconst b, c = `one two\n  three four`, \"five\"\n", []string{"3: one two"}},
		{"TestMessage", "a_test.go", "package a\n\nconst b = `one two`\n", nil},
		{"Markdown", "a.md", "# Title\n\nOne\ntwo.\n\n- three\n  four\n- five\n\n```\nsix\n```\n[seven](eight)\n", []string{"3: One\ntwo.", "6: three\n  four", "8: five", "13: [seven]"}},
		{"Table", "a.md", "| A | B |\n|---|---|\n| c | one two three four five |\n", []string{"3:  one two three four five "}},
		{"TOML", "a.toml", "# One\n# two.\nx = 1\ndescription = \"three four\"\n", []string{"4: three four", "1:  One\n two."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			blocks, err := readers[filepath.Ext(c.file)](c.file, c.text)
			assert.NilError(t, err)
			var got []string
			for _, b := range blocks {
				got = append(got, fmt.Sprintf("%d: %s", b.line, b.text))
			}
			assert.DeepEqual(t, got, c.want)
		})
	}
}

func texts(found []finding) (all []string) {
	for _, f := range found {
		all = append(all, f.String())
	}
	return all
}
