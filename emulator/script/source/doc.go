// Package source reads a text that a user wrote, in TOML or JSON, strictly and
// with the place of every value. It knows nothing of clusters.
//
// A reader of some format uses it in this order:
//
//	problems := source.NewProblems(file)
//	root := source.ParseTOML(data, problems)       // or ParseJSON; nil: not readable at all
//	table := root.Table("a table")
//	table.Text("name", &name)                      // each key by its type
//	if table.End() …                               // reports the unknown keys
//	return problems.Err()
//
// # Contract
//
//  1. A Value has a place (line and offset) and a path, such as
//     node[1].log[3].term. TOML and JSON both become Values, so one reader reads
//     both.
//  2. Reading is strict. A key given twice, a wrong type, a number out of its
//     range and a key that no reader asked for are problems; in a foreign text the
//     first and the last of these are notes. A reader that finds
//     a problem leaves its destination as it was and goes on.
//  3. Err returns all problems together, in the order of the text, each with
//     file, line, key, the value found and what would be right. A syntax error
//     stands alone, because nothing after it can be read.
//  4. Size, nesting and the length of keys are bounded, and so is the number of
//     problems. No input panics.
//  5. A Writer writes TOML that ParseTOML reads back.
package source
