// Package readjson reads JSON that people and programs send, strictly, and says
// what is wrong with it and where.
//
// The contract:
//
//  1. A text is one JSON value and nothing else. The tokenizer is package
//     jsontext's. Three things that JSON leaves open are problems here: a key that
//     an object has twice, bytes that are not UTF-8, and half of a surrogate pair.
//  2. A problem names its place: the line and a JSON Pointer (RFC 6901). All
//     problems are reported together, at most [MaxProblems] of them and the number
//     of the rest, except that reading ends at the first one of syntax.
//  3. Keys are matched exactly. [Decode] refuses keys that the struct lacks unless
//     its caller ignores them. Null counts as a key left out, except where a value
//     must be given.
//  4. A caller that reads a foreign format liberally uses a [Reader] and takes every
//     problem except one of syntax as a note. The last of two values of a key counts
//     then, and U+FFFD replaces broken text.
//
// [Decode] fills a struct by the tags of its fields, which package apidoc turns into
// a schema. The tag json has the key, and want says what the value should be. The tag
// must marks a required key, enum lists the possible texts, as a type that is an
// [Enum] does, and min and max bound a number. A field of type any takes every value and
// stays nil. A field of type json.RawMessage keeps its value unchecked for a further Decode.
//
// encoding/json is not strict enough to read with: it takes the last of two values
// of a key, matches keys in any letter case and replaces broken text silently. Like
// the Unmarshal of go-json-experiment it also stops at the first wrong value.
package readjson
