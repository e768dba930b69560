package prose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// exempt marks a line that stands as it is.
const exempt = "prose:ok"

// readers find the prose in a file, by the end of its name.
var readers = map[string]func(file, text string) ([]block, error){
	".go":   readGo,
	".md":   readMarkdown,
	".toml": readTOML,
}

// readGo returns the comments of a file, and if it is no test the messages: its
// string literals with spaces.
func readGo(file, text string) ([]block, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, text, parser.ParseComments)
	if err != nil || ast.IsGenerated(parsed) {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	var all []block
	for _, group := range parsed.Comments {
		all = append(all, commentBlocks(file, fset.Position(group.Pos()).Line, group)...)
	}
	if strings.HasSuffix(file, "_test.go") {
		return all, nil
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			return false
		}
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		line := fset.Position(literal.Pos()).Line
		message, err := strconv.Unquote(literal.Value)
		if err == nil && strings.Contains(message, " ") && !strings.Contains(lines[line-1], exempt) {
			all = append(all, messageBlocks(file, line, message)...)
		}
		return true
	})
	return all, nil
}

// messageBlocks returns the paragraphs of a message, without its indented lines: those
// are tables and examples.
func messageBlocks(file string, line int, message string) []block {
	lines := strings.Split(message, "\n")
	for i, s := range lines {
		if i > 0 && strings.HasPrefix(s, "  ") {
			lines[i] = ""
		}
	}
	return paragraphs(file, line, lines)
}

// commentBlocks returns the paragraphs of a comment, without code.
func commentBlocks(file string, line int, group *ast.CommentGroup) []block {
	var text []string
	for _, c := range group.List {
		for s := range strings.SplitSeq(c.Text, "\n") {
			s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(s), "/*"), "//"), "*/")
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "   ") || strings.Contains(s, exempt) {
				s = ""
			}
			text = append(text, s)
		}
	}
	return paragraphs(file, line, text)
}

// paragraphs joins lines up to an empty one.
func paragraphs(file string, line int, lines []string) []block {
	var all []block
	start := 0
	for i := range len(lines) + 1 {
		if i < len(lines) && strings.TrimSpace(lines[i]) != "" {
			continue
		}
		if text := strings.Join(lines[start:i], "\n"); strings.TrimSpace(text) != "" {
			all = append(all, block{file, line + start, text})
		}
		start = i + 1
	}
	return all
}

var (
	link = regexp.MustCompile(`\]\([^)]*\)`)
	list = regexp.MustCompile(`^\s*(?:[-*]|\d+\.)\s`)
)

// readMarkdown returns the paragraphs, items and cells of a document; headings and
// fenced blocks are left out.
func readMarkdown(file, text string) ([]block, error) {
	var all []block
	var lines []string
	fenced := false
	for i, s := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(s)
		switch {
		case strings.HasPrefix(trimmed, "```"):
			fenced = !fenced
			s = ""
		case fenced || strings.HasPrefix(s, "#") || strings.Contains(s, exempt) || strings.HasPrefix(trimmed, "<!--"):
			s = ""
		case strings.HasPrefix(trimmed, "|"):
			for cell := range strings.SplitSeq(trimmed, "|") {
				if len(strings.Fields(cell)) >= 5 { // shorter ones are headings and names
					all = append(all, block{file, i + 1, link.ReplaceAllString(cell, "]")})
				}
			}
			s = ""
		}
		if list.MatchString(s) {
			s = "\x00" + s
		}
		lines = append(lines, link.ReplaceAllString(s, "]"))
	}
	return append(all, items(file, lines)...), nil
}

// items are paragraphs that also end where the next item of a list begins.
func items(file string, lines []string) []block {
	var all []block
	start := 0
	flush := func(end int) {
		text := make([]string, end-start)
		for i := range text {
			text[i] = strings.TrimPrefix(lines[start+i], "\x00")
		}
		if len(text) > 0 {
			text[0] = list.ReplaceAllString(text[0], "")
		}
		all = append(all, paragraphs(file, start+1, text)...)
		start = end
	}
	for i, s := range lines {
		if strings.HasPrefix(s, "\x00") {
			flush(i)
		}
	}
	flush(len(lines))
	return all
}

// readTOML returns the comments of a fixture and its strings with spaces.
func readTOML(file, text string) ([]block, error) {
	var lines []string
	var all []block
	for i, s := range strings.Split(text, "\n") {
		comment, is := strings.CutPrefix(strings.TrimSpace(s), "#")
		if !is || strings.Contains(s, exempt) {
			comment = ""
		}
		lines = append(lines, comment)
		if _, value, ok := strings.Cut(s, `description = "`); ok {
			all = append(all, block{file, i + 1, strings.TrimSuffix(value, `"`)})
		}
	}
	return append(all, paragraphs(file, 1, lines)...), nil
}
